"""What goes in and out of the counter, the same on every channel."""

from dataclasses import dataclass

URGENT, ACKNOWLEDGEMENT, CHAT, BULK = "urgent", "acknowledgement", "chat", "bulk"
LONGEST_TEXT = 4000
"""Characters taken in one go; more is asked to be split, since nothing may be cut off unseen."""

LANES = (URGENT, ACKNOWLEDGEMENT, CHAT, BULK)
"""Outgoing lanes, the most pressing first."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A resident opened the chat; `payload` is a deep link's, such as `report-asb`."""

    payload: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A resident typed something."""

    text: str
    edited: bool = False
    """The text replaces one sent before: it is judged again, and never overwrites what is kept."""


@dataclass(frozen=True, slots=True)
class Chose:
    """A resident pressed a button, perhaps one of yesterday's message."""

    id: str


@dataclass(frozen=True, slots=True)
class SharedPlace:
    """A resident shared where they are, or where it happened; degrees, WGS 84."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class SharedPhoto:
    """A resident sent a photo; `data` is empty where it was not fetched, and `problem` says why."""

    data: bytes = b""
    media: str = "image/jpeg"
    caption: str = ""
    problem: str = ""
    """One of "", "too-big", "not-a-picture", "not-wanted", "not-fetched"."""


@dataclass(frozen=True, slots=True)
class SharedOther:
    """A resident sent what we cannot take: voice, video, sticker, contact, document, …."""

    kind: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """A resident pressed "Leave this site", or blocked the bot."""


@dataclass(frozen=True, slots=True)
class ReportUpdated:
    """Staff wrote to the resident, or changed the status; says nothing of what."""

    reference: str


Event = Opened | Said | Chose | SharedPlace | SharedPhoto | SharedOther | Left | ReportUpdated


@dataclass(frozen=True, slots=True)
class Choice:
    """A button; it can also be typed by its number, its label or, where it is one, yes or no."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to the resident, in the Markdown of knowledge/markup.py."""

    text: str
    choices: tuple[Choice, ...] = ()
    lane: str = CHAT
    takes: str = ""
    """"photos" where the page should offer to attach pictures, "place" to share a location."""
