"""Turns together: one commit for many, each conversation in order, one bad turn alone."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot import turns as module
from bot.alerts import Alerts
from bot.decide import Arrival, Taken
from bot.reflex import NOT_RECORDED
from bot.turns import Turns
from handlers.messages import Said
from knowledge.library import Library
from storage.conversations import TELEGRAM, Address
from storage.errors import Unavailable
from storage.work import Store

POISON = "poison"


class Told:
    """Alerts that somebody would have got."""

    def __init__(self) -> None:
        self.kinds: list[str] = []

    def tell(self, kind: str, text: str) -> None:
        self.kinds.append(kind)
        assert POISON not in text


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
async def turns(store: Store, library: Library, now: datetime, told: Told) -> AsyncIterator[Turns]:
    alerts: Alerts = told  # type: ignore[assignment] # remembers instead of sending
    made = Turns(store, lambda: library, lambda: now, alerts, lambda *_: None)
    running = asyncio.create_task(made.run())
    yield made
    made.close()
    await running


@pytest.fixture
def commits(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each transaction that is begun."""
    begun: list[int] = []
    work = type(store).work

    def counted(self: Store) -> Any:
        begun.append(1)
        return work(self)

    monkeypatch.setattr(type(store), "work", counted)
    return begun


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> None:
    """No turn can be made of what says POISON."""
    decide = module.decide

    async def failing(arrival: Arrival, *rest: Any, closed: bool) -> Taken:
        if arrival.event == Said(POISON):
            raise KeyError("a mistake of ours, which quotes " + POISON)
        return await decide(arrival, *rest, closed=closed)

    monkeypatch.setattr(module, "decide", failing)


def arrival(chat: int, number: int, text: str, now: datetime) -> Arrival:
    return Arrival(Address(TELEGRAM, str(chat)), f"{chat}-{number}", Said(text), now)


async def said(store: Store, chat: int) -> list[str]:
    async with store.work() as work:
        lines = await work.transcript.read(Address(TELEGRAM, str(chat)))
    return [line.reply.text for line in lines if line.reply]


async def test_turns_that_wait_together_share_a_commit(
    turns: Turns, commits: list[int], now: datetime
) -> None:
    waiting = [turns.add(arrival(chat, 1, "thank you", now)) for chat in range(40)]
    results = await asyncio.gather(*(each.outcome for each in waiting))
    assert all(result.replies for result in results)
    assert len(commits) == 1


async def test_a_conversation_is_taken_in_order_and_holds_up_no_other(
    turns: Turns, now: datetime
) -> None:
    texts = ["report", "Something suspicious", "No", "1"]
    mine = [turns.add(arrival(1, n, text, now)) for n, text in enumerate(texts)]
    other = turns.add(arrival(2, 1, "thank you", now))
    await other.outcome
    assert not mine[-1].outcome.done()
    results = await asyncio.gather(*(each.outcome for each in mine))
    asked = [result.replies[-1].text for result in results]
    assert "in danger" in asked[1]
    assert len(set(asked)) == len(asked)


async def test_the_same_event_twice_at_once_is_taken_once(turns: Turns, now: datetime) -> None:
    waiting = [turns.add(arrival(1, 1, "thank you", now)) for _ in range(3)]
    results = await asyncio.gather(*(each.outcome for each in waiting))
    assert [result.repeated for result in results] == [False, True, True]


@pytest.mark.usefixtures("poisoned")
async def test_one_bad_turn_fails_alone_with_an_apology_and_an_alert(
    turns: Turns, store: Store, told: Told, now: datetime
) -> None:
    bad = turns.add(arrival(1, 1, POISON, now))
    good = [turns.add(arrival(chat, 1, "thank you", now)) for chat in range(2, 9)]
    assert (await bad.outcome).set_aside
    assert all(result.replies for result in [await each.outcome for each in good])
    assert await said(store, 1) == [NOT_RECORDED]
    assert told.kinds == ["set-aside"]
    # Its chat goes on, and the same event again is known.
    assert (await turns.add(arrival(1, 2, "thank you", now)).outcome).replies
    assert (await turns.add(arrival(1, 1, POISON, now)).outcome).repeated
    async with store.work() as work:
        (aside,) = await work.set_aside.list(9)
    assert aside.event == Said(POISON)
    assert aside.why.startswith("KeyError at bot/test_turns.py")


async def test_where_the_database_is_gone_everybody_hears_so_at_once(
    turns: Turns, told: Told, now: datetime, monkeypatch: pytest.MonkeyPatch, store: Store
) -> None:
    def gone(_: Store) -> None:
        raise Unavailable("SQLITE_FULL")

    monkeypatch.setattr(type(store), "work", gone)
    waiting = [turns.add(arrival(chat, 1, "thank you", now)) for chat in range(9)]
    results = await asyncio.gather(*(each.outcome for each in waiting), return_exceptions=True)
    assert all(isinstance(result, Unavailable) for result in results)
    assert (turns.available, told.kinds) == (False, ["database"])


async def test_what_nobody_began_with_in_time_is_not_taken(
    turns: Turns, store: Store, now: datetime
) -> None:
    async with store.work():
        first = turns.add(arrival(1, 1, "thank you", now))
        await asyncio.sleep(0.05)
        second = turns.add(arrival(1, 2, "thank you", now))
        with pytest.raises(Unavailable):
            await turns.outcome(second, patience=0.01)
        assert not turns.available
    await first.outcome
    assert turns.available
    assert len(await said(store, 1)) == len((await first.outcome).replies)


async def test_at_the_end_what_waits_is_taken_and_nothing_more(
    store: Store, library: Library, now: datetime, told: Told, tmp_path: Path
) -> None:
    alerts: Alerts = told  # type: ignore[assignment] # remembers instead of sending
    turns = Turns(store, lambda: library, lambda: now, alerts, lambda *_: None)
    running = [asyncio.create_task(turns.run()) for _ in range(2)]
    waiting = [turns.add(arrival(1, n, "thank you", now)) for n in range(5)]
    turns.close()
    await asyncio.wait_for(asyncio.gather(*running), 10)
    assert all(each.outcome.result().replies for each in waiting)
    with pytest.raises(Unavailable):
        await turns.add(arrival(1, 9, "thank you", now)).outcome


async def test_a_listener_that_fails_costs_nobody_their_turn(
    store: Store, library: Library, now: datetime, told: Told
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("nobody there")

    alerts: Alerts = told  # type: ignore[assignment] # remembers instead of sending
    turns = Turns(store, lambda: library, lambda: now, alerts, fail)
    running = asyncio.create_task(turns.run())
    for number in range(2):
        assert (await turns.add(arrival(1, number, "thank you", now)).outcome).replies
    turns.close()
    await running
