"""What an operator may have done while the counter runs: accounts, keys, audit, retention, backup."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.accounts import Wish
from bot.accounts import carry_out as carry_out_wish
from storage.work import Store

OPERATOR = "command line"
"""Who the audit trail says it was."""


@dataclass(frozen=True, slots=True)
class Order:
    """One command, with what was said besides."""

    name: str
    arguments: Mapping[str, str] = field(default_factory=dict, repr=False)


class Operator:
    """Carries orders out, in the running counter or in a command of its own."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock

    async def carry_out(self, order: Order) -> str:
        """Do it; the text to print. Raises ValueError, or StorageError, with a sentence."""
        match order.name:
            case "staff":
                return await carry_out_wish(Wish(**order.arguments), self._store, self._clock())
            case "keys list":
                return self._keys()
            case "keys prepare":
                id = self._store.keys.prepare()
                await self._note("key prepared", id)
                return (
                    f"Key {id} opens from now on. Copy the key file to every replica, then rotate."
                )
            case "keys reload":
                self._store.keys.reload()
                return "The key file was read again.\n" + self._keys()
            case "keys rotate":
                return await self._rotate()
            case "audit verify":
                return await self._verify()
            case _:
                raise ValueError(f"The counter that runs does not know “{order.name}”.")

    def _keys(self) -> str:
        first, *others = self._store.keys.reload()
        return "\n".join((f"{first}  seals", *(f"{id}  opens" for id in others)))

    async def _rotate(self) -> str:
        id, count = await self._store.keys.rotate()
        await self._note("keys rotated", id)
        return (
            f"Key {id} seals from now on, and {count:,} values were sealed anew. Keep a copy of "
            "the key file apart from the data: older backups need the older keys in it."
        )

    async def _verify(self) -> str:
        async with self._store.work() as work:
            broken = await work.audit.verify()
            events = await work.audit.latest(1)
        if broken is not None:
            raise ValueError(
                f"The audit trail is broken at event {broken:,}: from there on it was changed, or "
                "events are missing. Keep the database as it is and look into it."
            )
        last = events[0].seq if events else 0
        return f"The audit trail is whole: {last:,} events, each chained to the one before."

    async def _note(self, what: str, about: str) -> None:
        async with self._store.work() as work:
            await work.audit.append(OPERATOR, what, about, {}, self._clock())
