"""A conversation without any I/O: tests read as transcripts, and play storage's part by hand."""

from dataclasses import replace
from datetime import datetime

from handlers.conversation import Conversation, Outcome, Step
from handlers.draft import Draft
from handlers.effects import (
    AddToReport,
    Done,
    DraftFound,
    DraftParked,
    Effect,
    ExportMine,
    FindReport,
    HandOverGone,
    KeepPhoto,
    KeepReport,
    LookForPerson,
    MineGathered,
    ParkDraft,
    PassOn,
    PersonLooked,
    PhotoKept,
    Queued,
    ReportFound,
    ReportKept,
    ReportNotFound,
    WaitForPerson,
)
from handlers.messages import Chose, Event, Reply, Said
from handlers.report import NewReport, Report, Status, reference_of
from handlers.respond import respond
from knowledge.library import Library

REFERENCE = reference_of("ACDEFG")
CODE = "ACDEFGHJKMNPQRTW"
PARKED = "33334444AAAACCCC"


class Chat:
    """One resident at the counter."""

    def __init__(self, library: Library, now: datetime, *, welcomed: bool = True) -> None:
        self.library, self.now = library, now
        self.conversation = Conversation(welcomed=welcomed)
        self.effects: list[Effect] = []
        self.kept: list[NewReport] = []
        self.kept_text = True
        self.closed = False
        self.parked: Draft | None = None
        self.looked = PersonLooked(open=True, ready=1, waiting=0)
        """Whether a person is there."""
        self.queue: Queued | HandOverGone | None = Queued(1)
        """Where the resident stands in the queue; None where a handler has them."""
        self.replies: tuple[Reply, ...] = ()

    def says(self, text: str) -> str:
        """The resident types; what the counter answers, in one string."""
        return self.does(Said(text))

    def presses(self, label: str) -> str:
        """The resident presses the button with that label, which must be there."""
        labels = {choice.label: choice.id for choice in self.conversation.offered}
        assert label in labels, f"no button {label!r} among {list(labels)}"
        return self.does(Chose(labels[label]))

    def does(self, event: Event | Done) -> str:
        """Any event."""
        outcome = respond(event, self.conversation, self.library, self.now, closed=self.closed)
        self.kept_text = outcome.keep_text
        replies = list(outcome.replies)
        self._follow(outcome, replies)
        self.replies = tuple(replies)
        return "\n---\n".join(reply.text for reply in replies)

    @property
    def buttons(self) -> list[str]:
        """The labels that can be pressed now."""
        return [choice.label for choice in self.conversation.offered]

    def did(self, kind: type) -> list[Effect]:
        """The effects of one kind so far."""
        return [effect for effect in self.effects if isinstance(effect, kind)]

    def _follow(self, outcome: Outcome, replies: list[Reply]) -> None:
        self.conversation = outcome.conversation
        for effect in outcome.effects:
            self.effects.append(effect)
            done = self._storage(effect)
            if done is not None:
                after = respond(done, self.conversation, self.library, self.now)
                replies.extend(after.replies)
                self._follow(after, replies)

    def _storage(self, effect: Effect) -> Done | None:
        """What storage would answer, where it knows one report by one code."""
        match effect:
            case KeepReport(report=report):
                self.kept.append(report)
                return ReportKept(REFERENCE, CODE)
            case FindReport(code=code) if code == CODE and self.kept:
                report = self.kept[-1]
                return ReportFound(
                    Report(REFERENCE, report.kind, Status.NEW, self.now, report.answers)
                )
            case ParkDraft(draft=draft):
                self.parked = draft
                return DraftParked(PARKED)
            case FindReport(code=code) if code == PARKED and self.parked:
                return DraftFound(self.parked)
            case FindReport():
                return ReportNotFound()
            case KeepPhoto(words=words):
                return PhotoKept("photo-1", words)
            case ExportMine():
                return MineGathered(3, len(self.kept), self.conversation.draft is not None)
            case LookForPerson(wish=wish):
                return replace(self.looked, wish=wish)
            case WaitForPerson():
                assert isinstance(self.queue, Queued)
                return replace(self.queue, joined=True)
            case PassOn():
                return self.queue
            case AddToReport():
                return None
            case _:
                return None

    def at(self, step: Step) -> Conversation:
        """The conversation as it stands, at another step."""
        return replace(self.conversation, step=step)
