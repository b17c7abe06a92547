"""A report on its way: which form, what has been answered, what is being asked."""

from dataclasses import dataclass, field
from datetime import datetime

from handlers.report import Answer, Place


@dataclass(frozen=True, slots=True)
class Draft:
    """A report on its way: which form, what has been answered, what is open."""

    form: str
    started_at: datetime
    answers: tuple[Answer, ...] = ()
    place: Place = field(default_factory=lambda: Place(""))
    flags: frozenset[str] = frozenset()
    raised: frozenset[str] = frozenset()
    """Flags that what was said has raised; no changed answer takes them back."""
    photos: tuple[str, ...] = ()
    photo_words: tuple[str, ...] = ()
    """What stood under the pictures that came with words."""
    asides: tuple[str, ...] = ()
    """Danger or abuse told where no words were asked for; staff are to read it all the same."""
    open: str = ""
    """The id of the question being asked; empty on the review screen."""
    changing: bool = False
    """One answer is being changed from the review screen, which comes back afterwards."""

    def answer(self, question: str) -> Answer | None:
        """What was answered to `question`, or None."""
        for answer in self.answers:
            if answer.question == question:
                return answer
        return None

    @property
    def pictures(self) -> str:
        """How many pictures there are, and what stood under them."""
        return "; ".join((str(len(self.photos)), *(f"“{words}”" for words in self.photo_words)))
