"""Reads desk.toml: the hours, due dates, tags, grades and replies that staff work with."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from knowledge.article import Form, Problem
from knowledge.desk import DEFAULT, STATUSES, URGENT, VALUES, Desk, ReadyReply
from knowledge.fill import placeholders, stray_brace
from knowledge.load_lists import read_hours
from knowledge.source import Source, read_toml, tables_of
from knowledge.table import ID, Table, did_you_mean

DESK = "desk.toml"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LONGEST_TAG, _LONGEST_GRADE = 32, 32
_PLAIN_KINDS = ("phone", "text")
"""What a reply may draw from the contacts: it is plain text, and has no links."""


def load_desk(
    root: Path, forms: Mapping[str, Form], problems: list[Problem]
) -> tuple[Source | None, Desk]:
    """desk.toml, or the usual values where a folder has none; names must be those of `forms`."""
    if not (root / DESK).is_file():
        return None, Desk()
    read = read_toml(root, root / DESK)
    if isinstance(read, Problem):
        problems.append(read)
        return None, Desk()
    source, data = read
    table = Table(source, data, (), problems)
    table.known("due", "reply")
    usual = Desk()
    hours = read_hours(table.text("working_hours", default="08:00-20:00"))
    if hours is None:
        table.wrong("working_hours", "`working_hours` has the shape 08:00-20:00")
    opens, closes = hours or (usual.opens, usual.closes)
    questions = {question.id for form in forms.values() for question in form.questions}
    desk = Desk(
        opens=opens,
        closes=closes,
        weekdays=_weekdays(table),
        extra_holidays=_days(table, "extra_holidays"),
        not_holidays=_days(table, "not_holidays"),
        due=_due(source, data, forms, problems),
        answer_days=_at_least_one(table, "answer_days", usual.answer_days),
        tags=_short(table, "tags", _LONGEST_TAG),
        grades=_short(table, "grades", _LONGEST_GRADE) or usual.grades,
        replies=_replies(source, data, forms, problems),
        copy_order=_known(table, "copy_order", questions, "question"),
    )
    table.finish()
    return source, desk


def _weekdays(table: Table) -> frozenset[int]:
    names = _known(table, "working_days", WEEKDAYS, "day")
    days = frozenset(WEEKDAYS.index(name) for name in names if name in WEEKDAYS)
    return days or Desk().weekdays


def _days(table: Table, key: str) -> frozenset[date]:
    wanted = "days such as 2026-11-30, without quotes: [2026-11-30]"
    values = table.values(key)
    if not all(isinstance(day, date) and not isinstance(day, datetime) for day in values):
        table.wrong(key, f"`{key}` must be a list of {wanted}")
        return frozenset()
    return frozenset(values)


def _due(
    source: Source, data: Mapping[str, Any], forms: Mapping[str, Form], problems: list[Problem]
) -> Mapping[str, int]:
    """Working hours by kind; what is missing has the usual ones."""
    table = Table(source, data.get("due", {}), ("due",), problems)
    usual = Desk().due
    named = [*usual, *(name for name in tables_of(data, "due") if name not in usual)]
    for name in named:
        if name not in forms and name not in {DEFAULT, URGENT}:
            text = f"there is no form `{name}`{did_you_mean(name, forms)}"
            table.wrong(name, text)
    hours = {name: _at_least_one(table, name, usual.get(name, usual[DEFAULT])) for name in named}
    table.finish()
    return hours


def _at_least_one(table: Table, key: str, default: int) -> int:
    value = table.whole(key, default)
    if value < 1:
        table.wrong(key, f"`{key}` must be 1 or more")
        return default
    return value


def _short(table: Table, key: str, longest: int) -> tuple[str, ...]:
    texts = table.texts(key)
    for text in texts:
        if not 1 <= len(text) <= longest:
            table.wrong(key, f"“{text}” must have 1 to {longest} letters", needle=text)
    for text in {text for text in texts if texts.count(text) > 1}:
        table.wrong(key, f"“{text}” stands twice", needle=text)
    return texts


def _known(table: Table, key: str, known: Collection[str], what: str) -> tuple[str, ...]:
    names = table.texts(key)
    for name in names:
        if name not in known:
            text = f"there is no {what} `{name}`{did_you_mean(name, known)}"
            table.wrong(key, text, needle=f'"{name}"')
    return names


def _replies(
    source: Source, data: Mapping[str, Any], forms: Mapping[str, Form], problems: list[Problem]
) -> tuple[ReadyReply, ...]:
    return tuple(
        _reply(id, Table(source, values, ("reply", id), problems), forms)
        for id, values in tables_of(data, "reply").items()
    )


def _reply(id: str, table: Table, forms: Mapping[str, Form]) -> ReadyReply:
    reply = ReadyReply(
        id=id,
        title=table.text("title", required=True),
        text=table.text("text", required=True),
        kinds=_known(table, "kinds", forms, "form"),
        statuses=_known(table, "statuses", STATUSES, "status"),
    )
    table.finish()
    if not ID.fullmatch(id):
        table.wrong("", f"the name `{id}` must be small letters, digits and dashes")
    if around := stray_brace(reply.text):
        table.wrong("text", f"a curly bracket stands alone at `{around}`", needle=around)
    for found in placeholders(reply.text):
        if found.kind and found.kind not in _PLAIN_KINDS:
            table.wrong("text", f"{found}: a reply is plain text and may name a phone only")
    return reply


def unknown_names(
    desk: Desk, names: Collection[str], contacts: Collection[str]
) -> tuple[tuple[str, str], ...]:
    """Reply and placeholder, for each that nothing fills; `names` are those of the force."""
    known = {*VALUES, *names}
    return tuple(
        (reply.id, str(found))
        for reply in desk.replies
        for found in placeholders(reply.text)
        if found.name not in (contacts if found.kind else known)
    )
