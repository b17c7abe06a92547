"""dup-reorder: duplicates, edits, old buttons and whatever order, against a small model."""

import asyncio
import itertools
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from benchmarks.script import shipped
from bot.alerts import Alerts
from bot.live import Live
from bot.service import Counter, open_counter
from bot.web.metrics import Metrics
from handlers.conversation import Conversation
from handlers.effects import KeepReport, ReportKept
from handlers.messages import Chose, Event, Said
from handlers.respond import respond
from storage.conversations import TELEGRAM, Address
from storage.work import Store, open_store
from tests.faults.figures import Figure, at_least, exactly
from tests.faults.world import masked, shown

HISTORIES, STEPS = 300, 12
TEXTS = ("hello", "what is stop and search", "no", "1", "menu", "back", "thank you", "my neighbour")
BUTTONS = (
    "form:suspicious", "review:send", "draft:resume", "draft:drop", "q:danger:no", "menu:menu",
)  # fmt: skip
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


class World:
    """The real counter over a real database, for all histories."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self.chats = itertools.count(1)
        self.histories = 0
        self.events = 0
        self._stack: Any = None
        self.counter: Counter
        self.store: Store

    async def open(self, folder: Path) -> None:
        from contextlib import AsyncExitStack

        self._stack = AsyncExitStack()
        known = shipped()
        url = f"sqlite+aiosqlite:///{folder}/x.db"
        self.store = await self._stack.enter_async_context(open_store(url, folder / "keys"))
        journal = await self._stack.enter_async_context(self.store.journal(folder / "journal"))
        self.counter = await self._stack.enter_async_context(
            open_counter(
                self.store, journal, lambda: known, lambda: NOW, Live(), Metrics(), Alerts(())
            )
        )

    async def close(self) -> None:
        await self._stack.aclose()


def machine(world: World) -> type[RuleBasedStateMachine]:
    """The state machine over that world."""

    class Chat(RuleBasedStateMachine):
        """One chat: what it was told, and what the model says it should have been."""

        def __init__(self) -> None:
            super().__init__()
            world.histories += 1
            self.address = Address(TELEGRAM, str(next(world.chats)))
            self.sent: list[tuple[str, Event]] = []
            self.conversation = Conversation()
            self.model: list[str] = []

        @rule(text=st.sampled_from(TEXTS), edited=st.booleans())
        def says(self, text: str, edited: bool) -> None:
            self.takes(Said(text, edited=edited))

        @rule(id=st.sampled_from(BUTTONS))
        def presses(self, id: str) -> None:
            self.takes(Chose(id))

        @rule(which=st.integers(0, 99), times=st.integers(1, 3))
        def sends_again(self, which: int, times: int) -> None:
            """Telegram repeats an old update, perhaps several times at once."""
            if self.sent:
                id, event = self.sent[which % len(self.sent)]
                world.runner.run(self._send(id, event, times))

        @invariant()
        def is_told_what_the_model_says(self) -> None:
            assert world.runner.run(self._told()) == self.model

        def takes(self, event: Event) -> None:
            id = f"{self.address.key}-{len(self.sent)}"
            self.sent.append((id, event))
            world.events += 1
            world.runner.run(self._send(id, event, 1))
            waiting = [respond(event, self.conversation, shipped(), NOW)]
            while waiting:
                step = waiting.pop(0)
                self.conversation = step.conversation
                self.model += [masked(shown(reply)) for reply in step.replies]
                for effect in step.effects:
                    if isinstance(effect, KeepReport):
                        kept = ReportKept("FC-ABC-DEFX", "ABCDEFGHJKLMNPQR")
                        waiting.append(respond(kept, self.conversation, shipped(), NOW))

        async def _send(self, id: str, event: Event, times: int) -> None:
            await asyncio.gather(
                *(world.counter.take(self.address, id, event, patience=20) for _ in range(times))
            )

        async def _told(self) -> list[str]:
            async with world.store.work() as work:
                lines = await work.transcript.read(self.address)
            return [masked(shown(line.reply)) for line in lines if line.reply]

    return Chat


def dup_reorder() -> Sequence[Figure]:
    """All histories; a difference is shrunk by hypothesis and counts once."""
    world, differences = World(), 0
    with tempfile.TemporaryDirectory(prefix="fc-dup-") as folder:
        world.runner.run(world.open(Path(folder)))
        try:
            run_state_machine_as_test(
                machine(world),
                settings=settings(
                    max_examples=HISTORIES,
                    stateful_step_count=STEPS,
                    deadline=None,
                    database=None,
                    phases=[Phase.generate],
                    suppress_health_check=list(HealthCheck),
                    derandomize=True,
                ),
            )
        except AssertionError:
            differences = 1
        finally:
            world.runner.run(world.close())
            world.runner.close()
    return [
        exactly("differences-from-the-model", differences, 0),
        at_least("histories", world.histories, HISTORIES),
        at_least("events", world.events, HISTORIES),
    ]
