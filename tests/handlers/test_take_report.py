"""Taking a report: transcripts from the first question to the reference."""

from dataclasses import replace

import pytest

from handlers.conversation import Step
from handlers.effects import DropPhotos, KeepPhoto
from handlers.messages import Chose, SharedPhoto, SharedPlace
from knowledge.markup import to_plain
from tests.handlers.chat import CODE, REFERENCE, Chat


def open_question(chat: Chat) -> str:
    assert chat.conversation.draft is not None
    return chat.conversation.draft.open


def harmless(chat: Chat, question: str) -> str:
    """An option that neither ends the report nor marks it."""
    assert chat.conversation.draft is not None
    asked = chat.library.forms[chat.conversation.draft.form].question(question)
    assert asked is not None
    plain = [option.id for option in asked.options if not option.stop and not option.flag]
    return (plain or [option.id for option in asked.options if not option.stop])[0]


def begin(chat: Chat, form: str) -> None:
    chat.does(Chose(f"form:{form}"))
    assert open_question(chat) == "danger"
    chat.says("no")


def answer_until(chat: Chat, question: str, answers: dict[str, str] | None = None) -> None:
    """Answer what is asked, by `answers` or the first harmless way, until `question` is open."""
    known = {"where": "Clacton", "what": "Shouting and broken glass", "contact": "4"}
    known |= answers or {}
    for _ in range(40):
        if open_question(chat) == question:
            return
        asked = open_question(chat)
        buttons = [choice.id for choice in chat.conversation.offered]
        if asked in known:
            chat.says(known[asked])
        elif "skip" in buttons:
            chat.does(Chose("skip"))
        elif buttons:
            chat.does(Chose(f"q:{asked}:{harmless(chat, asked)}"))
        else:
            chat.says("a few plain words")
    raise AssertionError(f"{question} was never asked")


def test_an_asb_report_from_hello_to_reference(chat: Chat) -> None:
    assert "What would you like to tell us about?" in chat.says("report")
    asked = chat.presses("Antisocial behaviour")
    assert "Is anyone in danger" in asked
    assert "Where did it happen?" in chat.says("no")
    assert "Who or what does it affect most?" in chat.says("near the pier in clacton")
    answer_until(chat, "", {"name": "Ada"})
    review = to_plain(chat.replies[-1].text)
    assert "near the pier in clacton (Tendring)" in review
    assert "Shouting and broken glass" in review
    receipt = chat.presses("Send my report")
    assert REFERENCE in receipt
    assert "ACDE FGHJ KMNP QRTW" in receipt
    assert "It is not a crime number" in receipt
    assert "999" in receipt
    assert "They are back on 23 November 2026 at 08:00." in receipt, "it is a Sunday"
    report = chat.kept[-1]
    assert report.kind == "asb"
    assert report.place.district == "tendring"
    assert chat.conversation.draft is None
    assert chat.conversation.step is Step.ASKING


def test_nothing_is_sent_before_the_resident_says_so(chat: Chat) -> None:
    begin(chat, "asb")
    answer_until(chat, "")
    assert chat.conversation.step is Step.REVIEWING
    chat.says("and the bins were knocked over as well")
    assert not chat.kept
    assert "I have not added that" in chat.replies[-1].text


def test_any_answer_can_be_changed_on_the_review_screen(chat: Chat) -> None:
    begin(chat, "criminal-damage")
    answer_until(chat, "")
    chat.presses("Change an answer")
    chat.presses("What happened")
    review = chat.says("It was the window, not the door")
    assert "It was the window, not the door" in review
    assert "Shouting and broken glass" not in review
    assert chat.conversation.step is Step.REVIEWING


def test_a_changed_answer_takes_the_questions_it_made_moot_with_it(chat: Chat) -> None:
    begin(chat, "asb")
    answer_until(chat, "", {"contact": "2", "phone": "01234 567890", "safe": "no"})
    assert "01234 567890" in chat.replies[-1].text
    chat.presses("Change an answer")
    chat.presses("Contact")
    review = chat.presses("Please do not contact me")
    assert "01234 567890" not in review


