"""Handing over to a person: whether one is there, the wait, the chat with them, and its end.

While somebody waits or talks to a handler, the counter itself is silent: it answers danger, keeps
the few words that must work everywhere, and passes on the rest.
"""

from dataclasses import replace

from handlers import leave, privacy
from handlers.choosing import bare, bare_label
from handlers.conversation import LIVE, Outcome, Step
from handlers.effects import (
    Done,
    Effect,
    EndHandOver,
    Ending,
    LookForPerson,
    PassOn,
    PersonLooked,
    Queued,
    ReportKept,
    WaitForPerson,
)
from handlers.local_time import staffed
from handlers.messages import (
    ACKNOWLEDGEMENT,
    LONGEST_TEXT,
    Choice,
    Chose,
    Event,
    FromHandler,
    HandlerCame,
    HandlerChanged,
    HandlerEnded,
    HandlerReported,
    HandlerWent,
    HandlerWrote,
    LongWait,
    Opened,
    Reply,
    Said,
    SharedOther,
    SharedPhoto,
    SharedPlace,
)
from handlers.report import find_code
from handlers.review import receipt
from handlers.turn import Turn
from handlers.welcome import cannot_take, leave_topic, menu_choices, wish
from knowledge.markup import escape

_STOP = frozenset({"stop", "cancel", "quit", "back", "end"})
_ELSEWHERE = frozenset({"menu", "start", "help"})
_LEAVE = frozenset({"leave", "exit"})
_PRIVATE = {
    "menu:privacy": privacy.explain,
    "privacy:get": privacy.gather,
    "privacy:delete": privacy.confirm,
    "delete:no": privacy.keep,
}
"""Buttons about what is kept: they work beside the chat and do not end it."""
_ANYWHERE = frozenset({"live:end", "live:stop", "menu:leave", "delete:yes"})


# Before: asking for a person


def ask(turn: Turn) -> Outcome:
    """Somebody wishes for a person: see who is there."""
    if turn.conversation.step in LIVE:
        return still(turn)
    return Outcome(leave_topic(turn), (), (LookForPerson(),))


def wait(turn: Turn) -> Outcome:
    """They choose to wait; the button may be of yesterday, so it is looked at once more."""
    if turn.conversation.step in LIVE:
        return still(turn)
    return Outcome(leave_topic(turn), (), (LookForPerson(wish=True),))


def looked(turn: Turn, found: PersonLooked) -> Outcome:
    """Say truly whether somebody is there, and how else to reach one; waiting is theirs to choose.

    In the hours of the counter they may also wait for somebody who is there and not free yet.
    """
    in_a_while = found.busy > 0 and staffed(turn.library.force, turn.now)
    may_wait = found.open and (found.ready > 0 or in_a_while)
    if found.wish and may_wait:
        return Outcome(turn.conversation, (), (WaitForPerson(turn.conversation.recent),))
    if not may_wait:
        text = turn.say("live.nobody") + "\n\n" + turn.say("person.how")
        return Outcome(leave_topic(turn), (Reply(text, menu_choices(turn)),))
    key = "live.somebody" if found.ready else "live.nobody_yet"
    parts = [turn.say(key), _wait_lately(turn, found.minutes) if found.ready else ""]
    if found.waiting:
        one = "live.one_waits" if found.waiting == 1 else "live.some_wait"
        parts.append(turn.say(one, count=found.waiting))
    parts += [turn.say("live.may_wait"), turn.say("person.how")]
    choices = (turn.choice("live:wait"), *menu_choices(turn))
    return Outcome(leave_topic(turn), (Reply("\n\n".join(filter(None, parts)), choices),))


# Waiting


def queued(turn: Turn, place: Queued) -> Outcome:
    """The place in the queue: on joining it, and whenever something is written meanwhile."""
    parts = [
        turn.say("live.joined" if place.joined else "live.kept"),
        turn.say("live.next" if place.number == 1 else "live.number", number=place.number),
        _wait_lately(turn, place.minutes),
        turn.say("live.while_waiting") if place.joined else "",
    ]
    reply = Reply("\n\n".join(filter(None, parts)), turn.choices("live:stop"))
    return Outcome(turn.at(Step.WAITING), (reply,))


def stop(turn: Turn) -> Outcome:
    """Stop waiting; what was being done before is still there."""
    if turn.conversation.step is not Step.WAITING:
        return still(turn) if turn.conversation.step in LIVE else _over(turn, "live.not_waiting")
    return _over(turn, "live.stopped", EndHandOver(Ending.STOPPED))


def end(turn: Turn) -> Outcome:
    """The resident ends the chat with the handler."""
    if turn.conversation.step is not Step.WITH_HANDLER:
        return stop(turn)
    return _over(turn, "live.you_ended", EndHandOver(Ending.CLOSED))


def gone(turn: Turn) -> Outcome:
    """Nobody waits or talks here any more, whatever this conversation thought."""
    if turn.conversation.step not in LIVE:
        return Outcome(turn.conversation)
    return _over(turn, "live.ended")


