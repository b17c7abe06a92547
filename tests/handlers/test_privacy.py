"""What we keep: told, shown, deleted; and leaving in a hurry."""

from handlers.conversation import Conversation
from handlers.effects import ForgetMe
from handlers.messages import Chose, Left
from tests.handlers.chat import Chat


def test_what_is_kept_can_be_seen_and_deleted(chat: Chat) -> None:
    assert "What we keep" in chat.says("privacy")
    assert "3 messages" in chat.presses("See what you keep")
    chat.presses("Delete this chat")
    assert "forgotten" in chat.presses("Yes, delete it")
    assert chat.did(ForgetMe)
    assert chat.conversation.draft is None


def test_deleting_is_asked_once_more_first(chat: Chat) -> None:
    chat.says("privacy")
    chat.presses("Delete this chat")
    assert "Nothing was deleted" in chat.presses("No, keep it")
    assert not chat.did(ForgetMe)


def test_leaving_throws_the_draft_away_and_says_one_bland_line(chat: Chat) -> None:
    chat.does(Chose("form:hate"))
    line = chat.says("leave")
    assert "hate" not in line.lower()
    assert "report" not in line.lower()
    assert chat.conversation.draft is None
    assert chat.did(ForgetMe)


def test_whoever_left_the_page_is_forgotten_without_a_word(chat: Chat) -> None:
    chat.does(Chose("form:asb"))
    assert chat.does(Left()) == ""
    assert chat.conversation == Conversation()
