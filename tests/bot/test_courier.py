"""The courier, with a webhook that really listens: signed, again and again, and to nowhere else."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.addresses import Addresses
from bot.clock import utc_now
from bot.courier import MOST_ATTEMPTS, Courier, NotTaken, pause
from bot.web.webhook_post import open_poster
from bot.webhook_message import PREFIX, new_secret
from storage.tidings import WANTED
from storage.webhooks import Delivery, DeliveryState
from storage.work import Store
from tests.console_desk import SAID, Clock, keep

SECRET = bytes(range(32))
HERE = ("127.0.0.0/8",)


class Receiver:
    """A system that is told."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        """What it answers next; 204 from then on."""
        self.hold = asyncio.Event()
        self.hold.set()

    async def take(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.read()))
        await self.hold.wait()
        status = self.answers.pop(0) if self.answers else 204
        return web.Response(status=status, headers={"Location": "/elsewhere"})


@asynccontextmanager
async def listening(receiver: Receiver) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/{any}", receiver.take)
    server = TestServer(app)
    await server.start_server()
    yield str(server.make_url("/hook"))
    receiver.hold.set()
    await server.close()


@asynccontextmanager
async def courier(store: Store, clock: Clock) -> AsyncIterator[None]:
    async with open_poster(Addresses(HERE)) as poster:
        running = asyncio.create_task(Courier(store, poster, clock, every=0.01).run())
        yield
        running.cancel()
        await asyncio.wait([running])


async def webhook(store: Store, url: str, now: datetime) -> str:
    async with store.work() as work:
        return await work.webhooks.add(url, SECRET, WANTED, now)


async def happen(store: Store, now: datetime) -> str:
    async with store.work() as work:
        return await keep(work, now)


async def settled(store: Store, *states: DeliveryState, attempts: int = 1) -> tuple[Delivery, ...]:
    """The log, oldest first, once all messages are so and were tried so often."""
    async with asyncio.timeout(10):
        while True:
            async with store.work() as work:
                log = (await work.webhooks.log(None, 100))[::-1]
            if log and all(each.state in states and each.attempts >= attempts for each in log):
                return log
            await asyncio.sleep(0.01)


def documented_check() -> Callable[[str, Mapping[str, str], bytes], bool]:
    """What docs/api.md tells receivers to check a signature with."""
    text = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    found: dict[str, Any] = {}
    exec(text.partition("```python")[2].partition("```")[0], found)  # noqa: S102 - our own
    check: Callable[[str, Mapping[str, str], bytes], bool] = found["is_ours"]
    return check


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not happened():  # noqa: ASYNC110 - anything may be waited for
            await asyncio.sleep(0.01)


async def test_what_happens_is_told_signed_and_without_a_word_of_anybody(
    store: Store, now: datetime
) -> None:
    receiver = Receiver()
    async with listening(receiver) as url, courier(store, Clock(utc_now())):
        await webhook(store, url, now)
        reference = await happen(store, now)
        (delivery,) = await settled(store, DeliveryState.DELIVERED)
    ((headers, body),) = receiver.got
    assert delivery.answer == 204
    is_ours, secret = documented_check(), PREFIX + base64.b64encode(SECRET).decode("ascii")
    assert is_ours(secret, headers, body)
    assert not is_ours(secret, headers, body + b" ")
    assert not is_ours(new_secret(), headers, body)
    assert json.loads(body) == {
        "type": "report.created",
        "timestamp": now.isoformat(),
        "data": {
            "reference": reference,
            "kind": "asb",
            "district": "chelmsford",
            "status": "new",
            "version": 0,
            "made_at": now.isoformat(),
        },
    }
    assert SAID.encode() not in body


async def test_what_is_not_taken_is_sent_again_with_the_same_id_and_then_given_up(
    store: Store, now: datetime
) -> None:
    receiver, clock = Receiver(), Clock(now)
    receiver.answers = [500] * MOST_ATTEMPTS
    async with listening(receiver) as url, courier(store, clock):
        await webhook(store, url, now)
        await happen(store, now)
        for tried in range(1, MOST_ATTEMPTS):
            (delivery,) = await settled(store, DeliveryState.WAITING, attempts=tried)
            assert delivery.due_at == clock.now + pause(tried - 1)
            clock.now = delivery.due_at
        (delivery,) = await settled(store, DeliveryState.FAILED)
    assert (delivery.attempts, delivery.answer) == (MOST_ATTEMPTS, 500)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len(receiver.got) == MOST_ATTEMPTS


def test_it_is_tried_for_about_a_day() -> None:
    pauses = [pause(attempts) for attempts in range(MOST_ATTEMPTS - 1)]
    assert pauses == sorted(pauses)
    assert timedelta(hours=22) < sum(pauses, timedelta()) < timedelta(hours=25)


async def test_a_redirect_is_not_followed(store: Store, now: datetime) -> None:
    receiver = Receiver()
    receiver.answers = [307]
    async with listening(receiver) as url, courier(store, Clock(now)):
        await webhook(store, url, now)
        await happen(store, now)
        (delivery,) = await settled(store, DeliveryState.WAITING)
    assert delivery.answer == 307
    assert len(receiver.got) == 1


async def test_a_slow_webhook_holds_up_no_other(store: Store, now: datetime) -> None:
    slow, quick = Receiver(), Receiver()
    slow.hold.clear()
    async with listening(slow) as one, listening(quick) as other, courier(store, Clock(now)):
        await webhook(store, one, now)
        await webhook(store, other, now)
        await happen(store, now)
        await until(lambda: bool(slow.got))
        for _ in range(3):
            await happen(store, now)
        await until(lambda: len(quick.got) == 4)
        assert len(slow.got) == 1
        slow.hold.set()
        await settled(store, DeliveryState.DELIVERED)
    assert len(slow.got) == 4


ADDRESSES = Addresses(["10.1.0.0/16", "127.0.0.0/8"])


@pytest.mark.parametrize(
    "url",
    [
        "http://partner.example/", "ftp://partner.example/", "https://", "https://user@x.example/",
        "https://192.168.0.1/", "https://10.2.0.1/", "https://[::1]/", "https://169.254.169.254/",
        "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::a00:1]/", "https://[2002:a00:1::]/",
        "https://2130706433/", "https://127.1/", "https://0/", "https://224.0.0.1/",
        "http://8.8.8.8/", "https://x.example:99999/", "https://x.example/#part",
    ],
)  # fmt: skip
def test_an_address_inside_of_our_own_network_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"address|public"):
        ADDRESSES.check(url)


@pytest.mark.parametrize(
    "url", ["https://partner.example/hook?key=1", "https://8.8.8.8/", "http://10.1.2.3:8000/"]
)
def test_a_public_address_or_one_of_a_network_that_is_named_is_not(url: str) -> None:
    ADDRESSES.check(url)


async def test_a_name_that_stands_for_an_address_inside_is_not_connected_to() -> None:
    """The name may come to stand for it after the webhook was added."""
    async with open_poster(Addresses(())) as poster:
        for url in ("https://localhost/hook", "https://0x7f.1/hook"):
            with pytest.raises(NotTaken, match="not allowed"):
                await poster.post(url, b"{}", {})
        with pytest.raises(NotTaken, match="not allowed"):
            await poster.post("https://127.1/hook", b"{}", {})
