"""The API: who gets in, what is answered, what is changed, and what is recorded of it."""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web

from bot.app import open_app
from bot.config import load_config
from bot.shelf import Shelf
from bot.web.api_mount import OPENED, PREFIX, SCOPES, mount
from bot.web.permissions import Unguarded, check_routes
from handlers.report import RESTRICTED, URGENT, Place
from storage.api_tokens import Scope
from storage.work import Store
from tests.api_partner import ALL, NOT_SENSITIVE, Api, open_api
from tests.bot.test_growth import listening, scans
from tests.chat_desk import DATABASE
from tests.console_desk import SAID, Clock, open_desk

MISSING = "FC-347-9ACA"


@pytest.fixture
async def api(store: Store, tmp_path: Path, shelf: Shelf, now: datetime) -> AsyncIterator[Api]:
    async with open_api(store, tmp_path, shelf, Clock(now)) as opened:
        yield opened


class TestTheDoor:
    async def test_nothing_but_the_documentation_opens_without_a_token(self, api: Api) -> None:
        stranger = api.stranger()
        for method, path in api.app[SCOPES]:
            told = await stranger.ask(method, path.removeprefix(PREFIX).format(reference=MISSING))
            assert told.status == 401, path
            assert told.headers["WWW-Authenticate"] == "Bearer"
        assert (await stranger.get("/no/such/thing")).status == 401
        for _, path in OPENED:
            assert (await stranger.get(path.removeprefix(PREFIX))).status == 200

    async def test_each_scope_opens_what_it_is_for_and_nothing_else(self, api: Api) -> None:
        reference = await api.report()
        for number, scope in enumerate(Scope):
            partner = await api.partner(f"system-{number}", [scope])
            for (method, path), needed in api.app[SCOPES].items():
                there = path.removeprefix(PREFIX).format(reference=reference)
                told = await partner.ask(method, there, json={})
                if needed is scope:
                    assert told.status in {200, 422}, (scope, path)
                else:
                    assert told.status == 403, (scope, path)
                    assert str(needed) in told.said["detail"]

    def test_a_route_without_a_scope_stops_the_start(self) -> None:
        async def secret(_: web.Request) -> web.Response:
            return web.Response()

        api, app = web.Application(), web.Application()
        api.router.add_get("/secret", secret)
        api[SCOPES] = {}
        with pytest.raises(Unguarded, match=f"GET {PREFIX}/secret"):
            check_routes(app, mount(api, app), OPENED)

    async def test_a_token_that_is_revoked_or_has_run_out_lets_nobody_in(
        self, api: Api, now: datetime
    ) -> None:
        revoked = await api.partner("revoked")
        short = await api.partner("short", expires_at=now + timedelta(hours=1))
        assert (await revoked.get("/forms")).status == (await short.get("/forms")).status == 200
        async with api.store.work() as work:
            await work.api_tokens.revoke("revoked", now)
        assert (await revoked.get("/forms")).status == 401
        api.clock.forward(hours=1)
        assert (await short.get("/forms")).status == 401

    async def test_a_token_is_of_no_use_from_elsewhere(self, api: Api) -> None:
        partner = await api.partner("crm", networks=["10.1.0.0/16", "2001:db8::7/128"])
        for address, status in (
            ("10.1.2.3", 200), ("10.2.0.1", 401), ("2001:db8::7", 200), ("2001:db8::8", 401),
            ("nowhere", 401),
        ):  # fmt: skip
            told = await partner.ask("GET", "/forms", headers={"X-Forwarded-For": address})
            assert told.status == status, address
        assert ("api:crm", "API token refused") in await api.events()

    async def test_who_asks_too_often_is_told_when_to_ask_again(
        self, store: Store, tmp_path: Path, shelf: Shelf, now: datetime
    ) -> None:
        async with open_api(store, tmp_path, shelf, Clock(now), per_minute=2) as api:
            partner = await api.partner()
            first = await partner.get("/forms")
            assert first.headers["RateLimit-Policy"] == '"token";q=2;w=60'
            assert first.headers["RateLimit"] == '"token";r=1;t=0'
            await partner.get("/forms")
            told = await partner.get("/forms")
            assert (told.status, told.headers["Retry-After"]) == (429, "30")
            assert told.headers["RateLimit"] == '"token";r=0;t=30'
            api.pace[0] += 30
            assert (await partner.get("/forms")).status == 200

    async def test_who_tries_tokens_is_slowed_down(self, api: Api) -> None:
        stranger = api.stranger("fc_" + "a" * 43)
        tries = [(await stranger.get("/forms")).status for _ in range(21)]
        assert set(tries[:20]) == {401}
        assert tries[20] == 429

    async def test_on_the_listener_they_share_neither_opens_with_the_others_key(
        self, staffed: Path, shelf: Shelf, now: datetime
    ) -> None:
        async with open_desk(staffed, shelf.library, now, with_api=True) as desk:
            async with desk.store.work() as work:
                token = await work.api_tokens.add("crm", ALL, now)
            key = {"Authorization": f"Bearer {token}"}
            handler, stranger = await desk.colleague("handler"), await desk.colleague()
            assert (await stranger.ask("GET", f"{PREFIX}/reports", headers=key)).status == 200
            assert (await stranger.ask("GET", "/", headers=key)).location == "/login"
            assert (await handler.get("/")).status == 200
            assert (await handler.get(f"{PREFIX}/reports")).status == 401
            assert (await handler.get(f"{PREFIX}/no/such/thing")).status == 401
            assert (await handler.get("/no/such/thing")).status == 404

    async def test_nobody_signs_in_to_the_console_as_a_system(self, api: Api) -> None:
        await api.partner()
        async with api.store.work() as work:
            assert await work.staff.password_of("api:crm") is None


