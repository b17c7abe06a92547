"""Conversations: where each chat stands, found by its address and moved on turn by turn."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    bindparam,
    delete,
    exists,
    func,
    select,
    update,
)

from handlers.conversation import Conversation, Step
from handlers.effects import MineGathered
from storage.codec import from_json, to_json
from storage.connection import Connection
from storage.feedback import ASKER
from storage.opened import Opened
from storage.seal import Keyring
from storage.tables import (
    alarms,
    conversations,
    files,
    followers,
    messages,
    reports,
    set_aside,
    unanswered,
)
from storage.tokens import new_id

TELEGRAM, WEB = "telegram", "web"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a conversation is held: a Telegram chat id, or a browser's secret."""

    channel: str
    """TELEGRAM or WEB."""
    key: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation as it was loaded."""

    id: str
    conversation: Conversation
    address: Address
    version: int
    """How often it was moved on; 0 for one that has only just begun."""
    heard_at: datetime | None = None
    """When the latest of the resident's events that moved it on had arrived."""
    blocked: bool = False
    """Nothing is sent there: on Telegram the resident has blocked us."""


_KEPT = (
    conversations.c.id,
    conversations.c.channel,
    conversations.c.key,
    conversations.c.state,
    conversations.c.version,
    conversations.c.heard_at,
    conversations.c.blocked,
)
# Made once: to put a statement together takes as long as to execute it.
_HELD_THERE = (
    select(*_KEPT)
    .where(
        conversations.c.channel.in_(bindparam("channels", expanding=True)),
        conversations.c.key_index.in_(bindparam("indexes", expanding=True)),
    )
    # FOR NO KEY UPDATE on PostgreSQL; on SQLite the transaction has the lock already.
    .with_for_update(key_share=True, skip_locked=True)
)
_MOVE_ON = update(conversations).where(conversations.c.id == bindparam("kept"))