def test_back_asks_the_question_before_again(chat: Chat) -> None:
    begin(chat, "asb")
    chat.says("Clacton")
    assert open_question(chat) == "asb-qualifier"
    chat.says("back")
    assert open_question(chat) == "where"
    chat.says("back")
    assert open_question(chat) == "danger"


def test_cancel_asks_before_anything_is_thrown_away(chat: Chat) -> None:
    begin(chat, "asb")
    assert "Do you want to stop?" in chat.says("cancel")
    assert chat.conversation.draft is not None
    assert "Nothing was sent" in chat.presses("Throw it away")
    assert chat.conversation.draft is None


def test_a_draft_kept_for_later_is_offered_neutrally_and_goes_on_where_it_stopped(
    chat: Chat,
) -> None:
    begin(chat, "hate")
    answer_until(chat, "what")
    chat.says("cancel")
    chat.presses("Keep it for later")
    menu = chat.says("menu")
    assert "You have something unfinished" in menu
    assert "hate" not in menu.lower()
    chat.presses("Go on with what I started")
    assert open_question(chat) == "what"


def test_an_unfinished_report_can_be_kept_under_a_code_and_taken_up_elsewhere(chat: Chat) -> None:
    begin(chat, "theft")
    answer_until(chat, "what")
    chat.says("cancel")
    told = chat.presses("Get a code to go on later")
    assert "3333 4444 AAAA CCCC" in told
    assert chat.conversation.draft is None
    elsewhere = Chat(chat.library, chat.now)
    elsewhere.parked = chat.parked
    elsewhere.says("follow")
    assert "Let us go on" in elsewhere.says("3333-4444-aaaa-cccc")
    assert open_question(elsewhere) == "what"


def test_a_second_report_does_not_overwrite_the_first(chat: Chat) -> None:
    begin(chat, "asb")
    chat.says("menu")
    assert "something unfinished" in chat.does(Chose("form:theft"))
    assert chat.conversation.draft is not None
    assert chat.conversation.draft.form == "asb"


def test_a_question_asked_in_between_leaves_the_draft(chat: Chat) -> None:
    begin(chat, "asb")
    chat.says("menu")
    chat.says("what is stop and search")
    assert chat.conversation.draft is not None


def test_yesterdays_button_is_refused_kindly_and_the_question_asked_again(chat: Chat) -> None:
    begin(chat, "asb")
    answer = chat.does(Chose("q:danger:yes-of-yesterday"))
    assert "belongs to another question" in answer
    assert "Where did it happen?" in answer


def test_a_place_elsewhere_names_the_force_and_lets_the_resident_insist(chat: Chat) -> None:
    begin(chat, "theft")
    answer_until(chat, "where")
    assert "Metropolitan Police" in chat.says("Romford")
    assert open_question(chat) == "where"
    chat.does(Chose("place:keep"))
    assert open_question(chat) != "where"


def test_an_ambiguous_place_is_asked_about(chat: Chat) -> None:
    begin(chat, "asb")
    assert "Which one do you mean" in chat.says("Debden")
    assert "Uttlesford" in chat.buttons
    chat.presses("Uttlesford")
    assert chat.conversation.draft is not None
    assert chat.conversation.draft.place.said == "Debden"
    assert chat.conversation.draft.place.district == "uttlesford"


def test_an_unknown_place_can_be_used_as_written(chat: Chat) -> None:
    begin(chat, "asb")
    chat.says("behind the old bins")
    chat.presses("Use what I wrote")
    assert chat.conversation.draft is not None
    assert chat.conversation.draft.place.said == "behind the old bins"