class TestReading:
    async def test_a_list_holds_nothing_that_a_resident_wrote(self, api: Api) -> None:
        reference = await api.report(flags=frozenset({URGENT}))
        partner = await api.partner()
        told = await partner.get("/reports")
        (listed,) = told.said["reports"]
        assert listed["reference"] == reference
        assert (listed["kind"], listed["status"], listed["urgent"]) == ("asb", "new", True)
        assert SAID not in told.text
        assert "Hale" not in told.text
        assert "by the old mill" not in told.text

    async def test_pages_follow_each_other_without_gap_and_doubles(self, api: Api) -> None:
        kept = [await api.report() for _ in range(5)]
        partner = await api.partner()
        seen: list[str] = []
        query = {"limit": "2"}
        while True:
            page = (await partner.get("/reports", **query)).said
            seen += [each["reference"] for each in page["reports"]]
            if page["next"] is None:
                break
            query["cursor"] = page["next"]
        assert seen == kept

    async def test_what_has_changed_since_is_found(self, api: Api) -> None:
        first, second = await api.report(), await api.report()
        partner = await api.partner()
        since = (api.clock.now + timedelta(seconds=1)).isoformat()
        assert (await partner.get("/reports", changed_since=since)).said["reports"] == []
        api.clock.forward(seconds=5)
        await partner.change(first, 0, status="in triage")
        (changed,) = (await partner.get("/reports", changed_since=since)).said["reports"]
        assert changed["reference"] == first != second

    async def test_a_list_is_narrowed(self, api: Api) -> None:
        await api.report()
        theft = Place("x", "colchester")
        await api.report(kind="theft", place=theft, flags=frozenset({URGENT}))
        partner = await api.partner()
        queries: tuple[tuple[dict[str, str], list[str]], ...] = (
            ({"kind": "theft"}, ["theft"]),
            ({"district": "colchester"}, ["theft"]),
            ({"urgent": "true"}, ["theft"]),
            ({"urgent": "false"}, ["asb"]),
            ({"status": "new"}, ["asb", "theft"]),
            ({"status": "closed"}, []),
            ({"status": "new", "kind": "asb", "district": "chelmsford"}, ["asb"]),
        )
        for query, kinds in queries:
            listed = (await partner.get("/reports", **query)).said["reports"]
            assert [each["kind"] for each in listed] == kinds, query

    async def test_a_slip_is_named_and_what_was_sent_is_not_repeated(self, api: Api) -> None:
        partner = await api.partner()
        for name, value in (
            ("status", "lost"), ("limit", "0"), ("limit", "7.0"), ("cursor", "xyz"),
            ("changed_since", "yesterday"), ("changed_since", "1700000000"), ("urgent", "1"),
            ("who", "Margaret"),
        ):  # fmt: skip
            told = await partner.get("/reports", **{name: value})
            assert told.status == 422
            assert told.headers["Content-Type"].startswith("application/problem+json")
            (error,) = told.said["errors"]
            assert error["where"] == ("query" if name == "who" else f"query/{name}")
            assert f'"{value}"' not in told.text

    async def test_a_report_is_read_whole_and_that_is_recorded_but_nobody_has_looked_at_it(
        self, api: Api, tmp_path: Path
    ) -> None:
        reference = await api.report()
        partner = await api.partner()
        told = await partner.get(f"/reports/{reference}")
        assert told.headers["ETag"] == '"0"'
        assert told.said["answers"][0]["value"] == SAID
        assert told.said["contact"] == {"how": "here", "safe": True, "when": "after six"}
        assert await api.events(reference) == [("api:crm", "report read by a system")]
        with closing(sqlite3.connect(tmp_path / DATABASE)) as database:
            assert database.execute("SELECT viewed_at FROM reports").fetchall() == [(None,)]

    async def test_what_is_sensitive_is_missing_for_who_may_not_see_it(self, api: Api) -> None:
        reference = await api.report(flags=frozenset({RESTRICTED}))
        partner = await api.partner("crm", NOT_SENSITIVE)
        missing = await partner.get(f"/reports/{MISSING}")
        for told in (
            await partner.get(f"/reports/{reference}"),
            await partner.change(reference, 0, status="in triage"),
            await partner.ask("POST", f"/reports/{reference}/notes", json={"text": "x"}),
        ):
            assert (told.status, told.said) == (404, missing.said)
        assert (await partner.get("/reports")).said["reports"] == []
        assert (await partner.get("/export")).text == ""
        cleared = await api.partner("cleared")
        assert (await cleared.get(f"/reports/{reference}")).status == 200

    async def test_an_export_holds_all_that_was_asked_for_and_each_is_recorded(
        self, api: Api
    ) -> None:
        kept = [await api.report() for _ in range(3)]
        await api.report(kind="theft")
        partner = await api.partner()
        told = await partner.get("/export", kind="asb")
        assert told.headers["Content-Type"] == "application/x-ndjson"
        assert "RateLimit" in told.headers
        lines = [json.loads(line) for line in told.text.splitlines()]
        assert [line["reference"] for line in lines] == kept
        assert lines[0]["answers"][0]["value"] == SAID
        assert await api.events(kept[0]) == [("api:crm", "report exported")]
        assert ("api:crm", "reports exported") in await api.events()

    async def test_forms_tell_what_stands_for_what(self, api: Api) -> None:
        partner = await api.partner()
        said = (await partner.get("/forms")).said
        assert {"id": "asb", "title": "Antisocial behaviour", "taken": True} in said["kinds"]
        assert {"id": "chelmsford", "name": "Chelmsford"} in said["districts"]
        assert said["transitions"]["closed"] == ["reopened"]


