"""Who may do what in the console: one map, and no page that is not in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from storage.staff import ADMIN, AUDITOR, COMMS, HANDLER, SUPERVISOR


class Permission(Enum):
    """Something that only some may do."""

    SEE_QUEUE = "see the queue"
    """The list of reports, without a word that residents wrote."""

    OPEN_REPORT = "open reports"
    """All that a resident said, with how to reach them, and their pictures."""

    OPEN_RESTRICTED = "open restricted reports"
    """Reports in which abuse and the like were disclosed, of the kinds that the account is cleared
    for; for others they do not exist."""

    MARK_SENSITIVE = "mark reports as sensitive"
    """Say that only cleared colleagues may read a report, and about what it is."""

    DECLARE_CONFLICT = "declare a conflict of interest"
    """A report that one must not work on no longer exists for oneself."""

    SEE_CONFLICTS = "see and lift conflicts of interest"
    """Who must not work on a report, as they have said."""

    BREAK_GLASS = "break the glass"
    """Open a report that is not for one, by its reference, for an hour and with a reason; somebody
    is told."""

    CHANGE_STATUS = "change the status of a report"
    """Along the table of allowed transitions."""

    WORK_ON_REPORT = "work on reports"
    """Take them on, give them on, tag, grade, number and link them, and black out passages."""

    TAKE_REPORT = "take reports for callers"
    """For somebody on the phone or at the counter."""

    SHOW_REDACTED = "show what was blacked out"
    """Take a redaction back."""

    WRITE_NOTE = "write internal notes"
    """Notes on a report that only staff read."""

    WRITE_TO_RESIDENT = "write to residents"
    """Messages that wait on the report's page."""

    DECIDE_ERASURE = "decide about reports that are due for review"
    """Keep, hold or erase them. Restricted ones are among them, and who else decided is said: only
    for who may open those and see the audit trail."""

    ANSWER_ALARMS = "answer alarms"
    """What residents wrote that called for 999, and what came of it."""

    SEE_QUESTIONS = "see what residents ask in vain"
    """Questions without an answer, once enough have asked, and what is said about answers."""

    HAND_ON_QUESTION = "pass a single question on to comms"
    """Questions of few residents; passing one on shows it to comms."""

    TAKE_LIVE_CHATS = "take live chats"
    """Talk to residents who ask for a person; what was said is only for who has the chat."""

    SEE_ALL_LIVE_CHATS = "see every live chat"
    """Those of others too, and move or end them."""

    SEE_NOTICES = "see what was noticed"
    """Likely duplicates, repeats, series and hotspots: suggestions, with their reasons."""

    SHARE_REPORT = "share reports with partners"
    """Set and tick off the task to tell a partner; the program sends nothing."""

    SEE_KNOWLEDGE = "see the state of the knowledge files"
    """What is wrong with them, and which articles are due for review."""

    SEE_FIGURES = "see the figures"
    """How many reports, how long they take and what becomes of them; of no person."""

    SEE_WORKLOAD = "see the workload"
    """One's own; that of everybody is for who manages teams."""

    MANAGE_TEAMS = "manage teams and leave"
    """Who is in which team and when they are away."""

    REVIEW_QUALITY = "review closed reports"
    """Ten a week, and what the reviews say; of no person."""

    SEE_AUDIT = "see the audit trail"
    """Who looked at what and changed what."""

    KEEP_ACCOUNTS = "keep accounts"
    """Make them, change what they may, close them, and help who is locked out."""

    OWN_ACCOUNT = "look after one's own account"
    """One's password, second factor, passkeys and sign-ins."""

    SIGN_OUT = "sign out"
    """End one's own session."""


_DESK = frozenset({HANDLER, SUPERVISOR})
_EVERYBODY = frozenset({HANDLER, SUPERVISOR, COMMS, AUDITOR, ADMIN})

