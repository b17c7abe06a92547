"""cancel-sweep: whoever waits for a turn goes away, at every step of the event loop in turn."""

import asyncio
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from benchmarks.script import report_steps, shipped
from handlers.messages import Said
from storage.conversations import TELEGRAM, Address
from storage.queue import QueueFilter
from tests.faults.dup_reorder import NOW, World
from tests.faults.figures import Figure, at_least, exactly
from tests.faults.world import expected, masked, shown

STEPS = 45
"""Steps of the loop after which a turn that nobody waits for any more has ended by far."""


def cancel_sweep() -> Sequence[Figure]:
    """A whole report for each step; every turn of it is cancelled there, and sent again."""
    world = World()
    with tempfile.TemporaryDirectory(prefix="fc-cancel-") as folder:
        world.runner.run(world.open(Path(folder)))
        try:
            return world.runner.run(_run(world))
        finally:
            world.runner.run(world.close())
            world.runner.close()


async def _run(world: World) -> Sequence[Figure]:
    texts = report_steps(shipped())
    model = expected(shipped(), texts, len(texts), NOW)
    cancelled, half = 0, 0
    for step in range(STEPS):
        address = Address(TELEGRAM, str(step + 1))
        for number, text in enumerate(texts):
            event_id = f"{step}-{number}"
            taking = asyncio.create_task(world.counter.take(address, event_id, Said(text)))
            for _ in range(step):
                await asyncio.sleep(0)
            cancelled += taking.cancel()
            with suppress(asyncio.CancelledError):
                await taking
            await world.counter.take(address, event_id, Said(text), patience=20)
        async with world.store.work() as work:
            lines = await work.transcript.read(address)
        half += [masked(shown(line.reply)) for line in lines if line.reply] != model
    async with world.store.work() as work:
        reports = (await work.queue.list(QueueFilter(), None)).total
    return [
        at_least("cancelled", cancelled, STEPS * len(texts) // 2),
        exactly("half-states", half, 0),
        exactly("reports", reports, STEPS),
    ]