class Conversations:
    """The chats of residents; what they hold is sealed."""

    def __init__(
        self, connection: Connection, keyring: Keyring, opened: Opened | None = None
    ) -> None:
        self._connection = connection
        self._keyring = keyring
        self._opened = opened or Opened()

    async def load(self, address: Address, now: datetime) -> Kept:
        """The conversation held there, new if need be; nobody else has it until the commit."""
        while not (found := await self.load_all([address], now)):
            # It exists and somebody else has it: wait for them, here alone.
            await self._select(held_at(self._keyring, address), lock=True)
        return found[address]

    async def load_all(
        self, addresses: Collection[Address], now: datetime
    ) -> Mapping[Address, Kept]:
        """The conversations held there, as `load` gives them, in two statements at most.

        Those that somebody else has at the moment are left out, so that nobody waits for them.
        """
        wanted = {
            "channels": sorted({address.channel for address in addresses}),
            "indexes": [self._index(address) for address in addresses],
        }
        found = {}
        for row in await self._connection.execute(_HELD_THERE, [wanted]):
            kept = self._open(row)
            found[kept.address] = kept
        # Sorted, so that two who begin the same ones never wait for each other.
        missing = sorted(
            (address for address in addresses if address not in found),
            key=lambda address: (address.channel, address.key),
        )
        return found | await self._create(missing, now)

    async def find(self, address: Address) -> Kept | None:
        """The conversation held there, to look at; None where there is none."""
        return await self._select(held_at(self._keyring, address), lock=False)

    async def look(self, id: str) -> Kept | None:
        """The conversation of that id, to look at; None where it has gone."""
        return await self._select(conversations.c.id == id, lock=False)

    async def resume(self, id: str) -> Kept | None:
        """The conversation of that id, locked as by `load`; None where it has gone."""
        return await self._select(conversations.c.id == id, lock=True)

    def save(
        self,
        kept: Kept,
        conversation: Conversation,
        now: datetime,
        heard_at: datetime | None = None,
    ) -> Kept:
        """Move a loaded conversation on; `heard_at` is when the event that did it had arrived.

        Who is heard has not blocked us, even where we never heard that they let us in again.
        """
        moved = Kept(
            kept.id,
            conversation,
            kept.address,
            kept.version + 1,
            heard_at or kept.heard_at,
            kept.blocked and heard_at is None,
        )
        row = self._state(kept.id, conversation) | {"kept": kept.id, "changed_at": now}
        self._opened.keep(row["state"], conversation)
        row |= {"version": moved.version, "heard_at": moved.heard_at, "blocked": moved.blocked}
        self._connection.later(_MOVE_ON, row)
        return moved

    async def mark_blocked(self, address: Address, blocked: bool) -> None:
        """Nothing is sent to a chat that blocked us, and what waits there counts as failed."""
        where = held_at(self._keyring, address)
        await self._connection.execute(update(conversations).where(where).values(blocked=blocked))
        if blocked:
            held = select(conversations.c.id).where(where).scalar_subquery()
            waiting = (messages.c.state == "queued") & (messages.c.conversation_id == held)
            await self._connection.execute(
                update(messages).where(waiting).values(state="failed", why="blocked")
            )

    async def gather(self, id: str) -> MineGathered:
        """How much is kept about a conversation, for the resident who asks."""
        kept = await self._select(conversations.c.id == id, lock=False)
        lines = select(func.count()).where(messages.c.conversation_id == id)
        made = select(func.count()).where(reports.c.conversation_id == id)
        return MineGathered(
            messages=(await self._connection.scalars(lines)).one(),
            reports=(await self._connection.scalars(made)).one(),
            draft=kept is not None and kept.conversation.draft is not None,
        )

    async def forget(self, id: str) -> None:
        """Erase state, transcript and draft pictures, and cut the ties to submitted reports.

        The row stays, so that the goodbye can be sent; what waits to be sent stays too, since it
        may be guidance for an emergency. Retention takes both later.
        """
        await self._drop_pictures(conversations.c.id == id)
        mine = messages.c.conversation_id == id
        await self._connection.execute(delete(messages).where(mine, messages.c.state != "queued"))
        await self._connection.execute(delete(followers).where(followers.c.conversation_id == id))
        asker = self._keyring.blind_index(ASKER, id)
        await self._connection.execute(delete(unanswered).where(unanswered.c.asker_index == asker))
        await self._connection.execute(delete(set_aside).where(set_aside.c.conversation_id == id))
        for table in (reports, files, alarms):
            await self._connection.execute(
                update(table).where(table.c.conversation_id == id).values(conversation_id=None)
            )
        await self._set_state(id, Conversation())

    async def idle(self, before: datetime, channel: str = WEB) -> tuple[str, ...]:
        """Ids of the channel's conversations in which nothing happened since `before`.

        On Telegram without those that follow a report: its updates are still announced there.
        """
        return tuple((await self._connection.scalars(_idle(before, channel))).all())

    async def purge_idle(self, before: datetime, channel: str = WEB) -> int:
        """Erase those wholly, rows and all; submitted reports stay. How many there were."""
        gone = conversations.c.id.in_(_idle(before, channel))
        await self._drop_pictures(gone)
        return (await self._connection.execute(delete(conversations).where(gone))).rowcount

    async def purge_drafts(self, before: datetime) -> int:
        """Throw away drafts nobody has touched since `before`, pictures too; how many."""
        statement = select(conversations.c.id).where(
            conversations.c.drafting, conversations.c.changed_at < before
        )
        stale = (await self._connection.scalars(statement)).all()
        for id in stale:
            kept = await self._select(conversations.c.id == id, lock=True)
            if kept is not None:
                await self._set_state(id, _without_draft(kept.conversation))
            await self._drop_pictures(conversations.c.id == id)
        return len(stale)

    async def _select(self, where: ColumnElement[bool], *, lock: bool) -> Kept | None:
        statement = select(*_KEPT).where(where)
        if lock:
            statement = statement.with_for_update(key_share=True)
        row = (await self._connection.execute(statement)).one_or_none()
        return None if row is None else self._open(row)

    def _open(self, row: Row[*tuple[Any, ...]]) -> Kept:
        conversation = self._opened.take(row.state)
        if conversation is None:
            state = self._keyring.open(row.state, "conversations", row.id, "state")
            conversation = from_json(Conversation, state)
        return Kept(
            row.id,
            conversation,
            open_address(self._keyring, row),
            row.version,
            row.heard_at,
            row.blocked,
        )

    async def _create(self, addresses: Collection[Address], now: datetime) -> dict[Address, Kept]:
        """Begin conversations; those that exist already, and somebody else has, are left out."""
        made = {}
        rows = []
        for address in addresses:
            id = new_id()
            made[id] = Kept(id, Conversation(), address, 0)
            row = {
                "id": id,
                "channel": address.channel,
                "key_index": self._index(address),
                "key": self._keyring.seal_text(address.key, "conversations", id, "key"),
                "version": 0,
                "made_at": now,
                "changed_at": now,
            }
            rows.append(row | self._state(id, Conversation()))
        if not rows:
            return {}
        statement = self._connection.insert(conversations).on_conflict_do_nothing()
        begun = await self._connection.scalars(statement.returning(conversations.c.id), rows)
        return {made[id].address: made[id] for id in begun}

    def _index(self, address: Address) -> bytes:
        return self._keyring.blind_index(address.channel, address.key)

    def _state(self, id: str, conversation: Conversation) -> dict[str, Any]:
        state = self._keyring.seal(to_json(conversation), "conversations", id, "state")
        return {"state": state, "drafting": conversation.draft is not None}

    async def _set_state(self, id: str, conversation: Conversation) -> None:
        statement = update(conversations).where(conversations.c.id == id)
        await self._connection.execute(statement.values(self._state(id, conversation)))

    async def _drop_pictures(self, where: ColumnElement[bool]) -> None:
        """Throw away the pictures of drafts; those of reports have their reference."""
        ids = select(conversations.c.id).where(where)
        await self._connection.execute(
            delete(files).where(files.c.conversation_id.in_(ids), files.c.reference.is_(None))
        )


def held_at(keyring: Keyring, address: Address) -> ColumnElement[bool]:
    """The condition that finds the conversation of an address, although the address is sealed."""
    index = keyring.blind_index(address.channel, address.key)
    return (conversations.c.channel == address.channel) & (conversations.c.key_index == index)


def open_address(keyring: Keyring, row: Row[*tuple[Any, ...]]) -> Address:
    """The address in a row of `conversations`, which must have its id, channel and key."""
    return Address(row.channel, keyring.open_text(row.key, "conversations", row.id, "key"))


def _idle(before: datetime, channel: str) -> Select[str]:
    statement = select(conversations.c.id).where(
        conversations.c.channel == channel, conversations.c.changed_at < before
    )
    if channel == TELEGRAM:
        follows = followers.c.conversation_id == conversations.c.id
        statement = statement.where(~exists().where(follows))
    return statement


def _without_draft(conversation: Conversation) -> Conversation:
    """Back to asking, with nothing left of what was being told."""
    return replace(conversation, step=Step.ASKING, draft=None, asked="", recent=(), offered=())
