"""The HTTP clients of the Telegram edge: one for sending, one for polling, one for the 999 card."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from telegram import Bot
from telegram.error import RetryAfter

from bot.telegram_http import Request, proxy_for

TELEGRAM = "https://api.telegram.org"


class TokenRefused(Exception):  # noqa: N818 - the sentence the operator reads
    """Telegram does not know the token; the text is one sentence, without the token."""

    def __init__(self) -> None:
        super().__init__(
            "The Telegram token was refused: get the right one from @BotFather and set "
            "telegram.token. Telegram stays off until the next start; the web goes on."
        )


@dataclass(frozen=True, slots=True)
class Clients:
    """The same bot over connections that never wait for each other."""

    bot: Bot
    """Replies, pictures, set-up."""
    reflex: Bot
    """The 999 card and the honest sentence; nothing else may hold its connections."""
    polling: Request
    """Waits for updates."""

    @property
    def bot_id(self) -> str:
        """The bot's own number, which every token begins with."""
        return self.bot.token.partition(":")[0]


@asynccontextmanager
async def open_clients(token: str, api_url: str = TELEGRAM) -> AsyncIterator[Clients]:
    """The clients for the bot of `token`; nothing is sent yet.

    `api_url` is where the Bot API is: Telegram's, or a server of one's own.
    """
    _quieten()
    # The library's switch for times as timedelta; without it, every 429 warns of the change.
    os.environ["PTB_TIMEDELTA"] = "true"
    proxy = proxy_for(api_url)
    # A reply whose fate is not known cannot be repeated, so its answer is given time to arrive.
    sending = Request(64, read=20, connect=5, proxy=proxy)
    reflex = Request(32, read=5, connect=3, proxy=proxy)
    polling = Request(2, read=10, connect=5, proxy=proxy)
    base = api_url.rstrip("/")
    calls, files = f"{base}/bot", f"{base}/file/bot"
    # The library makes no bot without a token; this one is refused when it says hello.
    token = token or "none"
    try:
        yield Clients(
            Bot(token, calls, files, request=sending, get_updates_request=polling),
            Bot(token, calls, files, request=reflex, get_updates_request=polling),
            polling,
        )
    finally:
        await asyncio.gather(*(request.shutdown() for request in (sending, reflex, polling)))


def seconds_to_wait(error: RetryAfter) -> float:
    """How long Telegram wants to be left alone."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _quieten() -> None:
    """Silence the libraries: httpx logs the token in every URL, the other what residents write."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # At CRITICAL it logs whole updates that it cannot parse; we log our own words instead.
    logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)
