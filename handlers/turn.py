"""One turn as the topics see it: what came in, where the conversation stands, what we know."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from handlers.conversation import Conversation, Outcome, Step
from handlers.draft import Draft
from handlers.effects import Effect
from handlers.messages import Choice, Reply
from knowledge.floats import Floats
from knowledge.library import Library
from knowledge.urgency import Urgency
from knowledge.urgency_frames import LOUD


@dataclass(frozen=True, slots=True)
class Turn:
    """What a topic decides on; it answers with an Outcome and changes nothing."""

    conversation: Conversation
    library: Library
    now: datetime
    urgency: Urgency
    meaning: Floats | None = field(default=None, compare=False, repr=False)
    """What the resident's words mean, where that was found out."""

    @property
    def calm(self) -> bool:
        """True where nothing in this turn pointed to danger or crisis."""
        return self.urgency.level not in LOUD

    @property
    def draft(self) -> Draft:
        """The report on its way; only for topics whose step has one."""
        if self.conversation.draft is None:
            raise ValueError("this step has no draft")
        return self.conversation.draft

    def say(self, key: str, **values: Any) -> str:
        """Wording by its key, with its placeholders filled."""
        return self.library.say(key, **values)

    def choice(self, id: str, **values: Any) -> Choice:
        """The button `id`, labelled by the wording key `button.<id>` (":" read as "_")."""
        return Choice(id, self.say(f"button.{id.replace(':', '_').replace('-', '_')}", **values))

    def choice_for(self, id: str, label_key: str) -> Choice:
        """A button whose id carries something of its own, labelled by `button.<label_key>`."""
        return Choice(id, self.say(f"button.{label_key}"))

    def articles(self, ids: Iterable[str]) -> tuple[Choice, ...]:
        """Buttons that open articles, labelled by their titles."""
        return tuple(Choice(f"article:{id}", self.library.articles[id].title) for id in ids)

    def choices(self, *ids: str) -> tuple[Choice, ...]:
        """Several buttons, labelled by the wording."""
        return tuple(self.choice(id) for id in ids)

    def at(self, step: Step, **changes: Any) -> Conversation:
        """The conversation moved to `step`, with `changes`."""
        return replace(self.conversation, step=step, **changes)

    def reply(
        self,
        key: str,
        *,
        step: Step | None = None,
        choices: tuple[Choice, ...] = (),
        effects: tuple[Effect, ...] = (),
        **values: Any,
    ) -> Outcome:
        """Say one thing; stay at this step unless another is named."""
        conversation = self.at(step or self.conversation.step)
        return Outcome(conversation, (Reply(self.say(key, **values), choices),), effects)
