"""A resident asks for a person, waits, talks to them, and comes back to the counter."""

from datetime import timedelta

import pytest

from handlers.conversation import Step
from handlers.effects import (
    EndHandOver,
    Ending,
    ForgetMe,
    HandOverGone,
    KeepAlarm,
    PassOn,
    PersonLooked,
    Queued,
    WaitForPerson,
)
from handlers.held import take_held, take_late
from handlers.messages import (
    Chose,
    HandlerCame,
    HandlerChanged,
    HandlerEnded,
    HandlerReported,
    HandlerWent,
    HandlerWrote,
    Left,
    LongWait,
    Opened,
    ReportUpdated,
    Said,
    SharedOther,
    SharedPhoto,
    SharedPlace,
)
from tests.handlers.chat import CODE, REFERENCE, Chat

NAME = "A person at the counter"
NIGHT = timedelta(hours=14)
"""From the tests' morning into hours in which the counter is not staffed."""


@pytest.fixture
def waiting(chat: Chat) -> Chat:
    """A resident who waits for a person."""
    chat.says("person")
    chat.presses("Wait for a person")
    return chat


@pytest.fixture
def talking(waiting: Chat) -> Chat:
    """A resident who talks to a person."""
    waiting.does(HandlerCame())
    waiting.queue = None
    return waiting


class TestAskingForAPerson:
    def test_it_is_said_that_somebody_is_there_and_how_many_wait(self, chat: Chat) -> None:
        chat.looked = PersonLooked(open=True, ready=2, waiting=3, minutes=4)
        said = chat.says("can i speak to someone")
        assert "Somebody is at the counter now" in said
        assert "3 people are waiting before you" in said
        assert "about 4 minutes" in said
        assert "101" in said
        assert chat.buttons[0] == "Wait for a person"
        assert chat.conversation.step is Step.ASKING, "waiting is theirs to choose"

    def test_nothing_is_said_of_the_wait_where_it_cannot_be_known(self, chat: Chat) -> None:
        assert "Lately" not in chat.says("person")

    def test_with_somebody_busy_in_the_counters_hours_they_may_wait_all_the_same(
        self, chat: Chat
    ) -> None:
        chat.looked = PersonLooked(open=True, ready=0, waiting=0, busy=1, minutes=4)
        said = chat.says("person")
        assert "Nobody is free" in said
        assert "about 4 minutes" not in said
        assert "Wait for a person" in chat.buttons

    @pytest.mark.parametrize(
        ("open", "busy", "later"),
        [(True, 0, timedelta()), (True, 1, NIGHT), (False, 1, timedelta())],
        ids=["nobody is there", "at night", "switched off"],
    )
    def test_where_nobody_can_come_they_are_told_how_else_to_reach_one(
        self, chat: Chat, open: bool, busy: int, later: timedelta
    ) -> None:
        chat.looked = PersonLooked(open=open, ready=0, waiting=0, busy=busy)
        chat.now += later
        said = chat.says("person")
        assert "Nobody is at the counter" in said
        assert "101" in said
        assert "Wait for a person" not in chat.buttons
        chat.does(Chose("live:wait"))
        assert not chat.did(WaitForPerson), "not by an old button either"

    def test_a_draft_is_kept_and_not_shown(self, chat: Chat) -> None:
        chat.does(Chose("form:asb"))
        chat.does(Chose("menu:person"))
        assert chat.conversation.draft is not None
        chat.presses("Wait for a person")
        assert chat.conversation.draft is not None


