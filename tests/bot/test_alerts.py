"""Alerts reach somebody, each kind once in a while, and say nothing of residents."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.alerts import QUIET, Alert, Alerts, ByMail, ByWebhook, NotDelivered, ways_of
from bot.commands.alerts import send_test
from bot.config import load_config
from bot.settings import Alerts as Settings


class Post:
    """A chat service that takes webhooks."""

    def __init__(self) -> None:
        self.got: list[dict[str, str]] = []
        self.status = 200

    async def take(self, request: web.Request) -> web.Response:
        self.got.append(await request.json())
        return web.Response(status=self.status)


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
async def url(post: Post) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/hook", post.take)
    server = TestServer(app)
    await server.start_server()
    yield str(server.make_url("/hook"))
    await server.close()


async def test_each_kind_is_told_once_in_a_while(url: str, post: Post) -> None:
    clock = [0.0]
    alerts = Alerts([ByWebhook(url)], lambda: clock[0])
    running = asyncio.create_task(alerts.run())
    for _ in range(3):
        alerts.tell("database", "The database cannot be written.")
    alerts.tell("outbox", "Replies wait.")
    clock[0] += QUIET
    alerts.tell("database", "The database cannot be written.")
    while len(post.got) < 3:  # noqa: ASYNC110 - the server's own list
        await asyncio.sleep(0.01)
    running.cancel()
    assert [each["kind"] for each in post.got] == ["database", "outbox", "database"]
    assert post.got[0]["text"] == "Front Counter: The database cannot be written."


async def test_a_way_that_fails_says_so_and_the_next_is_tried(
    url: str, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.status = 500
    with pytest.raises(NotDelivered, match="500"):
        await ByWebhook(url).deliver(Alert("test", "A test."))
    with pytest.raises(NotDelivered, match="cannot be reached"):
        await ByWebhook("http://127.0.0.1:9/").deliver(Alert("test", "A test."))
    with pytest.raises(NotDelivered, match="mail server"):
        await ByMail("127.0.0.1", 9, "a@b", ("c@d",)).deliver(Alert("test", "A test."))


def test_the_settings_name_the_ways() -> None:
    assert ways_of(Settings()) == ()
    both = Settings(webhook_url=SecretStr("https://x/secret"), email_to=("duty@x",))
    assert [type(way) for way in ways_of(both)] == [ByWebhook, ByMail]
    assert "secret" not in repr(both)


async def test_the_command_sends_a_test_and_says_where_it_went(
    url: str, post: Post, capsys: pytest.CaptureFixture[str]
) -> None:
    config, _ = load_config(alerts={"webhook_url": url})
    assert await send_test(config) == 0
    assert "webhook: sent" in capsys.readouterr().out
    assert post.got[0]["kind"] == "test"
    assert await send_test(load_config()[0]) == 1
    assert "No way is set" in capsys.readouterr().err
