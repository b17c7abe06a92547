"""Reports that have been read, for tests of what is noticed about them."""

from dataclasses import replace
from datetime import datetime

from handlers.report import RESTRICTED, NewReport, Place
from handlers.traits import Key, Read, place_keys
from knowledge.similar import Traits
from storage.conversations import Address
from storage.work import Store, Work

MILL = Traits(("loud", "music"), street="mill road")


async def reported(
    store: Store, report: NewReport, at: datetime, *,
    traits: Traits = MILL, keys: tuple[Key, ...] = (), words: str = "", chat: Address | None = None,
) -> str:  # fmt: skip
    """Keep a report and read it; its reference."""
    async with store.work() as work:
        id = (await work.conversations.load(chat, at)).id if chat else None
        reference, _ = work.reports.keep(report, id, at)
    await read(store, at, Read(traits, (*place_keys(traits), *keys), words))
    return reference


async def read(store: Store, at: datetime, found: Read) -> None:
    """Read whatever waits, and find that in it."""
    async with store.work() as work:
        for unread in await work.traces.unread(9):
            await work.traces.keep(unread, found, at)


def restricted(report: NewReport) -> NewReport:
    return replace(report, flags=frozenset({RESTRICTED}))


def elsewhere(report: NewReport, district: str = "harlow", kind: str = "theft") -> NewReport:
    return replace(report, kind=kind, place=Place("elsewhere", district=district))


async def flags_of(work: Work, reference: str) -> frozenset[str]:
    report = await work.reports.read(reference)
    assert report is not None
    return report.flags
