"""Which questions comms may learn from, and in what form."""

from handlers.conversation import Step
from handlers.effects import Effect, KeepUnanswered
from handlers.turn import Turn
from knowledge.match import Match
from knowledge.personal import without_personal_data
from knowledge.urgency import Context, louder

LONGEST = 40
"""Words; what is longer is somebody's story."""


def learn_from(turn: Turn, text: str, match: Match) -> tuple[Effect, ...]:
    """Keep a question for comms: never one near to what is sensitive, to danger, or a story."""
    ordinary = turn.urgency.level == "none" and not near_sensitive(turn, match)
    if not ordinary or len(text.split()) > LONGEST:
        return ()
    nearest = tuple(id for id, _ in match.ranked[:3])
    return (KeepUnanswered(without_personal_data(text)[:500], nearest),)


def learn_from_answer(turn: Turn) -> tuple[Effect, ...]:
    """Keep the question to which an answer did not help, where the last text was that question."""
    recent, article = turn.conversation.recent, turn.conversation.article
    library, once = turn.library, turn.conversation.step is not Step.SAYING_WHY
    if not recent or not article or not once:
        return ()
    match = library.match(recent[-1])
    if article not in {id for id, _ in match.ranked[:3]}:
        return ()
    asked = louder(library.assess(recent[-1]), library.assess(recent[-1], Context("", recent[:-1])))
    if asked.level != "none":
        return ()
    return learn_from(turn, recent[-1], match)


def near_sensitive(turn: Turn, match: Match) -> bool:
    """Whether any of the nearest articles is one that a person would not want seen."""
    nearest = {id for id, _ in match.ranked[:3]}
    return any(turn.library.articles[id].sensitive for id in nearest)