class TestChanging:
    async def test_a_status_is_changed_by_who_has_read_the_report_as_it_is(self, api: Api) -> None:
        reference = await api.report()
        partner = await api.partner()
        told = await partner.change(reference, 0, status="in triage")
        assert (told.status, told.headers["ETag"]) == (200, '"1"')
        stale = await partner.change(reference, 0, status="in progress")
        assert (stale.status, stale.said["title"]) == (412, "Precondition Failed")
        blind = await partner.ask("PATCH", f"/reports/{reference}", json={"status": "closed"})
        assert blind.status == 428
        assert (await partner.get(f"/reports/{reference}")).said["status"] == "in triage"

    async def test_what_a_report_cannot_become_is_said_with_what_it_can(self, api: Api) -> None:
        reference = await api.report()
        partner = await api.partner()
        told = await partner.change(reference, 0, status="forwarded")
        assert told.status == 409
        assert "can become: in triage, in progress, closed" in told.said["detail"]
        open_end = await partner.change(reference, 0, status="closed")
        assert "disposition" in open_end.said["detail"]
        closed = await partner.change(reference, 0, status="closed", disposition="advice given")
        assert closed.said["disposition"] == "advice given"

    async def test_the_story_says_which_system_it_was(self, api: Api) -> None:
        reference = await api.report()
        partner = await api.partner()
        await partner.change(reference, 0, status="in triage")
        note = await partner.ask(
            "POST", f"/reports/{reference}/notes", json={"text": "On the system"}
        )
        assert note.status == 201
        story = (await partner.get(f"/reports/{reference}")).said["story"]
        assert [(each["kind"], each["by"]) for each in story] == [
            ("status", "crm (API)"),
            ("note", "crm (API)"),
        ]
        assert story[1]["text"] == "On the system"
        assert ("api:crm", "note added") in await api.events(reference)

    async def test_a_number_of_the_force_is_written_down_once(self, api: Api) -> None:
        reference = await api.report()
        partner = await api.partner()
        there = f"/reports/{reference}/references"
        number = {"kind": "crime", "number": "42/1234/26"}
        assert (await partner.ask("POST", there, json=number)).status == 201
        assert (await partner.ask("POST", there, json=number)).status == 200
        (kept,) = (await partner.get(f"/reports/{reference}")).said["numbers"]
        assert (kept["kind"], kept["number"]) == ("crime", "42/1234/26")
        name = await partner.ask("POST", there, json={"kind": "crime", "number": "JOHN SMITH"})
        assert name.status == 422
        assert "SMITH" not in name.text

    async def test_a_request_that_is_repeated_with_its_key_is_done_once(self, api: Api) -> None:
        reference = await api.report()
        partner, other = await api.partner(), await api.partner("other")
        there, key = f"/reports/{reference}/notes", {"Idempotency-Key": "one"}
        first = await partner.ask("POST", there, json={"text": "Once"}, headers=key)
        api.clock.forward(seconds=5)
        again = await partner.ask("POST", there, json={"text": "Once"}, headers=key)
        assert (again.status, again.text) == (first.status, first.text) == (201, first.text)
        changed = await partner.ask("POST", there, json={"text": "Twice"}, headers=key)
        assert changed.status == 409
        assert (await other.ask("POST", there, json={"text": "Once"}, headers=key)).status == 201
        story = (await partner.get(f"/reports/{reference}")).said["story"]
        assert [each["text"] for each in story] == ["Once", "Once"]

    async def test_what_is_no_proper_body_is_refused(self, api: Api) -> None:
        reference = await api.report()
        partner = await api.partner()
        typed = {"Content-Type": "application/json"}
        wrong: tuple[tuple[int, dict[str, Any]], ...] = (
            (400, {"data": "{", "headers": typed}),
            (415, {"data": "text=x"}),
            (422, {"json": {"text": ""}}),
            (422, {"json": {"text": "x", "by": "me"}}),
            (422, {"json": {"text": "x" * 5000}}),
            (413, {"json": {"text": "x" * 300_000}}),
            (400, {"json": {"text": "x"}, "headers": {"Idempotency-Key": "no spaces"}}),
        )
        for status, options in wrong:
            told = await partner.ask("POST", f"/reports/{reference}/notes", **options)
            assert (told.status, told.said["status"]) == (status, status), options
        assert not await api.events(reference)


