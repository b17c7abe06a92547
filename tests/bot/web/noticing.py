"""Reports about one street, read as the program reads them, for tests of the console."""

from datetime import timedelta
from typing import Any

from bot.noticing import Noticing
from handlers.report import Answer, Place
from tests.console_desk import Desk

BIKES = "Lads race motorbikes along the alley every evening"
BIKES_TOO = "Motorbikes racing down the alley again this evening, the same lads"


async def told(desk: Desk, what: str = BIKES, *, days: float = 0, **changes: Any) -> str:
    """Keep a report about Mill Road of so many days ago; its reference."""
    answers = (
        Answer("what", "What happens", what),
        Answer("where", "Where", "Mill Road, Chelmsford"),
        Answer("who", "People", "Dave with the red hair"),
        Answer("name", "Name", "Margaret Hale"),
        Answer("phone", "Phone", "07700 900123"),
    )
    usual: dict[str, Any] = {
        "answers": answers,
        "place": Place("Mill Road, Chelmsford", "chelmsford"),
    }
    now = desk.clock.now
    desk.clock.now = now - timedelta(days=days)
    reference = await desk.report(**(usual | changes))
    desk.clock.now = now
    return reference


async def read(desk: Desk, *, through: bool = False) -> None:
    """Read what waits, and look through all where that is wanted."""
    noticing = Noticing(desk.store, lambda: desk.shelf.library, desk.clock, desk.live)
    while await noticing.read():
        pass
    if through:
        await noticing.look_through()
