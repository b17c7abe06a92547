"""A figure: one line that says what was measured, what it has to be, and whether it is."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

PASS, FAIL, NOT_RUN = "PASS", "FAIL", "NOT-RUN"


@dataclass(frozen=True, slots=True)
class Figure:
    """What one experiment found of one thing."""

    name: str
    value: str
    target: str
    state: str

    def line(self) -> str:
        """The figure as it is printed."""
        return f"{self.name} {self.value} {self.target} {self.state}"


Experiment = Callable[[], Sequence[Figure]]


def exactly(name: str, value: int, target: int) -> Figure:
    """A count that has to be this one."""
    return Figure(name, str(value), f"={target}", PASS if value == target else FAIL)


def at_most(name: str, value: float, target: float, unit: str = "") -> Figure:
    """A measure that must not be larger."""
    state = PASS if value <= target else FAIL
    return Figure(name, f"{value:.2f}{unit}", f"<={target:g}{unit}", state)


def at_least(name: str, value: int, target: int) -> Figure:
    """A count that must not be smaller: so that nothing passes by not having happened."""
    return Figure(name, str(value), f">={target}", PASS if value >= target else FAIL)


def not_run(name: str, why: str) -> Figure:
    """What could not be tried here; never green."""
    return Figure(name, why.replace(" ", "-"), "-", NOT_RUN)


def as_json(figures: Sequence[Figure]) -> str:
    """All of them for a machine."""
    return json.dumps([asdict(figure) for figure in figures], indent=1)
