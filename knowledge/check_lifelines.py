"""The numbers and sentences that lives hang on: checked by what they must say, not only how."""

import re
from collections.abc import Iterator

from knowledge.article import Problem
from knowledge.folder import Folder
from knowledge.load_lists import CONTACTS

FIXED = {
    "emergency": "999",
    "police-101": "101",
    "nhs-111": "111",
    "press-55": "55",
    "relay-emergency": "18000",
    "relay-101": "18001 101",
}
"""Numbers that are the same for every force (Ofcom's numbering plan)."""

NAMES_999 = (
    "alarm.lead",
    "alarm.again",
    "crisis.lead",
    "crisis.again",
    "safety_net.line",
    "language.interpreter",
    "language.unknown",
    "welcome.not_live",
)
"""Wording that must name 999 whatever else it says."""

_NUMBER = re.compile(r"0\d{9,10}|08001111|1\d{2}|116\d{3}|\+44\d{10}")
"""A number that can be dialled in the United Kingdom, without its spaces."""


def check_lifelines(folder: Folder) -> Iterator[Problem]:
    """What comes of a slip in a number that everybody relies on, or in the 999 card."""
    contacts = folder.home(CONTACTS)
    for contact in folder.contacts.values():
        line = contacts.line_of_key(contact.id, "phone")
        wanted = FIXED.get(contact.id)
        if wanted is not None and contact.phone != wanted:
            yield Problem(CONTACTS, line, f"`{contact.id}` must be {wanted}, not {contact.phone!r}")
        digits = contact.phone.replace(" ", "")
        if wanted is None and digits and not _NUMBER.fullmatch(digits):
            told = f"`{contact.phone}` is no phone number: digits are missing or too many"
            yield Problem(CONTACTS, line, told)
    for key in NAMES_999:
        if key in folder.wording and "999" not in folder.wording[key]:
            table, _, name = key.partition(".")
            home = folder.home(f"wording:{key}")
            line = home.line_of_key(table, name)
            yield Problem(home.file, line, f"`{key}` must name 999: it may be all that is read")