class TestWaiting:
    def test_they_are_told_their_place_and_what_they_wrote_before_goes_along(
        self, chat: Chat
    ) -> None:
        chat.says("my bicycle has gone from the shed")
        chat.says("person")
        chat.queue = Queued(2, minutes=1)
        said = chat.presses("Wait for a person")
        assert "You are number 2" in said
        assert "about 1 minute." in said
        assert "999" in said
        (effect,) = chat.did(WaitForPerson)
        assert isinstance(effect, WaitForPerson)
        assert "my bicycle has gone from the shed" in effect.said

    def test_what_is_written_meanwhile_is_kept_for_the_handler(self, waiting: Chat) -> None:
        said = waiting.says("how do i report a drone?")
        assert "I have kept that" in said
        assert "You are next" in said
        assert waiting.did(PassOn) == [PassOn()]
        assert waiting.kept_text
        assert waiting.conversation.step is Step.WAITING

    @pytest.mark.parametrize("words", ["stop waiting", "cancel", "stop"])
    def test_they_can_stop_waiting(self, waiting: Chat, words: str) -> None:
        assert "no longer waiting" in waiting.says(words)
        assert waiting.did(EndHandOver) == [EndHandOver(Ending.STOPPED)]
        assert waiting.conversation.step is Step.ASKING

    def test_an_old_button_says_that_they_wait(self, waiting: Chat) -> None:
        assert "waiting for a person" in waiting.does(Chose("form:asb"))
        assert "waiting for a person" in waiting.says("menu")
        assert waiting.conversation.step is Step.WAITING

    def test_nobody_comes_and_somebody_is_there_so_they_keep_their_place(
        self, waiting: Chat
    ) -> None:
        assert "You keep your place" in waiting.does(LongWait(there=True))
        assert waiting.conversation.step is Step.WAITING
        assert waiting.buttons == ["Stop waiting"]

    def test_nobody_is_there_any_more_so_a_report_and_101_are_offered(self, waiting: Chat) -> None:
        said = waiting.does(LongWait(there=False))
        assert "101" in said
        assert "Make a report" in waiting.buttons
        assert waiting.conversation.step is Step.ASKING

    def test_a_wait_that_the_database_knows_nothing_of_is_over(self, waiting: Chat) -> None:
        waiting.queue = HandOverGone()
        assert "has ended" in waiting.says("hello?")
        assert waiting.conversation.step is Step.ASKING

    def test_stopping_twice_is_no_trouble(self, waiting: Chat) -> None:
        waiting.presses("Stop waiting")
        assert "not waiting" in waiting.does(Chose("live:stop"))


class TestTalking:
    def test_a_person_comes_under_a_neutral_name(self, waiting: Chat) -> None:
        assert "You are now talking to a person" in waiting.does(HandlerCame())
        assert waiting.replies[0].by == NAME
        assert "999" in waiting.replies[0].text

    def test_the_counter_is_silent_and_the_words_go_to_the_person(self, talking: Chat) -> None:
        for words in ("how do i report a drone?", "yes", "1", "thanks", "FC-347-9ACA"):
            assert talking.says(words) == "", words
            assert talking.kept_text
        assert len(talking.did(PassOn)) == 5
        assert talking.conversation.step is Step.WITH_HANDLER

    def test_what_the_person_writes_is_shown_as_they_typed_it(self, talking: Chat) -> None:
        talking.says("i am deaf")
        talking.does(HandlerWrote("Call **101**,\nor [here](http://x.example)"))
        (reply,) = talking.replies
        assert reply.by == NAME
        assert "18001" not in reply.text
        assert r"\*\*101\*\*" in reply.text
        assert talking.buttons == []

    def test_danger_is_answered_at_once_and_the_person_is_alerted(self, talking: Chat) -> None:
        said = talking.says("he is breaking down my door right now")
        assert "Call 999 now" in said
        assert "The person in this chat reads this too" in said
        assert "Nobody reads this" not in said
        assert talking.did(PassOn) == [PassOn(urgent=True)]
        assert talking.did(KeepAlarm)
        assert talking.kept_text, "the handler has to see it"
        assert talking.conversation.step is Step.WITH_HANDLER

    def test_danger_is_answered_while_they_wait_too(self, waiting: Chat) -> None:
        said = waiting.says("someone is breaking into my house right now")
        assert said.index("Call 999 now") < said.index("I have kept that")
        assert "The person in this chat" not in said

    def test_the_persons_question_gives_a_short_answer_its_meaning(self, talking: Chat) -> None:
        talking.does(HandlerWrote("Is somebody in danger at this moment?"))
        assert "Is somebody in danger" in talking.conversation.asked

    def test_an_access_code_is_not_kept_for_others_to_read(self, talking: Chat) -> None:
        assert talking.says(CODE) == ""
        assert not talking.kept_text

    def test_pictures_are_politely_refused_and_places_are_passed_on(self, talking: Chat) -> None:
        assert "cannot pass on pictures" in talking.does(SharedPhoto(caption="look"))
        assert talking.does(SharedPlace(51.7, 0.5)) == ""
        assert "cannot listen" in talking.does(SharedOther("voice"))
        assert len(talking.did(PassOn)) == 2
        assert talking.conversation.step is Step.WITH_HANDLER

    def test_words_that_work_everywhere_still_work(self, talking: Chat) -> None:
        assert "talking to a person" in talking.says("menu")
        assert "talking to a person" in talking.does(Opened())
        assert "talking to a person" in talking.does(Chose("menu:report"))
        assert "talking to a person" in talking.does(Chose("menu:person"))
        assert "talking to a person" in talking.does(Chose("live:wait"))
        assert "talking to a person" in talking.does(Chose("live:stop"))
        assert talking.conversation.step is Step.WITH_HANDLER

    def test_what_is_kept_can_be_seen_and_deleted_from_within(self, talking: Chat) -> None:
        assert "What we keep" in talking.says("privacy")
        assert "3 messages" in talking.presses("See what you keep")
        talking.presses("Delete this chat")
        assert "Nothing was deleted" in talking.says("no")
        assert talking.conversation.step is Step.WITH_HANDLER
        talking.does(Chose("privacy:delete"))
        assert "forgotten" in talking.says("yes")
        assert talking.did(ForgetMe)
        assert talking.conversation.step is Step.ASKING

    @pytest.mark.parametrize("way", [Said("leave"), Said("exit"), Left(), Chose("menu:leave")])
    def test_they_can_leave_in_a_hurry(self, talking: Chat, way: Said | Left | Chose) -> None:
        assert "person" not in talking.does(way)
        assert talking.did(ForgetMe)

    def test_they_can_end_it(self, talking: Chat) -> None:
        said = talking.says("End this chat")
        assert "Nobody reads this live any more" in said
        assert talking.did(EndHandOver) == [EndHandOver(Ending.CLOSED)]
        assert talking.conversation.step is Step.ASKING

    def test_too_long_a_text_is_handed_back_and_not_cut(self, talking: Chat) -> None:
        assert "too long" in talking.says("x" * 4001)
        assert not talking.did(PassOn)

    def test_news_of_a_report_does_not_disturb(self, talking: Chat) -> None:
        assert "You have an update" in talking.does(ReportUpdated(REFERENCE))
        assert talking.conversation.step is Step.WITH_HANDLER


