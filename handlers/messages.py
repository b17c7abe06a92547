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


@dataclass(frozen=True, slots=True)
class HandlerCame:
    """A handler has taken the chat."""


@dataclass(frozen=True, slots=True)
class HandlerWrote:
    """A handler wrote to the resident, in the plain words they typed."""

    text: str


@dataclass(frozen=True, slots=True)
class HandlerChanged:
    """A handler gave the chat to a colleague."""


@dataclass(frozen=True, slots=True)
class HandlerWent:
    """The handler had to go: the resident is at the front of the queue again."""


@dataclass(frozen=True, slots=True)
class HandlerEnded:
    """The handler has ended the chat."""


@dataclass(frozen=True, slots=True)
class HandlerReported:
    """The handler made a report of the chat; what its resident needs to follow it."""

    reference: str
    code: str
    kind: str
    """The id of its form."""
    remember: bool
    """Whether the chat may remember the code: there is no safety concern."""


@dataclass(frozen=True, slots=True)
class LongWait:
    """The resident has waited for long; `there` is whether anybody is ready at all."""

    there: bool


FromHandler = (
    HandlerCame
    | HandlerWrote
    | HandlerChanged
    | HandlerWent
    | HandlerEnded
    | HandlerReported
    | LongWait
)
"""What comes from the console into a live chat."""

Event = (
    Opened
    | Said
    | Chose
    | SharedPlace
    | SharedPhoto
    | SharedOther
    | Left
    | ReportUpdated
    | FromHandler
)


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
    by: str = ""
    """The name it is shown under where a person wrote it; empty for the counter itself."""
    takes: str = ""
    """"photos" where the page should offer to attach pictures, "place" to share a location."""
