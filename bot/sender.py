"""Carries what waits in the outbox to its channel: in order, pressing first, at a fair pace."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.live import OUTBOX, Live
from bot.logs import where
from bot.pace import Bucket, Pace
from bot.sent_log import SentLog
from handlers.messages import ACKNOWLEDGEMENT, URGENT
from storage.errors import StorageError
from storage.outbox import Outgoing
from storage.work import Store, Work

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0
"""Seconds after which the outbox is looked at although nobody told us to."""
AT_ONCE = 32
LONGEST_PAUSE = 60.0
GIVE_UP_AFTER = timedelta(hours=24)
MOST_REPEATS = 3
"""How often a reply is said again of which nobody knows whether it arrived."""
MOST_MISTAKES = 5
GRACE = 8.0
"""Seconds that calls under way have at the end."""
REMEMBERED_CHATS = 1000


class Later(Exception):  # noqa: N818 - what to do about it, as are the others
    """It was not sent, and may be later; in `seconds`, or when we think best."""

    def __init__(self, seconds: float | None = None) -> None:
        super().__init__("to be sent later")
        self.seconds = seconds


class Mistaken(Later):
    """A mistake of ours ended the try, that may be one for ever."""


class Unknown(Exception):  # noqa: N818 - what became of it
    """It may have arrived, or not."""


class Gone(Exception):  # noqa: N818 - as above
    """Nobody is there any more: the chat has blocked us, or was closed."""


class Refused(Exception):  # noqa: N818 - as above
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


@dataclass(frozen=True, slots=True)
class _Delivered:
    """A reply and what became of it, to be written down."""

    outgoing: Outgoing
    outcome: Outcome


class Sender:
    """Sends one reply of each conversation at a time, until the program closes.

    It goes round: write down what became of the last ones and see what is due, in one transaction,
    then start what the pace allows. No transaction is open while a channel is being called.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - each is a part of its own
        self,
        store: Store,
        channels: Mapping[str, Channel],
        live: Live,
        clock: Callable[[], datetime],
        look_every: float = LOOK_EVERY,
        seconds: Callable[[], float] = time.monotonic,
        pace: Pace = Pace(),
        sent: SentLog | None = None,
    ) -> None:
        self._pace, self._sent = pace, sent
        self._store, self._channels, self._live = store, channels, live
        self._clock, self._seconds = clock, seconds
        self._look_every, self._next_look = look_every, 0.0
        self._everywhere = Bucket(*pace.everywhere, seconds)
        self._chats: dict[str, Bucket] = {}
        self._calls: dict[str, asyncio.Task[None]] = {}
        self._delivered: dict[str, _Delivered] = {}

    async def run(self) -> None:
        """Send until `live` closes, or until cancelled; calls under way are waited for."""
        trouble = 0
        await self._remember()
        try:
            async with self._live.listen(OUTBOX) as listener:
                while not self._live.closing:
                    self._next_look = self._seconds() + self._look_every
                    full = self._everywhere.delay()
                    try:
                        # Nothing could be started by looking, so nobody waits for that.
                        if full == 0 or self._delivered:
                            self._start(await self._look())
                        else:
                            self._look_in(full)
                        trouble = 0
                    except Exception as error:
                        log.error("outbox not read or written: %s", where(error))
                        trouble += 1
                        self._next_look = self._seconds() + _pause(trouble)
                    await listener.news(max(self._next_look - self._seconds(), 0))
        finally:
            await self._finish()

    async def _remember(self) -> None:
        """Write down what an earlier process had sent when it was killed."""
        while self._sent is not None:
            try:
                async with self._store.work() as work:
                    for id, channel_message_id in self._sent.left():
                        work.outbox.sent(id, channel_message_id, self._clock())
                self._sent.clear()
            except (StorageError, OSError) as error:
                log.error("what was sent before cannot be written down yet: %s", where(error))
                await asyncio.sleep(_pause(1))
            else:
                return

    def _note(self, outgoing: Outgoing, channel_message_id: str) -> None:
        if self._sent is None:
            return
        try:
            self._sent.add(outgoing.id, channel_message_id)
        except OSError as error:
            log.warning("what is sent cannot be noted: %s", where(error))

    async def _look(self) -> Sequence[Outgoing]:
        """Write down what was delivered; what is due and not on its way, most pressing first."""
        written = dict(self._delivered)
        now = self._clock()
        async with self._store.work() as work:
            for delivered in written.values():
                await self._write_down(work, delivered, now)
            due = await work.outbox.due(now, len(self._calls) + 2 * AT_ONCE)
        for id in written:
            # Until it is written down its conversation is busy, or it would be sent again.
            del self._delivered[id]
        if written and not self._delivered and self._sent is not None:
            self._sent.clear()
        return [outgoing for outgoing in due if not self._is_busy(outgoing.conversation_id)]

    def _start(self, due: Sequence[Outgoing]) -> None:
        """Start as many deliveries as the pace allows."""
        for outgoing in due:
            if outgoing.address.channel not in self._channels:
                continue
            if (full := self._everywhere.delay()) > 0:
                self._look_in(full)
                return
            if outgoing.reply.lane != URGENT:
                if len(self._calls) >= AT_ONCE:
                    return
                if (full := self._chat(outgoing).delay()) > 0:
                    self._look_in(full)
                    continue
            self._everywhere.take()
            self._chat(outgoing).take()
            call = asyncio.create_task(self._deliver(outgoing))
            self._calls[outgoing.conversation_id] = call

    async def _deliver(self, outgoing: Outgoing) -> None:
        try:
            outcome = await self._send(outgoing)
            if isinstance(outcome, str):
                self._note(outgoing, outcome)
            self._delivered[outgoing.conversation_id] = _Delivered(outgoing, outcome)
        finally:
            del self._calls[outgoing.conversation_id]
        self._live.tell_here(OUTBOX)

    async def _send(self, outgoing: Outgoing) -> Outcome:
        try:
            return await self._channels[outgoing.address.channel].send(outgoing)
        except (Later, Unknown, Gone, Refused) as told:
            return told
        except Exception as error:
            log.error("reply not sent: %s", where(error))
            # The next reply must have its turn at last.
            return Mistaken() if outgoing.doubtful + 1 < MOST_MISTAKES else Refused("error")

    async def _write_down(self, work: Work, delivered: _Delivered, now: datetime) -> None:
        outgoing = delivered.outgoing
        pause = _pause(outgoing.attempts + 1)
        match delivered.outcome:
            case str() as id:
                work.outbox.sent(outgoing.id, id, now)
            case Gone():
                work.outbox.failed(outgoing.id, "blocked", now)
                await work.conversations.mark_blocked(outgoing.address, True)
            case Refused(why=why):
                log.error("a reply was refused: %s", why)
                work.outbox.failed(outgoing.id, why, now)
            case Unknown() if _may_repeat(outgoing):
                work.outbox.retry(outgoing.id, now + timedelta(seconds=pause), doubtful=True)
                self._look_in(pause)
            case Unknown():
                work.outbox.unknown(outgoing.id, now)
            case Later() if now - outgoing.created_at > GIVE_UP_AFTER:
                work.outbox.failed(outgoing.id, "too late", now)
            case Later(seconds=seconds):
                pause = pause if seconds is None else seconds
                mistaken = isinstance(delivered.outcome, Mistaken)
                work.outbox.retry(outgoing.id, now + timedelta(seconds=pause), doubtful=mistaken)
                self._look_in(pause)

    def _is_busy(self, conversation_id: str) -> bool:
        return conversation_id in self._calls or conversation_id in self._delivered

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
        if self._calls:
            _, unfinished = await asyncio.wait(tuple(self._calls.values()), timeout=GRACE)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)
        if self._delivered:
            try:
                await self._look()
            except Exception as error:
                log.error("deliveries not written down: %s", where(error))


def _may_repeat(outgoing: Outgoing) -> bool:
    """Guidance and receipts are better said twice than never; all else is not."""
    pressing = outgoing.reply.lane in {URGENT, ACKNOWLEDGEMENT}
    return pressing and outgoing.doubtful < MOST_REPEATS


def _pause(tries: int) -> float:
    """Seconds to wait after so many tries in vain: 1, 2, 4, … 60."""
    return min(2.0 ** min(tries - 1, 10), LONGEST_PAUSE)
