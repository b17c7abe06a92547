"""Following a report: only with its access code, never listed, never named in a notification."""

from dataclasses import replace

import pytest

from handlers.conversation import Step
from handlers.effects import AddToReport, AskErasure, FollowHere, KeepUnanswered, ReportFound
from handlers.messages import Chose, ReportUpdated
from handlers.report import NewReport, Place, Report, Status, reference_of, show_code
from tests.handlers.chat import CODE, REFERENCE, Chat


@pytest.fixture
def followed(chat: Chat) -> Chat:
    """A chat in which a kept report has been opened by its code."""
    chat.kept.append(NewReport("asb", (), Place("Clacton", "tendring")))
    chat.says("follow")
    chat.says(show_code(CODE).lower())
    return chat


def test_the_access_code_opens_the_report_and_does_not_stay_in_the_transcript(
    followed: Chat,
) -> None:
    assert REFERENCE in followed.replies[-1].text
    assert "It is now: **received**." in followed.replies[-1].text
    assert not followed.kept_text
    assert not any(CODE in text.upper().replace(" ", "") for text in followed.conversation.recent)


def test_a_reference_alone_opens_nothing(chat: Chat) -> None:
    chat.kept.append(NewReport("asb", (), Place("")))
    chat.says("follow")
    assert "secret access code" in chat.says(REFERENCE)
    assert chat.conversation.reference == ""


def test_a_wrong_code_says_nothing_of_why(chat: Chat) -> None:
    chat.says("follow")
    assert "I cannot open a report with that code" in chat.says("YYYY YYYY YYYY YYYY")
    assert "not an access code" in chat.says("hello there my friend")


def test_what_is_added_reaches_staff_with_a_word_of_thanks(followed: Chat) -> None:
    followed.presses("Add something")
    assert "added it" in followed.says("It was the blue car again")
    assert followed.did(AddToReport) == [AddToReport(REFERENCE, "It was the blue car again")]


def test_an_addition_that_shows_danger_is_marked_and_answered_with_999(followed: Chat) -> None:
    followed.presses("It happened again")
    assert "Call 999 now" in followed.says("he is kicking my door in right now")
    added = followed.did(AddToReport)[-1]
    assert isinstance(added, AddToReport)
    assert added.urgent


def test_news_is_announced_without_a_word_of_what_it_is(chat: Chat) -> None:
    assert chat.does(ReportUpdated(REFERENCE)) == "You have an update."
    assert "access code" in chat.presses("Show it")


def test_an_update_in_the_middle_of_a_report_leaves_the_open_question(chat: Chat) -> None:
    chat.does(Chose("form:asb"))
    chat.does(ReportUpdated(reference_of("ACDEFG")))
    assert chat.conversation.step is Step.REPORTING
    assert "Call 999 now" not in chat.says("no")
    assert chat.conversation.draft is not None
    assert chat.conversation.draft.open == "where"


def test_buttons_of_a_report_do_nothing_once_it_is_closed(followed: Chat) -> None:
    followed.presses("Close it")
    assert "no longer works" in followed.does(Chose("follow:add"))


def test_erasure_and_announcements_can_be_asked_for(followed: Chat) -> None:
    followed.presses("Tell me here about news")
    assert followed.did(FollowHere) == [FollowHere(REFERENCE, follow=True)]
    followed.does(Chose("follow:erase"))
    assert followed.did(AskErasure) == [AskErasure(REFERENCE)]


def test_a_code_pasted_at_the_desk_opens_the_report_and_is_kept_nowhere(chat: Chat) -> None:
    chat.kept.append(NewReport("asb", (), Place("")))
    assert REFERENCE in chat.says(f"my code is {show_code(CODE)}")
    assert not chat.kept_text
    assert not chat.did(KeepUnanswered)


def test_an_opened_report_closes_when_the_resident_turns_to_something_else(followed: Chat) -> None:
    followed.says("report")
    assert "no longer works" in followed.does(Chose("follow:erase"))
    assert not followed.did(AskErasure)


def test_a_remembered_report_with_a_safety_concern_asks_for_its_code_again(chat: Chat) -> None:
    chat.conversation = replace(chat.conversation, remembered=(CODE,))
    report = Report(REFERENCE, "asb", Status.NEW, chat.now, (), frozenset({"restricted"}))
    assert "What is your access code?" in chat.does(ReportFound(report, remembered=True))
    assert chat.conversation.remembered == ()
