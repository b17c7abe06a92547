"""What the messages taught, made ready: recalled from its file, or learned and kept."""

from collections.abc import Callable, Sequence

import numpy as np

from knowledge.encoder import MODEL, Encoder
from knowledge.memory import Memory, digest_of
from knowledge.urgency_frames import LOUD, SAFETY_NET, Frames
from knowledge.urgency_hunch import Hunch, learn_hunch
from knowledge.urgency_judge import reader_for
from knowledge.urgency_language import Letters, learn_letters
from knowledge.urgency_learned import DOUBTFUL, Learned
from knowledge.urgency_messages import ENGLISH, MIXED, Message, examples_of
from knowledge.urgency_reading import Reading
from knowledge.urgency_signs import Signs
from knowledge.urgency_usage import Usage, usage_in
from knowledge.vectors import remembering

_VECTORS = "urgency"


class Lessons:
    """What residents might write, and the words it is read by.

    `messages` say how they are to be taken, and the examples of the frames teach as well.
    """

    def __init__(self, messages: Sequence[Message], frames: Frames, memory: Memory) -> None:
        self._messages = (*messages, *examples_of(frames))
        self._frames, self._memory = frames, memory
        self._read: Sequence[Reading] = ()
        self._digest = _digest_of(self._messages, frames) if memory else ""

        def counted() -> Usage:
            return usage_in(messages, frames.spelling)

        usage = memory.ready(self._name("usage"), Usage.unpack, counted)
        self.reader = reader_for(frames, usage)

    def learned(self) -> Learned:
        """What they teach about signs: at once, or in some twenty seconds."""

        def taught() -> Learned:
            # Most starts have no need of it, nor of the memory it takes.
            from knowledge.urgency_learn import learn  # noqa: PLC0415 - see above

            return learn(self._messages, self._readings(), Signs(self._frames.list_of))

        return self._memory.ready(self._name("urgency"), Learned.unpack, taught)

    def letters(self) -> Letters:
        """What they teach about languages: at once, or in a second."""

        def taught() -> Letters:
            return learn_letters(self._messages, self._readings())

        return self._memory.ready(self._name("letters"), Letters.unpack, taught)

    def has_hunch(self) -> bool:
        """Whether the hunch is there at once."""
        return self._memory.knows(self._name("hunch"))

    def hunch(self, encoder: Encoder, spoken: Callable[[str], str]) -> Hunch:
        """What they teach about meanings: at once, or in the two milliseconds each takes to encode.

        `spoken` mends a text the way it is mended before it is encoded.
        """

        def taught() -> Hunch:
            english = [message for message in self._messages if message.language == ENGLISH]
            folder = self._memory.folder / _VECTORS if self._memory.folder else None
            texts = [spoken(message.text) or message.text for message in english]
            vectors = remembering(encoder, folder)(texts)
            loud = np.array([message.level in LOUD for message in english])
            pull = np.array([DOUBTFUL if it.level == SAFETY_NET else 1.0 for it in english])
            return learn_hunch(vectors, loud, pull)

        return self._memory.ready(self._name("hunch"), Hunch.unpack, taught)

    def _readings(self) -> Sequence[Reading]:
        if not self._read:
            read = self.reader.read
            self._read = [
                read(message.text, mend=message.language in {ENGLISH, MIXED})
                for message in self._messages
            ]
        return self._read

    def _name(self, kind: str) -> str:
        return f"{kind}-{self._digest}.npz"


def _digest_of(messages: Sequence[Message], frames: Frames) -> str:
    """The same for the same messages and words, as this version of the program learns them."""
    spelling = frames.spelling
    tables = [sorted(table.items()) for table in (spelling.short, spelling.letters)]
    words = [sorted(words) for words in (spelling.light, spelling.glue, spelling.real)]
    names = sorted(frame.name for frame in frames.frames)
    said = (MODEL, messages, tables, words, sorted(frames.list_of.items()), names)
    return digest_of(said, "urgency*.py")
