"""Who is typing is told to those who listen, and forgotten after seconds."""

from bot.live import HANDLER, RESIDENT, TYPING_LASTS, Live, Typing
from storage.conversations import WEB, Address

HERE = Address(WEB, "here")


async def test_one_listener_hears_of_all_its_keys() -> None:
    live = Live()
    async with live.listen(HERE, Typing(HERE, RESIDENT)) as listener:
        for key in (HERE, Typing(HERE, RESIDENT)):
            live.tell(key)
            assert await listener.news(1)
        live.tell(Typing(HERE, HANDLER))
        assert not await listener.news(0.01)


async def test_typing_lasts_for_seconds_and_is_each_ones_own() -> None:
    seconds = [0.0]
    live = Live(seconds=lambda: seconds[0])
    live.tell(Typing(HERE, RESIDENT))
    assert live.typed_at(Typing(HERE, RESIDENT)) == 0.0
    assert live.typed_at(Typing(HERE, HANDLER)) is None
    seconds[0] += TYPING_LASTS + 1
    assert live.typed_at(Typing(HERE, RESIDENT)) is None


async def test_who_typed_long_ago_takes_up_no_room() -> None:
    seconds = [0.0]
    live = Live(seconds=lambda: seconds[0])
    for number in range(2000):
        seconds[0] += 0.1
        live.tell(Typing(Address(WEB, str(number)), RESIDENT))
    assert live.typed_at(Typing(Address(WEB, "1999"), RESIDENT)) is not None
    assert live.typing <= 600
