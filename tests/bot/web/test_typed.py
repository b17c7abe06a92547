"""A resident's typing is told on from a page of ours alone, and the person's is shown on it."""

from bot.live import HANDLER, RESIDENT, Typing
from bot.web.door import PER_SESSION
from bot.web.session import address_of
from tests.bot.web.resident import Resident
from tests.chat_desk import Desk


async def typing(resident: Resident, token: str) -> int:
    """Tell that they type; the answer's status."""
    async with resident.client.post("/typing", data={"token": token}) as response:
        return response.status


async def test_typing_is_told_on(desk: Desk, resident: Resident) -> None:
    assert await typing(resident, resident.page.fields["token"]) == 204
    assert desk.live.typed_at(Typing(address_of(resident.session), RESIDENT)) is not None


async def test_a_page_of_somebody_else_tells_nothing(desk: Desk, resident: Resident) -> None:
    assert await typing(resident, "made up") == 403
    assert desk.live.typed_at(Typing(address_of(resident.session), RESIDENT)) is None


async def test_too_much_of_it_is_refused(resident: Resident) -> None:
    token = resident.page.fields["token"]
    answers = [await typing(resident, token) for _ in range(PER_SESSION[1] + 1)]
    assert set(answers[:-1]) == {204}
    assert answers[-1] == 429


async def test_the_persons_typing_is_streamed(desk: Desk, resident: Resident) -> None:
    async with resident.client.get("/events") as response:
        await response.content.readuntil(b"retry: 3000\n\n")
        desk.live.tell(Typing(address_of(resident.session), HANDLER))
        assert await response.content.readuntil(b"\n\n") == b"event: typing\ndata: person\n\n"
