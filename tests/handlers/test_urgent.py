"""999 at any point of a conversation: the card comes first, and nothing that was typed is lost."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from handlers.conversation import Step
from handlers.effects import KeepAlarm, KeepUnanswered
from handlers.messages import URGENT, Chose, Said, SharedPhoto
from knowledge.library import Library
from tests.handlers.chat import Chat

DANGER = "someone is breaking into my house right now"


def begin_report(chat: Chat) -> None:
    chat.says("report")
    chat.does(Chose("form:asb"))


def test_an_emergency_gets_the_999_card_first(chat: Chat) -> None:
    answer = chat.says(DANGER)
    assert answer.startswith("**[Call 999 now]")
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
    assert answer.startswith("**[Call 999 now]")
    assert chat.conversation.step is Step.REPORTING
    assert chat.conversation.draft is not None
    assert "urgent" in chat.conversation.draft.flags


def test_an_emergency_typed_into_a_report_is_answered_and_kept_as_the_answer(chat: Chat) -> None:
    begin_report(chat)
    chat.says("no")
    while chat.conversation.draft and chat.conversation.draft.open != "what":
        chat.says("1")
    answer = chat.says("he has a knife and he is outside my door now")
    assert answer.startswith("**[Call 999 now]")
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


def test_an_emergency_is_answered_at_every_question_of_every_form(chat: Chat) -> None:
    for form in chat.library.forms.values():
        for question in form.questions:
            here = Chat(chat.library, chat.now)
            here.does(Chose(f"form:{form.id}"))
            draft = here.conversation.draft
            assert draft is not None
            here.conversation = replace(
                here.conversation, draft=replace(draft, open=question.id), step=Step.REPORTING
            )
            answer = here.says(DANGER)
            assert "[Call 999 now]" in answer, (form.id, question.id)
            assert here.conversation.draft is not None, (form.id, question.id)


def test_the_card_says_that_nobody_was_sent_and_nobody_knows_where(chat: Chat) -> None:
    lines = chat.says(DANGER).splitlines()
    assert lines[0].startswith("**[Call 999 now](tel:999)**")
    assert lines[1] == "Nobody has been sent, and we do not know where you are."


def test_the_same_again_is_shorter_and_after_an_hour_whole(chat: Chat) -> None:
    first = chat.says(DANGER)
    again = chat.says("hes in the house now please")
    assert "[Call 999 now]" in again
    assert "Cannot speak?" in first
    assert "Cannot speak?" not in again
    chat.now += timedelta(hours=1, minutes=1)
    assert "Cannot speak?" in chat.says(DANGER)


def test_another_kind_of_emergency_still_says_what_fits(chat: Chat) -> None:
    chat.says(DANGER)
    again = chat.says("theres a fire in my kitchen and its spreading")
    assert "fire service" in again
    assert "Cannot speak?" not in again


@pytest.mark.parametrize(
    ("watched", "hour", "words"),
    [
        ("never", 12, "Nobody reads this chat live"),
        ("always", 3, "Staff are told of this message"),
        ("staffed", 12, "Staff are told of this message"),
        ("staffed", 3, "Nobody reads this chat at this hour"),
    ],
)
def test_it_is_said_truly_who_sees_it(
    library: Library, now: datetime, watched: str, hour: int, words: str
) -> None:
    ours = replace(library, force=replace(library.force, alarms_watched=watched))
    assert words in Chat(ours, now.replace(hour=hour)).says(DANGER)


def test_an_emergency_in_polish_is_answered_in_polish_and_in_english(chat: Chat) -> None:
    answer = chat.says("pomocy on mnie bije i ma nóż")
    polish, english = answer.index("Zadzwoń teraz pod 999"), answer.index("[Call 999 now]")
    assert polish < english
    assert "say “Polish”" in answer


def test_a_calm_question_in_romanian_gets_one_line_in_it_and_no_card(chat: Chat) -> None:
    answer = chat.says("bună ziua, cum pot face o programare")
    assert "sunați la **999**" in answer
    assert "[Call 999 now]" not in answer


def test_a_language_that_nobody_here_knows_gets_the_interpreters_line(chat: Chat) -> None:
    assert "say the name of your language" in chat.says("สวัสดีครับ เปิดกี่โมง")


def test_standing_down_keeps_999_in_sight_and_goes_on(chat: Chat) -> None:
    chat.says(DANGER)
    answer = chat.says("sorry hes gone now, im safe")
    assert "999" in answer
    assert not answer.startswith("**[Call 999 now]")


def test_the_question_that_came_with_it_is_answered_too(chat: Chat) -> None:
    answer = chat.says(
        "someone is breaking into my house right now and how do i report a lost phone"
    )
    assert answer.startswith("**[Call 999 now]")
    assert len(chat.replies) > 1


def test_an_addition_to_a_report_and_feedback_are_judged_too(chat: Chat) -> None:
    for step in (Step.ADDING, Step.RATING, Step.SAYING_WHY):
        chat.conversation = replace(chat.at(step), alarmed_at=None)
        assert "[Call 999 now]" in chat.says(DANGER)


@pytest.mark.parametrize("name", ["Hye-jin Park", "Thanh Pham", "terry ledger", "Krzysztof Mazur"])
def test_a_name_is_no_cry_for_help_where_one_was_asked_for(chat: Chat, name: str) -> None:
    at_the_name(chat)
    chat.says(name)
    assert not chat.did(KeepAlarm)
    assert all(reply.lane != URGENT for reply in chat.replies)
    assert chat.library.say("safety_net.line") not in chat.replies[-1].text


def test_and_a_cry_in_the_place_of_a_name_is_heard(chat: Chat) -> None:
    at_the_name(chat)
    assert "Call 999" in chat.says("he has a knife")
    assert chat.did(KeepAlarm)


def at_the_name(chat: Chat) -> None:
    """A report of which the resident's name is the open question."""
    begin_report(chat)
    draft = chat.conversation.draft
    assert draft is not None
    chat.conversation = replace(chat.conversation, draft=replace(draft, open="name"), offered=())
