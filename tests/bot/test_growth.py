"""Nothing that happens at a message takes longer because more is kept."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.alerts import Alerts
from bot.live import Live
from bot.live_chats import LiveChats
from bot.live_watch import LiveWatch
from bot.settings import LiveSettings
from handlers.messages import Opened, Said
from handlers.report import OPEN, NewReport, Place
from handlers.traits import KeyKind, Read, place_keys
from knowledge.library import Library
from knowledge.similar import Traits
from storage.conversations import TELEGRAM, WEB, Address
from storage.queue import QueueFilter
from storage.reach import Reach
from storage.scope import By
from storage.staff import HANDLER
from storage.tables import metadata
from storage.work import Store
from tests.chat_desk import DATABASE
from tests.counting import counting

Executed = list[tuple[str, Any]]
"""Statements of SQL, each with the parameters of one row."""

ONE_REPORT = (
    "is it free?", "report", "something suspicious", "no", "1", "no, this is the first time",
    "A van has stood at the corner since Monday", "Chelmsford", "back", "Clacton", "cancel", "yes",
    "person", "Wait for a person", "it is about my bike", "stop waiting",
)  # fmt: skip


@contextmanager
def listening() -> Iterator[Executed]:
    """What is executed within the block."""
    executed: Executed = []

    def hear(_: Any, __: Any, sql: str, parameters: Any, ___: Any, many: bool) -> None:
        executed.append((sql, parameters[0] if many else parameters))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield executed
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def scans(file: Path, executed: Executed) -> list[str]:
    """The statements for which SQLite would look at every row of a table."""
    found = []
    with closing(sqlite3.connect(file)) as database:
        for sql, parameters in executed:
            steps = database.execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall()
            looked = [step[3].split() for step in steps]
            if any(words[0] == "SCAN" and words[1] in metadata.tables for words in looked):
                found.append(sql)
    return found


async def test_no_message_makes_the_database_look_through_a_table(
    store: Store, tmp_path: Path, library: Library, now: datetime
) -> None:
    """With 100 times the data `python -m benchmarks growth` is as fast as with 1 time."""
    async with store.work() as work:
        by = await work.staff.add("hana", "Hana", "correct horse battery", HANDLER, now)
        await work.presence.switch(by, True, now)
    with listening() as executed:
        async with counting(store, tmp_path, lambda: library, lambda: now, Live()) as counter:
            for address in (Address(TELEGRAM, "1"), Address(WEB, "secret")):
                await counter.take(address, "hello", Opened())
                for number, text in enumerate(ONE_REPORT):
                    await counter.take(address, str(number), Said(text))
        async with store.work() as work:
            due = await work.outbox.due(now, 10)
            assert due, "the sender looks as well"
            work.outbox.sent(due[0].id, "1", now)
            await work.transcript.since(Address(WEB, "secret"), 0)
    assert len(executed) > 100
    assert scans(tmp_path / DATABASE, executed) == []


async def test_nor_does_looking_after_live_chats(
    store: Store, tmp_path: Path, library: Library, now: datetime
) -> None:
    chats = LiveChats(lambda: library, lambda: now)
    async with counting(store, tmp_path, lambda: library, lambda: now, Live()) as counter:
        async with store.work() as work:
            by = await work.staff.add("hana", "Hana", "correct horse battery", HANDLER, now)
            await work.presence.switch(by, True, now)
        for number, text in enumerate(("person", "Wait for a person")):
            await counter.take(Address(TELEGRAM, "1"), str(number), Said(text))
        with listening() as executed:
            async with store.work() as work:
                assert len(await work.live_desk.waiting()) == 1
                id, _ = await chats.take_next(work, by)
                await chats.write(work, id, by, "Hello")
                assert len(await work.live_desk.taken()) == 1
                await work.live_desk.addresses(TELEGRAM)
                chat = await work.live_desk.find(id)
                assert chat is not None
                await work.transcript.of(chat.conversation_id or "")
            watch = LiveWatch(store, chats, counter.told, lambda: now, Alerts(()), LiveSettings())
            await watch.look()
    assert len(executed) > 10
    assert scans(tmp_path / DATABASE, executed) == []


async def test_no_click_of_staff_makes_the_database_look_through_a_table(
    store: Store, tmp_path: Path, now: datetime
) -> None:
    reach = Reach(("harlow",), 1, frozenset({"FC-1"}), frozenset({"FC-2"}))
    async with store.work() as work:
        staff = await work.staff.add("hana", "Hana", "", "supervisor", now)
        token = await work.sessions.open(staff, now)
        by = By(replace(staff, reach=reach), may_see_restricted=True)
        with listening() as executed:
            await work.sessions.current(token, now)
            await work.sessions.of(staff, now, token)
            await work.glass.break_glass("FC-1", "needed", staff, now)
            await work.glass.conflicts("FC-1")
            await work.staff.of_subject("https://issuer.example", "1")
            await work.passkeys.find("credential")
            await work.erasure.waiting(now, by)
            await work.glance.of(by, live_chats=True, due_before=now)
            # The view of all reports reads the whole index of the queue: see benchmarks console.
            await work.queue.list(QueueFilter(statuses=OPEN, districts=("harlow",)), by)
    assert len(executed) > 10
    assert scans(tmp_path / DATABASE, executed) == []


async def test_no_look_for_what_is_alike_goes_through_a_table(
    store: Store, tmp_path: Path, now: datetime
) -> None:
    place = Traits(street="mill road", latitude=51.7, longitude=0.5)
    report = NewReport("asb", (), Place("Mill Road", "chelmsford"))
    async with store.work() as work:
        sue = By(await work.staff.add("sue", "Sue", "correct horse battery", "supervisor", now))
        first, second = [work.reports.keep(report, None, now)[0] for _ in range(2)]
    with listening() as executed:
        async with store.work() as work:
            for unread in await work.traces.unread(9):
                read = Read(place, (*place_keys(place), (KeyKind.PHONE, "0770")), "")
                await work.traces.keep(unread, read, now)
            await work.notices.not_same(first, second, sue, now)
            found = await work.notices.beside(first, sue, now)
            await work.traces.find([(KeyKind.PHONE, "0770")])
            await work.shares.of(first, sue)
            await work.queue.unopened(now)
            await work.patterns.by_kind(now, 14)
            await work.patterns.at_places(now, now)
    assert found.reporter
    assert scans(tmp_path / DATABASE, executed) == []


def test_a_look_at_every_row_would_be_found(tmp_path: Path) -> None:
    file = tmp_path / "small.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE handled (source, event_id, PRIMARY KEY (source, event_id))")
    by_half_a_key = ("SELECT 1 FROM handled WHERE event_id = ?", ("1",))
    by_the_key = ("SELECT 1 FROM handled WHERE source = ? AND event_id = ?", ("web", "1"))
    assert scans(file, [by_half_a_key, by_the_key]) == [by_half_a_key[0]]
