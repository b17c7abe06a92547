"""The part that decides: what gives scores, and how far they may be trusted."""

from dataclasses import dataclass

from knowledge.confidence import Calibration
from knowledge.floats import Ints
from knowledge.slopes import Slopes


@dataclass(frozen=True, slots=True)
class Material:
    """What is learned from: texts with the number of their entry, in three lists one after another.

    The examples residents might write, longer texts about the entries, and questions about
    something else, whose entry is the number of entries.
    """

    texts: tuple[str, ...]
    entries: Ints
    examples: int
    classes: int


@dataclass(frozen=True, slots=True)
class Head:
    """What was learned from one table of likenesses."""

    slopes: Slopes
    right: Calibration
    """How likely the best entry is the right one."""
    ours: Calibration
    """How likely a question is about anything in the knowledge base."""
    sharpness: float
    """What scores are multiplied by so that their softmax fits held-out examples best."""
    places: Ints
    """For each example how many entries come before its own."""
    places_alone: Ints
    """For each example how many would come before its own, had it not been an example."""
    rivals: Ints
    """For each example which other entry would then be the best; its own if there is none."""
