"""The turn: once, kept whole or not at all, and the 999 answer whatever is broken."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from bot.live import OUTBOX, Live
from bot.service import CannotKeep, Counter
from handlers.messages import Chose, Said, SharedPhoto
from knowledge.library import Library
from knowledge.urgency_frames import ALARM, NONE
from storage.conversations import TELEGRAM, WEB, Address
from storage.queue import QueueFilter
from storage.transcript import Line
from storage.work import Store
from tests.chat_desk import DATABASE
from tests.counting import break_journal, counting

ADA = Address(WEB, "ada")
BEN = Address(TELEGRAM, "4711")


@pytest.fixture
def live() -> Live:
    return Live()


@pytest.fixture
async def counter(
    store: Store, library: Library, live: Live, now: datetime, tmp_path: Path
) -> AsyncIterator[Counter]:
    async with counting(store, tmp_path, lambda: library, lambda: now, live) as opened:
        yield opened


class Sequence:
    """Event ids, each new."""

    def __init__(self) -> None:
        self.last = 0

    def __call__(self) -> str:
        self.last += 1
        return f"event-{self.last}"


@pytest.fixture
def new_id() -> Callable[[], str]:
    return Sequence()


async def submit(counter: Counter, who: Address, new_id: Callable[[], str]) -> str:
    """Report something suspicious, the shortest way; the receipt's text."""
    await counter.take(who, new_id(), Chose("form:suspicious"))
    for _ in range(40):
        taken = await counter.take(who, new_id(), Said("no"))
        offered = {choice.id for choice in taken.replies[-1].choices}
        if "review:send" in offered:
            sent = await counter.take(who, new_id(), Chose("review:send"))
            return sent.replies[-1].text
        if "review:show" in offered:
            sent = await counter.take(who, new_id(), Chose("review:send"))
            return sent.replies[-1].text
        if "place:keep" in offered:
            await counter.take(who, new_id(), Chose("place:keep"))
        elif "skip" in offered:
            await counter.take(who, new_id(), Chose("skip"))
        elif offered and "choose" in taken.replies[-1].text:
            last = [choice.id for choice in taken.replies[-1].choices][-1]
            await counter.take(who, new_id(), Chose(last))
    raise AssertionError("the form never ended")


async def test_the_same_event_twice_is_done_once(counter: Counter, store: Store) -> None:
    first = await counter.take(ADA, "key-1", Said("what is stop and search"))
    again = await counter.take(ADA, "key-1", Said("what is stop and search"))
    assert first.replies
    assert again.repeated
    assert not again.replies
    async with store.work() as work:
        lines = await work.transcript.read(ADA)
    assert [line.who for line in lines].count("resident") == 1


async def test_the_same_event_at_the_same_moment_is_done_once(
    counter: Counter, store: Store
) -> None:
    await asyncio.gather(*(counter.take(ADA, "key-1", Said("hello")) for _ in range(5)))
    async with store.work() as work:
        lines = await work.transcript.read(ADA)
    assert [line.who for line in lines].count("resident") == 1


async def test_a_report_is_kept_with_its_receipt_and_a_second_click_changes_nothing(
    counter: Counter, store: Store, new_id: Callable[[], str]
) -> None:
    receipt = await submit(counter, ADA, new_id)
    assert "Your reference is **FC-" in receipt
    await counter.take(ADA, "event-" + str(10_000), Chose("review:send"))
    async with store.work() as work:
        page = await work.queue.list(QueueFilter(), None)
    assert page.total == 1
    assert page.rows[0].reference in receipt


def rename(folder: Path, old: str, new: str) -> None:
    """Take a table away under the running program, or give it back."""
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        connection.execute(f"ALTER TABLE {old} RENAME TO {new}")
        connection.commit()


async def test_what_cannot_be_kept_is_held_and_taken_in_order_when_it_can(
    counter: Counter, store: Store, tmp_path: Path
) -> None:
    rename(tmp_path, "conversations", "gone")
    assert (await counter.take(ADA, "1", Said("what is stop and search"))).held
    assert (await counter.take(ADA, "2", Said("who is my local team"))).held
    assert (await counter.take(ADA, "1", Said("what is stop and search"))).held
    rename(tmp_path, "gone", "conversations")
    lines: tuple[Line, ...] = ()
    while sum(line.who == "resident" for line in lines) < 2:
        await asyncio.sleep(0.05)
        async with store.work() as work:
            lines = await work.transcript.read(ADA)
    assert [line.text for line in lines if line.who == "resident"] == [
        "what is stop and search",
        "who is my local team",
    ]
    said = [line.reply.text for line in lines if line.reply]
    assert sum("What you sent at 09:30 is now with us" in text for text in said) == 2
    assert not (await counter.take(ADA, "3", Said("thanks"))).held


