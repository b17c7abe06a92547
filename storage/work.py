"""The store: what the bot holds of all this; and a piece of work: one transaction over it."""

from collections.abc import AsyncIterator, Callable, Collection, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from storage.alarms import Alarms
from storage.api_requests import ApiRequests
from storage.api_tokens import ApiTokens
from storage.audit import Audit
from storage.audit_search import AuditSearch
from storage.backup import back_up
from storage.backup_file import Manifest
from storage.bell import Bell
from storage.case_file import CaseFile
from storage.casework import Casework
from storage.connection import Connection, Database
from storage.conversations import Address, Conversations
from storage.database import open_database
from storage.desk_book import DeskBook
from storage.erasure import Erasure
from storage.errors import LoginRefused
from storage.factors import Factors
from storage.feed import Feed
from storage.feedback import Feedback
from storage.figures import Figures
from storage.files import Files
from storage.filing import Filing
from storage.findings import Findings
from storage.glass import Glass
from storage.hand_overs import HandOvers, Terms
from storage.handled import Handled
from storage.historic import Historic
from storage.journal import Journal, open_journal
from storage.leader import lead
from storage.leave import Leaves
from storage.live_desk import LiveDesk
from storage.mentions import Mentions
from storage.migrations import migrate
from storage.notices import Notices
from storage.opened import Opened
from storage.outbox import Outbox
from storage.parked import Parked
from storage.passkeys import Passkeys
from storage.passwords import Passwords
from storage.patterns import Patterns
from storage.presence import Presence
from storage.proof import Proof
from storage.quality import Quality
from storage.queue import Queue
from storage.redaction import Redactions
from storage.reports import Reports
from storage.rotate import Rotation
from storage.seal import Keyring
from storage.search import Search
from storage.searches import Searches
from storage.sessions import PASSWORD, SessionLife, Sessions, Whence
from storage.set_aside import SetAside
from storage.shares import Shares
from storage.sign_in import admit, forgive, password_keys
from storage.staff import Accounts
from storage.story import Story
from storage.switches import Switches
from storage.teams import Teams
from storage.tidings import Tidings
from storage.traces import Traces
from storage.transcript import Transcript
from storage.tries import Tries
from storage.unlock import unlock
from storage.waits import Waits
from storage.webhooks import Webhooks
from storage.workload import Workload


@dataclass(frozen=True, slots=True)
class Work:
    """Everything that can be read and changed, bound to one transaction."""

    handled: Handled
    conversations: Conversations
    transcript: Transcript
    outbox: Outbox
    reports: Reports
    queue: Queue
    casework: Casework
    filing: Filing
    findings: Findings
    redactions: Redactions
    mentions: Mentions
    search: Search
    desk: DeskBook
    files: Files
    parked: Parked
    staff: Accounts
    sessions: Sessions
    factors: Factors
    passkeys: Passkeys
    glass: Glass
    searches: Searches
    audit: Audit
    feedback: Feedback
    alarms: Alarms
    tries: Tries
    set_aside: SetAside
    erasure: Erasure
    hand_overs: HandOvers
    live_desk: LiveDesk
    presence: Presence
    feed: Feed
    api_tokens: ApiTokens
    api_requests: ApiRequests
    webhooks: Webhooks
    traces: Traces
    notices: Notices
    patterns: Patterns
    shares: Shares
    switches: Switches
    figures: Figures
    waits: Waits
    historic: Historic
    teams: Teams
    leave: Leaves
    workload: Workload
    quality: Quality
    audit_search: AuditSearch
    rows: Connection
    """What this transaction has put off writing, and can still drop."""


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
        self._sessions, self._terms = sessions, terms
        self._passwords = Passwords()
        self._opened = Opened()
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
            yield self._bind(connection)

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

    def _bind(self, connection: Connection) -> Work:
        keyring = self._keyring
        audit = Audit(connection, keyring)
        files = Files(connection, keyring)
        story = Story(connection, keyring)
        tries = Tries(connection, keyring)
        tidings = Tidings(connection)
        case_file = CaseFile(connection, story, audit, tidings)
        findings = Findings(connection, keyring, case_file)
        redactions = Redactions(connection, keyring, files, story, case_file)
        mentions = Mentions(connection)
        presence = Presence(connection, audit)
        traces = Traces(connection, keyring, story, audit)
        return Work(
            handled=Handled(connection),
            conversations=Conversations(connection, keyring, self._opened),
            transcript=Transcript(connection, keyring),
            outbox=Outbox(connection, keyring),
            reports=Reports(
                connection, keyring, files, story, tries, tidings=tidings, traces=traces
            ),
            queue=Queue(connection),
            casework=Casework(
                connection,
                keyring,
                files,
                story,
                case_file=case_file,
                findings=findings,
                redactions=redactions,
                mentions=mentions,
            ),
            filing=Filing(connection, case_file),
            findings=findings,
            redactions=redactions,
            mentions=mentions,
            search=Search(connection, keyring),
            desk=DeskBook(connection, keyring, audit),
            files=files,
            parked=Parked(connection, keyring),
            staff=Accounts(connection, keyring, self._passwords, audit),
            sessions=Sessions(connection, keyring, audit, self._sessions),
            factors=Factors(connection, keyring, audit),
            passkeys=Passkeys(connection, audit),
            glass=Glass(connection, keyring, audit),
            searches=Searches(connection, keyring, audit),
            audit=audit,
            feedback=Feedback(connection, keyring, audit),
            alarms=Alarms(connection, keyring, audit, tidings),
            tries=tries,
            set_aside=SetAside(connection, keyring),
            erasure=Erasure(connection, keyring, audit),
            hand_overs=HandOvers(connection, keyring, presence, self._terms),
            live_desk=LiveDesk(connection, keyring, audit),
            presence=presence,
            feed=Feed(connection),
            api_tokens=ApiTokens(connection, audit),
            api_requests=ApiRequests(connection, keyring),
            webhooks=Webhooks(connection, keyring, audit),
            traces=traces,
            notices=Notices(connection, keyring, audit),
            patterns=Patterns(connection, keyring),
            shares=Shares(connection, keyring, audit),
            switches=Switches(connection, keyring, audit),
            figures=Figures(connection),
            waits=Waits(connection),
            historic=Historic(connection, audit),
            teams=Teams(connection, audit),
            leave=Leaves(connection, audit),
            workload=Workload(connection),
            quality=Quality(connection, keyring, audit),
            audit_search=AuditSearch(connection),
            rows=connection,
        )


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
