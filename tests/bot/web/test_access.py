"""The access matrix: every route × every role × every kind of report; hidden looks missing."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from bot.web.console import DECLARED
from bot.web.permissions import GRANTED, OPEN_TO_ALL, Permission
from handlers.report import RESTRICTED, Place
from knowledge.library import Library
from storage.conversations import WEB, Address
from storage.reach import KINDS
from storage.staff import ADMIN, AUDITOR, COMMS, HANDLER, ROLES, SUPERVISOR, Terms
from tests.console_desk import PASSWORD, Colleague, Desk, Seen, open_desk, picture

MISSING = "FC-347-9ACA"
OWN, ELSEWHERE, SENSITIVE = "own", "another district", "sensitive"

# Route to what it is about: "report" is one that exists for some and not for others, and must be
# tried with each kind of report; of the others ("account", "alarm", "sample" of closed reports, "")
# the role alone decides.
ABOUT: Mapping[tuple[str, str], str] = {
    ("POST", "/logout"): "",
    ("GET", "/"): "",
    ("GET", "/events"): "",
    ("GET", "/knowledge"): "",
    ("GET", "/audit"): "",
    ("GET", "/due"): "",
    ("GET", "/alarms"): "",
    ("GET", "/alarms/{id}"): "alarm",
    ("POST", "/alarms/{id}/take"): "alarm",
    ("POST", "/alarms/{id}/close"): "alarm",
    ("GET", "/me"): "",
    ("POST", "/me/sign-ins/end"): "",
    ("POST", "/me/sign-ins/end-others"): "",
    ("GET", "/me/password"): "",
    ("POST", "/me/password"): "",
    ("GET", "/me/second-factor"): "",
    ("POST", "/me/second-factor"): "",
    ("POST", "/me/second-factor/codes"): "",
    ("POST", "/me/passkeys"): "",
    ("POST", "/me/passkeys/remove"): "",
    ("GET", "/accounts"): "",
    ("POST", "/accounts"): "",
    ("GET", "/accounts/{username}"): "account",
    ("POST", "/accounts/{username}"): "account",
    ("POST", "/accounts/{username}/disable"): "account",
    ("POST", "/accounts/{username}/enable"): "account",
    ("POST", "/accounts/{username}/password"): "account",
    ("POST", "/accounts/{username}/second-factor"): "account",
    ("POST", "/accounts/{username}/sign-out"): "account",
    ("GET", "/reports/{reference}"): "report",
    ("GET", "/reports/{reference}/photos/{id}"): "report",
    ("POST", "/reports/{reference}/status"): "report",
    ("POST", "/reports/{reference}/notes"): "report",
    ("POST", "/reports/{reference}/messages"): "report",
    ("POST", "/reports/{reference}/conflict"): "report",
    ("POST", "/reports/{reference}/conflict/lift"): "report",
    ("POST", "/reports/{reference}/sensitive"): "report",
    # The same for all reports and for none, on purpose.
    ("GET", "/reports/{reference}/glass"): "",
    ("POST", "/reports/{reference}/glass"): "",
    ("GET", "/due/{reference}"): "report",
    ("POST", "/due/{reference}/keep"): "report",
    ("POST", "/due/{reference}/hold"): "report",
    ("POST", "/due/{reference}/release"): "report",
    ("GET", "/due/{reference}/erase"): "report",
    ("POST", "/due/{reference}/erase"): "report",
    ("GET", "/audit.csv"): "",
    ("GET", "/audit/check"): "",
    ("GET", "/audit/words/{id}"): "",
    ("POST", "/bulk"): "",
    ("POST", "/bulk/{id}/undo"): "",
    ("GET", "/figures"): "",
    ("GET", "/figures.csv"): "",
    ("GET", "/figures/districts"): "",
    ("GET", "/figures/districts.csv"): "",
    ("GET", "/figures/times"): "",
    ("GET", "/figures/times.csv"): "",
    ("GET", "/leave"): "",
    ("POST", "/leave"): "",
    ("POST", "/leave/{id}/remove"): "",
    ("GET", "/live"): "",
    ("POST", "/live/next"): "",
    ("POST", "/live/ready"): "",
    ("GET", "/live/{id}"): "",
    ("POST", "/live/{id}/end"): "",
    ("GET", "/live/{id}/events"): "",
    ("POST", "/live/{id}/hand-on"): "",
    ("GET", "/live/{id}/report"): "",
    ("POST", "/live/{id}/report"): "",
    ("POST", "/live/{id}/say"): "",
    ("POST", "/live/{id}/take"): "",
    ("POST", "/live/{id}/typing"): "",
    ("GET", "/notices"): "",
    ("GET", "/quality"): "",
    ("GET", "/quality/{reference}"): "sample",
    ("POST", "/quality/{reference}"): "sample",
    ("GET", "/questions"): "",
    ("POST", "/questions/{id}/pass"): "",
    ("GET", "/reports/{reference}/events"): "report",
    ("POST", "/reports/{reference}/team"): "report",
    ("GET", "/reports/{reference}/conversation"): "report",
    ("POST", "/reports/{reference}/assignee"): "report",
    ("GET", "/reports/{reference}/copy"): "report",
    ("POST", "/reports/{reference}/filing"): "report",
    ("POST", "/reports/{reference}/grade"): "report",
    ("POST", "/reports/{reference}/links"): "report",
    ("POST", "/reports/{reference}/links/{other}/delete"): "report",
    ("POST", "/reports/{reference}/numbers"): "report",
    ("POST", "/reports/{reference}/photos/{id}/quarantine"): "report",
    ("POST", "/reports/{reference}/redactions"): "report",
    ("POST", "/reports/{reference}/redactions/{id}/lift"): "report",
    ("GET", "/reports/{reference}/shares"): "report",
    ("POST", "/reports/{reference}/shares"): "report",
    ("POST", "/reports/{reference}/shares/{id}/done"): "report",
    ("POST", "/reports/{reference}/unlike"): "report",
    ("GET", "/search"): "",
    ("POST", "/search"): "",
    ("GET", "/shares"): "",
    ("GET", "/shift"): "",
    ("POST", "/shift"): "",
    ("GET", "/take"): "",
    ("POST", "/take"): "",
    ("GET", "/teams"): "",
    ("POST", "/teams"): "",
    ("GET", "/teams/{id}"): "",
    ("POST", "/teams/{id}"): "",
    ("POST", "/teams/{id}/remove"): "",
    ("POST", "/views"): "",
    ("POST", "/views/{id}/delete"): "",
    ("GET", "/workload"): "",
}
FIELDS = {
    "status": "in triage",
    "note": "A note of a colleague.",
    "message": "A message to somebody.",
    "reason": "investigation or court",
    "why": "no longer needed",
    "username": "somebody",
}
HEADERS = ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options",
           "Referrer-Policy", "Permissions-Policy", "Cache-Control")  # fmt: skip


@dataclass(frozen=True)
class Reports:
    """One report of each kind, and the picture of each."""

    references: Mapping[str, str]
    photos: Mapping[str, str]

    def path(
        self, template: str, which: str, username: str = "comms", alarm: str = "0" * 32
    ) -> str:
        """An address about the report of that kind; any other word is taken for a reference."""
        photo = self.photos.get(which, "0" * 32) if "photos" in template else alarm
        reference = self.references.get(which, which)
        return template.format(reference=reference, id=photo, username=username, other=MISSING)


class TestEveryRoute:
    def test_is_in_this_table_or_on_the_list_of_open_ones(self, desk: Desk) -> None:
        """A new page fails here until somebody has said what it is about."""
        assert set(desk.app[DECLARED]) == set(ABOUT)
        assert not set(ABOUT) & OPEN_TO_ALL

    async def test_opens_to_nobody_who_has_not_signed_in(self, desk: Desk, kept: Reports) -> None:
        stranger = await desk.colleague()
        for method, template in desk.app[DECLARED]:
            there = kept.path(template, OWN)
            seen = await stranger.ask(method, there)
            if method == "GET":
                assert (seen.status, seen.location.split("?")[0]) == (303, "/login"), there
            else:
                assert seen.status in {403, 415}, there
            assert_headers(seen, there)

    async def test_on_the_list_of_open_ones_opens_and_its_forms_want_their_token_too(
        self, desk: Desk
    ) -> None:
        stranger = await desk.colleague()
        for path in ("/login", "/health/live", "/health/ready", "/metrics", "/theme.css"):
            seen = await stranger.get(path)
            assert seen.status == 200, path
            assert_headers(seen, path)
        for method, path in sorted(OPEN_TO_ALL):
            if method == "POST":
                form = {"username": HANDLER, "password": PASSWORD, "code": "1", "credential": "{}"}
                seen = await stranger.ask(method, path, data=form | {"csrf": "0" * 64})
                assert seen.status == 403, path
                assert_headers(seen, path)
        assert not stranger.cookie("staff")

    @pytest.mark.parametrize("role", ROLES)
    async def test_gives_each_role_what_the_map_says_and_nothing_else(
        self, desk: Desk, kept: Reports, role: str
    ) -> None:
        colleague = await desk.colleague(role)
        await colleague.get("/me")
        # Signing out comes last, since nothing comes after it.
        routes = sorted(desk.app[DECLARED].items(), key=lambda item: item[0][1] == "/logout")
        for (method, template), permission in routes:
            there = kept.path(template, OWN, username="nobody")
            seen = await send(colleague, method, there)
            if role in GRANTED[permission]:
                assert seen.status not in {403, 500}, there
            elif template == "/":
                assert seen.status == 303, there
            else:
                assert seen.status == 403, there
            assert_headers(seen, there)

    @pytest.mark.parametrize("role", ROLES)
    async def test_that_changes_something_wants_the_token_of_its_form(
        self, desk: Desk, kept: Reports, role: str
    ) -> None:
        colleague = await desk.colleague(role)
        before = await desk.events()
        for method, template in desk.app[DECLARED]:
            if method == "GET":
                continue
            there = kept.path(template, OWN)
            seen = await colleague.ask(method, there, data=FIELDS | {"csrf": "0" * 64})
            assert seen.status == 403, there
            assert_headers(seen, there)
        assert await desk.events() == before
        assert (await colleague.get("/me")).status == 200, "still signed in"


class TestReports:
    @pytest.mark.parametrize("role", [HANDLER, SUPERVISOR])
    @pytest.mark.parametrize("hidden", [ELSEWHERE, SENSITIVE])
    async def test_that_are_not_for_somebody_look_like_none_at_all(
        self, desk: Desk, kept: Reports, role: str, hidden: str
    ) -> None:
        await limit(desk, role)
        colleague = await desk.colleague(role)
        for (method, template), permission in desk.app[DECLARED].items():
            if ABOUT[method, template] != "report" or role not in GRANTED[permission]:
                continue
            await colleague.get("/me")
            forbidden = await send(colleague, method, kept.path(template, hidden))
            missing = await send(colleague, method, kept.path(template, MISSING))
            assert forbidden.status == missing.status == 404, (method, template)
            assert same(forbidden, kept.references[hidden]) == same(missing, MISSING)
        changed = await desk.events()
        assert {what for _, what, about in changed if about == kept.references[hidden]} <= {
            "report view refused"
        }

    @pytest.mark.parametrize("role", [HANDLER, SUPERVISOR])
    async def test_that_are_for_somebody_open(self, desk: Desk, kept: Reports, role: str) -> None:
        await limit(desk, role)
        colleague = await desk.colleague(role)
        for (method, template), permission in desk.app[DECLARED].items():
            if ABOUT[method, template] != "report" or role not in GRANTED[permission]:
                continue
            if method == "GET":
                seen = await colleague.get(kept.path(template, OWN))
                assert seen.status == 200, template

    async def test_that_are_not_for_somebody_are_in_no_list_and_no_count(
        self, desk: Desk, kept: Reports
    ) -> None:
        for role in (HANDLER, SUPERVISOR):
            await limit(desk, role)
            colleague = await desk.colleague(role)
            pages = [await colleague.get("/?view=all")]
            if role == SUPERVISOR:
                pages.append(await colleague.get("/due"))
            for page in pages:
                assert kept.references[OWN] in page.html
                assert kept.references[ELSEWHERE] not in page.html
                assert kept.references[SENSITIVE] not in page.html
            assert "Open 1 report" in pages[0].text

    @pytest.mark.parametrize("role", [COMMS, AUDITOR, ADMIN])
    async def test_are_not_for_roles_that_open_none_whatever_they_are_cleared_for(
        self, desk: Desk, kept: Reports, role: str
    ) -> None:
        async with desk.store.work() as work:
            terms = Terms(name="All", role=role, cleared=KINDS)
            if role == ADMIN:
                await work.staff.add("other", "Other", "", ADMIN, desk.clock.now)
            await work.staff.change(role, terms, desk.clock.now, "test")
        colleague = await desk.colleague(role)
        for reference in (*kept.references.values(), MISSING):
            assert (await colleague.get(f"/reports/{reference}")).status == 403


async def limit(desk: Desk, role: str) -> None:
    """Let somebody see their own district only, and nothing sensitive."""
    async with desk.store.work() as work:
        terms = Terms(name="Limited", role=role, districts=("chelmsford",))
        await work.staff.change(role, terms, desk.clock.now, "test")


async def send(colleague: Colleague, method: str, there: str) -> Seen:
    if method == "GET":
        return await colleague.get(there)
    return await colleague.post(there, **FIELDS)


def same(seen: Seen, reference: str) -> str:
    """The page without what is different each time: its reference, and tokens of forms."""
    plain = seen.html.replace(reference, "REFERENCE")
    return re.sub(r'name="once" value="[0-9a-f]+"', "", plain)


def assert_headers(seen: Seen, there: str) -> None:
    missing = [name for name in HEADERS if name not in seen.headers]
    assert not missing, (there, missing)
    assert "unsafe" not in seen.headers["Content-Security-Policy"]


@pytest.fixture
async def desk(staffed: Path, library: Library, now: datetime) -> AsyncIterator[Desk]:
    async with open_desk(staffed, library, now) as opened:
        yield opened


@pytest.fixture
async def kept(desk: Desk) -> Reports:
    """A report of each kind, with a picture, due for review, and with a page that follows it."""
    places = {OWN: "chelmsford", ELSEWHERE: "harlow", SENSITIVE: "chelmsford"}
    references, photos = {}, {}
    for which, district in places.items():
        reference = await desk.report(
            chat=which,
            photo=picture(),
            place=Place("by the old mill", district=district),
            flags=frozenset({RESTRICTED, "children"} if which == SENSITIVE else ()),
        )
        async with desk.store.work() as work:
            await work.reports.ask_erasure(reference, desk.clock.now)
            (photo,) = await work.files.of(reference)
            chat = await work.conversations.load(Address(WEB, which), desk.clock.now)
            work.alarms.keep("help", "alarm", "violence", (chat.id, WEB), desk.clock.now)
        references[which], photos[which] = reference, photo.id
    return Reports(references, photos)


def test_every_permission_is_granted_to_somebody_and_only_to_roles_that_are() -> None:
    assert set(GRANTED) == set(Permission)
    for roles in GRANTED.values():
        assert roles
        assert roles <= set(ROLES)
