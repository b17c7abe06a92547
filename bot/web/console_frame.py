"""The frame around every page of the console: who is signed in, and where they may go."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.shelf import Shelf
from bot.web import console_text as shows
from bot.web.guard import Tokens
from bot.web.pages import Pages
from bot.web.permissions import Permission, may
from storage.staff import Staff


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody is signed in, in this browser."""

    staff: Staff
    token: str
    """The session's secret, which is in their cookie."""
    owes: str = ""
    """The page of what they have to do before anything else; empty for nothing."""

    @property
    def csrf(self) -> str:
        """What their forms must carry: known only to who can read the session's pages."""
        return form_token(self.token)

    def may(self, permission: Permission) -> bool:
        """Whether they may do it."""
        return may(self.staff.role, permission)


SIGNED_IN = web.RequestKey("signed_in", SignedIn)
"""Set on a request once its session has been looked up."""

DUE = web.RequestKey("due", int)
"""How many reports wait to be decided about; set where it is for them to decide."""

OPEN_ALARMS = web.RequestKey("open_alarms", int)
"""How many alarms nobody has closed; set where they are for them to answer."""

MENTIONED = web.RequestKey("mentioned", int)
"""How often colleagues have named them in notes that they have not seen."""

LIVE_WAITING = web.RequestKey("live_waiting", int)
"""How many residents wait for a person; set where that is for them to answer."""

TO_REVIEW, ALARMS, LIVE, SHIFT = "/due", "/alarms", "/live", "/shift"
NOTICES, SHARES = "/notices", "/shares"
ACCOUNTS = "/accounts"
ME, MY_PASSWORD, MY_FACTOR = "/me", "/me/password", "/me/second-factor"
_FORMS = "console forms"
_PLACES = (
    ("Queue", "/", Permission.SEE_QUEUE),
    ("My shift", SHIFT, Permission.OPEN_REPORT),
    ("Alarms", ALARMS, Permission.ANSWER_ALARMS),
    ("Live", LIVE, Permission.TAKE_LIVE_CHATS),
    ("Noticed", NOTICES, Permission.SEE_NOTICES),
    ("Sharing", SHARES, Permission.SHARE_REPORT),
    ("Due for review", TO_REVIEW, Permission.DECIDE_ERASURE),
    ("Knowledge", "/knowledge", Permission.SEE_KNOWLEDGE),
    ("Questions", "/questions", Permission.SEE_QUESTIONS),
    ("Figures", "/figures", Permission.SEE_FIGURES),
    ("Workload", "/workload", Permission.SEE_WORKLOAD),
    ("Audit trail", "/audit", Permission.SEE_AUDIT),
    ("Accounts", ACCOUNTS, Permission.KEEP_ACCOUNTS),
)
_WITHIN = {"/figures": ("/quality",), "/workload": ("/teams", "/leave")}
"""Pages that belong to a place of the navigation and have an address of their own."""


def form_token(secret: str) -> str:
    """The token of the forms shown to whoever holds the cookie `secret`, which is 256 bits."""
    return Tokens(secret.encode()).token(_FORMS)


def form_is_right(secret: str, token: str) -> bool:
    """Whether a form with this token was shown to whoever holds the cookie `secret`."""
    return Tokens(secret.encode()).right(_FORMS, token)


def home(role: str) -> str:
    """The first page that somebody of that role may see."""
    return next((path for _, path, permission in _PLACES if may(role, permission)), "/login")


def who(request: web.Request) -> SignedIn:
    """Who is signed in; for handlers of guarded pages, where somebody is."""
    return request[SIGNED_IN]


@dataclass(frozen=True, slots=True)
class Way:
    """An entry of the navigation."""

    name: str
    path: str
    here: bool
    count: int = 0
    """How much waits there."""
    what: str = ""
    """What waits, in words that follow the number."""


class Frame:
    """Renders pages of the console; `closed` are places that are switched off."""

    def __init__(self, pages: Pages, shelf: Shelf, closed: Collection[str] = ()) -> None:
        self._pages, self._shelf, self._closed = pages, shelf, closed

    def page(
        self, request: web.Request, template: str, *, status: int = 200, **values: Any
    ) -> web.Response:
        """The template bot/web/templates/console/`template`, in the frame."""
        signed_in = request.get(SIGNED_IN)
        return self._pages.page(
            f"console/{template}",
            status=status,
            frame=self._frame(request, signed_in),
            shown=shows.shown,
            local=shows.local,
            short=shows.short,
            date=shows.date,
            machine=shows.machine,
            clock_time=shows.clock_time,
            size=shows.size,
            tags=shows.tags,
            status_colours=shows.STATUS_COLOURS,
            **values,
        )

    def _frame(self, request: web.Request, signed_in: SignedIn | None) -> dict[str, Any]:
        if signed_in is None:
            return {"home": "/login"}
        waits = {
            TO_REVIEW: (request.get(DUE, 0), "to decide about"),
            ALARMS: (request.get(OPEN_ALARMS, 0), "waiting"),
            SHIFT: (request.get(MENTIONED, 0), "where you are named"),
            LIVE: (request.get(LIVE_WAITING, 0), "waiting"),
        }
        ways = tuple(
            Way(name, path, _is_under(request.path, path), *waits.get(path, ()))
            for name, path, permission in _PLACES
            if signed_in.may(permission) and path not in self._closed and not signed_in.owes
        )
        return {
            "who": signed_in.staff,
            "at_home": _is_under(request.path, ME),
            "csrf": signed_in.csrf,
            "home": home(signed_in.staff.role),
            "nav": ways,
            "reviews": signed_in.may(Permission.REVIEW_QUALITY),
            "manages": signed_in.may(Permission.MANAGE_TEAMS),
            "alarms": 0 if signed_in.owes else request.get(OPEN_ALARMS, 0),
            "refused": self._shelf.refused,
        }


def new_once() -> str:
    """The number of one rendered form: sent twice, it counts once."""
    return secrets.token_hex(16)


def _is_under(path: str, place: str) -> bool:
    if place == "/":
        return path == "/" or path.startswith(("/reports", "/search", "/take"))
    return path.startswith((place, *_WITHIN.get(place, ())))
