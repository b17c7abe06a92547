"""Judges a history: what residents were told, against what is kept and a small model of it all."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.library import Library
from storage.conversations import TELEGRAM, Address
from storage.queue import QueueFilter
from storage.work import open_store
from tests.faults.figures import Figure, at_most, exactly
from tests.faults.world import (
    Resident,
    Telegram,
    expected,
    masked,
    references,
    shown,
    without_repeats,
)


@dataclass(slots=True)
class Verdict:
    """What is wrong, by kind; all of it should be 0."""

    lost: int = 0
    """Acknowledged messages without their effect."""
    doubled: int = 0
    """Reports that nobody made twice, twice."""
    told_but_missing: int = 0
    """References that somebody was told and that are not kept."""
    out_of_order: int = 0
    """Conversations whose replies are not those of the model, in its order."""
    unanswered: int = 0
    """Replies that are kept and never arrived."""
    repeated: int = 0
    """Replies that arrived more than once: allowed, but few."""
    changed_on_repeat: int = 0
    """Repeated replies that carried another reference."""

    def figures(self, kills: int, residents: int) -> list[Figure]:
        """As lines; the more residents talk at once, the more replies are under way at a kill."""
        return [
            exactly("acknowledged-lost", self.lost, 0),
            exactly("reports-doubled", self.doubled, 0),
            exactly("told-but-missing", self.told_but_missing, 0),
            exactly("out-of-order", self.out_of_order, 0),
            exactly("replies-missing", self.unanswered, 0),
            exactly("repeats-with-another-reference", self.changed_on_repeat, 0),
            at_most(
                "repeated-replies-a-kill-and-resident",
                self.repeated / max(kills * residents, 1),
                0.25,
            ),
        ]


async def judge(
    url: str,
    keys: Path,
    library: Library,
    residents: Sequence[Resident],
    telegram: Telegram,
) -> Verdict:
    """Compare what is kept, what was told, and what should have been."""
    verdict = Verdict()
    async with open_store(url, keys) as store, store.work() as work:
        page = await work.queue.list(QueueFilter(per_page=100_000), None)
        kept = {row.reference for row in page.rows}
        said_in = {
            resident.chat: [
                shown(line.reply)
                for line in await work.transcript.read(Address(TELEGRAM, str(resident.chat)))
                if line.reply
            ]
            for resident in residents
        }
    known: set[str] = set()
    for resident in residents:
        model = expected(library, resident.texts, resident.acknowledged)
        said = said_in[resident.chat]
        known.update(references(said))
        verdict.lost += max(len(model) - len(said), 0)
        verdict.doubled += len(references(said)) - len(set(references(said)))
        verdict.out_of_order += [masked(text) for text in said] != model
        _compare(verdict, said, telegram.told[resident.chat])
        told = set(references(telegram.told[resident.chat]))
        verdict.told_but_missing += len(told - kept)
    verdict.doubled += len(kept - known)
    return verdict


def _compare(verdict: Verdict, said: Sequence[str], told: Sequence[str]) -> None:
    """What was kept to be said, against what arrived."""
    extra = Counter(told) - Counter(said)
    verdict.repeated += sum(extra.values())
    verdict.unanswered += sum((Counter(said) - Counter(told)).values())
    strangers = {ref for text in extra for ref in references([text])} - set(references(said))
    verdict.changed_on_repeat += len(strangers)
    in_order = without_repeats(told)
    wanted = without_repeats(said)
    if [text for text in in_order if text in set(wanted)] != in_order:
        verdict.out_of_order += 1
