"""A piece of work: all that can be read and changed, over one transaction."""

from dataclasses import dataclass
from functools import cached_property

from storage.alarms import Alarms
from storage.api_requests import ApiRequests
from storage.api_tokens import ApiTokens
from storage.audit import Audit
from storage.audit_search import AuditSearch
from storage.case_file import CaseFile
from storage.casework import Casework
from storage.connection import Connection
from storage.conversations import Conversations
from storage.desk_book import DeskBook
from storage.erasure import Erasure
from storage.factors import Factors
from storage.feed import Feed
from storage.feedback import Feedback
from storage.figures import Figures
from storage.files import Files
from storage.filing import Filing
from storage.findings import Findings
from storage.glance import Glance
from storage.glass import Glass
from storage.hand_overs import HandOvers, Terms
from storage.handled import Handled
from storage.historic import Historic
from storage.leave import Leaves
from storage.live_desk import LiveDesk
from storage.mentions import Mentions
from storage.notices import Notices
from storage.opened import Opened
from storage.outbox import Outbox
from storage.parked import Parked
from storage.passkeys import Passkeys
from storage.passwords import Passwords
from storage.patterns import Patterns
from storage.presence import Presence
from storage.quality import Quality
from storage.queue import Queue
from storage.redaction import Redactions
from storage.reports import Reports
from storage.seal import Keyring
from storage.search import Search
from storage.searches import Searches
from storage.sessions import SessionLife, Sessions
from storage.set_aside import SetAside
from storage.shares import Shares
from storage.staff import Accounts
from storage.story import Story
from storage.switches import Switches
from storage.teams import Teams
from storage.tidings import Tidings
from storage.traces import Traces
from storage.transcript import Transcript
from storage.tries import Tries
from storage.waits import Waits
from storage.webhooks import Webhooks
from storage.workload import Workload


@dataclass(frozen=True, slots=True)
class Given:
    """What the store holds for all its transactions."""

    keyring: Keyring
    passwords: Passwords
    opened: Opened
    sessions: SessionLife
    terms: Terms


