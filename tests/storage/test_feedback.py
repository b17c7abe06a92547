"""What comms learn from, and what only supervisors may read."""

from datetime import date, datetime, timedelta

import pytest

from storage.conversations import WEB, Address
from storage.feedback import AnswerCount, Opinion
from storage.work import Store


async def test_opinions_come_back_newest_first(store: Store, now: datetime) -> None:
    later = now + timedelta(minutes=1)
    async with store.work() as work:
        work.feedback.keep(False, "asb", "", later)
        work.feedback.keep(None, "", "good service", later + timedelta(minutes=1))
        assert await work.feedback.opinions(2) == (
            Opinion(later + timedelta(minutes=1), None, "", "good service"),
            Opinion(later, False, "asb", ""),
        )
        assert await work.feedback.purge(later) == 1
        assert len(await work.feedback.opinions(9)) == 2


async def test_unanswered_questions_come_with_what_was_nearest(store: Store, now: datetime) -> None:
    later = now + timedelta(minutes=1)
    async with store.work() as work:
        work.feedback.keep_unanswered("do drones need a badge", ["drones", "lost"], "ada", later)
        (found,) = await work.feedback.unanswered("clare", later, 1)
        assert (found.at, found.text) == (later, "do drones need a badge")
        assert found.nearest == ("drones", "lost")
        assert not found.passed
        (event,) = await work.audit.latest(1)
        assert (event.who, event.what) == ("clare", "questions viewed")
        assert await work.feedback.purge_unanswered(later) == 1
        assert await work.feedback.unanswered("clare", later, 9) == (found,)


async def test_askers_are_told_apart_and_no_more(store: Store, now: datetime) -> None:
    async with store.work() as work:
        for text, chat in (("a", "ada"), ("b", "ben"), ("c", "ada")):
            work.feedback.keep_unanswered(text, [], chat, now)
        found = {q.text: q.asker for q in await work.feedback.unanswered("clare", now, 9)}
    assert found["a"] == found["c"] != found["b"]
    assert "ada" not in found["a"]


async def test_a_question_passed_on_is_marked_and_audited(store: Store, now: datetime) -> None:
    async with store.work() as work:
        later = now + timedelta(minutes=1)
        work.feedback.keep_unanswered("is there a lost hat", [], "ada", later)
        (found,) = await work.feedback.unanswered("hal", now, 1)
        await work.feedback.pass_unanswered(found.id, "hal", now)
        (found,) = await work.feedback.unanswered("hal", now, 1)
        assert found.passed
        assert "question passed on" in {event.what for event in await work.audit.latest(9)}
        with pytest.raises(LookupError):
            await work.feedback.pass_unanswered("none", "hal", now)


async def test_what_somebody_asked_goes_with_their_chat(store: Store, now: datetime) -> None:
    async with store.work() as work:
        kept = await work.conversations.load(Address(WEB, "ada"), now)
        work.feedback.keep_unanswered("mine", [], kept.id, now)
        work.feedback.keep_unanswered("somebody else's", [], "other", now)
        await work.conversations.forget(kept.id)
        left = {question.text for question in await work.feedback.unanswered("clare", now, 9)}
    assert "somebody else's" in left
    assert "mine" not in left


async def test_answers_are_counted_by_day_article_and_outcome(store: Store, now: datetime) -> None:
    tomorrow = now + timedelta(days=1)
    async with store.work() as work:
        for at in (now, now, tomorrow):
            work.feedback.count("asb", "answer", at)
        work.feedback.count("asb", "options", now)
        day = date(2026, 11, 22)
        assert await work.feedback.counts(day, day) == (
            AnswerCount(day, "asb", "answer", 2),
            AnswerCount(day, "asb", "options", 1),
            AnswerCount(day, "noise", "answer", 1),
        )
        assert len(await work.feedback.counts(day, day + timedelta(days=1))) == 4
