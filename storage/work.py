"""The store: what the bot holds of all this."""

from collections.abc import AsyncIterator, Callable, Collection, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from storage.backup import back_up
from storage.backup_file import Manifest
from storage.bell import Bell
from storage.bound import Given, Work
from storage.connection import Database
from storage.conversations import Address
from storage.database import open_database
from storage.errors import LoginRefused
from storage.hand_overs import Terms
from storage.journal import Journal, open_journal
from storage.leader import lead
from storage.migrations import migrate
from storage.opened import Opened
from storage.passwords import Passwords
from storage.proof import Proof
from storage.rotate import Rotation
from storage.seal import Keyring
from storage.sessions import PASSWORD, SessionLife, Whence
from storage.sign_in import admit, forgive, password_keys
from storage.unlock import unlock

__all__ = ["Store", "Work", "open_store"]


class Store:
    """The open store; made by open_store."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        key_file: Path,
        sessions: SessionLife,
        terms: Terms,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self.keys = Rotation(database, keyring, key_file)
        self._passwords = Passwords()
        self._given = Given(keyring, self._passwords, Opened(), sessions, terms)
        self.bell = Bell(database)

    @property
    def shared(self) -> bool:
        """Whether other processes may use the same database: then news has to reach them too."""
        return self._database.shared

    @property
    def writers(self) -> int:
        """How many transactions that write are worth having under way at once."""
        return self._database.writers

    def journal(self, folder: Path) -> AbstractAsyncContextManager[Journal]:
        """The journal in that folder, sealed with the same keys; raises CannotOpen."""
        return open_journal(folder, self._keyring)

    async def back_up(self, path: Path, at: datetime) -> Manifest:
        """Write a sealed backup to a new file, while all goes on; StorageError or OSError."""
        return await back_up(self._database, self._keyring, path, at)

    def name_of(self, address: Address) -> str:
        """What a conversation is called among replicas: nothing that tells whose it is."""
        return self._keyring.blind_index(f"name of {address.channel}", address.key).hex()

    async def lead(
        self,
        what: str,
        work: Callable[[], Coroutine[Any, Any, None]],
        standing_by: Callable[[], None] | None = None,
    ) -> None:
        """Run `work` while this process is the one of all replicas that does `what`."""
        await lead(self._database, what, work, standing_by)

    @property
    def proof(self) -> Proof:
        """What staff show besides a password, or once more."""
        return Proof(self.work, self._passwords)

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Work]:
        """One transaction: committed on a clean exit, rolled back on an exception.

        On SQLite others wait meanwhile, so no network and no second `work` inside.
        """
        async with self._database.transaction() as connection:
            yield Work(connection, self._given)

    async def login(
        self,
        username: str,
        password: str,
        address: str,
        now: datetime,
        browser: str = "",
        *,
        elsewhere: Collection[str] = (),
    ) -> str:
        """Sign in from a network address: the session's token; raises LoginRefused.

        Who has a second factor is not signed in by that yet, but by `proof.show_code`. Roles that
        have to sign in `elsewhere` are refused like a wrong password.

        Two transactions: the try is counted for good before the password is looked at, and nobody
        waits for the hashing.
        """
        keys = password_keys(username, address)
        async with self.work() as work:
            wait = await admit(work.tries, keys, now)
            known = await work.staff.password_of(username)
        right = await self._passwords.verify(known and known[1], password)
        async with self.work() as work:
            if known and right and known[0].role not in elsewhere:
                await forgive(work.tries, keys)
                whence, wants_code = Whence(browser, address), known[0].second_factor
                return await work.sessions.open(
                    known[0], now, whence, via=PASSWORD, wants_code=wants_code
                )
            who = known[0].username if known else "somebody"
            await work.audit.append(who, "sign-in failed", who if known else "", {}, now)
        raise LoginRefused(wait)


@asynccontextmanager
async def open_store(
    url: str,
    key_file: Path,
    sessions: SessionLife | None = None,
    terms: Terms | None = None,
) -> AsyncIterator[Store]:
    """Open the database, bring its schema up to date, and check its keys; closed in reverse.

    `url` is SQLAlchemy's: `sqlite+aiosqlite:///folder/file.db`. Raises CannotOpen, with one
    sentence for who runs the program, where any of it fails.
    """
    async with open_database(url) as database:
        await migrate(database)
        keyring = await unlock(database, key_file)
        yield Store(database, keyring, key_file, sessions or SessionLife(), terms or Terms())
