"""Watches over live chats: nobody is left with a handler who has gone, or waiting for nobody."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.alerts import Alerts
from bot.live_chats import LiveChats, Lost
from bot.logs import where
from bot.settings import LiveSettings
from storage.conversations import Address
from storage.live_desk import LiveChat
from storage.work import Store, Work

log = logging.getLogger(__name__)

LOOK_EVERY = 10.0
"""Seconds between two looks."""


class LiveWatch:
    """Runs where this process leads; whatever it does is right also where two of them do it."""

    def __init__(
        self,
        store: Store,
        chats: LiveChats,
        told: Callable[[tuple[Address, ...]], None],
        clock: Callable[[], datetime],
        alerts: Alerts,
        settings: LiveSettings,
    ) -> None:
        self._store, self._chats, self._told = store, chats, told
        self._clock, self._alerts, self._settings = clock, alerts, settings

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except Exception as error:
                log.warning("could not look after live chats: %s", where(error))
            await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> None:
        """Once."""
        now, settings = self._clock(), self._settings
        away = timedelta(minutes=settings.away_minutes)
        patience = timedelta(minutes=settings.patience_minutes)
        alert = timedelta(minutes=settings.alert_minutes)
        async with self._store.work() as work:
            await work.live_desk.end_orphans(now)
            deserted = await work.live_desk.deserted(now - away)
            tired = await work.live_desk.waiting_since(now - patience)
            late = await work.live_desk.late(now - alert)
        for chat in deserted:
            await self._each(chat, self._put_back)
        for chat in tired:
            await self._each(chat, self._waited_long)
        if late:
            minutes = settings.alert_minutes
            self._alerts.tell(
                "live", f"Residents wait for a person: {late} for {minutes} minutes or more."
            )

    async def _put_back(self, work: Work, chat: LiveChat) -> Address:
        return await self._chats.put_back(work, chat.id, chat.owner_id or 0)

    async def _waited_long(self, work: Work, chat: LiveChat) -> Address:
        return await self._chats.waited_long(work, chat.id)

    async def _each(
        self, chat: LiveChat, move: Callable[[Work, LiveChat], Awaitable[Address]]
    ) -> None:
        """Move one on in a transaction of its own, unless somebody has meanwhile."""
        try:
            async with self._store.work() as work:
                address = await move(work, chat)
        except Lost:
            return
        self._told((address,))
