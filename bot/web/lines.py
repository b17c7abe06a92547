"""Lines of a transcript as the chat page shows them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from handlers.messages import URGENT, Choice, Reply
from knowledge.markup import to_web
from storage.transcript import Line

YOU, COUNTER = "you", "counter"
PICTURE = "📷"
"""How the transcript holds a picture; not every computer can show the sign."""
MAIN = frozenset({"review:send"})
"""Choices shown as the one button that matters."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One line, ready for the template."""

    id: str
    who: str
    html: Markup | None = None
    """What the counter said."""
    text: str | None = None
    """What the resident typed; with neither, their words were not kept."""
    picture: bool = False
    """The resident sent a picture without a word."""
    urgent: bool = False
    by: str = ""
    """The name of the person who wrote it; empty for the counter itself."""
    choices: tuple[Choice, ...] = ()
    takes: str = ""
    open: bool = False
    """Its buttons can be pressed: it is the last thing the counter said."""
    welcome: bool = False
    """The greeting, shown before anything is kept."""
    main: frozenset[str] = MAIN


@dataclass(frozen=True, slots=True)
class FormKeys:
    """What each form of a page carries unseen."""

    token: str

    def fresh(self) -> str:
        """An id for what the form will send; new for each form."""
        return secrets.token_hex(16)


def shown(lines: Sequence[Line]) -> tuple[Shown, ...]:
    """The lines, with buttons under the last thing the counter said."""
    last = max((line.id for line in lines if line.reply is not None), default=0)
    return tuple(_line(line, open=line.id == last) for line in lines)


def welcome(replies: Sequence[Reply]) -> tuple[Shown, ...]:
    """The greeting, of which nothing is kept yet."""
    return tuple(
        _said(f"w{number}", reply, open=reply is replies[-1], welcome=True)
        for number, reply in enumerate(replies)
    )


def last_of(lines: Sequence[Shown]) -> str:
    """The id of what the resident sent last; empty where they sent nothing."""
    return next((line.id for line in reversed(lines) if line.who == YOU), "")


def _line(line: Line, *, open: bool) -> Shown:
    if line.reply is None:
        return Shown(f"m{line.id}", YOU, text=line.text, picture=line.text == PICTURE)
    return _said(f"m{line.id}", line.reply, open=open)


def _said(id: str, reply: Reply, *, open: bool, welcome: bool = False) -> Shown:
    return Shown(
        id,
        COUNTER,
        html=Markup(to_web(reply.text)),  # noqa: S704 - to_web escapes whatever it is given
        urgent=reply.lane == URGENT,
        by=reply.by,
        choices=reply.choices,
        takes=reply.takes,
        open=open,
        welcome=welcome,
    )
