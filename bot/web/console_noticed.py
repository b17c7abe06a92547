"""What was noticed beside a report, as its page shows it: suggestions with their reasons."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.shelf import Shelf
from bot.web.console_form import by_of
from bot.web.console_frame import SignedIn, new_once
from bot.web.console_shares import ShareRow, share_row
from bot.web.permissions import Permission
from handlers.report import Status
from handlers.traits import KeyKind
from knowledge.similar import likely
from storage.notices import AT_ONE_PLACE, CHAT, REPEAT_REPORTER, Repeat, Unlike
from storage.notices import Beside as Found
from storage.redaction import quoted
from storage.work import Store

MOST_SHOWN = 5
RELATIONS = ("duplicate", "same problem")
"""What staff may say two reports are to each other."""

_BY = {
    CHAT: "from the same chat",
    KeyKind.PHONE: "with the same phone number",
    KeyKind.EMAIL: "with the same e-mail address",
    KeyKind.NAME: "under the same name, which others may have too",
    KeyKind.POSTCODE: "at the same postcode",
    KeyKind.STREET: "in the same street",
    KeyKind.SQUARE: "within the same 100 metres",
}


@dataclass(frozen=True, slots=True)
class Alike:
    """Another report that may be the same."""

    reference: str
    status: Status
    reason: str


@dataclass(frozen=True, slots=True)
class Again:
    """Something that came up before."""

    said: str
    latest: tuple[str, ...]
    more: int
    """How many are not named."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """All that the page shows of it."""

    csrf: str
    once: str
    waiting: bool
    """Whether the report still has to be read."""
    urgent_words: str
    alike: tuple[Alike, ...]
    again: tuple[Again, ...]
    unlike: tuple[Unlike, ...]
    shares: tuple[ShareRow, ...]
    may_see: bool
    may_share: bool
    relations: tuple[str, ...] = RELATIONS


class Beside:
    """Finds what stands beside a report."""

    def __init__(self, store: Store, shelf: Shelf, clock: Callable[[], datetime]) -> None:
        self._store, self._shelf, self._clock = store, shelf, clock

    async def of(self, reference: str, signed_in: SignedIn) -> Noticed:
        """What was noticed, for somebody who has the report open."""
        by, now = by_of(signed_in), self._clock()
        async with self._store.work() as work:
            found = await work.notices.beside(reference, by, now)
            shares = await work.shares.of(reference, by)
            passages = await work.redactions.of(reference)
        partners = self._shelf.library.partners
        return Noticed(
            csrf=signed_in.csrf,
            once=new_once(),
            waiting=found.case is None,
            urgent_words=quoted(found.urgent_words, passages),
            # Comparing takes some milliseconds, in which others are to be answered.
            alike=await asyncio.to_thread(_alike, found),
            again=(
                *(_again(one, REPEAT_REPORTER) for one in found.reporter),
                *(_again(one, AT_ONE_PLACE) for one in found.place),
            ),
            unlike=found.unlike,
            shares=tuple(share_row(one, partners, now) for one in shares),
            may_see=signed_in.may(Permission.SEE_NOTICES),
            may_share=signed_in.may(Permission.SHARE_REPORT),
        )


def _alike(found: Found) -> tuple[Alike, ...]:
    if found.case is None:
        return ()
    ranked = likely(found.case, [other.case for other in found.others])
    return tuple(
        Alike(found.others[place].reference, found.others[place].status, likeness.reason)
        for place, likeness in ranked[:MOST_SHOWN]
    )


def _again(repeat: Repeat, within: timedelta) -> Again:
    others = "1 other report" if repeat.count == 1 else f"{repeat.count:,} other reports"
    since = "12 months" if within == REPEAT_REPORTER else f"{within.days} days"
    said = f"{others} {_BY.get(repeat.by, '')} in the last {since}"
    return Again(said, repeat.latest, repeat.count - len(repeat.latest))
