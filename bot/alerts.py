"""Alerts for whoever is on call: by webhook or e-mail, never a word that a resident wrote."""

import asyncio
import logging
import smtplib
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol

import aiohttp

from bot.settings import Alerts as Settings

log = logging.getLogger(__name__)

QUIET = 900.0
"""Seconds in which the same kind of alert is not repeated."""
PATIENCE = 15.0
_TIMEOUT = aiohttp.ClientTimeout(total=PATIENCE)
MOST_WAITING = 100


class NotDelivered(Exception):  # noqa: N818 - what became of it
    """The alert did not get through; the text says why, in words for the operator."""


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that somebody has to look at."""

    kind: str
    """Alerts of one kind are not repeated for a while."""
    text: str
    """One sentence of ours."""
    page: str = ""
    """Where in the console staff see to it; empty for what operators see to."""


class Way(Protocol):
    """A way to whoever is on call."""

    async def deliver(self, alert: Alert) -> None:
        """Tell them; raises NotDelivered."""


class Alerts:
    """Hands alerts on, each kind at most once in a while; also writes each to the log."""

    def __init__(self, ways: Sequence[Way], seconds: Callable[[], float] = time.monotonic) -> None:
        self._ways, self._seconds = ways, seconds
        self._told: dict[str, float] = {}
        self._waiting: asyncio.Queue[Alert] = asyncio.Queue(MOST_WAITING)

    def also(self, way: Way) -> None:
        """Tell it by this way as well from now on."""
        self._ways = (*self._ways, way)

    def tell(self, kind: str, text: str, page: str = "") -> None:
        """Queue an alert, unless one of its kind was told lately; never waits, never fails.

        `page` is where in the console staff see to it.
        """
        now = self._seconds()
        if now - self._told.get(kind, -QUIET) < QUIET:
            return
        self._told[kind] = now
        log.error("alert (%s): %s", kind, text)
        if self._ways and not self._waiting.full():
            self._waiting.put_nowait(Alert(kind, text, page))

    async def run(self) -> None:
        """Deliver alerts until cancelled."""
        while True:
            alert = await self._waiting.get()
            for way in self._ways:
                try:
                    await way.deliver(alert)
                except NotDelivered as error:
                    log.error("an alert was not delivered: %s", error)


class ByWebhook:
    """Posts `{"text": …, "kind": …}`, as most chat services for teams take it."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def deliver(self, alert: Alert) -> None:
        """Post it; raises NotDelivered."""
        body = {"text": f"Front Counter: {alert.text}", "kind": alert.kind}
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT, trust_env=True) as client,
                client.post(self._url, json=body, allow_redirects=False) as answer,
            ):
                status = answer.status
        except (aiohttp.ClientError, ValueError, OSError) as error:
            raise NotDelivered(f"the webhook cannot be reached ({type(error).__name__})") from None
        if status >= 300:
            raise NotDelivered(f"the webhook answered {status}")


@dataclass(frozen=True, slots=True)
class ByMail:
    """Sends mail through a server of the force's own."""

    host: str
    port: int
    sender: str
    to: tuple[str, ...]
    starttls: bool = True

    async def deliver(self, alert: Alert) -> None:
        """Send it; raises NotDelivered."""
        message = EmailMessage()
        message["From"], message["To"] = self.sender, ", ".join(self.to)
        message["Subject"] = f"Front Counter: {alert.kind}"
        message.set_content(alert.text)
        try:
            await asyncio.to_thread(self._send, message)
        except (OSError, smtplib.SMTPException) as error:
            raise NotDelivered(f"the mail server refused ({type(error).__name__})") from None

    def _send(self, message: EmailMessage) -> None:
        with smtplib.SMTP(self.host, self.port, timeout=PATIENCE) as server:
            if self.starttls:
                server.starttls(context=ssl.create_default_context())
            server.send_message(message)


def ways_of(settings: Settings) -> tuple[Way, ...]:
    """The ways that the settings name; none is allowed, and the doctor says so."""
    ways: list[Way] = []
    if settings.webhook_url is not None:
        ways.append(ByWebhook(settings.webhook_url.get_secret_value()))
    if settings.email_to:
        ways.append(
            ByMail(
                settings.smtp_host,
                settings.smtp_port,
                settings.email_from,
                settings.email_to,
                settings.smtp_starttls,
            )
        )
    return tuple(ways)
