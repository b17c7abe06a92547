"""999 at any point of a conversation: the card comes first, and nothing that was typed is lost."""

import pytest

from handlers.conversation import Step
from handlers.effects import KeepAlarm, KeepUnanswered
from handlers.messages import URGENT, Chose, Said, SharedPhoto
from tests.handlers.chat import Chat

DANGER = "someone is breaking into my house right now"


def begin_report(chat: Chat) -> None:
    chat.says("report")
    chat.does(Chose("form:asb"))


def test_an_emergency_gets_the_999_card_first(chat: Chat) -> None:
    answer = chat.says(DANGER)
    assert answer.startswith("**Call 999 now**")
    assert chat.replies[0].lane == URGENT
    assert "**55**" in answer
    assert "18000" in answer
    assert chat.did(KeepAlarm)
    assert not chat.did(KeepUnanswered)
    assert not chat.kept_text


def test_after_an_alarm_nobody_is_asked_whether_it_helped(chat: Chat) -> None:
    chat.says(DANGER)
    assert "Yes, this helped" not in chat.buttons


def test_bare_help_shows_999_and_the_help_page(chat: Chat) -> None:
    answer = chat.says("help")
    assert "Call 999 now" in answer
    assert "These words work at any time" in answer


def test_a_crisis_gets_samaritans_and_999(chat: Chat) -> None:
    answer = chat.says("i dont want to be alive anymore")
    assert "116 123" in answer
    assert "999" in answer


def test_yes_to_the_danger_question_is_an_alarm_and_the_report_goes_on(chat: Chat) -> None:
    begin_report(chat)
    assert "in danger" in chat.conversation.asked
    answer = chat.says("yes")
    assert answer.startswith("**Call 999 now**")
    assert chat.conversation.step is Step.REPORTING
    assert chat.conversation.draft is not None
    assert "urgent" in chat.conversation.draft.flags


def test_an_emergency_typed_into_a_report_is_answered_and_kept_as_the_answer(chat: Chat) -> None:
    begin_report(chat)
    chat.says("no")
    while chat.conversation.draft and chat.conversation.draft.open != "what":
        chat.says("1")
    answer = chat.says("he has a knife and he is outside my door now")
    assert answer.startswith("**Call 999 now**")
    assert "kept" in answer
    assert chat.conversation.draft is not None
    kept = chat.conversation.draft.answer("what")
    assert kept is not None
    assert kept.value == "he has a knife and he is outside my door now"


@pytest.mark.parametrize("step", list(Step))
def test_an_emergency_is_answered_in_every_state(chat: Chat, step: Step) -> None:
    begin_report(chat)
    chat.conversation = chat.at(step)
    assert "Call 999 now" in chat.says(DANGER)


def test_a_caption_and_an_edited_message_are_judged_too(chat: Chat) -> None:
    assert "Call 999 now" in chat.does(SharedPhoto(caption=DANGER, problem="not-wanted"))
    assert "Call 999 now" in chat.does(Said(DANGER, edited=True))


def test_a_doubtful_message_gets_one_line_and_its_answer(chat: Chat) -> None:
    answer = chat.says("my ex keeps messaging me and turning up at my work")
    assert "999" in answer


def test_an_everyday_question_carries_no_card(chat: Chat) -> None:
    assert "Call 999 now" not in chat.says("my phone is dying how do i contact you online")


def test_the_words_999_show_the_card(chat: Chat) -> None:
    assert "Call 999 now" in chat.says("999")


def test_guidance_for_the_deaf_leads_with_bsl(chat: Chat) -> None:
    chat.says("i am deaf")
    assert chat.says(DANGER).startswith("**Deaf or cannot hear")
