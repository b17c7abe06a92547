"""A question in the resident's own words: the answer, did you mean, or an honest don't know."""

from dataclasses import replace

from handlers.conversation import Outcome, Step
from handlers.effects import CountAnswer, Effect
from handlers.follow_up import asked_at_once, in_context, not_meant, still_about, together
from handlers.learn import learn_from, near_sensitive
from handlers.local import name_place
from handlers.messages import Choice, Reply
from handlers.turn import Turn
from handlers.welcome import leave_topic, menu_choices
from knowledge.article import Article
from knowledge.match import Match

LOCAL_TEAM = "find-local-team"
_WORDS_OF_A_PLACE = 5
_NAMED = {"district", "ambiguous"}
"""What a place in a question may be found to be."""


def ask(turn: Turn, text: str) -> Outcome:
    """Answer a question, or offer up to three articles, or say that we do not know."""
    place = _named_place(turn, text)
    if place is not None:
        return place
    if turn.calm:
        widened = not_meant(turn, text)
        if widened is not None:
            return widened
        several = asked_at_once(turn, text)
        if several:
            last = len(several) - 1
            return together(
                [answer(turn, article, rated=n == last) for n, article in enumerate(several)]
            )
    match = turn.library.match(text, turn.meaning)
    if match.outcome != "answer" and turn.calm:
        leaning = in_context(turn, text, match)
        if leaning is not None:
            article = turn.library.articles[leaning.ranked[0][0]]
            same = article.id == turn.conversation.article
            return still_about(turn, article) if same else answer(turn, article)
    if match.outcome == "answer" and match.article:
        if match.article == LOCAL_TEAM and turn.library.places.find(text).kind in _NAMED:
            wanting = turn.at(Step.ASKING, wanted="team")
            return name_place(replace(turn, conversation=wanting), text)
        return answer(turn, turn.library.articles[match.article])
    if not turn.calm:
        return _after_guidance(turn)
    if match.outcome == "options":
        return _did_you_mean(turn, match)
    return _unknown(turn, text, match)


def _named_place(turn: Turn, text: str) -> Outcome | None:
    """A town or postcode, after an answer that asked for one; or a postcode by itself."""
    if len(text.split()) > _WORDS_OF_A_PLACE:
        return None
    found = turn.library.places.find(text)
    asked = turn.conversation.wanted and found.kind in {"district", "ambiguous", "outside"}
    return name_place(turn, text) if asked or found.by == "postcode" else None


def answer(turn: Turn, article: Article, *, rated: bool = True) -> Outcome:
    """One article with its next steps; a sensitive one leaves no trace of the question.

    With `rated` it asks whether that was helpful, where it may.
    """
    text = turn.library.answer(article.id, turn.now.date())
    asks_helpful = turn.calm and not article.sensitive and rated
    if asks_helpful:
        text += "\n\n" + turn.say("ask.was_it_helpful")
    conversation = turn.at(
        Step.ASKING,
        article="" if article.sensitive else article.id,
        wanted="council" if article.council else "team" if article.id == LOCAL_TEAM else "",
    )
    if article.sensitive:
        conversation = replace(conversation, recent=())
    effects: tuple[Effect, ...] = (CountAnswer(article.id, "answer"),)
    reply = Reply(text, _next_steps(turn, article, asks_helpful))
    return Outcome(conversation, (reply,), effects, keep_text=not article.sensitive)


def answer_by_id(turn: Turn, id: str) -> Outcome:
    """The article a button names; the menu where it is gone since the button was made."""
    article = turn.library.articles.get(id)
    if article is None:
        return Outcome(leave_topic(turn), (Reply(turn.say("button_old.gone"), menu_choices(turn)),))
    return answer(turn, article)


def none_of_these(turn: Turn) -> Outcome:
    """None of the offered articles was meant."""
    return Outcome(leave_topic(turn), (Reply(turn.say("unknown.none"), menu_choices(turn)),))


def _next_steps(turn: Turn, article: Article, asks_helpful: bool) -> tuple[Choice, ...]:
    """The buttons under an answer: report it, find the council, related topics, was it helpful."""
    choices: list[Choice] = []
    if article.form and article.form in turn.library.forms:
        label = turn.say("button.form", form=turn.library.forms[article.form].button)
        choices.append(Choice(f"form:{article.form}", label))
    if article.council:
        choices.append(turn.choice("place:council"))
    if article.id == LOCAL_TEAM:
        choices.append(turn.choice("place:team"))
    if article.id == "feedback-on-service":
        choices.append(turn.choice("menu:feedback"))
    choices.extend(turn.articles(article.related[:2]))
    if asks_helpful:
        choices.extend(turn.choices("helpful:yes", "helpful:no"))
    return tuple(choices)


def _did_you_mean(turn: Turn, match: Match) -> Outcome:
    choices = turn.articles(match.options)
    text = turn.say("ask.did_you_mean")
    conversation = turn.at(Step.CHOOSING_ARTICLE, article="")
    return Outcome(
        conversation,
        (Reply(text, (*choices, turn.choice("article:none"))),),
        (CountAnswer("", "options"),),
        keep_text=not near_sensitive(turn, match),
    )


def _unknown(turn: Turn, text: str, match: Match) -> Outcome:
    """We do not know: say so, and how a person can be reached; comms learn from it."""
    effects = (CountAnswer("", "unknown"), *learn_from(turn, text, match))
    reply = Reply(turn.say("unknown.what_now"), menu_choices(turn))
    keep_text = not near_sensitive(turn, match)
    return Outcome(leave_topic(turn), (reply,), effects, keep_text=keep_text)


def _after_guidance(turn: Turn) -> Outcome:
    """After the 999 or crisis card nothing is guessed: the menu stands ready."""
    reply = Reply(turn.say("alarm.and_then"), menu_choices(turn))
    return Outcome(leave_topic(turn), (reply,), keep_text=False)