def test_a_shared_location_answers_where(chat: Chat) -> None:
    begin(chat, "asb")
    chat.does(SharedPlace(51.7343, 0.4691))
    assert chat.conversation.draft is not None
    assert chat.conversation.draft.place.district == "chelmsford"
    assert chat.conversation.draft.place.latitude == 51.7343


def test_a_matter_of_the_council_is_signposted_to_the_councils_name(chat: Chat) -> None:
    begin(chat, "asb")
    chat.says("Clacton")
    chat.does(Chose("q:asb-qualifier:environmental"))
    told = chat.does(Chose("q:asb-place:litter"))
    assert "Tendring District Council" in told
    assert chat.conversation.draft is None
    assert not chat.kept


def test_three_reports_in_six_months_offer_the_case_review(chat: Chat) -> None:
    begin(chat, "asb")
    answer_until(chat, "times", {"reported": "3"})
    assert "case review" in chat.says("three times, no, 4")


def test_one_report_is_enough_where_it_was_hate(chat: Chat) -> None:
    begin(chat, "asb")
    answer_until(chat, "times", {"reported": "3", "motive": "yes"})
    assert "case review" in chat.says("1")


def test_one_report_is_not_enough_otherwise(chat: Chat) -> None:
    begin(chat, "asb")
    answer_until(chat, "times", {"reported": "3"})
    assert "case review" not in chat.says("1")


def test_a_child_is_told_in_a_childs_words_and_the_report_is_marked(chat: Chat) -> None:
    begin(chat, "asb")
    answer_until(chat, "under-18")
    asked = chat.says("yes")
    assert "You did the right thing" in asked
    assert "0800 1111" in asked
    chat.says("no")
    assert chat.conversation.draft is not None
    assert {"under-18", "safeguarding"} <= chat.conversation.draft.flags


def test_abuse_told_in_a_form_is_kept_marked_restricted_and_answered_with_help(chat: Chat) -> None:
    begin(chat, "criminal-damage")
    answer_until(chat, "what")
    example = next(iter(chat.library.articles["domestic-abuse-help"].examples))
    answer = chat.says(example)
    assert "Thank you for telling me" in answer
    assert chat.conversation.draft is not None
    assert {"restricted", "domestic-abuse"} <= chat.conversation.draft.flags
    kept = chat.conversation.draft.answer("what")
    assert kept is not None
    assert kept.value == example


def test_a_picture_is_taken_only_where_one_is_asked_for(chat: Chat) -> None:
    begin(chat, "asb")
    assert "I have not kept it" in chat.does(SharedPhoto(b"x"))
    assert not chat.did(KeepPhoto)
    answer_until(chat, "photos")
    assert "Never send a picture of a child" in chat.replies[-1].text
    assert "I have 1" in chat.does(SharedPhoto(b"x"))
    assert "too big" in chat.does(SharedPhoto(problem="too-big"))
    chat.presses("No more pictures")
    assert chat.conversation.draft is not None
    assert chat.conversation.draft.photos == ("photo-1",)
    chat.says("cancel")
    chat.presses("Throw it away")
    assert chat.did(DropPhotos) == [DropPhotos(("photo-1",))]


def test_a_report_with_no_safety_concern_can_be_remembered_and_opened_again(chat: Chat) -> None:
    begin(chat, "theft")
    answer_until(chat, "")
    chat.presses("Send my report")
    chat.presses("Remember it in this chat")
    assert chat.conversation.remembered == (CODE,)
    chat.says("follow")
    assert REFERENCE in chat.presses("Open the one from this chat")


def test_a_report_that_is_urgent_is_never_remembered(chat: Chat) -> None:
    chat.does(Chose("form:theft"))
    chat.says("yes")
    answer_until(chat, "")
    chat.presses("Send my report")
    assert "Remember it in this chat" not in chat.buttons


