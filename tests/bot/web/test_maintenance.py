"""The maintenance switch: turned while the counter runs, kept across restarts, never above 999."""

from datetime import timedelta

import pytest

from bot.maintenance import Maintenance
from bot.orders import Operator, Order
from tests.bot.web.resident import Resident
from tests.chat_desk import Desk

DANGER = "there is a man with a knife in my house now"


async def order(desk: Desk, name: str) -> str:
    told: list[str] = []
    said = await Operator(desk.store, desk.clock, turned=lambda: told.append("")).carry_out(
        Order(name)
    )
    await desk.maintenance.look()
    return said


async def test_closed_it_takes_nothing_but_answers_an_emergency(
    desk: Desk, resident: Resident
) -> None:
    assert "closed for maintenance" in await order(desk, "maintenance on")
    calm = await resident.say("what is stop and search")
    assert "closed for maintenance" in calm.text
    urgent = await resident.say(DANGER)
    assert "Call 999 now" in urgent.text
    async with desk.store.work() as work:
        assert await work.alarms.count_open() == 1


async def test_it_stays_closed_across_a_restart_until_it_is_opened(desk: Desk) -> None:
    await order(desk, "maintenance on")
    restarted = Maintenance(desk.store, desk.live)
    await restarted.look()
    assert restarted.on
    assert "open" in await order(desk, "maintenance off")
    await restarted.look()
    assert not restarted.on
    assert "open" in await order(desk, "maintenance status")
    async with desk.store.work() as work:
        done = [(event.who, event.what) for event in await work.audit.latest(2)]
        assert await work.audit.verify() is None
    assert done == [("command line", "maintenance off"), ("command line", "maintenance on")]


@pytest.mark.parametrize("closed", [False, True])
async def test_an_emergency_is_answered_after_a_flood_at_night(
    desk: Desk, resident: Resident, closed: bool
) -> None:
    if closed:
        await order(desk, "maintenance on")
    desk.clock.pass_by(timedelta(hours=-7))
    for _ in range(62):
        await resident.say("")
    page = await resident.say(DANGER)
    assert page.status == 200
    assert "Call 999" in page.text
