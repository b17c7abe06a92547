"""How good a password must be: long enough, hard to guess, and in no list of stolen ones."""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

SHORTEST, LONGEST = 12, 128
"""Characters. There is no rule about kinds of characters, as NIST SP 800-63B advises."""
_GUESSES = 10.0
"""As a power of ten, by zxcvbn's reckoning: names, keyboard rows, years and repetitions are few."""
_LOOKED_AT = 72
"""Characters that are reckoned with, since that takes the longer the more there are."""
_OURS = ("police", "front counter", "frontcounter", "counter", "handler", "supervisor", "constable")
_DIGITS = 40
_HASH = re.compile(rb"[0-9A-F]{40}")
_LINE = 80
"""Bytes of the longest line that a list may have: a SHA-1 and how often it was seen."""


@dataclass(frozen=True, slots=True)
class PasswordRule:
    """What is asked of a password."""

    breached: Path | None = None
    """A file as Have I Been Pwned gives it: SHA-1 in hexadecimal digits, a colon, how often; a
    line each, sorted."""

    def problem(self, password: str, names: Collection[str] = ()) -> str:
        """A sentence that says what is wrong with it, or nothing.

        `names` are what somebody would try first: their own, the force's. Takes some milliseconds,
        and raises OSError where the list cannot be read.
        """
        if len(password) < SHORTEST:
            return f"A password needs at least {SHORTEST} characters."
        if len(password) > LONGEST:
            return f"A password has {LONGEST} characters at most."
        if self.breached is not None and is_listed(self.breached, password):
            return "This password is in a list of stolen ones. Choose another, here and elsewhere."
        # Its lists of words take a twentieth of a second to load, which no start should wait for.
        from zxcvbn import zxcvbn  # noqa: PLC0415 - see above

        known = [word for name in (*_OURS, *names) for word in (name, *name.split())]
        joined = ["".join(name.split()) for name in names]
        found = zxcvbn(password[:_LOOKED_AT], user_inputs=[*known, *joined])
        if found["guesses_log10"] < _GUESSES:
            return (
                "This password is too easy to guess. Three or four words that do not belong "
                "together make a good one."
            )
        return ""


def looks_sorted(file: Path) -> bool:
    """Whether it is there and begins as such a list does; one of 40 GB is not read to its end."""
    try:
        with file.open("rb") as lines:
            first = [lines.readline(_LINE)[:_DIGITS].upper() for _ in range(_LOOKED_AT)]
    except OSError:
        return False
    found = [line for line in first if line]
    return bool(found) and found == sorted(found) and all(map(_HASH.fullmatch, found))


def is_listed(file: Path, password: str) -> bool:
    """Whether the sorted list holds the password's SHA-1; some twenty reads in one of 40 GB."""
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with file.open("rb") as lines:
        low, high = 0, lines.seek(0, 2)
        # The first line that begins at or after `low` and before `high` may be the one.
        while low < high:
            middle = (low + high) // 2
            lines.seek(max(0, middle - 1))
            if middle:
                lines.readline(_LINE)
            here = lines.tell()
            line = lines.readline(_LINE)[:_DIGITS].upper()
            if not line or line >= wanted:
                if line == wanted:
                    return True
                high = middle
            else:
                low = here + 1
        return False
