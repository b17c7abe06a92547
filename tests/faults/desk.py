"""The program in this process, to be broken from within: for experiments that kill nothing."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.app import App, open_app
from bot.config import Config, cache_of, load_config
from bot.shelf import Shelf
from knowledge.load import SHIPPED
from tests.faults.world import Resident, Telegram, telegram
from tests.faults.zygote import PATH, SECRET, TOKEN, UNHURRIED


@dataclass(frozen=True, slots=True)
class Desk:
    """The running program, and the world around it."""

    app: App
    folder: Path
    fake: Telegram
    session: aiohttp.ClientSession

    def resident(self, chat: int, *texts: str) -> Resident:
        """Somebody on Telegram."""
        return Resident(chat, texts, self.app.chat_url.rstrip("/"))

    async def hears(self, chat: int, piece: str, patience: float, after: int = 0) -> float | None:
        """Seconds until that chat was told something with `piece` in it; None if it never was."""
        began = time.monotonic()
        while time.monotonic() - began < patience:
            if any(piece in text for text in self.fake.told[chat][after:]):
                return time.monotonic() - began
            await _moment()
        return None


async def _moment() -> None:
    from asyncio import sleep

    await sleep(0.01)


@asynccontextmanager
async def desk(folder: Path, url: str = "", content: Path | None = None) -> AsyncIterator[Desk]:
    """The program on a fresh data folder, or on the database at `url`."""
    data = folder / "data"
    async with AsyncExitStack() as stack:
        fake = await stack.enter_async_context(telegram())
        config: Config
        config, _ = load_config(
            data=data,
            web={"port": 0},
            staff={"port": 0},
            storage={"url": url},
            knowledge={"folder": content or SHIPPED, "reload_seconds": 0.2},
            telegram={
                "token": TOKEN,
                "mode": "webhook",
                "webhook_url": f"https://localhost{PATH}",
                "webhook_secret": SECRET,
                "api_url": fake.url,
            },
        )
        shelf = Shelf(content or SHIPPED, folder / "last-good", cache_of(config))
        shelf.open()
        app = await stack.enter_async_context(open_app(config, pace=UNHURRIED, known=shelf))
        session = await stack.enter_async_context(
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20))
        )
        yield Desk(app, data, fake, session)
