"""Reads report forms: their questions, and those that several forms share."""

from pathlib import Path
from typing import Any

from knowledge.article import QUESTION_KINDS, Form, Option, Problem, Question
from knowledge.source import Source, files_in, read_toml, tables_of
from knowledge.table import ID, Table, check_id, did_you_mean

COMMON = "common.toml"
FLAGS = ("hate", "safeguarding", "restricted", "under-18", "urgent")
"""Marks that an option or a form may set on a report."""


def load_forms(
    root: Path, problems: list[Problem]
) -> tuple[Source | None, list[tuple[Source, Form]]]:
    """The file of shared questions, and every readable form of `root`/forms with its own file."""
    read: list[tuple[Source, dict[str, Any]]] = []
    for path in files_in(root, "forms", ".toml"):
        found = path if isinstance(path, Problem) else read_toml(root, path)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            read.append(found)
    common: Source | None = None
    shared: dict[str, Question] = {}
    for source, data in read:
        if Path(source.file).name == COMMON:
            table = Table(source, data, (), problems)
            common, shared = source, _questions(table, source, data, problems)
            table.finish()
    forms = [
        (source, _form(source, data, shared, problems))
        for source, data in read
        if source is not common
    ]
    return common, forms


def _form(
    source: Source, data: dict[str, Any], shared: dict[str, Question], problems: list[Problem]
) -> Form:
    table = Table(source, data, (), problems)
    own = _questions(table, source, data, problems)
    form = Form(
        id=table.text("id", required=True),
        title=table.text("title", required=True),
        button=table.text("button", required=True),
        order=table.whole("order", 50),
        intro=table.text("intro"),
        article=table.text("article"),
        flags=table.texts("flags"),
        instead=table.text("instead"),
        next_steps=table.text("next_steps"),
        questions=_asked(table, own, shared),
    )
    table.finish()
    check_id(table, form.id, source.file)
    _check_flags(table, "flags", form.flags)
    return form


def _asked(
    table: Table, own: dict[str, Question], shared: dict[str, Question]
) -> tuple[Question, ...]:
    """The questions a form names, its own before the shared ones of the same name."""
    known = {**shared, **own}
    names = table.texts("questions")
    for name in names:
        if name not in known:
            text = f"unknown question `{name}`{did_you_mean(name, known)}"
            table.wrong("questions", text, needle=f'"{name}"')
    for name in {name for name in names if names.count(name) > 1}:
        table.wrong("questions", f"the question `{name}` is asked twice", needle=f'"{name}"')
    for name in own.keys() - set(names):
        table.wrong("questions", f"the question `{name}` is written but never asked", error=False)
    return tuple(known[name] for name in dict.fromkeys(names) if name in known)


def _questions(
    table: Table, source: Source, data: dict[str, Any], problems: list[Problem]
) -> dict[str, Question]:
    table.known("question")
    if not isinstance(data.get("question", {}), dict):
        table.wrong("question", "questions are tables: [question.short-name] on a line of its own")
    return {
        id: _question(id, Table(source, values, ("question", id), problems))
        for id, values in tables_of(data, "question").items()
    }


def _question(id: str, table: Table) -> Question:
    question = Question(
        id=id,
        kind=table.text("kind", required=True),
        ask=table.text("ask", required=True),
        summary=table.text("summary", required=True),
        hint=table.text("hint"),
        options=tuple(_option(option, table) for option in table.tables("options")),
        optional=table.flag("optional"),
        only_if=table.text("only_if"),
        warning=table.text("warning"),
    )
    table.finish()
    if not ID.fullmatch(id):
        table.wrong("", f"the name `{id}` must be small letters, digits and dashes")
    if question.kind and question.kind not in QUESTION_KINDS:
        near = (
            did_you_mean(question.kind, QUESTION_KINDS) or f"; one of: {', '.join(QUESTION_KINDS)}"
        )
        table.wrong("kind", f"unknown kind `{question.kind}`{near}")
    if question.kind == "choice" and len(question.options) < 2:
        table.wrong("options", f"`{id}` is a choice and needs at least two options")
    ids = [option.id for option in question.options]
    for option in {option for option in ids if ids.count(option) > 1}:
        table.wrong("options", f"the option `{option}` stands twice", needle=f'"{option}"')
    return question


def _option(table: Table, question: Table) -> Option:
    option = Option(
        id=table.text("id", required=True),
        label=table.text("label", required=True),
        flag=table.text("flag"),
        stop=table.text("stop"),
        article=table.text("article"),
    )
    table.finish()
    if option.id and not ID.fullmatch(option.id):
        text = f"the option `{option.id}` must be small letters, digits and dashes"
        question.wrong("options", text, needle=f'"{option.id}"')
    _check_flags(question, "options", (option.flag,))
    return option


def _check_flags(table: Table, key: str, flags: tuple[str, ...]) -> None:
    for flag in flags:
        if flag and flag not in FLAGS:
            near = did_you_mean(flag, FLAGS) or f"; one of: {', '.join(FLAGS)}"
            table.wrong(key, f"unknown flag `{flag}`{near}", needle=f'"{flag}"')
