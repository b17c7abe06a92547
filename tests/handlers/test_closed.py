"""While the counter is closed for maintenance: nothing is taken, and every emergency answered."""

from datetime import timedelta

import pytest

from handlers.conversation import Step
from handlers.effects import KeepAlarm, KeepUnanswered
from handlers.messages import Chose, Left, Said, SharedPhoto
from handlers.respond import DANGER_YES
from tests.handlers.chat import Chat

DANGER = "someone is breaking into my house right now"


@pytest.fixture
def closed(chat: Chat) -> Chat:
    chat.closed = True
    return chat


def test_a_question_is_not_answered_and_where_to_turn_is_said(closed: Chat) -> None:
    answer = closed.says("what is stop and search")
    assert answer.startswith("**The counter is closed for maintenance.**")
    assert "101" in answer
    assert "999" in answer
    assert "Stop and search" not in answer
    assert not closed.did(KeepUnanswered)


def test_no_report_can_be_begun(closed: Chat) -> None:
    assert "closed for maintenance" in closed.does(Chose("form:asb"))
    assert closed.conversation.draft is None
    assert closed.conversation.step is Step.ASKING


def test_an_emergency_gets_its_card_first_and_staff_see_it(closed: Chat) -> None:
    answer = closed.says(DANGER)
    assert answer.startswith("**[Call 999 now]")
    assert "closed for maintenance" in answer
    assert closed.did(KeepAlarm)


def test_a_report_on_its_way_waits_with_its_question_and_its_emergency_is_answered(
    chat: Chat,
) -> None:
    chat.does(Chose("form:asb"))
    chat.says("no")
    before = chat.conversation
    chat.closed = True
    assert "is kept" in chat.says("loud music from number 4")
    assert chat.says(DANGER).startswith("**[Call 999 now]")
    assert (chat.conversation.draft, chat.conversation.step) == (before.draft, before.step)
    assert (chat.conversation.asked, chat.conversation.offered) == (before.asked, before.offered)
    chat.closed = False
    chat.says("1")
    assert chat.conversation.draft != before.draft


def test_yes_to_the_danger_question_still_alarms(chat: Chat) -> None:
    chat.does(Chose("form:asb"))
    chat.closed = True
    assert chat.does(Chose(DANGER_YES)).startswith("**[Call 999 now]")


def test_an_emergency_told_in_pieces_or_in_a_caption_is_heard(closed: Chat) -> None:
    closed.says("my mum fell off the ladder")
    closed.says("shes at the bottom of the stairs")
    assert "Call 999 now" in closed.says("theres blood coming out of her ear")
    assert "Call 999 now" in closed.does(SharedPhoto(b"", "image/jpeg", caption=DANGER))
    assert "Call 999 now" in closed.does(Said(DANGER, edited=True))


def test_leaving_in_a_hurry_works(closed: Chat) -> None:
    assert "closed" not in closed.says("leave")


def test_who_blocked_the_counter_and_comes_back_is_answered(chat: Chat) -> None:
    chat.says(DANGER)
    chat.does(Left())
    chat.now += timedelta(minutes=1)
    assert chat.says(DANGER).count("**55**") == 1
