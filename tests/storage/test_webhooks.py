"""Webhooks are told what happened, in the transaction in which it did, and nobody's words."""

from datetime import datetime, timedelta

import pytest

from handlers.report import RESTRICTED, Disposition, NewReport, Place, Status
from storage.findings import NumberKind
from storage.scope import By
from storage.tidings import WANTED, Tiding
from storage.webhooks import Delivery, DeliveryState
from storage.work import Store

SECRET = bytes(range(32))


@pytest.fixture
async def told(store: Store, now: datetime) -> str:
    """A webhook that is told everything but of what few may see; and one that wants alarms only."""
    async with store.work() as work:
        await work.webhooks.add("https://noise.example/", SECRET, [Tiding.ALARM], now)
        return await work.webhooks.add("https://force.example/hook", SECRET, WANTED, now)


async def messages(store: Store, id: str) -> list[Delivery]:
    """What the webhook was told, oldest first."""
    async with store.work() as work:
        log = await work.webhooks.log(None, 100)
    return [each for each in reversed(log) if each.webhook_id == id]


async def test_each_change_of_a_report_is_told_once(
    store: Store, told: str, now: datetime, new_report: NewReport, handler: By
) -> None:
    later = now + timedelta(minutes=5)
    async with store.work() as work:
        reference, _ = work.reports.keep(new_report, None, now)
    async with store.work() as work:
        await work.casework.change_status(reference, Status.IN_TRIAGE, None, handler, later, 0)
        await work.reports.add(reference, "more", later)
        await work.casework.note(reference, "a note changes nothing", handler, later)
        number = (reference, NumberKind.CRIME, "42/1/26", handler, later)
        assert await work.findings.number(*number)
        assert not await work.findings.number(*number)
        come = Disposition.ADVICE_GIVEN
        await work.casework.change_status(reference, Status.CLOSED, come, handler, later, 3)
    log = await messages(store, told)
    assert [(each.event, each.reference) for each in log] == [
        (Tiding.CREATED, reference),
        (Tiding.CHANGED, reference),
        (Tiding.CHANGED, reference),
        (Tiding.CHANGED, reference),
        (Tiding.CLOSED, reference),
    ]
    first, last = log[0], log[-1]
    assert (first.kind, first.district, first.status, first.version) == (
        "asb", "chelmsford", "new", 0,
    )  # fmt: skip
    assert (last.status, last.version, last.at, last.made_at) == ("closed", 4, later, now)


async def test_what_is_rolled_back_was_never_told(
    store: Store, told: str, now: datetime, new_report: NewReport
) -> None:
    async def fail() -> None:
        async with store.work() as work:
            reference, _ = work.reports.keep(new_report, None, now)
            await work.reports.add(reference, "more", now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await messages(store, told) == []


async def test_what_few_may_see_is_told_only_to_who_may(
    store: Store, told: str, now: datetime, handler: By, supervisor: By
) -> None:
    async with store.work() as work:
        cleared = await work.webhooks.add(
            "https://cleared.example/", SECRET, [Tiding.CREATED], now, restricted=True
        )
        report = NewReport("domestic", (), Place("home"), frozenset({RESTRICTED}))
        reference, _ = work.reports.keep(report, None, now)
    assert await messages(store, told) == []
    (message,) = await messages(store, cleared)
    assert message.reference == reference
    async with store.work() as work:
        assert await work.webhooks.log(handler, 10) == ()
        assert await work.webhooks.log(supervisor, 10) == (message,)


async def test_of_an_alarm_is_told_that_there_is_one(
    store: Store, told: str, now: datetime
) -> None:
    async with store.work() as work:
        work.alarms.keep("he has a knife", "alarm", "weapon", None, now)
    (message,) = await messages(store, told)
    assert (message.event, message.kind, message.status) == (Tiding.ALARM, "alarm", "alarm")
    assert message.reference == ""
    assert message.alarm_id
    assert "knife" not in repr(message)
    assert "weapon" not in repr(message)


async def test_what_was_told_of_a_report_goes_with_it(
    store: Store, told: str, now: datetime, new_report: NewReport
) -> None:
    async with store.work() as work:
        reference, _ = work.reports.keep(new_report, None, now)
        await work.erasure.erase(reference, "sue", now)
    assert await messages(store, told) == []


async def test_a_message_is_due_until_it_is_taken_or_given_up(
    store: Store, told: str, now: datetime, new_report: NewReport
) -> None:
    async with store.work() as work:
        for _ in range(2):
            work.reports.keep(new_report, None, now)
    async with store.work() as work:
        (webhook,) = await work.webhooks.waiting(now)
        assert (webhook.id, webhook.address) == (told, "https://force.example/hook")
        assert webhook.secret == SECRET
        assert "force.example" in webhook.address
        first, second = await work.webhooks.due(told, now, 10)
        work.webhooks.again(first, now + timedelta(minutes=1), 500, "")
        work.webhooks.delivered(second, 204, now)
    async with store.work() as work:
        assert await work.webhooks.waiting(now) == ()
        later = now + timedelta(minutes=1)
        (again,) = await work.webhooks.due(told, later, 10)
        assert (again.id, again.attempts, again.answer) == (first.id, 1, 500)
        work.webhooks.failed(again, None, "no connection", later)
    assert [(each.state, each.why) for each in await messages(store, told)] == [
        (DeliveryState.FAILED, "no connection"),
        (DeliveryState.DELIVERED, ""),
    ]
    async with store.work() as work:
        assert await work.webhooks.remove(told, now)
        assert not await work.webhooks.remove(told, now)
    assert await messages(store, told) == []
