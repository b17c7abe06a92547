"""How the console shows things: residents' words made safe to look at, moments, ages, labels."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from markupsafe import Markup, escape

from handlers.local_time import LONDON
from handlers.report import HATE, RECOVERED, RESTRICTED, SAFEGUARDING, UNDER_18, URGENT
from knowledge.article import SENSITIVITIES
from knowledge.library import Library
from storage.reach import OTHER

# What can turn a line round, hide in it or break a page: C0 and C1 controls but tab and newline,
# bidirectional controls (Unicode Standard Annex 9), invisible letters and tag characters, and lone
# surrogates, which cannot be sent at all. Joiners stay: emoji and several scripts need them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)

FLAG_TAGS: Mapping[str, tuple[str, str]] = {
    URGENT: ("Urgent", "red"),
    RESTRICTED: ("Restricted", "purple"),
    "domestic-abuse": ("Domestic abuse", "purple"),
    "sexual-offences": ("Sexual offences", "purple"),
    "children": ("Children", "purple"),
    "police-staff": ("Police staff", "purple"),
    SAFEGUARDING: ("Safeguarding", "orange"),
    UNDER_18: ("Under 18", "yellow"),
    HATE: ("Hate", "magenta"),
    RECOVERED: ("Recovered: confirm with the resident", "teal"),
}
"""Flag to the words and the colour of its tag, the most pressing first."""

CHANNELS: Mapping[str, str] = {
    "web": "Web chat",
    "telegram": "Telegram",
    "phone": "Phone",
    "counter": "Front counter",
}
"""Where a report came in."""

SORTS: Mapping[str, str] = {
    "newest": "Newest first",
    "oldest": "Oldest first",
    "due": "Due first",
    "changed": "Changed last first",
}
"""The orders of the queue; each has open urgent ones first, but for the last."""
SENSITIVE_NAMES: Mapping[str, str] = {
    **{kind: FLAG_TAGS[kind][0] for kind in SENSITIVITIES},
    OTHER: "Something else that was disclosed",
}
"""Kinds of sensitive reports, storage.reach.KINDS, in words."""

STATUS_COLOURS: Mapping[str, str] = {
    "new": "",
    "in triage": "turquoise",
    "in progress": "green",
    "awaiting reporter": "yellow",
    "forwarded": "teal",
    "closed": "grey",
    "reopened": "orange",
}


def shown(text: str) -> Markup:
    """Words of a resident as HTML: escaped, with what would hide or turn them made visible."""
    parts = [Markup()]
    end = 0
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    for match in _UNSEEN.finditer(lines):
        parts.append(escape(lines[end : match.start()]))
        parts.append(
            Markup('<span class="unseen" title="A hidden character">U+{:04X}</span>').format(
                ord(match.group())
            )
        )
        end = match.end()
    parts.append(escape(lines[end:]))
    return Markup().join(parts)


def local(moment: datetime) -> str:
    """A moment on the clock in London: 22 November 2026, 14:05."""
    there = moment.astimezone(LONDON)
    return f"{there.day} {there:%B %Y, %H:%M}"


def date(moment: datetime) -> str:
    """The day alone: 22 November 2026."""
    there = moment.astimezone(LONDON)
    return f"{there.day} {there:%B %Y}"


def short(moment: datetime) -> str:
    """The same for narrow places: 22 Nov, 14:05."""
    there = moment.astimezone(LONDON)
    return f"{there.day} {there:%b, %H:%M}"


def machine(moment: datetime) -> str:
    """The same for the `datetime` of a <time>."""
    return moment.astimezone(LONDON).isoformat(timespec="seconds")


def clock_time(moment: datetime) -> str:
    """The time of day alone: 14:05."""
    return f"{moment.astimezone(LONDON):%H:%M}"


def age(since: datetime, now: datetime) -> str:
    """How long ago, in one unit: 5 min, 3 h, 2 days."""
    gone = max(timedelta(), now - since)
    minutes = int(gone.total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h"
    return "1 day" if gone.days == 1 else f"{gone.days} days"


def until(moment: datetime, now: datetime) -> str:
    """When something is due, in one unit: in 3 h, 2 days ago."""
    if moment < now:
        gone = age(moment, now)
        return gone if gone == "just now" else f"{gone} ago"
    left = age(now, moment)
    return "now" if left == "just now" else f"in {left}"


def lasting(life: timedelta) -> str:
    """How long something is kept: 45 days, 6 years."""
    years = round(life.days / 365.25)
    # A year and a day are days; 2192 days are six years, whichever of them are leap years.
    if years > 1 and abs(life.days - years * 365.25) <= 1:
        return f"{years} years"
    return "1 day" if life.days == 1 else f"{life.days:,} days"


def size(count: int) -> str:
    """Bytes for people: 412 kB, 1.3 MB."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} kB"
    return f"{count / 1_000_000:.1f} MB"


def tags(flags: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """Words and colour of each flag, the most pressing first; one we do not know stays plain."""
    known = [FLAG_TAGS[flag] for flag in FLAG_TAGS if flag in flags]
    others = [
        (flag.replace("-", " ").capitalize(), "grey") for flag in sorted(flags - set(FLAG_TAGS))
    ]
    return (*known, *others)


def kind_name(library: Library, kind: str) -> str:
    """The title of a report's form, or its id where the form has gone since."""
    form = library.forms.get(kind)
    return form.title if form else kind


def district_name(library: Library, district: str) -> str:
    """The name of a district, or what its absence means."""
    if district == "outside":
        return f"Outside {library.force.names.get('area', 'the area')}"
    known = library.places.districts.get(district)
    return known.name if known else district or "Not known"


ALARM_KINDS: Mapping[str, str] = {
    "violence": "Violence or threat",
    "weapon": "Weapon",
    "intruder": "Intruder",
    "crime-in-progress": "Crime in progress",
    "domestic-abuse": "Domestic abuse",
    "following": "Followed or stalked",
    "sexual-offence": "Sexual offence",
    "captivity": "Held or taken away",
    "missing": "Missing person",
    "child-in-danger": "Child in danger",
    "suicide": "Suicide",
    "self-harm": "Self-harm",
    "medical": "Medical",
    "fire": "Fire, gas or electricity",
    "road": "Road",
    "water-rail": "Water or railway",
    "bomb-or-hazard": "Bomb or hazard",
    "body-found": "Body found",
    "dangerous-animal": "Dangerous animal",
    "intent-to-harm": "Means to harm somebody",
    "plea": "Call for help",
    "cannot-speak": "Cannot speak",
    "other-language": "In another language",
    "danger-now": "Says that somebody is in danger",
}
"""The categories of emergencies, as staff call them."""


def alarm_kind(category: str) -> str:
    """What kind of emergency a category is, in words for staff."""
    return ALARM_KINDS.get(category, "Emergency")
