"""The sender: order, pace, and what becomes of a reply that does not arrive."""

import asyncio
import sqlite3
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest

from bot.live import OUTBOX, Live
from bot.sender import Gone, Later, Refused, Sender, Unknown
from handlers.messages import ACKNOWLEDGEMENT, CHAT, URGENT, Reply
from storage.conversations import TELEGRAM, Address
from storage.outbox import Outgoing
from storage.work import Store
from tests.chat_desk import DATABASE

START = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
PATIENCE = 30.0


class Recorder:
    """A channel that keeps what it is given, or fails as it was told to."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.tries: list[str] = []
        self.fails: defaultdict[str, deque[Exception]] = defaultdict(deque)
        self.before: Callable[[], object] | None = None

    async def send(self, outgoing: Outgoing) -> str:
        self.tries.append(outgoing.reply.text)
        if self.before is not None:
            await self.before()
        if self.fails[outgoing.reply.text]:
            raise self.fails[outgoing.reply.text].popleft()
        self.sent.append((outgoing.address.key, outgoing.reply.text))
        return f"m{len(self.sent)}"


class Watch:
    """A stopwatch that the test moves on."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def hurried() -> Callable[[], datetime]:
    """A clock on which a minute is over in a moment, so that pauses are short."""
    started = monotonic()
    return lambda: START + timedelta(seconds=(monotonic() - started) * 200)


@pytest.fixture
def channel() -> Recorder:
    return Recorder()


@pytest.fixture
def live() -> Live:
    return Live()


@asynccontextmanager
async def sending(
    store: Store,
    channel: Recorder,
    live: Live,
    seconds: Callable[[], float] = lambda: monotonic() * 200,
) -> AsyncIterator[None]:
    """The sender at work for the length of the block, in a hurry."""
    sender = Sender(store, {TELEGRAM: channel}, live, hurried(), 0.02, seconds)
    running = asyncio.create_task(sender.run())
    try:
        yield
    finally:
        live.close()
        await running


async def say(store: Store, chat: str, *texts: str, lane: str = CHAT) -> None:
    """Put replies into the outbox."""
    async with store.work() as work:
        kept = await work.conversations.load(Address(TELEGRAM, chat), START)
        work.transcript.say(kept, [Reply(text, lane=lane) for text in texts], START)


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not happened():  # noqa: ASYNC110 - anything may be waited for
            await asyncio.sleep(0.005)


def states(folder: Path) -> list[tuple[str, str | None]]:
    """State and reason of each reply, as they stand in the file."""
    with sqlite3.connect(folder / DATABASE) as database:
        rows = database.execute("SELECT state, why FROM messages ORDER BY id").fetchall()
    database.close()
    return rows


async def test_replies_of_a_chat_arrive_in_order_even_if_the_first_has_to_wait(
    store: Store, channel: Recorder, live: Live
) -> None:
    await say(store, "7", "one", "two", "three")
    channel.fails["one"].extend([Later(), Later(0.5)])
    async with sending(store, channel, live):
        await until(lambda: len(channel.sent) == 3)
    assert channel.sent == [("7", "one"), ("7", "two"), ("7", "three")]
    assert channel.tries == ["one", "one", "one", "two", "three"]


async def test_an_urgent_reply_overtakes_other_chats(
    store: Store, channel: Recorder, live: Live
) -> None:
    for chat in range(4):
        await say(store, str(chat), "hello")
    await say(store, "7", "call 999", lane=URGENT)
    async with sending(store, channel, live):
        await until(lambda: len(channel.sent) == 5)
    assert channel.sent[0] == ("7", "call 999")


async def test_news_wakes_the_sender(store: Store, channel: Recorder, live: Live) -> None:
    sender = Sender(store, {TELEGRAM: channel}, live, hurried(), look_every=60)
    running = asyncio.create_task(sender.run())
    await asyncio.sleep(0.05)
    await say(store, "7", "hello")
    live.tell(OUTBOX)
    await until(lambda: bool(channel.sent))
    live.close()
    await running


async def test_a_chat_gets_three_replies_in_one_go_and_then_one_a_second(
    store: Store, channel: Recorder, live: Live
) -> None:
    await say(store, "7", "1", "2", "3", "4", "5")
    await say(store, "8", "other")
    watch = Watch()
    async with sending(store, channel, live, watch):
        await until(lambda: len(channel.sent) == 4)
        await asyncio.sleep(0.1)
        assert [text for _, text in channel.sent if text != "other"] == ["1", "2", "3"]
        watch.at += 1.1
        live.tell(OUTBOX)
        await until(lambda: len(channel.sent) == 5)
        await asyncio.sleep(0.1)
        assert len(channel.sent) == 5


async def test_urgent_replies_do_not_wait_for_the_chats_own_pace(
    store: Store, channel: Recorder, live: Live
) -> None:
    await say(store, "7", "1", "2", "3")
    await say(store, "7", "call 999", "and this", lane=URGENT)
    async with sending(store, channel, live, Watch()):
        await until(lambda: len(channel.sent) == 5)


async def test_no_more_than_22_go_out_at_once_over_all_chats(
    store: Store, channel: Recorder, live: Live
) -> None:
    for chat in range(30):
        await say(store, str(chat), "hello")
    watch = Watch()
    async with sending(store, channel, live, watch):
        await until(lambda: len(channel.sent) == 22)
        await asyncio.sleep(0.1)
        assert len(channel.sent) == 22
        watch.at += 1
        live.tell(OUTBOX)
        await until(lambda: len(channel.sent) == 30)