async def test_what_can_neither_be_kept_nor_held_is_said(
    counter: Counter, store: Store, tmp_path: Path
) -> None:
    rename(tmp_path, "conversations", "gone")
    break_journal(tmp_path)
    cards = []

    async def card() -> None:
        cards.append("999")

    with pytest.raises(CannotKeep) as error:
        await counter.take(ADA, "1", Said("there is a man with a knife in my house now"), card)
    assert error.value.urgent
    assert cards == ["999"]
    assert "knife" not in str(error.value)
    rename(tmp_path, "gone", "conversations")
    async with store.work() as work:
        assert await work.conversations.find(ADA) is None


async def test_the_card_goes_out_even_where_the_judge_of_the_turn_is_slow(
    counter: Counter,
) -> None:
    sent = asyncio.Event()

    async def card() -> None:
        sent.set()

    taken = await counter.take(ADA, "1", Said("help he is attacking me right now"), card)
    await asyncio.wait_for(sent.wait(), 5)
    assert taken.level == ALARM
    assert taken.replies[0].lane == "urgent"


async def test_a_typed_label_of_ours_is_no_cry_for_help(counter: Counter, library: Library) -> None:
    cards = []

    async def card() -> None:
        cards.append("999")

    offered = (await counter.take(ADA, "1", Said("report"))).replies[-1].choices
    label = next(each.label for each in offered if each.id == "form:suspicious")
    assert library.assess(label).level == "alarm", "it would be one in other words"
    taken = await counter.take(ADA, "2", Said(f" {label.upper()} "), card)
    assert taken.level == NONE
    danger = next(each for each in taken.replies[-1].choices if each.id.endswith(":yes"))
    assert (await counter.take(ADA, "3", Said(danger.label), card)).level == ALARM
    assert not counter.alarms(Said("Yes, now and then"))
    assert counter.alarms(Said("help")), "a single word may be one whatever our buttons are called"
    assert not cards


async def test_a_sensitive_question_is_not_in_the_transcript(
    counter: Counter, store: Store, library: Library
) -> None:
    words = library.articles["domestic-abuse-help"].examples[0]
    await counter.take(ADA, "1", Said(words))
    async with store.work() as work:
        lines = await work.transcript.read(ADA)
    heard = [line for line in lines if line.who == "resident"]
    assert [line.text for line in heard] == [None]


async def test_staffs_message_is_announced_where_the_resident_is(
    counter: Counter, store: Store, live: Live, new_id: Callable[[], str]
) -> None:
    receipt = await submit(counter, BEN, new_id)
    reference = receipt.split("**FC-")[1].split("**")[0]
    async with store.work() as work:
        kept = await work.conversations.find(BEN)
        assert kept is not None
        await work.reports.follow(f"FC-{reference}", kept.id, True)
    async with store.work() as work:
        told = await counter.announce(work, f"FC-{reference}")
    async with live.listen(OUTBOX) as listener:
        counter.told(told)
        assert await listener.news(1)


async def test_a_picture_is_wanted_only_while_one_is_asked_for(counter: Counter) -> None:
    assert not await counter.wants_photo(ADA)
    taken = await counter.take(ADA, "1", SharedPhoto(problem="not-wanted"))
    assert "not kept" in taken.replies[-1].text


async def test_a_name_is_no_alarm_where_one_was_asked_for(
    counter: Counter, new_id: Callable[[], str]
) -> None:
    name, cards = Said("Hye-jin Park"), []

    async def card() -> None:
        cards.append("999")

    assert counter.alarms(name), "it would be one anywhere else"
    assert "your name" in await reach(counter, new_id, "What is your name?")
    await counter.take(ADA, new_id(), name, card)
    assert not cards


async def reach(counter: Counter, new_id: Callable[[], str], question: str) -> str:
    """Answer a report of something suspicious until that is asked; what was asked."""
    taken = await counter.take(ADA, new_id(), Chose("form:suspicious"))
    for _ in range(40):
        text = taken.replies[-1].text
        if question in text:
            return text
        ids = [choice.id for choice in taken.replies[-1].choices]
        known = [id for id in ids if id in {"skip", "place:keep"} or id.endswith(":no")]
        pressed = (known or [id for id in ids if id.startswith("q:")] or [""])[0]
        event = Chose(pressed) if pressed else Said("a few plain words")
        taken = await counter.take(ADA, new_id(), event)
    raise AssertionError(f"{question} was never asked")
