"""Retention: what is past its limit goes, everything else stays."""

from datetime import datetime, timedelta
from typing import Any

from handlers.conversation import Conversation
from handlers.draft import Draft
from handlers.messages import Reply
from handlers.report import NewReport
from storage.conversations import TELEGRAM, WEB, Address
from storage.retention import Retention, purge
from storage.work import Store

LIMITS = Retention()


async def test_on_the_first_day_nothing_goes(store: Store, now: datetime) -> None:
    assert set((await purge(store, now + timedelta(hours=1), LIMITS)).values()) == {0}


async def test_each_kind_goes_when_its_own_time_has_come(
    store: Store, now: datetime, new_report: NewReport, noise: Any
) -> None:
    drafting = Conversation(draft=Draft("asb", now))
    async with store.work() as work:
        chat = await work.conversations.load(Address(TELEGRAM, "old"), now)
        work.conversations.save(chat, drafting, now)
        work.transcript.say(chat, [Reply("x")], now)
        page = await work.conversations.load(Address(WEB, "old"), now)
        reference, _ = work.reports.keep(new_report, page.id, now)
        await work.reports.by_code("wrong", page.id, now)
    await store.login("hana", "correct horse battery", "10.0.0.1", now)
    gone: dict[str, int] = {}
    for days in (2, 9, 31, 91, 366):
        for kind, count in (await purge(store, now + timedelta(days=days), LIMITS)).items():
            if count:
                assert kind not in gone, kind
                gone[kind] = days
    assert gone == {
        "web chats": 2,
        "tries": 2,
        "sessions": 2,
        "handled": 9,
        "drafts": 31,
        "messages": 31,
        "unanswered": 31,
        "alarms": 91,
        "telegram chats": 366,
        "feedback": 366,
        "hand overs": 366,
    }
    async with store.work() as work:
        assert await work.reports.read(reference) is not None
        assert await work.reports.read(noise.reference) is not None
        assert await work.conversations.find(noise.telegram) is not None
        assert await work.audit.verify() is None
