"""What was held while nothing could be kept: recorded and marked, and never over a newer answer."""

from dataclasses import replace
from datetime import UTC, datetime

from handlers.conversation import Conversation, Step
from handlers.draft import Draft
from handlers.effects import AddToReport, KeepAlarm, KeepReport
from handlers.held import said_at, take_held, take_late
from handlers.messages import Chose, ReportUpdated, Said
from handlers.report import RECOVERED
from handlers.respond import respond
from knowledge.library import Library

NOW = datetime(2026, 7, 22, 9, 30, tzinfo=UTC)
DANGER = "help there is a man with a knife in my house right now"


def reporting(library: Library) -> Conversation:
    started = respond(Chose("form:suspicious"), Conversation(welcomed=True), library, NOW)
    return respond(Said("no"), started.conversation, library, NOW).conversation


def test_a_held_answer_is_taken_and_the_report_is_marked(library: Library) -> None:
    outcome = take_held(Said("1"), reporting(library), library, NOW)
    draft = outcome.conversation.draft
    assert draft is not None
    assert draft.answers[-1].question == "suspicious-what"
    assert RECOVERED in draft.flags


def test_a_report_submitted_while_it_was_held_is_to_be_confirmed(library: Library) -> None:
    draft = Draft("suspicious", NOW)
    ready = Conversation(step=Step.REVIEWING, welcomed=True, draft=draft)
    (effect,) = take_held(Chose("review:send"), ready, library, NOW).effects
    assert isinstance(effect, KeepReport)
    assert RECOVERED in effect.report.flags


def test_an_addition_that_was_held_is_marked_too(library: Library) -> None:
    adding = Conversation(step=Step.ADDING, welcomed=True, reference="FC-ABC-DEFX")
    effects = take_held(Said("it happened again"), adding, library, NOW).effects
    assert AddToReport("FC-ABC-DEFX", "it happened again", recovered=True) in effects


def test_a_late_answer_undoes_nothing_and_its_words_are_kept(library: Library) -> None:
    before = reporting(library)
    outcome = take_late(Said("it was a red van"), before, library, NOW)
    draft = outcome.conversation.draft
    assert draft is not None
    assert before.draft is not None
    assert (draft.answers, draft.open) == (before.draft.answers, before.draft.open)
    assert draft.asides == ("it was a red van",)
    assert RECOVERED in draft.flags
    assert outcome.replies[0].choices == before.offered


def test_a_late_question_is_asked_for_again(library: Library) -> None:
    before = Conversation(welcomed=True)
    outcome = take_late(Said("what is stop and search"), before, library, NOW)
    assert outcome.conversation == before
    assert "at 10:30" in outcome.replies[0].text  # London's summer time
    assert "send it again" in outcome.replies[0].text


def test_a_late_press_submits_nothing(library: Library) -> None:
    ready = Conversation(step=Step.REVIEWING, draft=Draft("suspicious", NOW))
    assert take_late(Chose("review:send"), ready, library, NOW).effects == ()


def test_late_danger_is_kept_for_those_who_look_into_it(library: Library) -> None:
    outcome = take_late(Said(DANGER), Conversation(welcomed=True), library, NOW)
    (effect,) = outcome.effects
    assert isinstance(effect, KeepAlarm)
    assert effect.text == DANGER
    assert not outcome.keep_text


def test_late_news_says_nothing(library: Library) -> None:
    before = replace(Conversation(), welcomed=True)
    assert take_late(ReportUpdated("FC-ABC-DEFX"), before, library, NOW).replies == ()


def test_what_is_recorded_at_last_says_when_it_was_sent(library: Library) -> None:
    assert "What you sent at 10:30 is now with us" in said_at(library, NOW).text
