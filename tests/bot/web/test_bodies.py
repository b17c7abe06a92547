"""Bodies that come too slowly, break off, or are not what they say."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.web.bodies import LARGEST_FORM, URLENCODED, clean, read_form


def test_what_is_typed_comes_without_what_cannot_be_seen() -> None:
    assert clean("a\0b\x1b[0m\x7f\x9f\ud800c") == "ab[0mc"
    assert clean("one\r\ntwo\rthree\tfour") == "one\ntwo\nthree\tfour"
    assert clean("مرحبا \u200d👩‍🚒 e\u0301") == "مرحبا \u200d👩‍🚒 e\u0301"


class TestSlowness:
    async def test_a_body_that_does_not_come_is_not_waited_for(self, impatient: TestServer) -> None:
        answer = await _send(impatient, b"text=", promised=100)
        assert answer.startswith(b"HTTP/1.1 408")

    async def test_a_body_in_drops_is_not_waited_for_either(self, impatient: TestServer) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", impatient.port)
        writer.write(_head(1000))
        for _ in range(20):
            writer.write(b"x")
            await asyncio.sleep(0.02)
        answer = await reader.readline()
        assert answer.startswith(b"HTTP/1.1 408")
        writer.close()

    async def test_a_body_that_breaks_off_is_no_fault_of_ours(
        self, impatient: TestServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", impatient.port)
        writer.write(_head(1000) + b"text=abc")
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        await asyncio.sleep(0.05)
        assert not caplog.records

    async def test_chunks_that_are_none_are_refused(self, impatient: TestServer) -> None:
        head = (
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            f"Content-Type: {URLENCODED}\r\n\r\n"
        )
        answer = await _exchange(impatient, head.encode() + b"5\r\ntext=\r\nZZZ\r\n")
        assert b" 400 " in answer


async def test_a_form_that_promises_too_much_is_refused_unread(impatient: TestServer) -> None:
    answer = await _send(impatient, b"", promised=LARGEST_FORM + 1)
    assert answer.startswith(b"HTTP/1.1 413")


async def _send(server: TestServer, body: bytes, *, promised: int) -> bytes:
    return await _exchange(server, _head(promised) + body)


async def _exchange(server: TestServer, sent: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(sent)
    async with asyncio.timeout(3):
        answer = await reader.readline()
    writer.close()
    return answer


def _head(length: int) -> bytes:
    lines = ("POST / HTTP/1.1", "Host: x", f"Content-Type: {URLENCODED}")
    return "\r\n".join((*lines, f"Content-Length: {length}", "", "")).encode()


@pytest.fixture
async def impatient() -> AsyncIterator[TestServer]:
    """A server that waits a tenth of a second for a form."""

    async def take(request: web.Request) -> web.Response:
        return web.json_response(dict(await read_form(request, patience=0.1)))

    app = web.Application()
    app.router.add_post("/", take)
    server = TestServer(app)
    await server.start_server()
    yield server
    await server.close()
