"""A made-up Telegram that costs next to nothing: takes every call, and tells of the messages."""

import asyncio
import json
import re
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

ANSWERS: dict[str, object] = {
    "getMe": {"id": 123456, "is_bot": True, "first_name": "b", "username": "bench_bot"},
    "getMyCommands": [],
    "getMyDescription": {"description": ""},
    "getMyShortDescription": {"short_description": ""},
    "sendMessage": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}},
}
_CHAT = re.compile(rb"chat_id=(\d+)")


class Telegram:
    """Where it listens, and which chats have just been sent a message."""

    def __init__(self) -> None:
        self.url = ""
        self.replied: dict[int, asyncio.Event] = defaultdict(asyncio.Event)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                asked = await reader.readexactly(length_of(head))
                method = head.split(b" ", 2)[1].rpartition(b"/")[2].decode()
                body = json.dumps(self.said(method, asked)).encode()
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                    + str(len(body)).encode()
                    + b"\r\n\r\n"
                    + body
                )
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def said(self, method: str, asked: bytes) -> dict[str, object]:
        """The answer to a call, of which the body is given."""
        if method == "sendMessage" and (chat := _CHAT.search(asked)):
            self.replied[int(chat[1])].set()
        return {"ok": True, "result": ANSWERS.get(method, True)}


def length_of(head: bytes) -> int:
    """The length of the body that a head of HTTP announces."""
    lower = head.lower()
    start = lower.find(b"content-length:")
    return int(head[start + 15 : head.find(b"\r\n", start)]) if start >= 0 else 0


@asynccontextmanager
async def listening(telegram: Telegram | None = None) -> AsyncIterator[Telegram]:
    """The made-up Telegram for the length of a block, or another one like it."""
    telegram = telegram or Telegram()
    server = await asyncio.start_server(telegram.answer, "127.0.0.1", 0)
    telegram.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield telegram
    finally:
        server.close()
