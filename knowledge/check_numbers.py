"""Phone numbers in texts: each must come from contacts.toml, to be corrected in one place."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from knowledge.article import Contact, Problem
from knowledge.folder import Folder

BARE = ("999", "101", "111", "55", "159", "18000", "18001", "18001101")
"""Codes that may be typed: everybody knows them, and they do not change."""

# What digits of one number may be parted by: spaces of every width, brackets, dashes, dots, **.
_GAP = r"(?:(?:[^\S\n]|[()\u2010-\u2015.*_\u00ad\u200b-\u200d\u2060-]){0,3}|\n)"
_PHONES = (
    re.compile(rf"(?<!\d)\(?(?:\+|00) ?44(?:{_GAP}0)?(?:{_GAP}\d){{7,10}}"),
    re.compile(rf"(?<!\d)\(?0(?:{_GAP}\d){{7,10}}"),
    re.compile(r"(?<!\d)[1-9](?: ?\d){8,11}(?! ?\d)"),
    re.compile(r"\d{6,}"),
    re.compile(r"\b11[68] ?\d{3}\b"),
)
_NOT_NUMBERS = re.compile(
    r"""
    https?://\S+ | [\w.+-]+@[\w.-]+\w | \{[^{}]*\}         # addresses, names in braces
    | [£$€]\s?\d[\d,.]*                                    # money
    | \d{1,3}(?:,\d{3})+ | \d+(?:\.\d+)?\s?%              # counts with commas, percentages
    | \b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b                   # 2026-11-30
    | \b\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})\b         # 30/11/2026
    | \b(?:19|20)\d\d\s?(?:-|–|to|and)\s?(?:19|20)?\d\d\b # 2025 to 2026
    | \b\d{1,2}[:.]\d{2}(?:[ap]m)?\b                       # 9:30am
    """,
    re.VERBOSE,
)
_CALL = re.compile(
    r"\b(?:call|calls|calling|ring|ringing|phone|phoning|dial|dialling|tel|telephone|number is)"
    r"\W{1,4}(\d{3,6})\b",
    re.IGNORECASE,
)
_TEXT = re.compile(
    r"\b(?:text|texts|texting|sms|forward|send)\b[^.!?\n\d]{0,40}?\b(\d{4,6})\b", re.IGNORECASE
)
_YEARS = re.compile(r"(?:19|20)\d\d(?: (?:19|20)\d\d)*")


@dataclass(frozen=True, slots=True)
class Number:
    """A phone or text number as typed, and its digits alone."""

    typed: str
    digits: str


def find_numbers(text: str) -> list[Number]:
    """The phone and text numbers typed in a text, by the United Kingdom's numbering.

    Ten or eleven digits from 0 or +44 however they are parted, shorter 0800 and 0845 ones, 116…
    and 118… codes, six digits and more in one piece, and short codes after "call" or "text".
    Years, dates, times, money, counts with commas and percentages are none.
    """
    text = "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in text)
    left = _NOT_NUMBERS.sub(lambda found: "\0" * len(found[0]), text)
    spans: list[tuple[int, int]] = []
    for pattern in (*_PHONES, _CALL, _TEXT):
        found = [match.span(pattern.groups) for match in pattern.finditer(left)]
        found = [(start, end) for start, end in found if not _YEARS.fullmatch(left[start:end])]
        for start, end in found:
            left = left[:start] + "\0" * (end - start) + left[end:]
        spans.extend(found)
    return [Number(text[start:end], _plain(text[start:end])) for start, end in sorted(spans)]


def check_numbers(folder: Folder) -> Iterator[Problem]:
    """Every number in a served text that is typed instead of named."""
    known = dict(_known(folder.contacts))
    for text in folder.texts():
        for number in find_numbers(text.text):
            if number.digits in BARE:
                continue
            if name := known.get(number.digits):
                words = f"the number {number.typed} is typed: write {name} instead"
            else:
                words = f"the number {number.typed} is not in contacts.toml: name one that is"
            yield text.problem(words, number.typed)


def _known(contacts: Mapping[str, Contact]) -> Iterator[tuple[str, str]]:
    for contact in contacts.values():
        for kind in ("phone", "text"):
            if number := getattr(contact, kind):
                yield _plain(number), f"{{{kind}:{contact.id}}}"


def _plain(typed: str) -> str:
    """The digits 0-9 alone, with +44 and 0044 read as 0."""
    digits = "".join(char for char in typed if char.isdigit())
    country = "44" if typed.lstrip("(").startswith("+") else "0044"
    if digits.startswith(country):
        return "0" + digits.removeprefix(country).removeprefix("0")
    return digits