class TestItsDescription:
    async def test_the_document_names_every_route_and_its_scope(self, api: Api) -> None:
        document = (await api.stranger().get("/openapi.json")).said
        assert document["openapi"] == "3.1.0"
        described = {
            (method.upper(), PREFIX + path): operation["security"][0]["token"][0]
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        }
        assert described == {key: str(scope) for key, scope in api.app[SCOPES].items()}

    async def test_every_reference_in_the_document_leads_somewhere(self, api: Api) -> None:
        told = await api.stranger().get("/openapi.json")
        named = set(told.text.split('"$ref": "#/components/schemas/')[1:])
        known = set(told.said["components"]["schemas"])
        assert {each.partition('"')[0] for each in named} <= known

    async def test_the_page_shows_each_operation(self, api: Api) -> None:
        page = await api.stranger().get("/docs")
        for method, path in api.app[SCOPES]:
            assert f"{method} {path}" in page.text
        assert "<script>" not in page.text


async def test_while_the_records_cannot_be_reached_it_says_so_and_nothing_else(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    partner = await api.partner()
    api.clock.fails = TimeoutError("what somebody wrote")
    told = await partner.get("/forms")
    assert (told.status, told.headers["Retry-After"]) == (503, "30")
    api.clock.fails = ValueError("what somebody wrote")
    told = await partner.get("/forms")
    assert told.status == 500
    assert "somebody wrote" not in told.text


async def test_it_is_off_until_it_is_enabled_and_may_have_a_port_of_its_own(
    tmp_path: Path, shelf: Shelf
) -> None:
    ports = {"data": tmp_path / "data", "web": {"port": 0}, "staff": {"port": 0}}
    for api, there in (({}, ""), ({"enabled": True, "port": 0}, "own")):
        config, _ = load_config(**ports, api=api)
        async with open_app(config, known=shelf) as app, ClientSession() as client:
            async with client.get(f"{app.console_url}api/v1/openapi.json") as response:
                assert response.url.path == "/login", "the console has nothing there"
            assert bool(app.api_url) is bool(there)
            if there:
                async with client.get(f"{app.api_url}api/v1/openapi.json") as response:
                    assert response.status == 200


async def test_no_question_makes_the_database_look_through_a_table(
    api: Api, tmp_path: Path
) -> None:
    reference = await api.report()
    partner = await api.partner()
    since = api.clock.now.isoformat()
    first = (await partner.get("/reports", limit="1")).said
    with listening() as executed:
        await partner.get("/reports", changed_since=since, status="new", kind="asb")
        await partner.get("/reports", cursor=first["next"] or "0-FC-347-9ACA")
        await partner.get(f"/reports/{reference}")
        key = {"Idempotency-Key": "k"}
        note = {"text": "x"}
        await partner.ask("POST", f"/reports/{reference}/notes", json=note, headers=key)
        await partner.change(reference, 0, status="in triage")
    assert len(executed) > 20
    assert scans(tmp_path / DATABASE, executed) == []
