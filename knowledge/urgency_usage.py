"""How often residents use which words, so that what they write is taken for a slip of those."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from knowledge.arrays import Arrays, from_lines, lines
from knowledge.urgency_messages import ENGLISH, Message
from knowledge.urgency_spelling import Spelling, plain_words


@dataclass(frozen=True, slots=True)
class Usage:
    """In how many English messages each word stands, of those that stand in more than one."""

    times: Mapping[str, int] = field(default_factory=dict)

    def pack(self) -> Arrays:
        """As arrays, for a file."""
        times = np.array(list(self.times.values()), np.int32)
        return {"words": lines(list(self.times)), "times": times}

    @classmethod
    def unpack(cls, kept: Arrays) -> Self:
        """From arrays; KeyError or ValueError where they are others."""
        return cls(dict(zip(from_lines(kept["words"]), kept["times"].tolist(), strict=True)))


def usage_in(messages: Iterable[Message], spelling: Spelling) -> Usage:
    """Count the words of the English ones, abbreviations written out."""
    times = Counter(
        word
        for message in messages
        if message.language == ENGLISH
        for word in set(plain_words(message.text, spelling))
    )
    return Usage({word: often for word, often in times.items() if often > 1})
