"""The world around the program: a made-up Telegram, residents, and what they were told."""

import asyncio
import json
import os
import re
import signal
import socket
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from benchmarks.telegram import Telegram as Server
from benchmarks.telegram import listening
from handlers.conversation import Conversation
from handlers.effects import KeepReport, ReportKept
from handlers.messages import Reply, Said
from handlers.respond import respond
from knowledge.library import Library
from knowledge.markup import to_telegram
from tests.faults.zygote import PATH, SECRET, Plan

PATIENCE = 30.0
_REFERENCE = re.compile(r"FC-[A-Z0-9]{3}-[A-Z0-9]{4}")
_CODE = re.compile(r"\b(?:[A-Z0-9]{4} ){3}[A-Z0-9]{4}\b")


class Telegram(Server):
    """Takes every call and remembers each message: who was told what, and when."""

    def __init__(self) -> None:
        super().__init__()
        self.told: defaultdict[int, list[str]] = defaultdict(list)
        self.at: list[tuple[float, int, str]] = []
        self.failing = 0
        """How many of the next calls fail with 429."""

    def said(self, method: str, body: bytes) -> dict[str, object]:
        """The answer to a call."""
        if method != "sendMessage":
            return super().said(method, body)
        if self.failing > 0:
            self.failing -= 1
            wrong = {"ok": False, "error_code": 429, "description": "Too Many Requests"}
            return wrong | {"parameters": {"retry_after": 1}}
        sent = json.loads(body) if body[:1] == b"{" else _form(body)
        chat, text = int(sent["chat_id"]), str(sent["text"])
        self.told[chat].append(text)
        self.at.append((time.monotonic(), chat, text))
        where = {"id": chat, "type": "private"}
        return {"ok": True, "result": {"message_id": len(self.at), "date": 1, "chat": where}}

    async def quiet(self, still: float, longest: float) -> None:
        """Wait until no message came for so many seconds; not for ever."""
        count, since = -1, time.monotonic()
        while time.monotonic() - since < longest:
            told = len(self.at)
            if told == count:
                return
            count = told
            await asyncio.sleep(still)


def _form(body: bytes) -> dict[str, str]:
    from urllib.parse import parse_qsl

    return dict(parse_qsl(body.decode()))


@asynccontextmanager
async def telegram() -> AsyncIterator[Telegram]:
    """The made-up Telegram for the length of a block."""
    made = Telegram()
    async with listening(made):
        yield made


def free_port() -> int:
    """A port that nobody has; the program gets the same one at every start."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Nursery:
    """Starts the program by forking, and ends it."""

    def __init__(self, zygote: asyncio.subprocess.Process) -> None:
        self._zygote = zygote
        self._ordering = asyncio.Lock()

    async def start(self, plan: Plan) -> int:
        """Start it and wait until it is ready; its process id."""
        assert self._zygote.stdin is not None
        assert self._zygote.stdout is not None
        ready = Path(plan.data) / "ready"
        ready.unlink(missing_ok=True)
        async with self._ordering:
            self._zygote.stdin.write(json.dumps(asdict(plan)).encode() + b"\n")
            await self._zygote.stdin.drain()
            pid = int(await self._zygote.stdout.readline())
        until = time.monotonic() + PATIENCE
        while not ready.exists():
            if not alive(pid) or time.monotonic() > until:
                raise RuntimeError(f"the program did not start: see {plan.data}/log")
            await asyncio.sleep(0.005)
        return pid

    async def end(self, pid: int, number: int = signal.SIGKILL) -> None:
        """End it by a signal, and wait until it is gone."""
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        await self.gone(pid)

    @staticmethod
    async def gone(pid: int) -> None:
        """Wait until it is gone."""
        while alive(pid):
            await asyncio.sleep(0.005)


def alive(pid: int) -> bool:
    """Whether anything is left of a process: a thread may hold its files when the first is gone."""
    return Path(f"/proc/{pid}").exists()


@asynccontextmanager
async def nursery(folder: Path) -> AsyncIterator[Nursery]:
    """What starts programs, for the length of a block."""
    pipe = asyncio.subprocess.PIPE
    zygote = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.zygote", str(folder), stdin=pipe, stdout=pipe
    )
    assert zygote.stdout is not None
    try:
        assert (await zygote.stdout.readline()).strip() == b"ready"
        yield Nursery(zygote)
    finally:
        zygote.kill()
        await zygote.wait()


@dataclass(slots=True)
class Resident:
    """Somebody on Telegram, who sends each message until it is taken."""

    chat: int
    texts: Sequence[str]
    url: str
    duplicates: float = 0.0
    acknowledged: int = 0
    """How many messages were answered with 200."""
    first_update: int = 0
    """The number of the first message; by the chat's where none is given."""

    async def say_next(self, session: aiohttp.ClientSession, chance: float = 1.0) -> None:
        """Send the next message as Telegram would: again and again until it got a 2xx."""
        text = self.texts[self.acknowledged % len(self.texts)]
        update = (self.first_update or self.chat * 1_000_000) + self.acknowledged
        while not await self.send(session, update, text):
            await asyncio.sleep(0.01)
        if chance < self.duplicates:
            await self.send(session, update, text)
        self.acknowledged += 1

    async def send(self, session: aiohttp.ClientSession, update: int, text: str) -> bool:
        """Send one update once; whether it was taken."""
        who = {"id": self.chat, "type": "private", "first_name": "R"}
        sender = {"id": self.chat, "is_bot": False, "first_name": "R"}
        message = {"message_id": update, "date": int(time.time()), "chat": who, "text": text}
        try:
            async with session.post(
                self.url + PATH,
                json={"update_id": update, "message": message | {"from": sender}},
                headers={"X-Telegram-Bot-Api-Secret-Token": SECRET},
            ) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False


def expected(
    library: Library, texts: Sequence[str], count: int, at: datetime | None = None
) -> list[str]:
    """What a resident is told in answer to so many of the texts, in turn: a small model.

    `at` is when they are written, which counts at weekends; now, if it is not given.
    """
    now = at or datetime.now(UTC)
    conversation, replies = Conversation(), []
    for number in range(count):
        outcome = respond(Said(texts[number % len(texts)]), conversation, library, now)
        waiting = [outcome]
        while waiting:
            step = waiting.pop(0)
            replies += step.replies
            conversation = step.conversation
            for effect in step.effects:
                if isinstance(effect, KeepReport):
                    kept = ReportKept("FC-ABC-DEFX", "ABCDEFGHJKLMNPQR")
                    waiting.append(respond(kept, conversation, library, now))
    return [masked(shown(reply)) for reply in replies]


def shown(reply: Reply) -> str:
    """A reply as Telegram gets it."""
    return to_telegram(reply.text)


def masked(text: str) -> str:
    """A text without what is drawn by lot: references and codes."""
    return _CODE.sub("CODE", _REFERENCE.sub("REFERENCE", text))


def references(texts: Sequence[str]) -> list[str]:
    """The references told in them, in order."""
    return [found for text in texts for found in _REFERENCE.findall(text)]


def without_repeats(texts: Sequence[str]) -> list[str]:
    """The texts, of those that came twice in a row only one."""
    return [text for place, text in enumerate(texts) if not place or texts[place - 1] != text]