class TestTheEnd:
    def test_the_person_ends_it_and_the_draft_is_still_there(self, chat: Chat) -> None:
        chat.does(Chose("form:asb"))
        chat.does(Chose("menu:person"))
        chat.presses("Wait for a person")
        chat.does(HandlerCame())
        said = chat.does(HandlerEnded())
        assert "Nobody reads this live any more" in said
        assert chat.buttons[0] == "Go on with what I started"
        assert "drone" in chat.says("can i fly a drone?"), "the counter answers again"

    def test_a_colleague_takes_over_without_a_gap(self, talking: Chat) -> None:
        assert "colleague" in talking.does(HandlerChanged())
        assert talking.conversation.step is Step.WITH_HANDLER

    def test_a_person_who_had_to_go_leaves_them_at_the_front(self, talking: Chat) -> None:
        assert "front of the queue" in talking.does(HandlerWent())
        assert talking.conversation.step is Step.WAITING
        assert talking.buttons == ["Stop waiting"]

    def test_a_report_made_of_it_gives_reference_and_code_and_the_chat_goes_on(
        self, talking: Chat
    ) -> None:
        said = talking.does(HandlerReported(REFERENCE, CODE, "asb", remember=True))
        assert REFERENCE in said
        assert "ACDE FGHJ KMNP QRTW" in said
        talking.presses("Remember it in this chat")
        assert talking.conversation.remembered == (CODE,)
        assert talking.conversation.step is Step.WITH_HANDLER

    def test_with_a_safety_concern_the_chat_does_not_remember_it(self, talking: Chat) -> None:
        talking.does(HandlerReported(REFERENCE, CODE, "asb", remember=False))
        assert talking.buttons == []


class TestHeldMessages:
    def test_words_that_had_to_be_held_reach_the_person(self, talking: Chat) -> None:
        for take in (take_held, take_late):
            outcome = take(Said("hello?"), talking.conversation, talking.library, talking.now)
            assert outcome.effects == (PassOn(),)
            assert outcome.replies == ()
