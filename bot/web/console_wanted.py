"""What the address of the queue asks for: a view, filters, an order and a page."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from bot.web.console_form import page_number
from handlers.local_time import LONDON
from handlers.report import OPEN, Status
from storage.queue import QueueFilter, Sort, Whose

_Option = TypeVar("_Option", bound=StrEnum)
PER_PAGE = 25
NOBODY = "nobody"


class View(StrEnum):
    """The views above the list."""

    OPEN = "open"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    URGENT = "urgent"
    AWAITING = "awaiting"
    OVERDUE = "overdue"
    DISTRICT = "district"
    CLOSED = "closed"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Known:
    """What may be asked for, so that what makes no sense asks for nothing."""

    districts: Mapping[str, str]
    kinds: Mapping[str, str]
    flags: Mapping[str, str]
    tags: Mapping[str, str]
    channels: Mapping[str, str]
    teams: Mapping[str, str]
    people: Mapping[str, str]
    """Ids of staff, as text, to names."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A view of the queue and what narrows it; all of it ids of ours."""

    view: View = View.OPEN
    status: str = ""
    district: str = ""
    kind: str = ""
    flag: str = ""
    tag: str = ""
    channel: str = ""
    team: str = ""
    person: str = ""
    """The id of one of staff, or NOBODY."""
    since: date | None = None
    until: date | None = None
    sort: Sort = Sort.NEWEST
    page: int = 1

    @property
    def filtered(self) -> bool:
        """Whether anything but the view narrows the list."""
        return replace(self, view=View.OPEN, sort=Sort.NEWEST, page=1) != Wanted()

    @property
    def query(self) -> str:
        """The query of the address that asks for this, without the page."""
        asked = {
            "view": "" if self.view is View.OPEN else self.view,
            "status": self.status,
            "district": self.district,
            "kind": self.kind,
            "flag": self.flag,
            "tag": self.tag,
            "channel": self.channel,
            "team": self.team,
            "person": self.person,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "sort": "" if self.sort is Sort.NEWEST else self.sort,
        }
        return urlencode({name: value for name, value in asked.items() if value})

    @property
    def path(self) -> str:
        """The address that asks for this."""
        page = urlencode({"page": self.page}) if self.page > 1 else ""
        query = "&".join(part for part in (self.query, page) if part)
        return f"/?{query}" if query else "/"

    def filter(self, me: int, mine: tuple[str, ...], now: datetime) -> QueueFilter:
        """What storage is to list for the one of staff with the id `me` and those districts."""
        found = QueueFilter(
            statuses=(Status(self.status),) if self.status else _STATUSES.get(self.view, OPEN),
            districts=(self.district,) if self.district else (),
            kind=self.kind,
            flag=self.flag,
            tag=self.tag,
            channel=self.channel,
            team=self.team,
            assignee=_whose(self.person),
            since=_midnight(self.since) if self.since else None,
            before=_midnight(self.until + timedelta(days=1)) if self.until else None,
            sort=self.sort,
            page=self.page,
            per_page=PER_PAGE,
        )
        match self.view:
            case View.MINE:
                return replace(found, assignee=me)
            case View.UNASSIGNED:
                return replace(found, assignee=Whose.NOBODY)
            case View.URGENT:
                return replace(found, urgent=True)
            case View.OVERDUE:
                return replace(found, overdue_at=now)
            case View.DISTRICT if not self.district:
                return replace(found, districts=mine)
            case _:
                return found


_STATUSES: Mapping[View, tuple[Status, ...]] = {
    View.AWAITING: (Status.AWAITING_REPORTER,),
    View.CLOSED: (Status.CLOSED,),
    View.ALL: (),
}


def read_wanted(query: Mapping[str, str], known: Known) -> Wanted:
    """What an address asks for."""

    def one_of(name: str, names: Mapping[str, str]) -> str:
        return query[name] if query.get(name, "") in names else ""

    person = query.get("person", "")
    return Wanted(
        view=_option(View, query.get("view", ""), View.OPEN),
        status=one_of("status", dict.fromkeys(Status, "")),
        district=one_of("district", known.districts),
        kind=one_of("kind", known.kinds),
        flag=one_of("flag", known.flags),
        tag=one_of("tag", known.tags),
        channel=one_of("channel", known.channels),
        team=one_of("team", known.teams),
        person=person if person == NOBODY or person in known.people else "",
        since=_day(query.get("since", "")),
        until=_day(query.get("until", "")),
        sort=_option(Sort, query.get("sort", ""), Sort.NEWEST),
        page=page_number(query.get("page", "1")),
    )


def _option(kind: type[_Option], value: str, default: _Option) -> _Option:
    return kind(value) if value in set(kind) else default


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if len(text) == len("2026-11-30") else None
    except ValueError:
        return None


def _whose(person: str) -> int | Whose:
    if person == NOBODY:
        return Whose.NOBODY
    return int(person) if person else Whose.ANYBODY


def _midnight(day: date) -> datetime:
    """When the day begins in London, in UTC."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)
