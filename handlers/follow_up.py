"""Questions that lean on what was said before, that are two at once, or that were misunderstood."""

import re
from collections.abc import Sequence
from dataclasses import replace

from handlers.choosing import bare, bare_phrases
from handlers.conversation import Outcome, Step
from handlers.effects import CountAnswer
from handlers.learn import near_sensitive
from handlers.messages import Choice, Reply
from handlers.turn import Turn
from handlers.welcome import leave_topic, menu_choices
from knowledge.article import Article
from knowledge.match import ANSWER, UNKNOWN, Match

MOST_LEANING = 8
"""Words of a question that says what it is about only with what came before."""
MOST_SLIGHT = 5
"""Words of a question that hardly stands by itself."""
MOST_AT_ONCE = 3
_FEWEST = 3
"""Words of a part that may be a question of its own."""
_PARTS = re.compile(r"\?\s+|\.\s+also\b|,?\s+and also\b", re.IGNORECASE)


def not_meant(turn: Turn, text: str) -> Outcome | None:
    """Where somebody says that we misunderstood: what else it may be; None where they do not."""
    if bare(text) not in bare_phrases(turn.say("ask.not_meant_says")):
        return None
    recent, shown = turn.conversation.recent, turn.conversation.article
    others: tuple[Choice, ...] = ()
    if recent and turn.conversation.step is Step.ASKING:
        asked = _with_its_topic(turn, recent[-1]) or recent[-1]
        ranked = turn.library.match(asked).ranked
        if shown and shown not in {id for id, _ in ranked}:
            ranked = ()  # it came from a button, not from that question
        others = turn.articles(id for id, _ in ranked if id != shown)
    if not others:
        reply = Reply(turn.say("ask.in_other_words"), menu_choices(turn))
        return Outcome(leave_topic(turn), (reply,), keep_text=False)
    reply = Reply(turn.say("ask.widened"), (*others[:3], turn.choice("article:none")))
    conversation = turn.at(Step.CHOOSING_ARTICLE, article="")
    return Outcome(conversation, (reply,), (CountAnswer("", "widened"),), keep_text=False)


def in_context(turn: Turn, text: str, plain: Match) -> Match | None:
    """What a short question is about together with the article before it; None if it stands alone.

    By its words: what it means was found out without the article. Where `plain`, what the question
    is about by itself, has other articles to offer, only a very short one about nobody leans.
    """
    if not plain.ranked:
        return None
    words = bare(text).split()
    slight = len(words) <= MOST_SLIGHT and bare_phrases(turn.say("ask.people")).isdisjoint(words)
    near = turn.conversation.article in {id for id, _ in plain.ranked}
    if not (slight or near or plain.outcome == UNKNOWN):
        return None
    # What may be about something sensitive is never taken for less.
    nearest = turn.library.articles[plain.ranked[0][0]]
    if nearest.sensitive or (not slight and near_sensitive(turn, plain)):
        return None
    whole = _with_its_topic(turn, text)
    if not whole:
        return None
    match = turn.library.match(whole)
    best = match.ranked[0][0]
    return match if match.outcome == ANSWER or best == turn.conversation.article else None


def _with_its_topic(turn: Turn, text: str) -> str:
    """A short question that leans on the article before it, with that; empty for any other."""
    article = turn.library.articles.get(turn.conversation.article)
    words = bare(text).split()
    leaning = bare_phrases(turn.say("ask.leaning_words"))
    if article is None or len(words) > MOST_LEANING or leaning.isdisjoint(words):
        return ""
    return f"{article.title}. {text}"


def still_about(turn: Turn, article: Article) -> Outcome:
    """The answer to a question about the article that was just shown: what we know stands there."""
    text = turn.say("ask.same_topic", title=article.title)
    choices = (*turn.articles((article.id, *article.related[:2])), turn.choice("menu:person"))
    conversation = turn.at(Step.ASKING, article=article.id)
    return Outcome(conversation, (Reply(text, choices),), (CountAnswer(article.id, "again"),))


def asked_at_once(turn: Turn, text: str) -> tuple[Article, ...]:
    """The articles that answer a message's several questions; none unless it is two or three."""
    parts = [part for part in _PARTS.split(text) if part and len(part.split()) >= _FEWEST]
    if not 2 <= len(parts) <= MOST_AT_ONCE:
        return ()
    found: dict[str, Article] = {}
    for part in parts:
        match = turn.library.match(part)
        if match.outcome != ANSWER or match.article is None:
            return ()
        found[match.article] = turn.library.articles[match.article]
    return tuple(found.values()) if len(found) > 1 else ()


def together(outcomes: Sequence[Outcome]) -> Outcome:
    """Several answers as one: the last leads on; one that leaves no trace makes all leave none."""
    last = outcomes[-1]
    conversation = last.conversation
    keep_text = all(outcome.keep_text for outcome in outcomes)
    if not keep_text:
        conversation = replace(conversation, article="", recent=())
    return Outcome(
        conversation,
        tuple(reply for outcome in outcomes for reply in outcome.replies),
        tuple(effect for outcome in outcomes for effect in outcome.effects),
        keep_text=keep_text,
    )
