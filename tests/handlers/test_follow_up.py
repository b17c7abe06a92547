"""A follow-up, two questions at once, and "that is not what I meant"."""

import pytest

from handlers.conversation import Step
from handlers.effects import CountAnswer
from tests.handlers.chat import Chat


def test_not_what_i_meant_offers_what_else_it_may_be(chat: Chat) -> None:
    chat.says("how do i report anti social behaviour")
    widened = chat.says("that's not what I meant")
    assert "Is it one of these?" in widened
    assert len(chat.buttons) == 4
    assert chat.library.articles["report-asb"].title not in chat.buttons
    assert chat.conversation.step is Step.CHOOSING_ARTICLE
    assert chat.conversation.recent == ("how do i report anti social behaviour",)


def test_with_nothing_asked_before_it_asks_for_other_words(chat: Chat) -> None:
    assert "ask it in other words" in chat.says("not what i meant")


def test_after_a_sensitive_answer_nothing_is_left_to_widen(chat: Chat) -> None:
    chat.says("where can i get help with domestic abuse")
    assert "ask it in other words" in chat.says("thats not it")


def test_a_question_that_leans_on_the_last_answer_is_about_it(chat: Chat) -> None:
    chat.says("how do i get a police certificate")
    first = chat.conversation.article
    said = chat.says("is it free")
    assert chat.library.articles[first].title in said
    assert chat.conversation.article == first
    assert [effect.outcome for effect in chat.did(CountAnswer)] == ["answer", "again"]  # type: ignore[attr-defined] # of that kind


def test_what_else_it_may_be_is_asked_about_the_same_subject(chat: Chat) -> None:
    chat.says("how do i get a police certificate")
    chat.says("is it free")
    chat.says("not what i meant")
    assert chat.library.articles["subject-access"].title in chat.buttons


@pytest.mark.parametrize(
    "said",
    [
        "he said he would share them",
        "they want me to marry him",
        "he made her do it",
        "was it abuse",
    ],
)
def test_what_is_near_to_something_sensitive_is_never_taken_for_a_follow_up(
    chat: Chat, said: str
) -> None:
    chat.says("when can i let off fireworks")
    assert "still mean" not in chat.says(said)


def test_without_an_answer_before_it_the_same_words_stand_alone(chat: Chat) -> None:
    assert "still mean" not in chat.says("is it free")


@pytest.mark.parametrize(
    "asked",
    [
        "how do i report anti social behaviour? what is stop and search",
        "how do i report anti social behaviour and also what is stop and search",
    ],
)
def test_two_questions_get_two_answers(chat: Chat, asked: str) -> None:
    chat.says(asked)
    asb, search = chat.replies
    assert "Last checked" in asb.text
    assert "Last checked" in search.text
    assert "Was this helpful?" not in asb.text
    assert "Was this helpful?" in search.text
    assert chat.conversation.article == "stop-and-search"


def test_where_one_of_two_is_sensitive_no_trace_is_left(chat: Chat) -> None:
    chat.says("where can i get help with domestic abuse? what is stop and search")
    assert len(chat.replies) == 2
    assert not chat.kept_text
    assert chat.conversation.article == ""
    assert chat.conversation.recent == ()


def test_two_sentences_of_one_question_are_one(chat: Chat) -> None:
    chat.says(
        "there are kids drinking in the park every night\nhow do i report anti social behaviour"
    )
    assert len(chat.replies) == 1
