"""Retention: what has outlived its use is erased."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.days import london_day
from storage.conversations import TELEGRAM, WEB
from storage.work import Store, Work


@dataclass(frozen=True, slots=True)
class Retention:
    """How long each kind of data is kept after it was last touched."""

    web_chats: timedelta = timedelta(days=1)
    """A chat on the page, with its draft, once nobody has written in it for so long."""
    telegram_chats: timedelta = timedelta(days=365)
    """The same on Telegram, unless it follows a report."""
    drafts: timedelta = timedelta(days=30)
    """An unfinished report in a chat that goes on."""
    messages: timedelta = timedelta(days=30)
    """What was said in a chat that goes on."""
    handled: timedelta = timedelta(days=8)
    """Ids of events taken in: longer than any channel sends one again (Telegram: a day)."""
    feedback: timedelta = timedelta(days=365)
    unanswered: timedelta = timedelta(days=30)
    alarms: timedelta = timedelta(days=90)
    pictures: timedelta = timedelta(days=2)
    """Pictures that no draft and no report has any more."""
    hand_overs: timedelta = timedelta(days=365)
    """That somebody talked to a person, without a word of it."""
    tries: timedelta = timedelta(days=1)
    """How often somebody guessed wrong."""
    set_aside: timedelta = timedelta(days=90)
    """Events that no turn could be made of."""
    deliveries: timedelta = timedelta(days=30)
    """What webhooks were told."""
    api_requests: timedelta = timedelta(days=2)
    """The keys by which other systems repeat a request."""
    leave: timedelta = timedelta(days=90)
    """Somebody's leave, once it has ended."""
    reports: timedelta = timedelta(days=2192)
    """A closed report, until staff are asked to decide about it; it is never deleted by itself."""
    audit: timedelta = timedelta(days=2557)
    desk: timedelta = timedelta(days=30)
    """What staff hand over between shifts, and how bulk actions can be undone."""
    tombstones: timedelta = timedelta(days=400)
    """The memory of what was erased: longer than any backup is kept."""


async def purge(
    store: Store, now: datetime, limits: Retention, *, dry_run: bool = False
) -> dict[str, int]:
    """Erase what is past its limit, a transaction each, so that nobody waits long; how many.

    A dry run erases nothing, and counts the same. Submitted reports are never touched: they are
    for staff to decide about (storage.erasure).
    """
    return {
        kind: await _one(store, erase, dry_run) for kind, erase in _erasures(now, limits).items()
    }


_Erasure = Callable[[Work], Awaitable[int]]


class _DryRun(Exception):  # noqa: N818 - no error: it rolls back what was only counted
    pass


async def _one(store: Store, erase: _Erasure, dry_run: bool) -> int:
    count = 0
    try:
        async with store.work() as work:
            count = await erase(work)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return count


def _erasures(now: datetime, limits: Retention) -> dict[str, _Erasure]:
    return {
        "web chats": lambda w: w.conversations.purge_idle(now - limits.web_chats, WEB),
        "telegram chats": lambda w: w.conversations.purge_idle(
            now - limits.telegram_chats, TELEGRAM
        ),
        "drafts": lambda w: w.conversations.purge_drafts(now - limits.drafts),
        "parked drafts": lambda w: w.parked.purge(now - limits.drafts),
        "messages": lambda w: w.transcript.purge(now - limits.messages),
        "handled": lambda w: w.handled.purge(now - limits.handled),
        "feedback": lambda w: w.feedback.purge(now - limits.feedback),
        "unanswered": lambda w: w.feedback.purge_unanswered(now - limits.unanswered),
        "alarms": lambda w: w.alarms.purge(now - limits.alarms),
        "hand overs": lambda w: w.hand_overs.purge(now - limits.hand_overs),
        "pictures": lambda w: w.files.purge_orphans(now - limits.pictures),
        "tries": lambda w: w.tries.purge(now - limits.tries),
        "sessions": lambda w: w.sessions.purge(now),
        "set aside": lambda w: w.set_aside.purge(now - limits.set_aside),
        "desk": lambda w: w.desk.purge(now - limits.desk),
        "webhook deliveries": lambda w: w.webhooks.purge(now - limits.deliveries),
        "API requests": lambda w: w.api_requests.purge(now - limits.api_requests),
        "leave": lambda w: w.leave.purge(london_day(now - limits.leave)),
        "searches": lambda w: w.searches.purge(now - limits.audit),
        "glass broken": lambda w: w.glass.purge(now - limits.audit),
        "audit": lambda w: w.audit.purge(now - limits.audit),
        "tombstones": lambda w: w.erasure.purge(now - limits.tombstones),
    }
