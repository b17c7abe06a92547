"""Wakes other replicas: names of what has news, by PostgreSQL's LISTEN and NOTIFY."""

import asyncio
import json
import logging
from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from storage.connection import Database

_log = logging.getLogger(__name__)

_CHANNEL = "front_counter"
_MOST_NAMES = 150
"""Of 36 characters each they stay below the 8,000 bytes that PostgreSQL takes."""
_LOOK_EVERY = 5.0
_PAUSE = 1.0

ALL = "*"
"""The name that stands for all: some news may have been missed."""


class Bell:
    """Rings on every replica; on SQLite there is no other, so it does nothing."""

    def __init__(self, database: Database) -> None:
        self._engine, self._shared = database.engine, database.shared

    async def ring(self, names: Collection[str]) -> None:
        """Tell all replicas, this one too; raises what the database raises."""
        waiting = sorted(set(names))
        if not self._shared:
            return
        async with self._engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            for start in range(0, len(waiting), _MOST_NAMES):
                payload = json.dumps(waiting[start : start + _MOST_NAMES])
                await connection.execute(select(func.pg_notify(_CHANNEL, payload)))

    async def listen(self, heard: Callable[[str], None]) -> None:
        """Call `heard` with each name, until cancelled; with ALL after an interruption."""

        def called(_: Any, __: int, ___: str, payload: str) -> None:
            for name in json.loads(payload):
                heard(name)

        while self._shared:
            try:
                async with self._engine.connect() as connection:
                    await connection.execution_options(isolation_level="AUTOCOMMIT")
                    raw = (await connection.get_raw_connection()).driver_connection
                    if raw is None:
                        continue
                    await raw.add_listener(_CHANNEL, called)
                    heard(ALL)
                    try:
                        while True:
                            await asyncio.sleep(_LOOK_EVERY)
                            await connection.execute(select(1))
                    finally:
                        await raw.remove_listener(_CHANNEL, called)
            except (SQLAlchemyError, OSError) as error:
                _log.warning("not listening to other replicas: %s", type(error).__name__)
                await asyncio.sleep(_PAUSE)
