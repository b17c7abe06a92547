"""pii-canary: words, ways of reaching a resident and secrets are in no file, log, metric or URL."""

import asyncio
import io
import logging
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.logs import set_up_logs
from tests.faults.desk import Desk, desk
from tests.faults.figures import Figure, at_least, exactly
from tests.faults.urgent_faults import ON_SQLITE
from tests.faults.world import Resident
from tests.faults.zygote import SECRET, TOKEN

CANARY = "Qanarywords"
CHAT = 7_346_115_904
ERRORS = ("database-locked", "database-full", "database-read-only", "outbox-poison", "worker-dead")
SAID = (
    f"hello {CANARY}",
    "report",
    "Something suspicious",
    "No",
    "1",
    "No, this is the first time",
    f"A van {CANARY} has stood at the corner for three nights",
    f"Chelmsford {CANARY}",
    f"help {CANARY} has a knife in my house now",
)


def pii_canary() -> Sequence[Figure]:
    """Plant the canary everywhere, under every kind of error, and look for it."""
    found, lines = [], 0
    for name in ("", *ERRORS):
        with tempfile.TemporaryDirectory(prefix="fc-canary-") as folder, _listening() as log:
            asyncio.run(_planted(Path(folder), name))
            lines += log.getvalue().count("\n")
            found += _where(Path(folder), name or "nothing-broken", log.getvalue())
    names = "".join(f"-in-{place}" for place in sorted(set(found)))
    return [exactly(f"canaries-found{names}", len(found), 0), at_least("log-lines-read", lines, 50)]


async def _planted(folder: Path, broken: str) -> None:
    from contextlib import ExitStack

    async with desk(folder) as at:
        resident = at.resident(CHAT, *SAID)
        resident.first_update = 5_000
        with ExitStack() as stack:
            for number in range(len(SAID)):
                if number == 4 and broken:
                    await ON_SQLITE[broken](at, stack)
                await _say(at, resident)
            await _noise(at)
            stack.close()
        await at.app.store.back_up(folder / "backup", at.app.counter._clock())
        for url in (at.app.console_url + "metrics", at.app.chat_url + f"nothing/{CANARY}"):
            async with at.session.get(url) as response:
                body = await response.text()
            (folder / f"seen-{response.status}").write_text(body.replace(url, ""))
        await asyncio.sleep(0.3)


async def _say(at: Desk, resident: Resident) -> None:
    try:
        async with asyncio.timeout(8):
            await resident.say_next(at.session)
    except TimeoutError:
        resident.acknowledged += 1


async def _noise(at: Desk) -> None:
    """Requests that are wrong in ways that quote them."""
    hook = at.app.chat_url + "telegram"
    for body, secret in (
        (f'{{"update_id": 1, "message": "{CANARY}"}}', SECRET),
        (f"not json {CANARY}", SECRET),
        (f'{{"update_id": "{CANARY}"}}', f"wrong {CANARY}"),
    ):
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
        async with at.session.post(hook, data=body, headers=headers) as response:
            await response.read()
    async with at.session.post(at.app.chat_url + "say", data={"text": CANARY}) as response:
        await response.read()
    async with at.session.post(at.app.console_url + "login", data={"username": CANARY}) as response:
        await response.read()


@contextmanager
def _listening() -> Iterator[io.StringIO]:
    """All that is logged at DEBUG, warnings and unraised errors among it."""
    logging.disable(logging.NOTSET)
    said = io.StringIO()
    set_up_logs("json", "debug", (TOKEN, SECRET))
    root = logging.getLogger()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(said)
    logging.captureWarnings(True)
    warnings.simplefilter("always")
    try:
        yield said
    finally:
        logging.captureWarnings(False)
        logging.disable(logging.CRITICAL)


def _where(folder: Path, name: str, log: str) -> list[str]:
    """The places in which something was found that must not be there."""
    places = {"log": log.encode()}
    places |= {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    secrets = (CANARY.encode(), str(CHAT).encode(), TOKEN.encode(), SECRET.encode() + b'"')
    return [
        f"{place}-of-{name}"
        for place, data in places.items()
        if any(secret in data for secret in secrets)
    ]
