"""Carries what waits in the outbox to its channel: in order, pressing first, at a fair pace."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from bot.live import OUTBOX, Live
from bot.pace import Bucket, Pace
from handlers.messages import ACKNOWLEDGEMENT, URGENT
from storage.outbox import Outgoing
from storage.work import Store

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0
"""Seconds after which the outbox is looked at although nobody told us to."""
AT_ONCE = 32
LONGEST_PAUSE = 60.0
GIVE_UP_AFTER = timedelta(hours=24)
MOST_REPEATS = 3
"""How often a reply is said again of which nobody knows whether it arrived."""
MOST_MISTAKES = 5
GRACE = 10.0
"""Seconds that calls under way have at the end."""
REMEMBERED_CHATS = 1000


class Later(Exception):  # noqa: N818 - what to do about it, as are the others
    """It was not sent, and may be later; in `seconds`, or when we think best."""

    def __init__(self, seconds: float | None = None) -> None:
        super().__init__("to be sent later")
        self.seconds = seconds


class Unknown(Exception):  # noqa: N818
    """It may have arrived, or not."""


class Gone(Exception):  # noqa: N818
    """Nobody is there any more: the chat has blocked us, or was closed."""


class Refused(Exception):  # noqa: N818
    """It will never be taken like this; `why` is a word of ours."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Channel(Protocol):
    """A way to residents."""

    async def send(self, outgoing: Outgoing) -> str:
        """Send one reply; the channel's id of it. Raises Later, Unknown, Gone or Refused."""


Outcome = str | Later | Unknown | Gone | Refused
"""The channel's id of what was sent, or why it was not."""


class Sender:
    """Sends one reply of each conversation at a time, until the program closes."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        live: Live,
        clock: Callable[[], datetime],
        look_every: float = LOOK_EVERY,
        seconds: Callable[[], float] = time.monotonic,
        pace: Pace = Pace(),
    ) -> None:
        self._pace = pace
        self._store, self._channels, self._live = store, channels, live
        self._clock, self._seconds = clock, seconds
        self._look_every, self._next_look = look_every, 0.0
        self._everywhere = Bucket(*pace.everywhere, seconds)
        self._chats: dict[str, Bucket] = {}
        self._busy: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Send until `live` closes, or until cancelled; calls under way are waited for."""
        trouble = 0
        try:
            async with self._live.listen(OUTBOX) as listener:
                while not self._live.closing:
                    self._next_look = self._seconds() + self._look_every
                    try:
                        await self._look()
                        trouble = 0
                    except Exception as error:
                        log.error("outbox not read: %s", type(error).__name__)
                        trouble += 1
                        self._next_look = self._seconds() + _pause(trouble)
                    await listener.news(max(self._next_look - self._seconds(), 0))
        finally:
            await self._finish()

    async def _look(self) -> None:
        """Start as many deliveries as the pace allows, the most pressing first."""
        async with self._store.work() as work:
            waiting = await work.outbox.due(self._clock(), len(self._busy) + 2 * AT_ONCE)
        for outgoing in waiting:
            known = outgoing.address.channel in self._channels
            if not known or outgoing.conversation_id in self._busy:
                continue
            if (full := self._everywhere.delay()) > 0:
                self._look_in(full)
                return
            if outgoing.reply.lane != URGENT:
                if len(self._busy) >= AT_ONCE:
                    return
                if (full := self._chat(outgoing).delay()) > 0:
                    self._look_in(full)
                    continue
            self._start(outgoing)

    def _start(self, outgoing: Outgoing) -> None:
        self._everywhere.take()
        self._chat(outgoing).take()
        task = asyncio.create_task(self._deliver(outgoing))
        self._busy[outgoing.conversation_id] = task
        task.add_done_callback(lambda ended: self._ended(outgoing, ended))

    def _ended(self, outgoing: Outgoing, task: asyncio.Task[None]) -> None:
        del self._busy[outgoing.conversation_id]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a delivery ended: %s", type(error).__name__)
        # Its conversation may have more to say.
        self._live.tell(OUTBOX)

    async def _deliver(self, outgoing: Outgoing) -> None:
        """Send one reply, then write down what became of it, however long that takes.

        No transaction is open while the channel is being called.
        """
        outcome = await self._send(outgoing)
        trouble = 0
        while True:
            try:
                await self._write_down(outgoing, outcome)
            except Exception as error:
                # Not written down, it would be sent again: so its conversation stays busy.
                log.error("delivery not written down: %s", type(error).__name__)
                trouble += 1
                await asyncio.sleep(_pause(trouble))
            else:
                return

    async def _send(self, outgoing: Outgoing) -> Outcome:
        try:
            return await self._channels[outgoing.address.channel].send(outgoing)
        except (Later, Unknown, Gone, Refused) as told:
            return told
        except Exception as error:
            log.error("reply not sent: %s", type(error).__name__)
            # A mistake of ours, that may be one for ever: the next reply must have its turn.
            return Later() if outgoing.attempts + 1 < MOST_MISTAKES else Refused("error")

    async def _write_down(self, outgoing: Outgoing, outcome: Outcome) -> None:
        now, id = self._clock(), outgoing.id
        pause = _pause(outgoing.attempts + 1)
        async with self._store.work() as work:
            match outcome:
                case str():
                    await work.outbox.sent(id, outcome, now)
                case Gone():
                    await work.outbox.failed(id, "blocked", now)
                    await work.conversations.mark_blocked(outgoing.address, True)
                case Refused(why=why):
                    log.error("a reply was refused: %s", why)
                    await work.outbox.failed(id, why, now)
                case Unknown() if _may_repeat(outgoing):
                    await work.outbox.retry(id, now + timedelta(seconds=pause))
                    self._look_in(pause)
                case Unknown():
                    await work.outbox.unknown(id, now)
                case Later() if now - outgoing.created_at > GIVE_UP_AFTER:
                    await work.outbox.failed(id, "too late", now)
                case Later(seconds=seconds):
                    pause = pause if seconds is None else seconds
                    await work.outbox.retry(id, now + timedelta(seconds=pause))
                    self._look_in(pause)

    def _look_in(self, seconds: float) -> None:
        self._next_look = min(self._next_look, self._seconds() + seconds)

    def _chat(self, outgoing: Outgoing) -> Bucket:
        """The bucket of one chat; those that have filled up again are forgotten."""
        if len(self._chats) > REMEMBERED_CHATS:
            self._chats = {id: bucket for id, bucket in self._chats.items() if not bucket.full}
        fresh = Bucket(*self._pace.one_chat, self._seconds)
        return self._chats.setdefault(outgoing.conversation_id, fresh)

    async def _finish(self) -> None:
        """Wait a while for the calls under way, so that what was sent is known to be."""
        if not self._busy:
            return
        _, unfinished = await asyncio.wait(self._busy.values(), timeout=GRACE)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)


def _may_repeat(outgoing: Outgoing) -> bool:
    """Guidance and receipts are better said twice than never; all else is not."""
    pressing = outgoing.reply.lane in {URGENT, ACKNOWLEDGEMENT}
    return pressing and outgoing.attempts < MOST_REPEATS


def _pause(tries: int) -> float:
    """Seconds to wait after so many tries in vain: 1, 2, 4, … 60."""
    return min(2.0 ** min(tries - 1, 10), LONGEST_PAUSE)
