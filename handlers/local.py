"""A place named by the resident: which council, which neighbourhood team."""

from handlers.conversation import Outcome, Step
from handlers.messages import Choice, Reply, SharedPlace
from handlers.turn import Turn
from handlers.welcome import menu_choices
from knowledge.markup import escape
from knowledge.places import Found


def ask_place(turn: Turn, wanted: str) -> Outcome:
    """Ask for a town or postcode, to name the council or the local team."""
    conversation = turn.at(Step.NAMING_PLACE, wanted=wanted)
    reply = Reply(turn.say(f"place.ask_{wanted}"), turn.choices("menu:menu"), takes="place")
    return Outcome(conversation, (reply,))


def name_place(turn: Turn, text: str) -> Outcome:
    """Answer with what belongs to the place that was named."""
    return _told(turn, turn.library.places.find(text), text)


def share_place(turn: Turn, event: SharedPlace) -> Outcome:
    """Answer with what belongs to the place that was shared."""
    return _told(turn, turn.library.places.at(event.latitude, event.longitude), "")


def choose_district(turn: Turn, id: str) -> Outcome:
    """Answer for the district a button names."""
    return _told(turn, Found("district", district=id), "")


def district_choices(turn: Turn, ids: tuple[str, ...]) -> tuple[Choice, ...]:
    """A button for each of these districts."""
    districts = turn.library.places.districts
    return tuple(Choice(f"district:{id}", districts[id].name) for id in ids if id in districts)


def _told(turn: Turn, found: Found, text: str) -> Outcome:
    wanted = turn.conversation.wanted or "team"
    if found.kind == "district" and found.district in turn.library.places.districts:
        district = turn.library.places.districts[found.district]
        said = turn.say(f"place.{wanted}", district=district.name, council=district.council)
        return Outcome(turn.at(Step.ASKING, wanted=""), (Reply(said, menu_choices(turn)),))
    if found.kind == "ambiguous":
        choices = district_choices(turn, found.candidates)
        place = escape(found.place or text)
        return turn.reply("place.which", step=Step.NAMING_PLACE, choices=choices, place=place)
    if found.kind == "outside":
        said = turn.say("place.outside", force_there=found.force or turn.say("place.other_force"))
        return Outcome(turn.at(Step.ASKING, wanted=""), (Reply(said, menu_choices(turn)),))
    choices = turn.choices("menu:menu")
    return turn.reply("place.unknown", step=Step.NAMING_PLACE, choices=choices)
