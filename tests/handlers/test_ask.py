"""Asking: answers, did you mean, an honest don't know; transcripts over the shipped knowledge."""

from handlers.conversation import Step
from handlers.effects import CountAnswer, KeepFeedback, KeepUnanswered
from handlers.messages import Chose, Opened, SharedOther
from tests.handlers.chat import Chat


def test_a_question_in_the_residents_words_is_answered_with_its_source(chat: Chat) -> None:
    answer = chat.says("how do i report anti social behaviour")
    assert "Last checked" in answer
    assert "essex.police.uk" in answer
    assert "Report: Antisocial behaviour" in chat.buttons
    assert chat.did(CountAnswer)


def test_the_first_words_tell_of_999_privacy_and_that_nobody_watches(chat: Chat) -> None:
    greeting = chat.does(Opened())
    assert "999" in greeting
    assert "Nobody watches this chat live" in greeting
    assert "not end-to-end encrypted" in greeting
    assert "Make a report" in chat.buttons


def test_whoever_writes_before_any_welcome_is_told_once(library, now) -> None:  # type: ignore[no-untyped-def] # fixtures of the conftest
    chat = Chat(library, now, welcomed=False)
    assert "Nobody watches this chat live" in chat.says("how do i report anti social behaviour")
    assert "Nobody watches this chat live" not in chat.says("what is stop and search")


def test_a_deep_link_opens_its_article(chat: Chat) -> None:
    answer = chat.does(Opened("report-asb"))
    assert "Report: Antisocial behaviour" in chat.buttons
    assert chat.library.articles["report-asb"].urgent in answer


def test_was_it_helpful_is_counted_and_a_no_asks_what_was_missing(chat: Chat) -> None:
    chat.says("how do i report anti social behaviour")
    chat.presses("No, this did not help")
    assert chat.conversation.step is Step.SAYING_WHY
    chat.says("it did not say how long it takes")
    comments = [effect.comment for effect in chat.did(KeepFeedback)]  # type: ignore[attr-defined] # of that kind
    assert comments == ["", "it did not say how long it takes"]
    assert not chat.kept_text


def test_a_sensitive_question_leaves_no_trace_and_is_not_rated(chat: Chat) -> None:
    answer = chat.says("where can i get help with domestic abuse")
    assert "0330 333 7444" in answer
    assert not chat.kept_text
    assert chat.conversation.recent == ()
    assert chat.conversation.article == ""
    assert "Yes, this helped" not in chat.buttons
    assert not any(label.startswith("Report") for label in chat.buttons)


def test_what_we_do_not_know_is_said_and_offers_people(chat: Chat) -> None:
    answer = chat.says("what is the capital of mongolia")
    assert "I do not know" in answer or "Is it one of these" in answer


def test_an_unknown_question_is_kept_for_comms_only_when_it_is_not_sensitive(chat: Chat) -> None:
    chat.says("zxqv wqzx vvqz")
    kept = chat.did(KeepUnanswered)
    assert len(kept) <= 1


def test_none_of_these_ends_the_guessing(chat: Chat) -> None:
    assert "call **101**" in chat.does(Chose("article:none"))


def test_menu_words_work_typed(chat: Chat) -> None:
    assert "What would you like to do?" in chat.says("menu")
    assert "These words work at any time" in chat.says("help")
    assert "What would you like to tell us about?" in chat.says("report")
    assert "live chat" in chat.says("person")


def test_a_greeting_and_thanks_have_answers_of_their_own(chat: Chat) -> None:
    assert "Type your question" in chat.says("Hello!")
    assert "You are welcome" in chat.says("thanks")
    assert "computer program" in chat.says("are you a robot?")


def test_a_voice_message_is_answered_with_what_to_do_and_999(chat: Chat) -> None:
    answer = chat.does(SharedOther("voice"))
    assert "999" in answer
    assert "999 BSL" in answer
    assert "type" in answer


def test_a_button_of_an_article_that_is_gone_leads_to_the_menu(chat: Chat) -> None:
    assert "no longer works" in chat.does(Chose("article:of-yesterday"))


def test_the_local_team_and_the_council_are_named_for_a_place(chat: Chat) -> None:
    chat.does(Chose("place:council"))
    assert "Tendring" in chat.says("clacton")
    chat.does(Chose("place:team"))
    assert "Chelmsford" in chat.says("CM1 1QH")
    chat.does(Chose("place:council"))
    assert "Metropolitan" in chat.says("Romford")


def test_whoever_cannot_hear_gets_relay_beside_every_101_from_then_on(chat: Chat) -> None:
    chat.says("I'm deaf")
    assert chat.conversation.deaf
    assert "18001 101" in chat.says("person")


def test_a_town_named_after_an_answer_that_asked_for_one_is_looked_up(chat: Chat) -> None:
    chat.does(Chose("article:find-local-team"))
    assert "Chelmsford" in chat.says("chelmsford")
    chat.does(Chose("article:fly-tipping-litter"))
    assert "Tendring District Council" in chat.says("clacton")
    assert "Chelmsford" in chat.says("CM2 6DA")


def test_a_plain_wish_is_a_button(chat: Chat) -> None:
    assert "Call **101**" in chat.says("I want to talk to a person")
    assert "What is your access code?" in chat.says("follow my report please")
    assert "These words work at any time" in chat.says("what can you do")


def test_opening_the_chat_again_leaves_a_half_typed_report_alone(chat: Chat) -> None:
    chat.does(Chose("form:asb"))
    chat.does(Opened())
    chat.says("what is stop and search")
    assert chat.conversation.draft is not None
    assert chat.conversation.draft.answers == ()


def test_a_town_in_the_question_names_its_team_at_once(chat: Chat) -> None:
    said = chat.says("who is my local team in Clacton")
    assert "**Tendring** Neighbourhood Policing Team" in said


def test_whoever_cannot_hear_is_told_of_bsl_wherever_999_is_named(chat: Chat) -> None:
    chat.says("I am deaf")
    said = chat.says("when should I call 999")
    assert said.startswith("**Deaf or cannot hear")
    assert "18000" in said


# What comms may learn from


UNKNOWN = "quuxly frobnicate zorblat"


def test_an_ordinary_question_without_an_answer_is_kept_without_personal_data(chat: Chat) -> None:
    chat.says(f"{UNKNOWN} 07700 900123")
    (kept,) = chat.did(KeepUnanswered)
    assert "[number]" in kept.text  # type: ignore[attr-defined] # of that kind
    assert "07700" not in kept.text  # type: ignore[attr-defined] # of that kind


def test_a_long_story_is_not_kept(chat: Chat) -> None:
    chat.says(f"{UNKNOWN} " * 20)
    assert not chat.did(KeepUnanswered)


def test_the_question_whose_answer_did_not_help_is_kept(chat: Chat) -> None:
    chat.says("how do i report anti social behaviour")
    chat.presses("No, this did not help")
    (kept,) = chat.did(KeepUnanswered)
    assert kept.text == "how do i report anti social behaviour"  # type: ignore[attr-defined] # of that kind
    assert kept.nearest[0] == "report-asb"  # type: ignore[attr-defined] # of that kind


def test_an_article_from_a_button_has_no_question_to_keep(chat: Chat) -> None:
    chat.says("what is stop and search")
    chat.does(Opened("report-asb"))
    chat.presses("No, this did not help")
    assert not chat.did(KeepUnanswered)
