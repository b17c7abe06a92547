"""Reads the lists every text draws on: contacts, what the force is called, and the wording."""

import re
from datetime import time
from pathlib import Path

from knowledge.article import WATCHED, Contact, Force, Problem
from knowledge.source import Source, files_in, read_toml, tables_of
from knowledge.table import ID, Table, check_status

CONTACTS = "contacts.toml"
FORCE = "force.toml"

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_NUMBER = re.compile(r"\+?[0-9][0-9 ]*[0-9]")
_COLOUR = re.compile(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?")
_KEY = re.compile(r"[a-z0-9][a-z0-9_]*")


def load_contacts(root: Path, problems: list[Problem]) -> tuple[Source | None, dict[str, Contact]]:
    """contacts.toml: every service residents may be sent to, by its id."""
    read = read_toml(root, root / CONTACTS)
    if isinstance(read, Problem):
        problems.append(read)
        return None, {}
    source, data = read
    tables = {id: Table(source, values, (id,), problems) for id, values in data.items()}
    return source, {id: _contact(id, table) for id, table in tables.items()}


def _contact(id: str, table: Table) -> Contact:
    contact = Contact(
        id=id,
        name=table.text("name", required=True),
        status=table.text("status", required=True),
        phone=table.text("phone"),
        text=table.text("text"),
        email=table.text("email"),
        link=table.text("link"),
        hours=table.text("hours"),
        note=table.text("note"),
        seen=table.text("seen"),
        vital=table.flag("vital"),
    )
    table.finish()
    check_status(table, contact.status, contact.seen)
    if not ID.fullmatch(id):
        table.wrong("", f"the name `{id}` must be small letters, digits and dashes")
    if not any((contact.phone, contact.text, contact.email, contact.link, contact.note)):
        table.wrong("", f"`{id}` has no phone, text, email, link or note: nobody could reach it")
    for key in ("phone", "text"):
        number = getattr(contact, key)
        if number and not _NUMBER.fullmatch(number):
            table.wrong(key, f"`{number}` is not a number: digits and spaces only")
    if contact.email and not _EMAIL.fullmatch(contact.email):
        table.wrong("email", f"`{contact.email}` is not an e-mail address")
    return contact


def load_force(root: Path, problems: list[Problem]) -> tuple[Source | None, Force]:
    """force.toml: names for {force}, {area} and the like, colours, where "Leave this site" goes."""
    read = read_toml(root, root / FORCE)
    if isinstance(read, Problem):
        problems.append(read)
        return None, Force({})
    source, data = read
    table = Table(source, data, (), problems)
    table.known("names", "colours")
    usual = Force({})
    exit_url = table.text("exit_url", default=usual.exit_url)
    watched = table.text("alarms_watched", default=usual.alarms_watched)
    if watched not in WATCHED:
        table.wrong("alarms_watched", f"`alarms_watched` is one of {', '.join(WATCHED)}")
    hours = read_hours(table.text("staffed_hours", default="08:00-22:00"))
    if hours is None:
        table.wrong("staffed_hours", "`staffed_hours` has the shape 08:00-22:00")
    table.finish()
    names = _texts_of(Table(source, data.get("names", {}), ("names",), problems), data, "names")
    colours = _texts_of(
        Table(source, data.get("colours", {}), ("colours",), problems), data, "colours"
    )
    for name in ("force", "area"):
        if not names.get(name):
            table.wrong("names", f"`{name}` is missing under [names]")
    for name, colour in colours.items():
        # Colours go into a style sheet: nothing but a colour may.
        if not _COLOUR.fullmatch(colour):
            table.wrong("colours", f"`{colour}` is not a colour such as #1d2d5c", needle=name)
    start, end = hours or (usual.staffed_from, usual.staffed_to)
    return source, Force(names, colours, exit_url, watched, start, end)


def read_hours(text: str) -> tuple[time, time] | None:
    """Two times of a day, the first before the second; None where it is something else."""
    start, _, end = text.partition("-")
    try:
        found = time.fromisoformat(start.strip()), time.fromisoformat(end.strip())
    except ValueError:
        return None
    return found if found[0] < found[1] else None


def _texts_of(table: Table, data: dict[str, object], key: str) -> dict[str, str]:
    """A table whose keys are free, as texts."""
    texts = {name: table.text(name) for name in tables_of(data, key)}
    for name in texts:
        if not _KEY.fullmatch(name):
            table.wrong(name, f"the name `{name}` must be small letters, digits and _")
    return texts


def load_wording(root: Path, problems: list[Problem]) -> tuple[dict[str, str], dict[str, Source]]:
    """wording/*.toml: the text of each key, named by its table and itself, and where it stands."""
    wording: dict[str, str] = {}
    homes: dict[str, Source] = {}
    for path in files_in(root, "wording", ".toml"):
        read = path if isinstance(path, Problem) else read_toml(root, path)
        if isinstance(read, Problem):
            problems.append(read)
            continue
        source, data = read
        for name, values in data.items():
            table = Table(source, values, (name,), problems)
            for key, text in _texts_of(table, data, name).items():
                full = f"{name}.{key}"
                if full in wording:
                    table.wrong(key, f"the wording `{full}` stands in {homes[full].file} already")
                wording[full] = text
                homes[full] = source
    return wording, homes