@pytest.mark.parametrize("nonsense", ["", "   ", "\x00\u202e", "🤷" * 500])
def test_nonsense_is_answered_and_the_question_stays(chat: Chat, nonsense: str) -> None:
    begin(chat, "asb")
    chat.says(nonsense)
    assert open_question(chat) == "where"


def test_an_answer_that_is_too_long_is_not_cut_off_in_silence(chat: Chat) -> None:
    begin(chat, "asb")
    answer_until(chat, "what")
    assert "too long" in chat.says("very long " * 1000)
    assert open_question(chat) == "what"


def test_markdown_and_html_typed_by_a_resident_stay_as_typed(chat: Chat) -> None:
    begin(chat, "theft")
    answer_until(chat, "", {"what": "<b>x</b> **y** [z](https://e.example)"})
    review = chat.replies[-1].text
    assert "[z](https" not in review
    assert "**y**" not in review.replace("**What happened**", "")


@pytest.mark.parametrize("form", ["fraud"])
def test_what_is_signposted_takes_no_report(chat: Chat, form: str) -> None:
    told = chat.does(Chose(f"form:{form}"))
    assert "reportfraud.police.uk" in told
    assert chat.conversation.draft is None


def test_every_form_can_be_filled_in_to_its_end(chat: Chat) -> None:
    for form in chat.library.forms.values():
        if form.instead:
            continue
        fresh = Chat(chat.library, chat.now)
        begin(fresh, form.id)
        answer_until(fresh, "")
        assert fresh.conversation.step is Step.REVIEWING, form.id
        assert REFERENCE in fresh.presses("Send my report")


def test_an_old_send_button_cannot_submit_a_report_that_has_just_begun(chat: Chat) -> None:
    chat.does(Chose("form:asb"))
    assert "Is anyone in danger" in chat.does(Chose("review:send"))
    assert not chat.kept


def test_yes_at_the_review_sends_and_raises_no_alarm(chat: Chat) -> None:
    begin(chat, "theft")
    answer_until(chat, "")
    said = chat.says("yes")
    assert REFERENCE in said
    assert "Call 999 now" not in said


def test_what_is_typed_when_asked_whether_to_stop_is_no_answer_to_the_form(chat: Chat) -> None:
    begin(chat, "asb")
    answer_until(chat, "what")
    chat.says("cancel")
    assert "Do you want to stop?" in chat.says("hmm let me think about that")
    assert "Let us go on" in chat.says("no")
    assert chat.conversation.draft is not None
    assert chat.conversation.draft.answer("what") is None


def test_danger_told_in_an_answer_marks_the_report_urgent_for_good(chat: Chat) -> None:
    begin(chat, "asb")
    answer_until(chat, "what")
    chat.says("he has a knife and he is outside my door now")
    answer_until(chat, "")
    chat.presses("Send my report")
    assert "urgent" in chat.kept[-1].flags
    assert "Remember it in this chat" not in chat.buttons


def test_a_figure_typed_to_a_free_question_is_an_answer_and_skip_is_understood(chat: Chat) -> None:
    begin(chat, "asb")
    answer_until(chat, "times", {"reported": "3"})
    chat.says("skip")
    assert open_question(chat) == "earlier-reference"
    chat.says("1")
    assert chat.conversation.draft is not None
    kept = chat.conversation.draft.answer("earlier-reference")
    assert kept is not None
    assert kept.value == "1"


def test_back_while_changing_an_answer_changes_nothing(chat: Chat) -> None:
    begin(chat, "theft")
    answer_until(chat, "")
    before = chat.conversation.draft
    assert before is not None
    chat.presses("Change an answer")
    chat.presses("What happened")
    chat.says("back")
    assert chat.conversation.draft is not None
    assert chat.conversation.draft.answers == before.answers
    assert chat.conversation.step is Step.REVIEWING


def test_a_forms_own_word_chooses_it(chat: Chat) -> None:
    chat.says("i want to report something")
    chat.says("theft")
    assert chat.conversation.draft is not None
    assert chat.conversation.draft.form == "theft"


