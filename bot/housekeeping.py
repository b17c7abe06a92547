"""What is done beside the turns: deleting by age, and looking for what is stuck."""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.alerts import Alerts
from bot.logs import where
from bot.settings import Retention as Settings
from handlers.urgent import is_watched
from knowledge.article import Force
from storage.journal import Journal
from storage.retention import Retention, purge
from storage.work import Store

log = logging.getLogger(__name__)

SWEEP_EVERY = timedelta(minutes=10)
LOOK_EVERY = timedelta(seconds=30)
JUMP = timedelta(days=1)
"""So much more or less time on the wall clock than has passed is a mistake of the clock."""
OUTBOX_LATE, JOURNAL_LATE = timedelta(minutes=5), timedelta(minutes=1)


def limits_of(kept: Settings) -> Retention:
    """How long what is kept."""
    return Retention(
        web_chats=timedelta(hours=kept.web_chats_hours),
        telegram_chats=timedelta(days=kept.telegram_chats),
        drafts=timedelta(days=kept.drafts),
        messages=timedelta(days=kept.messages),
        feedback=timedelta(days=kept.feedback),
        unanswered=timedelta(days=kept.unanswered),
        alarms=timedelta(days=kept.alarms),
        set_aside=timedelta(days=kept.set_aside),
        deliveries=timedelta(days=kept.webhook_deliveries),
        reports=timedelta(days=kept.reports_review),
        hand_overs=timedelta(days=kept.hand_overs),
        audit=timedelta(days=kept.audit),
        tombstones=timedelta(days=kept.tombstones),
    )


class Housekeeping:
    """Runs where this process leads: once in a while for all replicas."""

    def __init__(
        self,
        store: Store,
        limits: Retention,
        clock: Callable[[], datetime],
        alerts: Alerts,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._limits = store, limits
        self._clock, self._alerts, self._seconds = clock, alerts, seconds
        self._last: tuple[datetime, float] | None = None

    async def run(self) -> None:
        """Delete what has been kept long enough, now and every ten minutes, until cancelled."""
        while True:
            try:
                await self.sweep()
            except Exception as error:
                log.error("deleting by age failed: %s", where(error))
            await asyncio.sleep(SWEEP_EVERY.total_seconds())

    async def sweep(self) -> None:
        """Once: erase by age, unless the clock has jumped."""
        if self._clock_jumped():
            self._alerts.tell("clock", "The clock has jumped by more than a day: check it.")
            return
        counts = await purge(self._store, self._clock(), self._limits)
        if any(counts.values()):
            log.info("deleted by age: %s", counts)

    def _clock_jumped(self) -> bool:
        """Whether the wall clock went another way than time since the last look."""
        now, seconds = self._clock(), self._seconds()
        before, self._last = self._last, (now, seconds)
        if before is None:
            return False
        passed = timedelta(seconds=seconds - before[1])
        return abs((now - before[0]) - passed) > JUMP


class Sweeper:
    """Looks for what is stuck, and tells somebody."""

    def __init__(
        self,
        store: Store,
        journal: Journal,
        clock: Callable[[], datetime],
        alerts: Alerts,
        force: Callable[[], Force],
        alarm_patience: timedelta,
        urgent_patience: timedelta = timedelta(minutes=15),
    ) -> None:
        self._store, self._journal = store, journal
        self._clock, self._alerts = clock, alerts
        self._force, self._alarm_patience = force, alarm_patience
        self._urgent_patience = urgent_patience

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY.total_seconds())
            try:
                await self.look()
            except Exception as error:
                log.warning("could not look for what is stuck: %s", where(error))

    async def look(self) -> None:
        """Once."""
        now = self._clock()
        held = self._journal.oldest
        if held is not None and now - held > JOURNAL_LATE:
            count = len(self._journal)
            self._alerts.tell("journal", f"{count} messages wait in the journal to be recorded.")
        late = now - self._alarm_patience
        async with self._store.work() as work:
            oldest = await work.outbox.oldest()
            alarms = await work.alarms.waiting(late, late - self._alarm_patience)
            unopened = await work.queue.unopened(now - self._urgent_patience)
        if alarms and is_watched(self._force(), now):
            minutes = _minutes(self._alarm_patience)
            self._alerts.tell(
                "alarms",
                f"{alarms} alarms of residents have waited {minutes} minutes or more.",
                page="/alarms",
            )
        if unopened:
            minutes = _minutes(self._urgent_patience)
            self._alerts.tell(
                "urgent reports",
                f"Urgent reports that nobody opened in {minutes} minutes: {unopened}.",
            )
        if oldest is not None and now - oldest > OUTBOX_LATE:
            self._alerts.tell("outbox", "Replies have been waiting for five minutes to be sent.")


def _minutes(patience: timedelta) -> int:
    return round(patience.total_seconds() / 60)
