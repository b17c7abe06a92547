"""Puts questions together that ask for the same, by their meaning."""

import numpy as np

from knowledge.floats import Floats, unit

ALIKE = 0.5
"""How near a question is to the mean of a group that it joins: cosine of centred vectors.

Of 600 examples of our own articles, drawn by chance, the groups of three and more that this makes
hold four of five from one article; at 0.4 it is one of two, at 0.6 hardly any two come together.
"""


def grouped(vectors: Floats, alike: float = ALIKE) -> list[tuple[int, ...]]:
    """The numbers of the rows, group by group, the largest first; each row is in one group.

    `vectors` are of length one. Each question joins the nearest group if that is near enough, else
    it begins one; then each goes once more to where it is nearest by now.
    """
    centres: list[Floats] = []
    homes = [_join(vector, centres, alike) for vector in vectors]
    centres = [
        unit(vectors[[n for n, home in enumerate(homes) if home == group]].sum(0))
        for group in range(len(centres))
    ]
    together = np.stack(centres) if centres else np.zeros((0, vectors.shape[1]), np.float32)
    members: dict[int, list[int]] = {}
    for number, vector in enumerate(vectors):
        near = together @ vector
        nearest = int(np.argmax(near))
        # One that is near to no group, or says nothing, stands alone.
        home = nearest if near[nearest] >= alike else -1 - number
        members.setdefault(home, []).append(number)
    return sorted(map(tuple, members.values()), key=lambda group: (-len(group), group))


def _join(vector: Floats, centres: list[Floats], alike: float) -> int:
    """The number of the group a vector goes to, whose centre moves towards it."""
    if centres:
        near = np.stack(centres) @ vector
        best = int(np.argmax(near))
        if near[best] >= alike:
            centres[best] = unit(centres[best] + vector)
            return best
    centres.append(vector)
    return len(centres) - 1
