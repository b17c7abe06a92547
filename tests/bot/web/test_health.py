"""Health and metrics: true about each part, and without a word of anybody."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.live import Live
from bot.web.health import Health
from bot.web.metrics import Metrics, measured
from bot.web.outbox_age import outbox_age
from handlers.messages import Reply
from knowledge.article import Problem
from knowledge.library import Library
from storage.conversations import TELEGRAM, Address
from tests.console_desk import Desk, open_desk


class TestHealth:
    async def test_it_lives_whatever_else_is_wrong(self, desk: Desk) -> None:
        desk.live.close()
        seen = await (await desk.colleague()).get("/health/live")
        assert (seen.status, seen.html) == (200, '{"status": "ok"}')

    async def test_it_is_ready_when_all_parts_are(self, desk: Desk) -> None:
        parts = await health(desk).parts()
        assert {name: part.state for name, part in parts.items()} == {
            "program": "ok",
            "database": "ok",
            "knowledge": "ok",
            "knowledge_edits": "ok",
            "outbox": "ok",
        }
        seen = await (await desk.colleague()).get("/health/ready")
        assert seen.status == 200
        assert seen.headers["Content-Type"].startswith("application/json")

    async def test_it_is_not_ready_while_the_database_cannot_be_written(self, desk: Desk) -> None:
        looked = health(desk)
        async with desk.store.work():
            # Somebody holds the write lock and does not let go.
            response = await looked.ready(None)  # type: ignore[arg-type] # it asks nothing of it
        assert response.status == 503
        assert '"database": {"state": "failed"' in (response.text or "")
        assert (await looked.ready(None)).status == 200  # type: ignore[arg-type] # as above

    async def test_it_is_not_ready_without_knowledge(self, desk: Desk) -> None:
        class EmptyShelf:
            refused = ()

            @property
            def library(self) -> Library:
                raise RuntimeError("the shelf has not been opened")

        looked = Health(desk.store, EmptyShelf(), desk.live, desk.clock)  # type: ignore[arg-type] # a fake
        parts = await looked.parts()
        assert parts["knowledge"].state == "failed"

    async def test_it_is_not_ready_once_it_is_stopping(self, desk: Desk) -> None:
        desk.live.close()
        assert (await (await desk.colleague()).get("/health/ready")).status == 503

    async def test_a_refused_edit_is_a_warning_since_the_last_good_one_is_served(
        self, desk: Desk
    ) -> None:
        desk.shelf.refused = (Problem("a.md", 1, "wrong"), Problem("b.md", 2, "wrong"))
        seen = await (await desk.colleague()).get("/health/ready")
        assert seen.status == 200
        assert '"status": "warning"' in seen.html
        assert '"count": 2' in seen.html

    async def test_a_message_that_waits_too_long_is_a_warning(self, desk: Desk) -> None:
        await say(desk, "A private answer")
        desk.clock.forward(minutes=6)
        part = (await health(desk).parts())["outbox"]
        assert (part.state, part.seconds) == ("warning", 360.0)
        assert "private" not in (await (await desk.colleague()).get("/health/ready")).html


class TestOutboxAge:
    async def test_nothing_waits(self, desk: Desk) -> None:
        assert await outbox_age(desk.store, desk.clock.now) == 0

    async def test_a_message_put_off_for_later_counts_as_well(self, desk: Desk) -> None:
        (id,) = await say(desk, "Hello")
        async with desk.store.work() as work:
            work.outbox.retry(id, desk.clock.now + timedelta(hours=1))
        desk.clock.forward(seconds=90)
        assert await outbox_age(desk.store, desk.clock.now) == 90

    async def test_nobody_knows_while_the_database_is_stuck(self, desk: Desk) -> None:
        async with desk.store.work():
            assert await outbox_age(desk.store, desk.clock.now, patience=0.05) is None


class TestMetrics:
    async def test_turns_are_counted_by_channel_and_what_became_of_them(self) -> None:
        metrics = Metrics()
        metrics.turn("web", 0.02)
        metrics.turn("web", 0.02, "alarm", "not-kept")
        metrics.turn("telegram", 0.2, outcome="repeated")
        assert value(metrics, "front_counter_turns_total", channel="web", outcome="taken") == 1
        assert value(metrics, "front_counter_turns_total", channel="web", outcome="not-kept") == 1
        assert value(metrics, "front_counter_urgent_turns_total", channel="web", level="alarm") == 1
        assert value(metrics, "front_counter_turn_seconds_count", channel="telegram") == 1
        assert value(metrics, "front_counter_turn_seconds_bucket", channel="web", le="0.025") == 2

    async def test_a_label_is_never_made_of_what_somebody_wrote(self) -> None:
        metrics = Metrics()
        metrics.turn("my husband hits me", 1, "help me", "please")
        metrics.report("It was John Smith of 4 Mill Lane")
        metrics.report("asb")
        assert value(metrics, "front_counter_reports_total", kind="asb") == 1
        assert value(metrics, "front_counter_reports_total", kind="other") == 1
        assert not re.search("husband|help|please|Smith", exposed(metrics))

    async def test_requests_are_counted_by_route_and_never_by_path(self, desk: Desk) -> None:
        reference = await desk.report()
        handler = await desk.colleague("handler")
        await handler.get(f"/reports/{reference}")
        await handler.get("/a-secret-path?and=words")
        await handler.ask("PROPFIND", "/another-secret")
        page = (await handler.get("/metrics")).html
        line = 'app="console",method="GET",route="/reports/{reference}",status="200"'
        assert f"front_counter_http_requests_total{{{line}}} 1.0" in page
        assert 'method="other"' in page
        assert reference not in page
        assert "secret" not in page

    async def test_a_handler_that_fails_counts_as_500(self) -> None:
        async def fails(_: web.Request) -> web.Response:
            raise RuntimeError

        metrics = Metrics()
        app = web.Application(middlewares=[measured(metrics, "chat")])
        app.router.add_get("/fails", fails)
        async with TestClient(TestServer(app)) as client:
            await client.get("/fails")
        labels = {"app": "chat", "method": "GET", "route": "/fails", "status": "500"}
        assert value(metrics, "front_counter_http_requests_total", **labels) == 1

    async def test_the_page_looks_up_the_gauges(self, desk: Desk) -> None:
        await say(desk, "Hello")
        desk.clock.forward(seconds=30)
        desk.shelf.refused = (Problem("a.md", 1, "wrong"),)
        page = (await (await desk.colleague()).get("/metrics")).html
        assert "front_counter_outbox_oldest_seconds 30.0" in page
        assert "front_counter_knowledge_problems 1.0" in page
        assert "Hello" not in page


def health(desk: Desk) -> Health:
    """The same parts as the console's own, with less patience."""
    return Health(desk.store, desk.shelf, Live(), desk.clock, patience=0.2)  # type: ignore[arg-type] # a still shelf


async def say(desk: Desk, text: str) -> tuple[int, ...]:
    """Something that waits to be sent on Telegram."""
    async with desk.store.work() as work:
        chat = await work.conversations.load(Address(TELEGRAM, "4711"), desk.clock.now)
        work.transcript.say(chat, [Reply(text)], desk.clock.now)
        return tuple(line.id for line in await work.transcript.read(chat.address))


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def exposed(metrics: Metrics) -> str:
    return "\n".join(str(family.samples) for family in metrics.registry.collect())


@pytest.fixture
async def desk(staffed: Path, library: Library, now: datetime) -> AsyncIterator[Desk]:
    """The console, on an otherwise quiet morning."""
    async with open_desk(staffed, library, now) as opened:
        yield opened
