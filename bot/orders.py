"""What an operator may have done while the counter runs: accounts, keys, audit, retention."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.accounts import Wish
from bot.accounts import carry_out as carry_out_wish
from bot.api_orders import carry_out as carry_out_api
from bot.counted import import_counts, sides_as_json
from bot.password_rule import PasswordRule
from bot.set_aside_orders import carry_out as carry_out_aside
from bot.unanswered import pass_on, questions_as_json
from handlers.report import read_reference
from storage.retention import Retention, purge
from storage.switches import MAINTENANCE
from storage.work import Store

_MOST_LISTED = 200
OPERATOR = "command line"
"""Who the audit trail says it was."""


@dataclass(frozen=True, slots=True)
class Order:
    """One command, with what was said besides."""

    name: str
    arguments: Mapping[str, str] = field(default_factory=dict, repr=False)


Arguments = Mapping[str, str]
CarryOut = Callable[[str, Arguments], Awaitable[str | None]]


class Operator:
    """Carries orders out, in the running counter or in a command of its own."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        limits: Retention = Retention(),
        rule: PasswordRule = PasswordRule(),
        turned: Callable[[], None] = lambda: None,
    ) -> None:
        """`turned` is called once the maintenance switch was turned."""
        self._store, self._clock, self._limits = store, clock, limits
        self._rule, self._turned = rule, turned
        self._by_subject: Mapping[str, CarryOut] = {
            "api": self._api,
            "audit": self._audit,
            "backup": self._backup,
            "figures": self._figures,
            "keys": self._sealing,
            "maintenance": self._maintenance,
            "reports": self._reports,
            "retention": self._by_age,
            "set-aside": self._set_aside,
            "staff": self._staff,
            "unanswered": self._unanswered,
        }

    async def carry_out(self, order: Order) -> str:
        """Do it; the text to print. Raises ValueError, or StorageError, with a sentence."""
        subject, _, action = order.name.partition(" ")
        carry_out = self._by_subject.get(subject)
        text = None if carry_out is None else await carry_out(action, order.arguments)
        if text is None:
            raise ValueError(f"The counter that runs does not know “{order.name}”.")
        return text

    # Each of these gives None for an action that it does not know.

    async def _api(self, action: str, given: Arguments) -> str | None:
        return await carry_out_api(f"api {action}", given, self._store, self._clock())

    async def _staff(self, _: str, given: Arguments) -> str | None:
        return await carry_out_wish(Wish(**given), self._store, self._clock(), self._rule)

    async def _sealing(self, action: str, _: Arguments) -> str | None:
        if action == "prepare":
            id = self._store.keys.prepare()
            await self._note("key prepared", id)
            return f"Key {id} opens from now on. Copy the key file to every replica, then rotate."
        if action == "reload":
            self._store.keys.reload()
            return "The key file was read again.\n" + self._keys()
        if action == "rotate":
            return await self._rotate()
        return self._keys() if action == "list" else None

    async def _audit(self, action: str, _: Arguments) -> str | None:
        return await self._verify() if action == "verify" else None

    async def _backup(self, _: str, given: Arguments) -> str | None:
        return await self._back_up(Path(given.get("path", "")))

    async def _figures(self, action: str, given: Arguments) -> str | None:
        if action == "import":
            return await import_counts(given, self._store, OPERATOR, self._clock())
        return await sides_as_json(given, self._store) if action == "table" else None

    async def _by_age(self, _: str, given: Arguments) -> str | None:
        return await self._retention(dry_run=given.get("dry_run") == "yes")

    async def _set_aside(self, action: str, given: Arguments) -> str | None:
        return await carry_out_aside(action, given, self._store, OPERATOR, self._clock())

    async def _unanswered(self, action: str, given: Arguments) -> str | None:
        if action == "pass":
            return await pass_on(self._store, given.get("id", ""), OPERATOR, self._clock())
        if action in {"list", "waiting"}:
            return await questions_as_json(self._store, OPERATOR, self._clock())
        return None

    async def _maintenance(self, action: str, _: Arguments) -> str | None:
        if action in {"on", "off"}:
            return await self._close(on=action == "on")
        return await self._is_closed() if action == "status" else None

    async def _reports(self, action: str, given: Arguments) -> str | None:
        if action in {"keep", "hold", "release", "erase"}:
            return await self._decide(f"reports {action}", given.get("reference", ""))
        return await self._due() if action == "due" else None

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

    async def _close(self, *, on: bool) -> str:
        async with self._store.work() as work:
            await work.switches.turn(MAINTENANCE, OPERATOR, self._clock(), on=on)
        self._turned()
        return await self._is_closed()

    async def _is_closed(self) -> str:
        async with self._store.work() as work:
            on = await work.switches.is_on(MAINTENANCE)
        if not on:
            return "The counter is open."
        return (
            "The counter is closed for maintenance, also after a restart: residents are told, and "
            "emergencies are answered all the same. Open it with: front-counter maintenance off"
        )

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
