"""Pictures sent on the page: one by one, kept as they came, refused in words."""

import io

import pytest
from aiohttp import FormData
from PIL import Image

from bot.web.session import address_of
from handlers.conversation import Conversation, Step
from handlers.draft import Draft
from handlers.photos import MOST_PHOTOS
from tests.bot.web.resident import Resident
from tests.chat_desk import Desk

TOO_BIG = 11 * 1024 * 1024


@pytest.fixture
async def asked(desk: Desk, resident: Resident) -> Resident:
    """Somebody who is being asked for pictures."""
    await resident.say("hello")
    async with desk.store.work() as work:
        kept = await work.conversations.load(address_of(resident.session), desk.clock())
        draft = Draft("asb", desk.clock(), open="photos")
        conversation = Conversation(Step.REPORTING, welcomed=True, draft=draft)
        work.conversations.save(kept, conversation, desk.clock())
    return resident


async def test_each_picture_is_kept_byte_by_byte(desk: Desk, asked: Resident) -> None:
    pictures = [_picture("JPEG", 1), _picture("PNG", 2), _picture("WEBP", 3)]
    page = await asked.send_pictures(*pictures)
    assert page.status == 200
    assert "I have 3 of your pictures" in page.lines[-1]
    ids = (await _draft(desk, asked)).photos
    async with desk.store.work() as work:
        kept = [await work.files.read(id) for id in ids]
    assert [data for data, *_ in kept] == pictures
    assert [media for _, media, *_ in kept] == ["image/jpeg", "image/png", "image/webp"]


async def test_the_same_pictures_sent_twice_are_kept_once(desk: Desk, asked: Resident) -> None:
    fields, picture = asked.page.fields, _picture("JPEG", 1)
    await asked.send_pictures(picture)
    asked.page.fields = fields
    await asked.send_pictures(picture)
    assert len((await _draft(desk, asked)).photos) == 1


async def test_a_picture_that_is_too_big_is_refused_in_words(desk: Desk, asked: Resident) -> None:
    page = await asked.send_pictures(b"\xff\xd8\xff" + bytes(TOO_BIG), _picture("JPEG", 1))
    assert page.status == 200
    assert any("too big" in line for line in page.lines)
    assert len((await _draft(desk, asked)).photos) == 1


async def test_what_is_no_picture_is_refused_in_words(desk: Desk, asked: Resident) -> None:
    for data in (b"GIF89a", b"<svg onload=alert(1)>", b"\xff\xd8\xff" * 50, b"%PDF-1.7"):
        page = await asked.send_pictures(data)
        assert page.status == 200
        assert "cannot read that as a picture" in page.lines[-1]
    assert (await _draft(desk, asked)).photos == ()


async def test_one_picture_too_many_is_said(desk: Desk, asked: Resident) -> None:
    page = await asked.send_pictures(*(_picture("JPEG", seed) for seed in range(MOST_PHOTOS + 3)))
    assert "most I can take" in page.lines[-1]
    assert len((await _draft(desk, asked)).photos) == MOST_PHOTOS


async def test_fields_behind_a_picture_are_no_pictures(desk: Desk, asked: Resident) -> None:
    form = FormData({**asked.page.fields})
    form.add_field("photo", io.BytesIO(_picture("PNG", 1)), filename="a.png")
    form.add_field("send", "photos")
    async with asked.client.post("/say", data=form) as response:
        assert "cannot read that" not in await response.text()
    assert len((await _draft(desk, asked)).photos) == 1


async def test_no_picture_chosen_is_an_error(asked: Resident) -> None:
    page = await asked.send_pictures(b"")
    assert page.status == 400
    assert "Choose a picture first" in page.text


async def test_a_picture_nobody_asked_for_is_not_read(desk: Desk, resident: Resident) -> None:
    page = await resident.send_pictures(_picture("JPEG", 1))
    assert page.status == 200
    assert "cannot take a picture here" in page.lines[-1]


async def test_pictures_need_the_form_of_the_page_too(asked: Resident) -> None:
    asked.page.fields = {**asked.page.fields, "token": "0" * 64}
    assert (await asked.send_pictures(_picture("JPEG", 1))).status == 403


async def test_pictures_without_end_are_refused(asked: Resident) -> None:
    page = await asked.send_pictures(*([bytes(TOO_BIG)] * 7))
    assert page.status == 413


def _picture(kind: str, seed: int) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((640, 480), 40 + seed).convert("RGB").save(out, kind)
    return out.getvalue()


async def _draft(desk: Desk, resident: Resident) -> Draft:
    conversation = await desk.conversation(resident.session)
    assert conversation is not None
    assert conversation.draft is not None
    return conversation.draft
