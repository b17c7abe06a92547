"""The sealed part of a report: what its resident said, where, and how to reach them."""

from dataclasses import dataclass

from handlers.report import Answer, Place, SafeContact
from storage.codec import from_json
from storage.seal import Keyring


@dataclass(frozen=True, slots=True)
class Body:
    """The sealed part of a report."""

    answers: tuple[Answer, ...]
    place: Place
    contact: SafeContact


def open_body(keyring: Keyring, reference: str, sealed: bytes) -> Body:
    """The sealed part of the report of that reference."""
    return from_json(Body, keyring.open(sealed, "reports", reference, "body"))