class Work:
    """Everything that can be read and changed, bound to one transaction.

    Each subject is made when it is first asked for: most pieces of work need two or three of them.
    """

    def __init__(self, connection: Connection, given: Given) -> None:
        self.rows = connection
        """What this transaction has put off writing, and can still drop."""
        self._given, self._keyring = given, given.keyring

    @cached_property
    def handled(self) -> Handled:
        return Handled(self.rows)

    @cached_property
    def conversations(self) -> Conversations:
        return Conversations(self.rows, self._keyring, self._given.opened)

    @cached_property
    def transcript(self) -> Transcript:
        return Transcript(self.rows, self._keyring)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.rows, self._keyring)

    @cached_property
    def reports(self) -> Reports:
        return Reports(
            self.rows,
            self._keyring,
            self.files,
            self._story,
            self.tries,
            tidings=self._tidings,
            traces=self.traces,
        )

    @cached_property
    def queue(self) -> Queue:
        return Queue(self.rows)

    @cached_property
    def casework(self) -> Casework:
        return Casework(
            self.rows,
            self._keyring,
            self.files,
            self._story,
            case_file=self._case_file,
            findings=self.findings,
            redactions=self.redactions,
            mentions=self.mentions,
        )

    @cached_property
    def filing(self) -> Filing:
        return Filing(self.rows, self._case_file)

    @cached_property
    def findings(self) -> Findings:
        return Findings(self.rows, self._keyring, self._case_file)

    @cached_property
    def redactions(self) -> Redactions:
        return Redactions(
            self.rows, self._keyring, self.files, self._story, self._case_file, self.erasure
        )

    @cached_property
    def mentions(self) -> Mentions:
        return Mentions(self.rows)

    @cached_property
    def search(self) -> Search:
        return Search(self.rows, self._keyring)

    @cached_property
    def desk(self) -> DeskBook:
        return DeskBook(self.rows, self._keyring, self.audit)

    @cached_property
    def files(self) -> Files:
        return Files(self.rows, self._keyring)

    @cached_property
    def parked(self) -> Parked:
        return Parked(self.rows, self._keyring)

    @cached_property
    def staff(self) -> Accounts:
        return Accounts(self.rows, self._keyring, self._given.passwords, self.audit)

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self.rows, self._keyring, self.audit, self._given.sessions)

    @cached_property
    def factors(self) -> Factors:
        return Factors(self.rows, self._keyring, self.audit)

    @cached_property
    def passkeys(self) -> Passkeys:
        return Passkeys(self.rows, self.audit)

    @cached_property
    def glass(self) -> Glass:
        return Glass(self.rows, self._keyring, self.audit)

    @cached_property
    def searches(self) -> Searches:
        return Searches(self.rows, self._keyring, self.audit)

    @cached_property
    def audit(self) -> Audit:
        return Audit(self.rows, self._keyring)

    @cached_property
    def feedback(self) -> Feedback:
        return Feedback(self.rows, self._keyring, self.audit)

    @cached_property
    def alarms(self) -> Alarms:
        return Alarms(self.rows, self._keyring, self.audit, self._tidings)

    @cached_property
    def tries(self) -> Tries:
        return Tries(self.rows, self._keyring)

    @cached_property
    def set_aside(self) -> SetAside:
        return SetAside(self.rows, self._keyring)

    @cached_property
    def erasure(self) -> Erasure:
        return Erasure(self.rows, self._keyring, self.audit, self.files)

    @cached_property
    def hand_overs(self) -> HandOvers:
        return HandOvers(self.rows, self._keyring, self.presence, self._given.terms)

    @cached_property
    def live_desk(self) -> LiveDesk:
        return LiveDesk(self.rows, self._keyring, self.audit)

    @cached_property
    def presence(self) -> Presence:
        return Presence(self.rows, self.audit)

    @cached_property
    def glance(self) -> Glance:
        return Glance(self.rows)

    @cached_property
    def feed(self) -> Feed:
        return Feed(self.rows)

    @cached_property
    def api_tokens(self) -> ApiTokens:
        return ApiTokens(self.rows, self.audit)

    @cached_property
    def api_requests(self) -> ApiRequests:
        return ApiRequests(self.rows, self._keyring)

    @cached_property
    def webhooks(self) -> Webhooks:
        return Webhooks(self.rows, self._keyring, self.audit)

    @cached_property
    def traces(self) -> Traces:
        return Traces(self.rows, self._keyring, self._story, self.audit)

    @cached_property
    def notices(self) -> Notices:
        return Notices(self.rows, self._keyring, self.audit)

    @cached_property
    def patterns(self) -> Patterns:
        return Patterns(self.rows, self._keyring)

    @cached_property
    def shares(self) -> Shares:
        return Shares(self.rows, self._keyring, self.audit)

    @cached_property
    def switches(self) -> Switches:
        return Switches(self.rows, self._keyring, self.audit)

    @cached_property
    def figures(self) -> Figures:
        return Figures(self.rows)

    @cached_property
    def waits(self) -> Waits:
        return Waits(self.rows)

    @cached_property
    def historic(self) -> Historic:
        return Historic(self.rows, self.audit)

    @cached_property
    def teams(self) -> Teams:
        return Teams(self.rows, self.audit)

    @cached_property
    def leave(self) -> Leaves:
        return Leaves(self.rows, self.audit)

    @cached_property
    def workload(self) -> Workload:
        return Workload(self.rows)

    @cached_property
    def quality(self) -> Quality:
        return Quality(self.rows, self._keyring, self.audit)

    @cached_property
    def audit_search(self) -> AuditSearch:
        return AuditSearch(self.rows)

    @cached_property
    def _story(self) -> Story:
        return Story(self.rows, self._keyring)

    @cached_property
    def _tidings(self) -> Tidings:
        return Tidings(self.rows)

    @cached_property
    def _case_file(self) -> CaseFile:
        return CaseFile(self.rows, self._story, self.audit, self._tidings)
