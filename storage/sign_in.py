"""Signing in: slow for whoever guesses, the same in time and words whether the name exists."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta

from storage.errors import LoginRefused
from storage.staff import read_username
from storage.tries import Tries

Keys = Mapping[str, str]
"""Kind of key to the key itself, as storage.tries counts them."""

# Wrong guesses are remembered until there was none for so long.
_WINDOW = timedelta(minutes=15)
# Kind of key, and how many wrong guesses are free. An address may be a whole station's.
_FREE = {"account": 5, "address": 10, "code": 5}
# Seconds of the longest wait. A code has six digits, and three of them are right at any moment.
_LONGEST = {"account": 60, "address": 60, "code": 600}


async def admit(tries: Tries, keys: Keys, now: datetime) -> int:
    """Count a try in advance; raises LoginRefused for one that comes too early.

    Counted before the password is looked at, so that many tries at once cannot all be looked at.
    Returns the seconds to wait after this one, should it be wrong. Tries that came too early are
    not counted: then the holder of the account would never get in while somebody else guesses.
    """
    waits = [0]
    for kind, key in keys.items():
        await tries.lock(kind, key, now)
        count, last_at = await tries.count(kind, key, now, _WINDOW)
        delay = _delay(kind, count)
        left = (last_at + timedelta(seconds=delay) - now).total_seconds()
        # Never longer than the delay itself, should the clock have been put back.
        waits.append(min(math.ceil(left), delay))
    if max(waits) > 0:
        raise LoginRefused(max(waits))
    counts = {kind: await tries.add(kind, key, now, _WINDOW) for kind, key in keys.items()}
    return max(_delay(kind, count) for kind, count in counts.items())


async def forgive(tries: Tries, keys: Keys) -> None:
    """The try was right: the account starts afresh, the address has one wrong try fewer."""
    for kind, key in keys.items():
        if kind == "address":
            await tries.take_back(kind, key)
        else:
            await tries.clear(kind, key)


def password_keys(username: str, address: str) -> Keys:
    """What a try of a password counts against."""
    return {"account": read_username(username) or username, "address": address}


def code_keys(username: str) -> Keys:
    """What a try of a second factor counts against."""
    return {"code": username}


def _delay(kind: str, count: int) -> int:
    """Seconds until a next try is looked at: 1, 2, 4 … 60 once the free ones are used up."""
    over = count - _FREE[kind]
    return 0 if over < 0 else min(2**over, _LONGEST[kind])