# Waiting or talking: what a resident does


def during(turn: Turn, event: Event | Done) -> Outcome | None:
    """What comes of an event while somebody waits or talks; None for what works as anywhere."""
    match event:
        case Said():
            return _said(turn, event)
        case Chose(id=id):
            return _chose(turn, id)
        case SharedPlace():
            return _pass_on(turn)
        case SharedPhoto():
            return _not_taken(turn, turn.say("live.no_pictures"), event.caption)
        case SharedOther():
            told = cannot_take(turn, event).replies[0].text
            return _not_taken(turn, told, event.caption)
        case Opened():
            return still(turn)
        case _:
            return None


def still(turn: Turn) -> Outcome:
    """Say where they are, and how to get out of it."""
    if turn.conversation.step is Step.WAITING:
        return turn.reply("live.still_waiting", choices=turn.choices("live:stop"))
    return turn.reply("live.still_with", choices=turn.choices("live:end"))


def _said(turn: Turn, event: Said) -> Outcome:
    word = bare(event.text)
    waiting = turn.conversation.step is Step.WAITING
    if not event.edited:
        if word in _LEAVE:
            return leave.leave(turn)
        if word == "privacy" or wish(turn, word) == "menu:privacy":
            return _beside(turn, privacy.explain(turn))
        if word == bare_label(turn.say("button.live_end")) or (waiting and word in _STOP):
            return end(turn)
    if len(event.text) > LONGEST_TEXT:
        return turn.reply("live.too_long", most=f"{LONGEST_TEXT:,}")
    outcome = _pass_on(turn)
    if not event.edited and word in _ELSEWHERE | _STOP:
        return replace(still(turn), effects=outcome.effects)
    # A code opens a report: it stays between the resident and the program.
    return replace(outcome, keep_text=find_code(event.text) is None)


def _chose(turn: Turn, id: str) -> Outcome | None:
    if id in _PRIVATE:
        return _beside(turn, _PRIVATE[id](turn))
    if id in _ANYWHERE or id.startswith("remember:"):
        return None
    return still(turn)


def _beside(turn: Turn, outcome: Outcome) -> Outcome:
    """The same answer, without leaving the chat for it."""
    return replace(outcome, conversation=turn.conversation)


def _pass_on(turn: Turn) -> Outcome:
    return Outcome(turn.conversation, (), (PassOn(urgent=not turn.calm),))


def _not_taken(turn: Turn, told: str, caption: str) -> Outcome:
    """Something that cannot be passed on; the words under it can."""
    effects: tuple[Effect, ...] = (PassOn(urgent=not turn.calm),) if caption else ()
    return Outcome(turn.conversation, (Reply(told),), effects)


# What comes from the console


def from_handler(turn: Turn, event: FromHandler) -> Outcome:
    """What a handler did, as its resident is told."""
    match event:
        case HandlerCame():
            choices = turn.choices("live:end")
            return Outcome(turn.at(Step.WITH_HANDLER), (_by(turn, turn.say("live.came"), choices),))
        case HandlerWrote(text=text):
            return Outcome(turn.conversation, (_by(turn, escape(text)),))
        case HandlerChanged():
            return Outcome(turn.conversation, (_by(turn, turn.say("live.changed")),))
        case HandlerWent():
            return turn.reply("live.went", step=Step.WAITING, choices=turn.choices("live:stop"))
        case HandlerEnded():
            return _over(turn, "live.ended")
        case HandlerReported():
            return _reported(turn, event)
        case LongWait(there=True):
            return turn.reply("live.long_wait", choices=turn.choices("live:stop"))
        case LongWait():
            return _over(turn, "live.nobody_came")


def _reported(turn: Turn, event: HandlerReported) -> Outcome:
    """The receipt, as whoever fills in the form themselves gets it; the chat goes on."""
    kept = ReportKept(event.reference, event.code)
    text = receipt(turn, turn.library.forms[event.kind], kept)
    choices: tuple[Choice, ...] = ()
    if event.remember:
        choices = (turn.choice_for(f"remember:{event.code}", "remember"),)
    return Outcome(turn.conversation, (Reply(text, choices, lane=ACKNOWLEDGEMENT),))


def _over(turn: Turn, key: str, *effects: Effect) -> Outcome:
    """Back at the counter, where an unfinished report is still there."""
    text = turn.say(key)
    if key == "live.nobody_came":
        text += "\n\n" + turn.say("person.how")
    if turn.conversation.draft:
        text += "\n\n" + turn.say("draft.unfinished")
    return Outcome(leave_topic(turn), (Reply(text, menu_choices(turn)),), effects)


def _by(turn: Turn, text: str, choices: tuple[Choice, ...] = ()) -> Reply:
    return Reply(text, choices, by=turn.say("live.name"))


def _wait_lately(turn: Turn, minutes: int | None) -> str:
    """How long it took lately; nothing where nobody can know."""
    if minutes is None:
        return ""
    return turn.say("live.minute" if minutes == 1 else "live.minutes", minutes=minutes)
