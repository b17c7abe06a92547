"""Where a conversation stands: a frozen value that storage keeps and `respond` moves on."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from handlers.draft import Draft
from handlers.effects import Effect
from handlers.messages import Choice, Reply


class Step(StrEnum):
    """What the counter is waiting for; respond.py's table says which topic takes it from there."""

    ASKING = "asking"
    CHOOSING_ARTICLE = "choosing article"
    NAMING_PLACE = "naming place"
    SAYING_WHY = "saying why"
    CHOOSING_FORM = "choosing form"
    REPORTING = "reporting"
    STOPPING = "stopping"
    REVIEWING = "reviewing"
    GIVING_CODE = "giving code"
    FOLLOWING = "following"
    ADDING = "adding"
    RATING = "rating"
    CONFIRMING_DELETION = "confirming deletion"
    WAITING = "waiting"
    WITH_HANDLER = "with handler"


LIVE = frozenset({Step.WAITING, Step.WITH_HANDLER})
"""Steps at which a person reads along, or will: the counter itself is silent."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """All that the counter remembers of one chat."""

    step: Step = Step.ASKING
    welcomed: bool = False
    asked: str = ""
    """The text of the counter's last question, for judging what an answer means."""
    recent: tuple[str, ...] = ()
    """The resident's last three texts, for judging an emergency told in pieces; never shown."""
    offered: tuple[Choice, ...] = ()
    """The buttons of the last reply, so that they can be typed."""
    draft: Draft | None = None
    article: str = ""
    """The article answered last; empty after a sensitive one."""
    wanted: str = ""
    """What a place is being asked for: "council" or "team"."""
    reference: str = ""
    """The report opened by its code in this chat, until the resident moves on."""
    remembered: tuple[str, ...] = ()
    """Access codes the resident asked this chat to remember."""
    deaf: bool = False
    """Told us that they cannot hear: 999 BSL and relay lead from then on."""
    alarmed: tuple[str, ...] = ()
    """The kinds of emergency for which 999 was shown lately: the next time is shorter."""
    alarmed_at: datetime | None = None
    """When it was shown last."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one event leads to: the conversation as it stands after, what to say, what to do."""

    conversation: Conversation
    replies: tuple[Reply, ...] = ()
    effects: tuple[Effect, ...] = ()
    keep_text: bool = True
    """False where the resident's words must not stay in the transcript."""
