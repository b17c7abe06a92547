"""urgent-flood: the 999 card while two thousand others write as fast as they can."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.faults.desk import Desk, desk
from tests.faults.figures import Figure, at_least, at_most, exactly
from tests.faults.urgent_faults import CARD, DANGER

OTHERS, A_SECOND, SECONDS = 2000, 100, 15
SCARED, PATIENCE = 25, 10.0


def urgent_flood() -> Sequence[Figure]:
    """A flood of a hundred messages a second, and somebody in danger twice a second."""
    return asyncio.run(_run())


async def _run() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory(prefix="fc-flood-") as folder:
        async with desk(Path(folder)) as at:
            flood = asyncio.create_task(_flood(at))
            await asyncio.sleep(2)
            waits = await asyncio.gather(*(_scared(at, number) for number in range(SCARED)))
            sent = await flood
            took = sorted(wait for wait in waits if wait is not None)
            return [
                at_least("others-messages-taken", sent, A_SECOND * SECONDS // 2),
                exactly("missed", SCARED - len(took), 0),
                at_most("slowest-seconds", took[-1] if took else 99, 2.0),
            ]


async def _scared(at: Desk, number: int) -> float | None:
    await asyncio.sleep(number * 0.45)
    chat = 500_000 + number
    began = time.monotonic()
    sending = asyncio.create_task(at.resident(chat, DANGER).say_next(at.session))
    heard = await at.hears(chat, CARD, PATIENCE)
    took = time.monotonic() - began
    await sending
    return None if heard is None else took


async def _flood(at: Desk) -> int:
    began, taken = time.monotonic(), 0
    waiting: set[asyncio.Task[bool]] = set()
    number = 0
    while time.monotonic() - began < SECONDS:
        due = int((time.monotonic() - began) * A_SECOND)
        while number < due:
            chat = 1000 + number % OTHERS
            resident = at.resident(chat, "hello")
            call = resident.send(at.session, 10_000_000 + number, "what is stop and search")
            waiting.add(asyncio.create_task(call))
            number += 1
        await asyncio.sleep(0.01)
        done = {task for task in waiting if task.done()}
        taken += sum(task.result() for task in done)
        waiting -= done
    taken += sum(await asyncio.gather(*waiting))
    return taken
