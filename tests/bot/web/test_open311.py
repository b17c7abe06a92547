"""Open311: partners read what may be reported, and never a report."""

from collections.abc import AsyncIterator
from typing import Any
from xml.etree import ElementTree

import pytest
from aiohttp.test_utils import TestClient

from handlers.report import Answer, NewReport, Place
from tests.chat_desk import Desk

SAID = "Loud music every night"


@pytest.fixture
async def partner(desk: Desk) -> AsyncIterator["TestClient[Any, Any]"]:
    async with TestClient(await desk.serve()) as client:
        yield client


async def text_of(partner: "TestClient[Any, Any]", path: str, status: int = 200) -> str:
    async with partner.get(f"/open311/v2/{path}") as response:
        assert response.status == status, path
        return await response.text()


async def test_the_services_are_what_residents_may_report(
    partner: "TestClient[Any, Any]", desk: Desk
) -> None:
    async with partner.get("/open311/v2/services.json") as response:
        assert response.headers["Cache-Control"] == "public, max-age=300"
        services = await response.json()
    forms = desk.shelf.library.forms
    assert {each["service_code"] for each in services} == {
        id for id, form in forms.items() if not form.instead
    }
    (asb,) = (each for each in services if each["service_code"] == "asb")
    assert asb["service_name"] == "Antisocial behaviour"
    assert asb["metadata"] is True
    assert "{" not in str(asb["description"])
    root = ElementTree.fromstring(await text_of(partner, "services.xml"))  # noqa: S314 - our own
    assert root.tag == "services"
    assert [each.findtext("service_code") for each in root] == [
        each["service_code"] for each in services
    ]
    assert root[0].findtext("metadata") == "true"


async def test_a_definition_holds_the_questions(partner: "TestClient[Any, Any]") -> None:
    async with partner.get("/open311/v2/services/asb.json") as response:
        definition = await response.json()
    attributes = {each["code"]: each for each in definition["attributes"]}
    assert attributes["danger"]["datatype"] == "singlevaluelist"
    assert {"key": "no", "name": "No"} in attributes["danger"]["values"]
    assert "photos" not in attributes
    assert "There is no service" in await text_of(partner, "services/none.json", 404)


async def test_reports_are_never_published(partner: "TestClient[Any, Any]", desk: Desk) -> None:
    async with desk.store.work() as work:
        report = NewReport("asb", (Answer("what", "What", SAID),), Place("here"))
        reference, _ = work.reports.keep(report, None, desk.clock.now)
    for path in ("requests.json", "requests.xml", f"requests/{reference}.json"):
        said = await text_of(partner, path, 404)
        assert "never published here" in said
        assert SAID not in said
    async with partner.post("/open311/v2/requests.json", data={"description": "x"}) as response:
        assert response.status == 404


async def test_it_says_where_it_is_and_slows_down_who_asks_too_much(
    partner: "TestClient[Any, Any]",
) -> None:
    async with partner.get("/open311/v2/discovery.json") as response:
        (endpoint,) = (await response.json())["endpoints"]
    assert endpoint["url"] == str(partner.make_url("/open311/v2"))
    statuses = [(await partner.get("/open311/v2/requests.json")).status for _ in range(101)]
    assert statuses[0] == 404
    assert statuses[-1] == 429
