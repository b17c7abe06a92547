"""Whether something came up unusually often of late: an exact test of two counts."""

from dataclasses import dataclass

FEWEST = 4
"""Reports below which nothing is called a series or a hotspot, however rare it was before."""
SHORTEST_BEFORE = 56
"""Days of earlier reports without which there is no usual rate to speak of."""
BY_CHANCE = 0.05
"""How often a whole look through, with everything usual, may list even one thing."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many reports in the last `days`, and in the `before_days` before those."""

    recent: int
    days: int
    before: int
    before_days: int

    @property
    def usual(self) -> float:
        """How many as many days brought before, on average."""
        return self.before * self.days / self.before_days if self.before_days else 0.0


def chance_of(counts: Counts) -> float:
    """How likely so many or more recent ones are, were the rate what it was before; from 0 to 1.

    Of all reports of two Poisson streams with one rate, the recent ones are a binomial share, so
    the test is exact also where there were none before (Przyborowski and Wilenski 1940).
    """
    if counts.recent == 0:
        return 1.0
    # Twenty megabytes that a force whose reports are all usual need not have.
    from scipy.special import betainc  # noqa: PLC0415 - see above

    share = counts.days / (counts.days + counts.before_days)
    return float(betainc(counts.recent, counts.before + 1, share))


def is_unusual(counts: Counts, looked_at: int) -> bool:
    """Whether it is more than chance, where so many things were looked at (Bonferroni)."""
    if counts.recent < FEWEST or counts.before_days < SHORTEST_BEFORE:
        return False
    return chance_of(counts) * max(1, looked_at) <= BY_CHANCE
