"""What staff do with a report besides writing: filed, found out, blacked out, and told about."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers.report import RESTRICTED, Answer, NewReport, Status
from storage.conversations import WEB, Address
from storage.erasure import PICTURE, Tombstone
from storage.errors import Conflict
from storage.findings import ForceNumber, NumberKind, Reasons, Relation
from storage.queue import QueueFilter
from storage.redaction import BLACK, Redaction, Why, quoted
from storage.scope import By
from storage.work import Store, Work

Keep = Callable[..., Awaitable[str]]


@pytest.fixture
def keep(store: Store, now: datetime, new_report: NewReport) -> Keep:
    """Keeps a report like the usual one, with other fields where they are given."""

    async def keep_one(**fields: Any) -> str:
        async with store.work() as work:
            return work.reports.keep(replace(new_report, **fields), None, now)[0]

    return keep_one


async def story(work: Work, reference: str, by: By, now: datetime) -> list[str]:
    report = await work.casework.open(reference, by, now)
    assert report is not None
    return [one.text or f"{one.before} → {one.after}" for one in report.story]


async def mentioned(work: Work, by: By) -> int:
    """In how many reports somebody is named and has not looked since."""
    return (await work.glance.of(by, live_chats=False, due_before=None)).mentions


async def test_a_first_look_a_first_reply_and_the_end_are_noted_once(
    store: Store, now: datetime, keep: Keep, handler: By, noise: Any
) -> None:
    reference = await keep()
    later = now + timedelta(hours=1)
    async with store.work() as work:
        for at in (now, later):
            await work.casework.open(reference, handler, at)
            await work.casework.message(reference, "hello", handler, at)
        (row,) = (await work.queue.list(QueueFilter(references=(reference,)), handler)).rows
        report = await work.casework.open(reference, handler, later)
    assert row.seen
    assert report is not None
    assert (report.viewed_at, report.replied_at, report.closed_at) == (now, now, None)


async def test_what_is_filed_is_told_in_the_story(
    store: Store, now: datetime, keep: Keep, handler: By, supervisor: By, noise: Any
) -> None:
    reference = await keep()
    async with store.work() as work:
        filing = work.filing
        await filing.assign(reference, supervisor.staff, handler, now, 0)
        await filing.assign(reference, handler.staff, handler, now, 1)
        await filing.assign(reference, handler.staff, handler, now, 2)
        await filing.assign(reference, None, handler, now, 2)
        await filing.hand_on(reference, "harlow", "Harlow NPT", handler, now, 3)
        await filing.put(reference, 1, handler, now, 4)
        await filing.tag(reference, ("CCTV", "repeat"), ("CCTV", "repeat"), handler, now, 5)
        await filing.tag(reference, ("CCTV",), ("CCTV", "repeat"), handler, now, 6)
        assert await story(work, reference, handler, now) == [
            "gave it to Sue Pervisor",
            "took it on",
            "put it back for anybody",
            "handed it on to Harlow NPT",
            "set the priority to high",
            "tagged it “CCTV”, “repeat”",
            "took off the tag “repeat”",
        ]
        report = await work.casework.open(reference, handler, now)
    assert report is not None
    assert (report.team, report.assignee, report.priority) == ("harlow", "", 1)
    assert report.tags == ("CCTV",)


async def test_a_tag_that_is_not_on_the_list_any_more_stays(
    store: Store, now: datetime, keep: Keep, handler: By, noise: Any
) -> None:
    reference = await keep()
    async with store.work() as work:
        await work.filing.tag(reference, ("old",), ("old",), handler, now)
        await work.filing.tag(reference, ("new",), ("new",), handler, now)
        report = await work.casework.open(reference, handler, now)
    assert report is not None
    assert report.tags == ("new", "old")


async def test_whoever_comes_second_changes_nothing(
    store: Store, now: datetime, keep: Keep, handler: By, noise: Any
) -> None:
    reference, other = await keep(), await keep()
    async with store.work() as work:
        await work.filing.put(reference, 1, handler, now, 0)
    why = Why.IDENTITY
    number, same = NumberKind.CRIME, Relation.SAME_PROBLEM
    attempts: tuple[Callable[[Work], Awaitable[None]], ...] = (
        lambda work: work.filing.assign(reference, None, handler, now, 0),
        lambda work: work.filing.put(reference, -1, handler, now, 0),
        lambda work: work.filing.due(reference, now, "now", handler, now, 0),
        lambda work: work.filing.tag(reference, ("x",), ("x",), handler, now, 0),
        lambda work: work.filing.hand_on(reference, "x", "X", handler, now, 0),
        lambda work: work.findings.number(reference, number, "42/1/26", handler, now, 0),
        lambda work: work.findings.link(reference, other, same, handler, now, 0),
        lambda work: work.findings.grade(reference, "priority", Reasons("x"), handler, now, 0),
        lambda work: work.redactions.redact(reference, "here", why, handler, now, 0),
    )
    for attempt in attempts:
        with pytest.raises(Conflict):
            async with store.work() as work:
                await attempt(work)
    async with store.work() as work:
        assert await story(work, reference, handler, now) == ["set the priority to high"]


async def test_what_is_hidden_from_somebody_can_be_worked_on_by_others_only(
    store: Store, now: datetime, keep: Keep, handler: By, supervisor: By, noise: Any
) -> None:
    hidden, other = await keep(flags=frozenset({RESTRICTED})), await keep()
    async with store.work() as work:
        for attempt in (
            work.filing.put(hidden, 1, handler, now, 0),
            work.findings.number(hidden, NumberKind.CRIME, "42/1/26", handler, now, 0),
            work.findings.link(other, hidden, Relation.DUPLICATE, handler, now, 0),
            work.redactions.redact(hidden, "here", Why.IDENTITY, handler, now, 0),
            work.redactions.quarantine(hidden, "x", handler, now, 0),
        ):
            with pytest.raises(LookupError):
                await attempt
        await work.findings.link(other, hidden, Relation.DUPLICATE, supervisor, now, 0)
        assert [one.reference for one in await work.findings.links(other, supervisor)] == [hidden]
        assert await work.findings.links(other, handler) == ()


async def test_numbers_of_the_force_find_the_report_again(
    store: Store, now: datetime, keep: Keep, handler: By, supervisor: By, noise: Any
) -> None:
    reference, hidden = await keep(), await keep(flags=frozenset({RESTRICTED}))
    crime = NumberKind.CRIME
    async with store.work() as work:
        for _ in range(2):
            await work.findings.number(reference, crime, "42/1234/26", handler, now)
        await work.findings.number(hidden, crime, "42/1234/26", supervisor, now)
        assert await work.findings.numbers(reference) == (ForceNumber(crime, "42/1234/26", now),)
        assert await work.findings.numbered("42/1234/26", handler) == (reference,)
        assert await work.findings.numbered("42/0000/26", handler) == ()


async def test_a_link_is_seen_from_both_sides_and_can_be_taken_back(
    store: Store, now: datetime, keep: Keep, handler: By, noise: Any
) -> None:
    reference, other = await keep(), await keep(kind="theft")
    async with store.work() as work:
        findings = work.findings
        await findings.link(reference, other, Relation.SAME_PROBLEM, handler, now, 0)
        await findings.link(reference, other, Relation.MERGED, handler, now, 1)
        (one,) = await findings.links(reference, handler)
        (two,) = await findings.links(other, handler)
        assert (one.reference, one.relation, one.first, one.kind) == (
            other, Relation.MERGED, True, "theft",
        )  # fmt: skip
        assert (two.reference, two.first) == (reference, False)
        assert (await story(work, other, handler, now))[-1] == f"merged this into it: {reference}"
        with pytest.raises(ValueError, match="cannot belong to itself"):
            await findings.link(reference, reference, Relation.DUPLICATE, handler, now, 2)
        await findings.unlink(other, reference, handler, now)
        assert await findings.links(reference, handler) == ()


async def test_the_last_grade_holds_and_those_before_stay(
    store: Store, now: datetime, keep: Keep, handler: By, noise: Any
) -> None:
    reference = await keep()
    first, second = Reasons(threat="shouting"), Reasons(threat="a knife", harm="hurt")
    async with store.work() as work:
        await work.findings.grade(reference, "scheduled", first, handler, now)
        await work.findings.grade(reference, "priority", second, handler, now)
        grades = await work.findings.grades(reference)
    assert [(one.grade, one.reasons, one.by) for one in grades] == [
        ("priority", second, "Hana Handler"),
        ("scheduled", first, "Hana Handler"),
    ]


async def test_a_passage_is_black_wherever_it_stands_until_it_is_shown_again(
    store: Store, now: datetime, keep: Keep, handler: By, noise: Any
) -> None:
    answers = (Answer("what", "What", "JOHN SMITH did it, said John Smith"),)
    reference = await keep(answers=answers)
    async with store.work() as work:
        await work.reports.add(reference, "john smith again", now)
        await work.casework.note(reference, "No such man", handler, now)
        assert await work.redactions.stands(reference, "john smith", handler)
        assert not await work.redactions.stands(reference, "Jane", handler)
        await work.redactions.redact(reference, "John Smith", Why.IDENTITY, handler, now, 1)
        report = await work.casework.open(reference, handler, now)
        assert report is not None
        assert report.answers[0].value == f"{BLACK} did it, said {BLACK}"
        assert report.story[0].text == f"{BLACK} again"
        (redaction,) = report.redactions
        assert (redaction.passage, redaction.why) == ("John Smith", Why.IDENTITY)
        async for words in work.search.words(handler):
            assert reference not in {one.reference for one in words}
        version = report.version
        await work.redactions.lift(reference, redaction.id, handler, now, version)
        with pytest.raises(LookupError):
            await work.redactions.lift(reference, redaction.id, handler, now, version + 1)
        shown = await work.casework.open(reference, handler, now)
    assert shown is not None
    assert shown.answers == answers


@pytest.mark.parametrize(
    ("quotation", "shown"),
    [
        ("People are climbing", BLACK),
        ("now people are climbing over", "now [redacted] over"),
        ("shouting: People are", BLACK),
        ("CLIMBING over my fence", BLACK),
        ("over my fence", "over my fence"),
        ("", ""),
    ],
)
def test_a_quotation_tells_nothing_of_what_is_blacked_out(
    now: datetime, quotation: str, shown: str
) -> None:
    passage = Redaction("1", "people are climbing", "why", "Robin", now)
    assert quoted(quotation, [passage]) == shown
    assert quoted(quotation, []) == quotation


async def with_a_picture(store: Store, keep: Keep, now: datetime) -> str:
    """A report that came with a picture; its reference."""
    async with store.work() as work:
        chat = await work.conversations.load(Address(WEB, "somebody"), now)
        kept = await work.files.keep(b"indecent", "image/png", chat.id, now)
    return await keep(photos=(kept,))


async def test_a_picture_that_is_locked_away_leaves_its_hash_alone(
    store: Store, now: datetime, keep: Keep, handler: By, noise: Any
) -> None:
    reference = await with_a_picture(store, keep, now)
    async with store.work() as work:
        report = await work.casework.open(reference, handler, now)
        assert report is not None
        (photo,) = report.photos
        await work.redactions.quarantine(reference, photo.id, handler, now, report.version)
        after = await work.casework.open(reference, handler, now)
        assert after is not None
        assert after.photos == ()
        assert [one.sha256 for one in after.quarantined] == [photo.sha256]
        assert await work.casework.photo(reference, photo.id, handler, now) is None
        with pytest.raises(LookupError):
            await work.files.read(photo.id)
        assert await work.erasure.buried() == (Tombstone(PICTURE, photo.id, now),)


async def test_a_picture_that_was_locked_away_comes_back_from_no_backup(
    store: Store, now: datetime, keep: Keep, handler: By
) -> None:
    reference = await with_a_picture(store, keep, now)
    async with store.work() as work:
        (photo,) = await work.files.of(reference)
        stone = Tombstone(PICTURE, photo.id, now)
        assert await work.erasure.erase_again([stone]) == 1
        report = await work.casework.open(reference, handler, now)
        assert report is not None
        assert (report.photos, [one.sha256 for one in report.quarantined]) == ((), [photo.sha256])
        assert await work.erasure.erase_again([stone]) == 0
        assert await work.erasure.buried() == (stone,)


async def test_nor_from_one_of_before_its_report_was_sent(store: Store, now: datetime) -> None:
    async with store.work() as work:
        chat = await work.conversations.load(Address(WEB, "somebody"), now)
        loose = await work.files.keep(b"indecent", "image/png", chat.id, now)
        assert await work.erasure.erase_again([Tombstone(PICTURE, loose, now)]) == 1
        with pytest.raises(LookupError):
            await work.files.read(loose)


async def test_whoever_is_named_in_a_note_finds_it_until_they_have_opened_it(
    store: Store, now: datetime, keep: Keep, handler: By, supervisor: By, noise: Any
) -> None:
    reference = await keep()
    named = (supervisor.staff.id, handler.staff.id)
    async with store.work() as work:
        await work.casework.note(reference, "@sue, see this", handler, now, named)
        assert await mentioned(work, handler) == 0
        assert await mentioned(work, supervisor) == 1
        (mention,) = await work.mentions.unseen(supervisor)
        assert (mention.reference, mention.by) == (reference, "Hana Handler")
        await work.casework.open(reference, supervisor, now)
        assert await mentioned(work, supervisor) == 0


async def test_a_report_waits_for_an_answer_and_goes_on_when_it_comes(
    store: Store, now: datetime, keep: Keep, handler: By, noise: Any
) -> None:
    reference = await keep()
    until = now + timedelta(days=7)
    async with store.work() as work:
        triage = Status.IN_TRIAGE
        await work.casework.change_status(reference, triage, None, handler, now, 0)
        await work.casework.message(reference, "Which door?", handler, now, answer_by=until)
        waiting = await work.casework.open(reference, handler, now)
        assert waiting is not None
        assert (waiting.status, waiting.answer_by) == (Status.AWAITING_REPORTER, until)
        await work.reports.add(reference, "The back door", now)
        going_on = await work.casework.open(reference, handler, now)
    assert going_on is not None
    assert (going_on.status, going_on.answer_by) == (Status.IN_PROGRESS, None)


async def test_a_new_report_can_be_asked_about_though_it_cannot_wait(
    store: Store, now: datetime, keep: Keep, handler: By, noise: Any
) -> None:
    reference = await keep()
    async with store.work() as work:
        await work.casework.message(reference, "Which door?", handler, now, answer_by=now)
        report = await work.casework.open(reference, handler, now)
    assert report is not None
    assert (report.status, report.answer_by) == (Status.NEW, now)
