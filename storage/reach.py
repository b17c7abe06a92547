"""How far an account reaches: districts, sensitive kinds it is cleared for, and its exceptions."""

from collections.abc import Collection
from dataclasses import dataclass

from handlers.report import RESTRICTED
from knowledge.article import SENSITIVITIES

OTHER = "other"
"""Something was disclosed that is none of the kinds that have a name."""
KINDS = (*SENSITIVITIES, OTHER)
"""What staff can be cleared for; a bit each, in this order."""
EVERYTHING = 2 ** len(KINDS) - 1


@dataclass(frozen=True, slots=True)
class Reach:
    """Which reports exist for somebody whose role may open any."""

    districts: tuple[str, ...] = ()
    """Ids; empty for all. What belongs to no district of ours is for everybody."""
    cleared: int = 0
    """The bits of the sensitive kinds they may read."""
    conflicts: frozenset[str] = frozenset()
    """References they must not work on, as they have said themselves."""
    opened: frozenset[str] = frozenset()
    """References they broke the glass for, for now."""


def bits_of(kinds: Collection[str]) -> int:
    """The kinds as one number; words that are none count nothing."""
    return sum(1 << place for place, kind in enumerate(KINDS) if kind in kinds)


def kinds_of(bits: int) -> tuple[str, ...]:
    """The number as kinds again."""
    return tuple(kind for place, kind in enumerate(KINDS) if bits >> place & 1)


def sensitive_of(flags: Collection[str]) -> int:
    """What a report with these flags is about, in bits; 0 where it is for everybody."""
    named = bits_of(frozenset(flags) & frozenset(SENSITIVITIES))
    return named or (bits_of((OTHER,)) if RESTRICTED in flags else 0)
