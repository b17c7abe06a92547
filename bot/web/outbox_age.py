"""How long the oldest undelivered message has waited, for health and metrics alike."""

import asyncio
import logging
from datetime import datetime, timedelta

from storage.work import Store

log = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds that a check may wait for the database."""
_AHEAD = timedelta(days=1)
_LOOKED_AT = 50


async def outbox_age(store: Store, now: datetime, patience: float = PATIENCE) -> float | None:
    """Seconds; 0 where nothing waits, None where the database cannot say.

    Messages put off for a later try count as well. The oldest of the first 50 conversations that
    wait is taken: more than 50 is a backlog whatever its age.
    """
    try:
        async with asyncio.timeout(patience), store.work() as work:
            waiting = await work.outbox.due(now + _AHEAD, _LOOKED_AT)
    except Exception as error:
        log.warning("the outbox cannot be read: %s", type(error).__name__)
        return None
    oldest = min((message.created_at for message in waiting), default=now)
    return max(0.0, (now - oldest).total_seconds())
