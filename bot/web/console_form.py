"""What the console reads from addresses and forms: references, numbers, and what to put right."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web

from bot.web.console_frame import SignedIn, new_once
from bot.web.permissions import Permission
from handlers.report import read_reference
from storage.scope import By
from storage.tokens import is_id
from storage.work import Work

LONGEST = 4000
"""Characters of a message or a note."""
ONCE = "console"
"""The source under which sent forms are remembered, so that a double click counts once."""
_LONGEST_PAGE = 6
"""Digits of a page number that anybody may mean."""


@dataclass(frozen=True, slots=True)
class Slip:
    """Something in a form to put right."""

    field: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """The forms of a page, with what somebody had filled in when it could not be saved."""

    csrf: str
    once: str = field(default_factory=new_once)
    note: str = ""
    problems: tuple[Slip, ...] = ()

    def wrong(self, name: str) -> bool:
        """Whether the field of that name has a slip."""
        return any(slip.field == name for slip in self.problems)


def id_of(request: web.Request) -> str:
    """The `{id}` of the page's address; raises 404 where it is none."""
    id = request.match_info["id"]
    if not is_id(id):
        raise web.HTTPNotFound
    return id


def reference_of(request: web.Request) -> str:
    """The reference in the address; raises 404 where it is none."""
    reference = read_reference(request.match_info["reference"][:40])
    if reference is None:
        raise web.HTTPNotFound
    return reference


def by_of(signed_in: SignedIn) -> By:
    """Who they are to storage."""
    return By(signed_in.staff, signed_in.may(Permission.OPEN_RESTRICTED))


async def first_time(work: Work, form: Mapping[str, str], by: By, now: datetime) -> bool:
    """Whether this rendered form was not sent before; one without its number always counts."""
    once = form.get("once", "")[:64]
    return not once or await work.handled.once(ONCE, f"{by.staff.id}:{once}", now)


def slip_of(name: str, text: str, empty: str = "") -> Slip | None:
    """What is wrong with a text: too long or, where `empty` says what to do then, not there."""
    if not text and empty:
        return Slip(name, empty)
    if len(text) > LONGEST:
        over = len(text) - LONGEST
        return Slip(name, f"Make it shorter by {over:,} characters; {LONGEST:,} are the most.")
    return None


def number(text: str) -> int:
    """A number from a form; -1, which is never right, for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else -1


def page_number(text: str) -> int:
    """The number of a page of a list; 1 for what is none that anybody may mean."""
    return max(1, number(text)) if len(text) <= _LONGEST_PAGE else 1
