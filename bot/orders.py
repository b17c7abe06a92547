"""What an operator may have done while the counter runs: accounts, keys, audit, retention."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.accounts import Wish
from bot.accounts import carry_out as carry_out_wish
from bot.password_rule import PasswordRule
from bot.unanswered import pass_on, questions_as_json
from handlers.report import read_reference
from storage.retention import Retention, purge
from storage.work import Store

_MOST_LISTED = 200
OPERATOR = "command line"
"""Who the audit trail says it was."""


@dataclass(frozen=True, slots=True)
class Order:
    """One command, with what was said besides."""

    name: str
    arguments: Mapping[str, str] = field(default_factory=dict, repr=False)


class Operator:
    """Carries orders out, in the running counter or in a command of its own."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        limits: Retention = Retention(),
        rule: PasswordRule = PasswordRule(),
    ) -> None:
        self._store, self._clock, self._limits, self._rule = store, clock, limits, rule

    async def carry_out(self, order: Order) -> str:
        """Do it; the text to print. Raises ValueError, or StorageError, with a sentence."""
        match order.name:
            case "staff":
                wish = Wish(**order.arguments)
                return await carry_out_wish(wish, self._store, self._clock(), self._rule)
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
            case "backup":
                return await self._back_up(Path(order.arguments.get("path", "")))
            case "retention":
                return await self._retention(dry_run=order.arguments.get("dry_run") == "yes")
            case "unanswered list" | "unanswered waiting":
                return await questions_as_json(self._store, OPERATOR, self._clock())
            case "unanswered pass":
                id = order.arguments.get("id", "")
                return await pass_on(self._store, id, OPERATOR, self._clock())
            case "reports due":
                return await self._due()
            case "reports keep" | "reports hold" | "reports release" | "reports erase":
                return await self._decide(order.name, order.arguments.get("reference", ""))
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

    async def _back_up(self, path: Path) -> str:
        if await asyncio.to_thread(path.exists):
            raise ValueError(f"{path} is there already. Name a new file.")
        try:
            manifest = await self._store.back_up(path, self._clock())
        except OSError as error:
            raise ValueError(f"The backup cannot be written: {error.strerror or error}.") from None
        await self._note("backup made", "")
        return (
            f"{path} holds {manifest.counts['reports']:,} reports, {manifest.size:,} bytes, sealed "
            "with the key file. Keep the two apart."
        )

    async def _retention(self, *, dry_run: bool) -> str:
        counts = await purge(self._store, self._clock(), self._limits, dry_run=dry_run)
        done = "would be deleted" if dry_run else "deleted"
        lines = [f"{count:8,}  {kind}" for kind, count in counts.items()]
        return "\n".join((f"By age {done}:", *lines))

    async def _due(self) -> str:
        before = self._clock() - self._limits.reports
        async with self._store.work() as work:
            due = await work.erasure.due(before, _MOST_LISTED)
        if not due:
            return "No report has to be decided about."
        return "\n".join(
            f"{each.reference}  {each.kind:20} {each.status:18} last changed "
            f"{each.changed_at:%Y-%m-%d}"
            + (", its resident asked for erasure" if each.asked_at else "")
            + (", under a legal hold" if each.held else "")
            for each in due
        )

    async def _decide(self, what: str, text: str) -> str:
        reference, now = read_reference(text), self._clock()
        if reference is None:
            raise ValueError(f"“{text}” is no reference. It looks like FC-ABC-DEFX.")
        try:
            async with self._store.work() as work:
                match what:
                    case "reports keep":
                        await work.erasure.keep(reference, OPERATOR, now)
                        return f"{reference} is kept, and comes up again in due time."
                    case "reports erase":
                        await work.erasure.erase(reference, OPERATOR, now)
                        return f"{reference} is erased, and stays so when a backup is restored."
                    case _:
                        on = what == "reports hold"
                        await work.erasure.hold(reference, OPERATOR, now, on=on)
                        return f"{reference} is {'' if on else 'no longer '}under a legal hold."
        except LookupError:
            raise ValueError(f"There is no report {reference}.") from None

    async def _note(self, what: str, about: str) -> None:
        async with self._store.work() as work:
            await work.audit.append(OPERATOR, what, about, {}, self._clock())
