"""desk.toml: read whole, or every mistake named with its line."""

from datetime import time
from pathlib import Path

import pytest

from handlers.report import Status
from knowledge.article import Form, Problem, Question
from knowledge.desk import STATUSES, Desk
from knowledge.load_desk import load_desk, unknown_names

FORMS = {
    id: Form(id, id, id, questions=(Question("what", "text", "What?", "What"),))
    for id in ("asb", "hate")
}


def read(folder: Path, text: str) -> tuple[Desk, list[str]]:
    (folder / "desk.toml").write_text(text, encoding="utf-8")
    problems: list[Problem] = []
    _, desk = load_desk(folder, FORMS, problems)
    return desk, [str(problem) for problem in problems]


def test_a_folder_without_one_has_the_usual_values(tmp_path: Path) -> None:
    assert load_desk(tmp_path, FORMS, []) == (None, Desk())


def test_what_it_says_holds_and_the_rest_is_as_usual(tmp_path: Path) -> None:
    desk, problems = read(
        tmp_path,
        'working_hours = "09:00-17:30"\nworking_days = ["monday", "sunday"]\n[due]\nhate = 8\n'
        '[reply.thanks]\ntitle = "Thanks"\ntext = "Thank you."\nkinds = ["hate"]\n'
        'statuses = ["new"]\n',
    )
    assert problems == []
    assert (desk.opens, desk.closes, desk.weekdays) == (time(9), time(17, 30), frozenset({0, 6}))
    assert desk.answer_days == Desk().answer_days
    assert desk.replies[0].fits("hate", "new")
    assert not desk.replies[0].fits("asb", "new")
    assert not desk.replies[0].fits("hate", "closed")


@pytest.mark.parametrize(
    ("kind", "urgent", "hours"),
    [("hate", False, 3), ("asb", False, 24), ("asb", True, 4), ("hate", True, 3)],
)
def test_what_is_urgent_is_never_due_later_than_what_is_not(
    tmp_path: Path, kind: str, urgent: bool, hours: int
) -> None:
    desk, _ = read(tmp_path, "[due]\nhate = 3\n")
    assert desk.hours_for(kind, urgent=urgent) == hours


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('working_hours = "nine to five"', "`working_hours` has the shape 08:00-20:00"),
        ('working_days = ["munday"]', "there is no day `munday`: did you mean `monday`?"),
        ('extra_holidays = ["2026-12-24"]', "must be a list of days such as 2026-11-30"),
        ("answer_days = 0", "`answer_days` must be 1 or more"),
        ("[due]\nhat = 3", "there is no form `hat`: did you mean `hate`?"),
        ("[due]\nhate = 0", "`hate` must be 1 or more"),
        ('tags = ["a", "a"]', "“a” stands twice"),
        (f'grades = ["{"x" * 33}"]', "must have 1 to 32 letters"),
        ('copy_order = ["wot"]', "there is no question `wot`"),
        ('[reply.x]\ntext = "Hello"', "`title` is missing"),
        ('[reply.x]\ntitle = "X"\ntext = "A { alone"', "a curly bracket stands alone"),
        ('[reply.x]\ntitle = "X"\ntext = "{link:a}"', "a reply is plain text"),
        ('[reply.x]\ntitle = "X"\ntext = "x"\nkinds = ["asbo"]', "there is no form `asbo`"),
        (
            '[reply.x]\ntitle = "X"\ntext = "x"\nstatuses = ["nwe"]',
            "there is no status `nwe`: did you mean `new`?",
        ),
        ("colour = 1", "unknown key `colour`"),
    ],
)
def test_a_mistake_is_named_where_it_stands(tmp_path: Path, text: str, problem: str) -> None:
    _, problems = read(tmp_path, text)
    assert len(problems) == 1
    assert problems[0].startswith("desk.toml:")
    assert problem in problems[0]


def test_a_reply_that_names_what_nothing_fills_is_found(tmp_path: Path) -> None:
    desk, _ = read(
        tmp_path, '[reply.x]\ntitle = "X"\ntext = "{reference} {force} {refernce} {phone:nobody}"\n'
    )
    assert unknown_names(desk, {"force"}, {"police-101"}) == (
        ("x", "{refernce}"),
        ("x", "{phone:nobody}"),
    )


def test_the_statuses_are_those_of_reports() -> None:
    assert tuple(Status) == STATUSES
