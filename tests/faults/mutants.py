"""Deliberately broken variants of the program: the experiments have to catch every one.

A variant is named in the environment, so that forked and started processes are broken alike.
"""

import asyncio
import multiprocessing
import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from benchmarks.script import shipped
from tests.faults.figures import FAIL, Experiment, Figure, exactly

NAME = "FAULTS_MUTANT"
"""The variable that names the variant."""
KILLS, AT_ONCE = 12, 5
"""Kills of an experiment that a variant has to fail, and how many experiments run at once."""


def apply() -> None:
    """Break this process as the environment says; nothing where it says nothing."""
    name = os.environ.get(NAME)
    if name:
        MUTANTS[name][0]()


def _acknowledge_before_commit() -> None:
    """200 goes out as soon as the update is in memory."""
    from bot.decide import Taken
    from bot.service import Counter

    async def taken(self: Any, arrival: Any, patience: float) -> Taken:
        self._turns.add(arrival)
        return Taken()

    Counter._taken = taken  # type: ignore[method-assign]


def _mark_before_the_effect() -> None:
    """The event counts as handled in a transaction of its own, before anything is done for it."""
    from bot.turns import Turns

    whole = Turns._together

    async def together(self: Any, batch: Any) -> Any:
        async with self._store.work() as work:
            known = await work.handled.known([it.arrival.key for it in batch])
            for it in batch:
                if it.arrival.key not in known:
                    work.handled.take(*it.arrival.key, self._clock())
        original = type(work.handled).known
        type(work.handled).known = _async(lambda *_: known)  # type: ignore[method-assign]
        taking = type(work.handled).take
        type(work.handled).take = lambda *_: None  # type: ignore[method-assign]
        try:
            return await whole(self, batch)
        finally:
            type(work.handled).known = original  # type: ignore[method-assign]
            type(work.handled).take = taking  # type: ignore[method-assign]

    Turns._together = together  # type: ignore[method-assign]


def _async(function: Callable[..., Any]) -> Any:
    async def call(*args: Any) -> Any:
        return function(*args)

    return call


def _synchronous_normal() -> None:
    """The database does not wait for the disk."""
    from storage import database

    database._PRAGMAS = tuple(  # type: ignore[assignment]
        pragma.replace("synchronous=FULL", "synchronous=NORMAL") for pragma in database._PRAGMAS
    )


def _no_memory_of_events() -> None:
    """The same update twice is two updates."""
    from storage.handled import Handled

    Handled.known = _async(lambda *_: frozenset())  # type: ignore[method-assign]
    Handled.take = lambda *_: None  # type: ignore[method-assign]


def _sent_before_it_is() -> None:
    """A reply counts as sent before the channel has taken it."""
    from bot.sender import Sender, _Delivered

    async def deliver(self: Any, outgoing: Any) -> None:
        self._delivered[outgoing.conversation_id] = _Delivered(outgoing, "0")
        self._live.tell_here("outbox")
        await asyncio.sleep(0.03)
        try:
            await self._send(outgoing)
        finally:
            self._calls.pop(outgoing.conversation_id, None)

    Sender._deliver = deliver  # type: ignore[method-assign]


def _journal_without_fsync() -> None:
    """What is held is in the system's memory only."""
    os.fdatasync = lambda _: None  # type: ignore[assignment]


def _replies_outside_the_transaction() -> None:
    """The reply is written down a moment after the commit, in a transaction of its own."""
    from bot import decide as module
    from storage.transcript import Transcript

    say = Transcript.say
    stores: list[Any] = []
    from bot.turns import Turns

    begin = Turns.__init__

    def init(self: Any, store: Any, *rest: Any) -> None:
        stores.append(store)
        begin(self, store, *rest)

    def later(self: Any, kept: Any, replies: Any, now: Any) -> None:
        async def write() -> None:
            await asyncio.sleep(0.02)
            async with stores[-1].work() as work:
                say(work.transcript, kept, replies, now)

        if replies:
            module._writing = asyncio.ensure_future(write())  # type: ignore[attr-defined]

    Turns.__init__ = init  # type: ignore[method-assign]
    Transcript.say = later  # type: ignore[method-assign]


def _card_after_the_turn() -> None:
    """The 999 card waits until the turn is kept."""
    from bot.service import Counter

    take = Counter.take

    async def waiting(
        self: Any, address: Any, event_id: Any, event: Any, at_once: Any = None, patience: float = 9
    ) -> Any:
        taken = await take(self, address, event_id, event, None, 9.0)
        if at_once is not None and self.alarms(event):
            await at_once()
        return taken

    Counter.take = waiting  # type: ignore[method-assign]


def _seal_without_place() -> None:
    """A sealed value opens wherever it stands."""
    from storage import seal

    seal._bind = lambda header, *_: header


def _audit_without_head() -> None:
    """Nothing remembers which event was the last."""
    from sqlalchemy import select

    from storage.audit import _HEAD, Audit
    from storage.tables import audit

    end = Audit._end

    async def last(self: Any, name: str) -> Any:
        if name != _HEAD:
            return await end(self, name)
        newest = select(audit.c.seq, audit.c.mac).order_by(audit.c.seq.desc()).limit(1)
        return tuple((await self._connection.execute(newest)).one())

    Audit._end = last  # type: ignore[method-assign]


MUTANTS: dict[str, tuple[Callable[[], None], str]] = {
    "sent-before-it-is": (_sent_before_it_is, "more-kills"),
    "card-after-the-turn": (_card_after_the_turn, "urgent-hol"),
    "journal-without-fsync": (_journal_without_fsync, "sync-order"),
    "synchronous-normal": (_synchronous_normal, "sync-order"),
    "acknowledge-before-commit": (_acknowledge_before_commit, "kill-random"),
    "mark-before-the-effect": (_mark_before_the_effect, "kill-random"),
    "no-memory-of-events": (_no_memory_of_events, "kill-random"),
    "replies-outside-the-transaction": (_replies_outside_the_transaction, "kill-random"),
    "seal-without-place": (_seal_without_place, "crypto"),
    "audit-without-head": (_audit_without_head, "audit"),
}
"""Each variant, and the experiment that has to catch it; what takes longest begins."""


def mutants() -> Sequence[Figure]:
    """Run each variant's experiment, which has to fail.

    Each in a process forked from this one, so that the knowledge is loaded once for all.
    """
    shipped()
    with multiprocessing.get_context("fork").Pool(AT_ONCE, maxtasksperchild=1) as pool:
        caught = pool.map(_caught, MUTANTS, chunksize=1)
    missed = [name for name, is_so in zip(MUTANTS, caught, strict=True) if not is_so]
    names = "".join(f"-not-{name}" for name in missed)
    return [exactly(f"caught{names}", len(MUTANTS) - len(missed), len(MUTANTS))]


def _caught(name: str) -> bool:
    """Whether the experiment has a figure that fails; one that breaks off has not caught it."""
    os.environ[NAME] = name
    apply()
    try:
        return any(figure.state == FAIL for figure in _experiments()[MUTANTS[name][1]]())
    except Exception:
        return False


def _experiments() -> dict[str, Experiment]:
    """Those that catch variants; they import this module, to be broken themselves."""
    from tests.faults.kill_random import kill_random
    from tests.faults.storage_trials import TRIALS
    from tests.faults.sync_order import sync_order
    from tests.faults.urgent_faults import urgent_hol

    return {
        "kill-random": partial(kill_random, KILLS),
        "more-kills": partial(kill_random, 4 * KILLS),
        "sync-order": sync_order,
        "urgent-hol": urgent_hol,
        **TRIALS,
    }