async def test_a_chat_that_must_wait_holds_nobody_else_back(
    store: Store, channel: Recorder, live: Live
) -> None:
    await say(store, "7", "held")
    await say(store, "8", "hello")
    channel.fails["held"].append(Later(100_000))
    async with sending(store, channel, live):
        await until(lambda: channel.sent == [("8", "hello")])
        await asyncio.sleep(0.1)
    assert channel.tries.count("held") == 1


async def test_a_chat_that_blocked_us_is_marked_and_gets_nothing_more(
    store: Store, channel: Recorder, live: Live, tmp_path: Path
) -> None:
    await say(store, "7", "one", "two")
    channel.fails["one"].append(Gone())
    async with sending(store, channel, live):
        await until(lambda: all(state == "failed" for state, _ in states(tmp_path)))
        await say(store, "7", "three")
        live.tell(OUTBOX)
        await asyncio.sleep(0.1)
    assert channel.tries == ["one"]
    assert states(tmp_path)[:2] == [("failed", "blocked"), ("failed", "blocked")]


async def test_what_may_have_arrived_is_said_again_only_where_it_matters(
    store: Store, channel: Recorder, live: Live, tmp_path: Path
) -> None:
    await say(store, "7", "small talk", "next")
    await say(store, "8", "your reference", lane=ACKNOWLEDGEMENT)
    await say(store, "9", "call 999", lane=URGENT)
    for text in ("small talk", "your reference", "call 999"):
        channel.fails[text].append(Unknown())
    async with sending(store, channel, live):
        await until(lambda: len(channel.sent) == 3)
    assert set(channel.sent) == {("7", "next"), ("8", "your reference"), ("9", "call 999")}
    await until(lambda: [state for state, _ in states(tmp_path)] == ["unknown"] + ["sent"] * 3)


async def test_what_may_have_arrived_is_not_repeated_for_ever(
    store: Store, channel: Recorder, live: Live, tmp_path: Path
) -> None:
    await say(store, "7", "call 999", lane=URGENT)
    channel.fails["call 999"].extend([Unknown()] * 10)
    async with sending(store, channel, live):
        await until(lambda: states(tmp_path) == [("unknown", None)])
    assert len(channel.tries) == 4


async def test_what_surely_did_not_arrive_uses_up_no_repeats(
    store: Store, channel: Recorder, live: Live, tmp_path: Path
) -> None:
    await say(store, "7", "call 999", lane=URGENT)
    channel.fails["call 999"].extend([*[Later(0)] * 5, Unknown()])
    async with sending(store, channel, live):
        await until(lambda: states(tmp_path) == [("sent", None)])
    assert len(channel.tries) == 7


async def test_a_refused_reply_gives_way_to_the_next(
    store: Store, channel: Recorder, live: Live, tmp_path: Path
) -> None:
    await say(store, "7", "bad", "good")
    channel.fails["bad"].append(Refused("bad request"))
    async with sending(store, channel, live):
        await until(lambda: states(tmp_path) == [("failed", "bad request"), ("sent", None)])


async def test_a_mistake_of_ours_is_given_up_and_its_words_are_not_logged(
    store: Store,
    channel: Recorder,
    live: Live,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await say(store, "7", "bad", "good")
    channel.fails["bad"].extend([ValueError("what a resident wrote")] * 10)
    async with sending(store, channel, live):
        await until(lambda: states(tmp_path) == [("failed", "error"), ("sent", None)])
    assert channel.tries.count("bad") == 5
    assert "what a resident wrote" not in caplog.text
    assert "ValueError" in caplog.text


async def test_a_reply_is_given_up_a_day_after_it_was_due(
    store: Store, channel: Recorder, live: Live, tmp_path: Path
) -> None:
    await say(store, "7", "late")
    channel.fails["late"].extend([Later(25 * 3600)] * 2)
    clock = iter([START, START, START + timedelta(hours=26)])
    last = START + timedelta(hours=26)
    sender = Sender(store, {TELEGRAM: channel}, live, lambda: next(clock, last), 0.02)
    running = asyncio.create_task(sender.run())
    await until(lambda: states(tmp_path) == [("failed", "too late")])
    live.close()
    await running
    assert channel.tries == ["late", "late"]


async def test_no_transaction_is_open_while_the_channel_is_called(
    store: Store, channel: Recorder, live: Live
) -> None:
    async def another_turn() -> None:
        async with asyncio.timeout(PATIENCE), store.work() as work:
            await work.conversations.find(Address(TELEGRAM, "7"))

    await say(store, "7", "hello")
    channel.before = another_turn
    async with sending(store, channel, live):
        await until(lambda: channel.sent == [("7", "hello")])


async def test_the_end_waits_for_the_call_under_way(
    store: Store, channel: Recorder, live: Live, tmp_path: Path
) -> None:
    started, may_go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        started.set()
        await may_go_on.wait()

    await say(store, "7", "hello")
    channel.before = slow
    running = asyncio.create_task(Sender(store, {TELEGRAM: channel}, live, hurried()).run())
    await started.wait()
    running.cancel()
    await asyncio.sleep(0.02)
    assert not running.done()
    may_go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert states(tmp_path) == [("sent", None)]


async def test_what_cannot_be_written_down_is_not_sent_twice(
    store: Store,
    channel: Recorder,
    live: Live,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def rename(old: str, new: str) -> None:
        with sqlite3.connect(tmp_path / DATABASE) as database:
            database.execute(f"ALTER TABLE {old} RENAME TO {new}")
        database.close()

    async def break_it() -> None:
        await asyncio.to_thread(rename, "messages", "gone")

    await say(store, "7", "hello")
    channel.before = break_it
    async with sending(store, channel, live):
        await until(lambda: "not read or written" in caplog.text)
        await asyncio.to_thread(rename, "gone", "messages")
        await until(lambda: states(tmp_path) == [("sent", None)])
    assert channel.tries == ["hello"]
