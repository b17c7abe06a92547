"""The courier: brings webhooks their messages, and tries again for a day where that fails."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from bot.logs import where
from bot.webhook_message import message_of, signed
from storage.webhooks import Delivery, Webhook
from storage.work import Store

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0
"""Seconds between looks for what is due."""
AT_ONCE = 5
"""Messages on their way to one webhook at the same time."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=12)
GROWTH = 4
MOST_ATTEMPTS = 8
"""With these pauses the last try is 23 hours after the first."""


class NotTaken(Exception):  # noqa: N818 - what became of it
    """A message did not get through; the text says why, in a few words of ours."""


class Post(Protocol):
    """The way out."""

    async def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Send it; the HTTP status of the answer. Raises NotTaken."""


class Courier:
    """Runs where this process leads.

    A slow webhook holds up no other. What was taken just before this program was killed is sent
    once more, with the same `webhook-id`.
    """

    def __init__(
        self,
        store: Store,
        post: Post,
        clock: Callable[[], datetime],
        every: float = LOOK_EVERY,
    ) -> None:
        self._store, self._post, self._clock, self._every = store, post, clock, every
        self._busy: set[str] = set()

    async def run(self) -> None:
        """Bring what is due until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                for webhook in await self._waiting():
                    self._busy.add(webhook.id)
                    group.create_task(self._serve(webhook))
                await asyncio.sleep(self._every)

    async def _waiting(self) -> tuple[Webhook, ...]:
        """The webhooks that something is due for and nobody is on the way to."""
        try:
            async with self._store.work() as work:
                found = await work.webhooks.waiting(self._clock())
        except Exception as error:
            log.warning("could not look for what webhooks wait for: %s", where(error))
            return ()
        return tuple(webhook for webhook in found if webhook.id not in self._busy)

    async def _serve(self, webhook: Webhook) -> None:
        """Bring a webhook what is due, until nothing is."""
        try:
            while True:
                async with self._store.work() as work:
                    due = await work.webhooks.due(webhook.id, self._clock(), AT_ONCE)
                if not due:
                    return
                bringing = (self._bring(webhook, delivery) for delivery in due)
                # All end before the first failure is raised, or one might be brought twice.
                for failure in await asyncio.gather(*bringing, return_exceptions=True):
                    if failure is not None:
                        raise failure
        except Exception as error:
            log.warning("a webhook was not served: %s", where(error))
        finally:
            self._busy.discard(webhook.id)

    async def _bring(self, webhook: Webhook, delivery: Delivery) -> None:
        """Try one message once, and write down what came of it."""
        body = message_of(delivery)
        headers = signed(webhook.secret, delivery, body, self._clock())
        answer, why = None, ""
        try:
            answer = await self._post.post(webhook.address, body, headers)
        except NotTaken as refusal:
            why = str(refusal)
        now = self._clock()
        async with self._store.work() as work:
            if answer is not None and 200 <= answer < 300:
                work.webhooks.delivered(delivery, answer, now)
            elif delivery.attempts + 1 < MOST_ATTEMPTS:
                work.webhooks.again(delivery, now + pause(delivery.attempts), answer, why)
            else:
                work.webhooks.failed(delivery, answer, why, now)
                log.error("a webhook’s message was given up after %d tries", MOST_ATTEMPTS)


def pause(attempts: int) -> timedelta:
    """How long to wait after a try that failed, `attempts` others before it."""
    growth: int = GROWTH**attempts
    return min(FIRST_PAUSE * growth, LONGEST_PAUSE)
