"""What the pages of the console are made from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.alerts import Alerts
from bot.live import Live
from bot.service import Counter
from bot.shelf import Shelf
from bot.web.console_frame import Frame
from storage.work import Store


@dataclass(frozen=True, slots=True)
class Room:
    """Everything that some page of the console needs, made once."""

    store: Store
    counter: Counter
    shelf: Shelf
    live: Live
    clock: Callable[[], datetime]
    frame: Frame
    alerts: Alerts
