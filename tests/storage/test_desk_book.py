"""What staff keep for each other and themselves."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from storage.desk_book import MOST_VIEWS, Before, ShiftNote
from storage.scope import By
from storage.work import Store


async def test_a_saved_view_is_its_owners_alone(
    store: Store, now: datetime, handler: By, supervisor: By, noise: Any
) -> None:
    async with store.work() as work:
        await work.desk.save_view("Harlow cars", "district=harlow", handler, now)
        (view,) = await work.desk.views(handler)
        assert (view.name, view.query) == ("Harlow cars", "district=harlow")
        assert await work.desk.views(supervisor) == ()
        await work.desk.drop_view(view.id, supervisor)
        assert await work.desk.views(handler) == (view,)
        await work.desk.drop_view(view.id, handler)
        assert await work.desk.views(handler) == ()


async def test_there_is_an_end_to_saved_views(
    store: Store, now: datetime, handler: By, noise: Any
) -> None:
    async with store.work() as work:
        for number in range(MOST_VIEWS):
            await work.desk.save_view(str(number), "kind=asb", handler, now)
        with pytest.raises(ValueError, match="Delete one first"):
            await work.desk.save_view("one more", "kind=asb", handler, now)


async def test_a_bulk_action_can_be_undone_once_by_who_did_it(
    store: Store, now: datetime, handler: By, supervisor: By, noise: Any
) -> None:
    before = (Before(noise.reference, 1, None),)
    async with store.work() as work:
        id = await work.desk.did("take", before, handler, now)
        action = await work.desk.action(id, handler)
        assert action is not None
        assert (action.what, action.before, action.undone) == ("take", before, False)
        assert await work.desk.action(id, supervisor) is None
        assert not await work.desk.undo(id, supervisor, now)
        assert await work.desk.undo(id, handler, now)
        assert not await work.desk.undo(id, handler, now)


async def test_notes_between_shifts_come_newest_first_and_are_forgotten_in_time(
    store: Store, now: datetime, handler: By, supervisor: By, noise: Any
) -> None:
    later = now + timedelta(hours=8)
    async with store.work() as work:
        await work.desk.hand_over("Mill Lane is quiet again", handler, now)
        await work.desk.hand_over("Ring Harlow", supervisor, later)
        assert await work.desk.shift_notes(5) == (
            ShiftNote("Sue Pervisor", later, "Ring Harlow"),
            ShiftNote("Hana Handler", now, "Mill Lane is quiet again"),
        )
        await work.desk.purge(later)
        assert [one.text for one in await work.desk.shift_notes(5)] == ["Ring Harlow"]
