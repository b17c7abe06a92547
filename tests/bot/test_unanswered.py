"""What nobody answers is shown to comms only when enough ask it, or a handler has passed it on."""

import json
from datetime import datetime

import pytest

from bot.commands.unanswered import Group, for_comms, for_handlers, groups_of
from bot.orders import OPERATOR, Operator, Order
from bot.unanswered import Question, read_questions
from knowledge.library import Library
from storage.work import Store

PARROT = ("my parrot flew away", "my parrot flew away today", "my green parrot flew away")


def asked(text: str, asker: str, *, passed: bool = False) -> Question:
    return Question(f"{text:0<32}", "2026-11-22", text, ("lost-property",), asker, passed)


def test_the_same_asked_by_three_is_one_group(library: Library) -> None:
    questions = [asked(text, str(number)) for number, text in enumerate(PARROT)]
    other = asked("may i fly a kite near the airport", "d")
    groups = groups_of([*questions[:2], other, *questions[2:]], library)
    assert [len(group.questions) for group in groups] == [3, 1]
    said = "\n".join(for_comms(groups))
    assert said.startswith("Asked by 3. Nearest: lost-property\n")
    assert all(text in said for text in PARROT)
    assert "kite" not in said
    assert "1 more wait for a handler" in said


def test_what_one_resident_asks_three_times_was_asked_by_one() -> None:
    group = Group(tuple(asked(text, "ada") for text in PARROT))
    assert group.askers == 1
    assert not group.seen_by_comms
    assert "parrot" not in "\n".join(for_comms([group]))
    assert all(text in "\n".join(for_handlers([group])) for text in PARROT)


def test_of_what_a_handler_passed_on_comms_see_that_and_nothing_beside_it() -> None:
    group = Group((asked(PARROT[0], "ada", passed=True), asked(PARROT[1], "ben")))
    said = "\n".join(for_comms([group]))
    assert PARROT[0] in said
    assert PARROT[1] not in said


def test_what_a_terminal_would_obey_is_not_printed() -> None:
    group = Group((asked("one\x1b[2J\nAsked by 9\ud800 end", "ada", passed=True),))
    (head, line) = for_comms([group])
    assert head.startswith("Asked by 1")
    assert line == "  “one [2J Asked by 9 end”"


def test_where_there_is_nothing_that_is_said(library: Library) -> None:
    assert groups_of([], library) == ()
    assert list(for_comms([])) == [
        "Nothing that 3 residents asked, and nothing a handler passed on."
    ]
    assert list(for_handlers([])) == ["Nothing waits for a handler."]


async def test_a_handler_passes_a_question_on(store: Store, now: datetime) -> None:
    operator = Operator(store, lambda: now)
    async with store.work() as work:
        work.feedback.keep_unanswered(PARROT[0], ["lost-property"], "ada", now)
    (question,) = read_questions(json.loads(await operator.carry_out(Order("unanswered waiting"))))
    assert (question.text, question.passed) == (PARROT[0], False)
    done = await operator.carry_out(Order("unanswered pass", {"id": question.id[:8]}))
    assert done.startswith("Passed on")
    (question,) = read_questions(json.loads(await operator.carry_out(Order("unanswered list"))))
    assert question.passed
    async with store.work() as work:
        events = await work.audit.latest(2)
    assert {event.who for event in events} == {OPERATOR}


@pytest.mark.parametrize("id", ["", "12345678", "x"])
async def test_an_id_of_nothing_is_explained(store: Store, now: datetime, id: str) -> None:
    async with store.work() as work:
        work.feedback.keep_unanswered(PARROT[0], [], "ada", now)
    with pytest.raises(ValueError, match="names no question"):
        await Operator(store, lambda: now).carry_out(Order("unanswered pass", {"id": id}))