GRANTED: Mapping[Permission, frozenset[str]] = {
    Permission.SEE_QUEUE: _DESK,
    Permission.OPEN_REPORT: _DESK,
    Permission.OPEN_RESTRICTED: _DESK,
    Permission.MARK_SENSITIVE: _DESK,
    Permission.DECLARE_CONFLICT: _DESK,
    Permission.SEE_CONFLICTS: frozenset({SUPERVISOR}),
    Permission.BREAK_GLASS: frozenset({SUPERVISOR}),
    Permission.CHANGE_STATUS: _DESK,
    Permission.WORK_ON_REPORT: _DESK,
    Permission.TAKE_REPORT: _DESK,
    Permission.SHOW_REDACTED: frozenset({SUPERVISOR}),
    Permission.WRITE_NOTE: _DESK,
    Permission.WRITE_TO_RESIDENT: _DESK,
    Permission.DECIDE_ERASURE: frozenset({SUPERVISOR}),
    Permission.ANSWER_ALARMS: _DESK,
    Permission.SEE_QUESTIONS: frozenset({HANDLER, SUPERVISOR, COMMS}),
    Permission.HAND_ON_QUESTION: _DESK,
    Permission.TAKE_LIVE_CHATS: _DESK,
    Permission.SEE_ALL_LIVE_CHATS: frozenset({SUPERVISOR}),
    Permission.SEE_NOTICES: _DESK,
    Permission.SHARE_REPORT: _DESK,
    Permission.SEE_KNOWLEDGE: frozenset({COMMS, SUPERVISOR, ADMIN}),
    Permission.SEE_FIGURES: frozenset({SUPERVISOR, AUDITOR, ADMIN}),
    Permission.SEE_WORKLOAD: _DESK,
    Permission.MANAGE_TEAMS: frozenset({SUPERVISOR}),
    Permission.REVIEW_QUALITY: frozenset({SUPERVISOR}),
    Permission.SEE_AUDIT: frozenset({SUPERVISOR, AUDITOR, ADMIN}),
    Permission.KEEP_ACCOUNTS: frozenset({ADMIN}),
    Permission.OWN_ACCOUNT: _EVERYBODY,
    Permission.SIGN_OUT: _EVERYBODY,
}
"""Permission to roles. Administrators keep accounts and need no report for that; auditors see what
was done, and none of what residents wrote."""

OPEN_TO_ALL = frozenset(
    {
        (hdrs.METH_GET, "/login"),
        (hdrs.METH_POST, "/login"),
        # They carry what was shown before: a password, or the word of the identity provider.
        (hdrs.METH_GET, "/login/code"),
        (hdrs.METH_POST, "/login/code"),
        (hdrs.METH_POST, "/login/passkey"),
        (hdrs.METH_GET, "/login/provider"),
        (hdrs.METH_GET, "/login/provider/back"),
        (hdrs.METH_GET, "/static"),
        (hdrs.METH_GET, "/theme.css"),
        (hdrs.METH_GET, "/health/live"),
        (hdrs.METH_GET, "/health/ready"),
        # Numbers only, scraped by a machine without an account; the staff port is not public.
        (hdrs.METH_GET, "/metrics"),
    }
)
"""Method and route template of all that needs no sign-in."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the console, or what one of its forms sends."""

    method: str
    path: str
    handler: Handler
    permission: Permission | None = None
    """None only for what stands in OPEN_TO_ALL."""


class Unguarded(Exception):  # noqa: N818 - reads as the state it is
    """A route declares no permission and is not on the list of open ones."""


Declared = Mapping[tuple[str, str], Permission]
"""Method and route template to the permission needed."""


def may(role: str, permission: Permission) -> bool:
    """Whether somebody of that role may do it; a role nobody knows may do nothing."""
    return role in GRANTED[permission]


def add_pages(app: web.Application, pages: Iterable[Page]) -> Declared:
    """Route the pages of an application, and return what each of them needs."""
    declared = {}
    for page in pages:
        app.router.add_route(page.method, page.path, page.handler)
        if page.permission is not None:
            declared[page.method, page.path] = page.permission
    return declared


def check_routes(
    app: web.Application,
    declared: Mapping[tuple[str, str], object],
    opened: frozenset[tuple[str, str]] = OPEN_TO_ALL,
) -> None:
    """Raise Unguarded, naming them, where routes neither need a permission nor are listed open."""
    keys = {_key(route) for route in app.router.routes()}
    bare = sorted(keys - set(declared) - opened)
    if bare:
        named = ", ".join(f"{method} {path}" for method, path in bare)
        raise Unguarded(f"no permission is declared for {named}")
    both = sorted(set(declared) & opened)
    if both:
        raise Unguarded(f"both open and guarded: {both}")


def is_open(route: web.AbstractRoute) -> bool:
    """Whether the route is one of those that need no sign-in."""
    return _key(route) in OPEN_TO_ALL


def needed(route: web.AbstractRoute, declared: Declared) -> Permission | None:
    """What the route needs; None where there is no such page."""
    return declared.get(_key(route))


def _key(route: web.AbstractRoute) -> tuple[str, str]:
    """The route's method and template; HEAD is the same page as GET."""
    method = hdrs.METH_GET if route.method == hdrs.METH_HEAD else route.method
    return method, "" if route.resource is None else route.resource.canonical
