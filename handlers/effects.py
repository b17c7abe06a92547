"""What the conversation asks to be done, and the answers that come back; all in one transaction."""

from dataclasses import dataclass
from enum import StrEnum

from handlers.draft import Draft
from handlers.report import NewReport, Report


@dataclass(frozen=True, slots=True)
class KeepReport:
    """Keep a submitted report; answered by ReportKept."""

    report: NewReport


@dataclass(frozen=True, slots=True)
class ReportKept:
    """The report is in the transaction: its reference, and the secret code that opens it."""

    reference: str
    code: str


@dataclass(frozen=True, slots=True)
class FindReport:
    """Open a report by its access code; answered by ReportFound or ReportNotFound."""

    code: str
    remembered: bool = False
    """The chat gave the code by itself, as it was asked to on the receipt."""


@dataclass(frozen=True, slots=True)
class ReportFound:
    """The report that the code opens, as its resident may see it."""

    report: Report
    remembered: bool = False


@dataclass(frozen=True, slots=True)
class ReportNotFound:
    """No report has that code, or too many wrong codes came from here."""

    too_many: bool = False


@dataclass(frozen=True, slots=True)
class ParkDraft:
    """Keep an unfinished report under a code of its own; answered by DraftParked."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class DraftParked:
    """The unfinished report is kept: the secret code that brings it back, once."""

    code: str


@dataclass(frozen=True, slots=True)
class DraftFound:
    """The unfinished report that the code brings back; FindReport's other good answer."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class AddToReport:
    """Add what the resident says to a report they have opened; a closed one is reopened."""

    reference: str
    text: str
    urgent: bool = False
    recovered: bool = False
    """It had to be held for a while: staff should confirm it with the resident."""


@dataclass(frozen=True, slots=True)
class FollowHere:
    """Announce updates of the report in this conversation, as the resident asked."""

    reference: str
    follow: bool = True


@dataclass(frozen=True, slots=True)
class AskErasure:
    """The resident asks that a report be erased: staff decide, since some must be kept by law."""

    reference: str


@dataclass(frozen=True, slots=True)
class KeepPhoto:
    """Keep a picture, sealed; answered by PhotoKept or PhotoRefused."""

    data: bytes
    media: str
    words: str = ""
    """What stood under it."""


@dataclass(frozen=True, slots=True)
class PhotoKept:
    """The picture is kept under this id."""

    file: str
    words: str = ""
    """What stood under it, handed back."""


@dataclass(frozen=True, slots=True)
class PhotoRefused:
    """The bytes are no picture that we can read, or there are too many of them."""

    why: str
    """One of "not-a-picture", "too-big", "too-many"."""


@dataclass(frozen=True, slots=True)
class DropPhotos:
    """Throw away pictures of a draft that will not be submitted."""

    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeepAlarm:
    """Keep a text that raised an alarm or tells of a risk: sealed, restricted, for a set time."""

    text: str
    category: str
    level: str = "alarm"
    """Or "crisis"."""


@dataclass(frozen=True, slots=True)
class KeepFeedback:
    """Keep what a resident thinks of an answer or of the service."""

    helpful: bool | None
    article: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class KeepUnanswered:
    """Keep an ordinary question we could not answer well, for comms to learn from."""

    text: str
    nearest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CountAnswer:
    """Count that an article was served, or that nothing was known; never who asked what."""

    article: str
    outcome: str


@dataclass(frozen=True, slots=True)
class ExportMine:
    """Gather what is kept about this conversation; answered by MineGathered."""


@dataclass(frozen=True, slots=True)
class MineGathered:
    """What is kept about this conversation, in words."""

    messages: int
    reports: int
    draft: bool


@dataclass(frozen=True, slots=True)
class ForgetMe:
    """Erase this conversation: state, draft, transcript, pictures. Submitted reports stay."""


class Ending(StrEnum):
    """How a live chat with a person ended, or the wait for one."""

    ANSWERED = "answered"
    REPORTED = "a report was made"
    SIGNPOSTED = "signposted"
    EMERGENCY = "told to call 999"
    SILENT = "resident stopped answering"
    MISUSE = "misuse"
    STOPPED = "resident stopped waiting"
    CLOSED = "resident ended it"
    LEFT = "resident erased the chat"
    NOBODY = "nobody came"


@dataclass(frozen=True, slots=True)
class LookForPerson:
    """See whether somebody is there to talk to; answered by PersonLooked."""

    wish: bool = False
    """The resident has chosen to wait for one."""


@dataclass(frozen=True, slots=True)
class PersonLooked:
    """Whether there are live chats, and how many handlers and residents there are."""

    open: bool
    ready: int
    """Handlers who are at the console and ready for a chat."""
    waiting: int
    """Residents who wait for one."""
    busy: int = 0
    """Handlers who are at the console and not ready at this moment."""
    minutes: int | None = None
    """How long residents waited lately; None where that is not known."""
    wish: bool = False
    """Handed back."""


@dataclass(frozen=True, slots=True)
class WaitForPerson:
    """Join the queue for a person; answered by Queued."""

    said: tuple[str, ...] = ()
    """What the resident wrote last, for the handler to read."""


@dataclass(frozen=True, slots=True)
class PassOn:
    """Tell the handler, or whoever will be, that the resident wrote; its words are in the chat.

    Answered by Queued while they wait, by HandOverGone where nobody has them, else by nothing.
    """

    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Queued:
    """The resident's place in the queue, from 1."""

    number: int
    minutes: int | None = None
    """How long residents waited lately; None where that is not known."""
    joined: bool = False
    """They have only just begun to wait."""


@dataclass(frozen=True, slots=True)
class HandOverGone:
    """Nobody waits or talks there any more."""


@dataclass(frozen=True, slots=True)
class EndHandOver:
    """The resident will not wait, or talk, any longer."""

    ending: Ending


TowardsAPerson = LookForPerson | WaitForPerson | PassOn | EndHandOver
"""What a live chat asks for, from the wish for one to its end."""

AtTheCounter = (
    KeepReport
    | FindReport
    | ParkDraft
    | AddToReport
    | FollowHere
    | AskErasure
    | KeepPhoto
    | DropPhotos
    | KeepAlarm
    | KeepFeedback
    | KeepUnanswered
    | CountAnswer
    | ExportMine
    | ForgetMe
)
"""Everything else."""

Effect = AtTheCounter | TowardsAPerson

Done = (
    ReportKept
    | ReportFound
    | ReportNotFound
    | DraftParked
    | DraftFound
    | PhotoKept
    | PhotoRefused
    | MineGathered
    | PersonLooked
    | Queued
    | HandOverGone
)
"""The answers that are handed back to `respond`."""
