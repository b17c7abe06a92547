"""Waiting for what cannot be stopped half-way, such as a statement of the database."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

_Value = TypeVar("_Value")

_going_on: set[asyncio.Task[Any]] = set()


async def within(seconds: float, work: Coroutine[Any, Any, _Value]) -> _Value:
    """What `work` comes to; raises TimeoutError after `seconds`, and then it goes on by itself."""
    task = asyncio.ensure_future(work)
    # The loop itself keeps no task alive.
    _going_on.add(task)
    task.add_done_callback(_ended)
    done, _ = await asyncio.wait({task}, timeout=seconds)
    if not done:
        raise TimeoutError
    return task.result()


def _ended(task: asyncio.Task[Any]) -> None:
    _going_on.discard(task)
    if not task.cancelled():
        task.exception()  # seen, so that nobody is warned of it
