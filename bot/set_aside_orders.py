"""The events that no turn could be made of, for whoever mends the cause."""

from collections.abc import Mapping
from datetime import datetime

from storage.codec import one_to_json
from storage.set_aside import Aside
from storage.work import Store

_MOST_LISTED = 200


async def carry_out(
    action: str, given: Mapping[str, str], store: Store, who: str, now: datetime
) -> str | None:
    """List them without a word of what was written, or show one whole, which is audited.

    None for an action that is not known; ValueError, with a sentence, for an id that is not.
    """
    if action == "list":
        async with store.work() as work:
            return _listed(await work.set_aside.list(_MOST_LISTED))
    if action != "show":
        return None
    id = given.get("id", "")
    async with store.work() as work:
        aside = await work.set_aside.find(id)
        if aside is None:
            raise ValueError("Nothing of that id is set aside. `set-aside list` shows the ids.")
        await work.audit.append(who, "event set aside was read", aside.id, {}, now)
    return "\n".join((_line(aside), one_to_json(aside.event).decode("utf-8", "replace")))


def _listed(asides: list[Aside]) -> str:
    if not asides:
        return "No event is set aside: a turn was made of each."
    return "\n".join(map(_line, asides))


def _line(aside: Aside) -> str:
    kind = type(aside.event).__name__
    return f"{aside.id}  {aside.at:%Y-%m-%d %H:%M} UTC  {kind:11}  {aside.why}"