def test_a_form_that_comms_took_away_leaves_nobody_stuck(chat: Chat) -> None:
    begin(chat, "theft")
    forms = {id: form for id, form in chat.library.forms.items() if id != "theft"}
    chat.library = replace(chat.library, forms=forms)
    assert "has changed" in chat.says("my bike")
    assert chat.conversation.draft is None


def test_words_under_a_picture_are_kept_with_the_report(chat: Chat) -> None:
    begin(chat, "asb")
    answer_until(chat, "photos")
    chat.does(SharedPhoto(b"x", caption=" the blue van "))
    chat.does(SharedPhoto(b"y"))
    chat.presses("No more pictures")
    assert chat.conversation.draft is not None
    answer = chat.conversation.draft.answer("photos")
    assert answer is not None
    assert answer.value == "2; “the blue van”"


def test_danger_under_a_picture_marks_the_report_urgent(chat: Chat) -> None:
    begin(chat, "asb")
    answer_until(chat, "photos")
    chat.does(SharedPhoto(b"x", caption="he is kicking the door in right now"))
    assert "Call 999 now" in chat.replies[0].text
    assert chat.conversation.draft is not None
    assert "urgent" in chat.conversation.draft.flags
    assert chat.conversation.draft.photo_words == ("he is kicking the door in right now",)


def test_help_in_the_middle_of_a_report_asks_the_question_again(chat: Chat) -> None:
    begin(chat, "asb")
    assert "Where did it happen?" in chat.says("help")
    assert open_question(chat) == "where"


def test_danger_told_at_a_question_of_buttons_goes_with_the_report(chat: Chat) -> None:
    begin(chat, "asb")
    answer_until(chat, "asb-category")
    told = "he is outside now with a knife trying to break in"
    chat.says(told)
    assert "Call 999 now" in chat.replies[0].text
    answer_until(chat, "")
    assert told in chat.replies[-1].text
    chat.presses("Send my report")
    (kept,) = chat.kept
    assert "urgent" in kept.flags
    assert kept.answers[-1].value == told


def test_abuse_told_at_a_question_of_buttons_is_restricted_and_help_is_named(chat: Chat) -> None:
    begin(chat, "asb")
    answer_until(chat, "still")
    assert "You do not have to deal with this alone" in chat.says("my husband beats me every week")
    assert chat.conversation.draft is not None
    assert {"restricted", "domestic-abuse"} <= chat.conversation.draft.flags
    assert chat.conversation.draft.asides == ("my husband beats me every week",)


def test_danger_told_at_the_review_goes_with_the_report_and_sends_nothing(chat: Chat) -> None:
    begin(chat, "theft")
    answer_until(chat, "")
    told = "he is kicking the door in right now"
    chat.says(told)
    assert not chat.kept
    assert told in chat.replies[-1].text
    assert chat.conversation.draft is not None
    assert "urgent" in chat.conversation.draft.flags


def test_a_changed_answer_that_ends_the_report_leaves_the_rest_of_it(chat: Chat) -> None:
    begin(chat, "asb")
    answer_until(chat, "")
    chat.does(Chose("review:change"))
    chat.does(Chose("change:reported"))
    chat.does(Chose("q:reported:here"))
    assert chat.conversation.draft is not None
    assert chat.conversation.step is Step.REVIEWING


def test_a_choice_can_be_made_in_own_words_and_what_is_no_choice_is_asked_again(chat: Chat) -> None:
    chat.does(Chose("form:suspicious"))
    chat.says("no its over now")
    assert open_question(chat) == "suspicious-what"
    assert "choose one of these" in chat.says("hmm well you know how it is")
    chat.says("a strange vehicle i think")
    assert open_question(chat) == "reported"
    assert chat.says("no he is at the door again with a knife and wants to kill me")
    assert open_question(chat) == "reported", "an alarm answers no question"
