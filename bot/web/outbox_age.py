"""How long the oldest undelivered message has waited, for health and metrics alike."""

import asyncio
import logging
from datetime import datetime

from storage.work import Store

log = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds that a check may wait for the database."""


async def outbox_age(store: Store, now: datetime, patience: float = PATIENCE) -> float | None:
    """Seconds; 0 where nothing waits, None where the database cannot say.

    Messages put off for a later try count as well.
    """
    try:
        async with asyncio.timeout(patience), store.work() as work:
            oldest = await work.outbox.oldest()
    except Exception as error:
        log.warning("the outbox cannot be read: %s", type(error).__name__)
        return None
    return 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())
