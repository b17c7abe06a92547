"""Takes out of a text what may tell who wrote it or whom it is about, as far as form betrays it."""

import re

_PATTERNS = (
    ("[email]", r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b"),
    ("[link]", r"\b(?:https?://|www\.)\S+"),
    ("[reference]", r"\bFC-[A-Z0-9]{3}-[A-Z0-9]{4}\b"),
    # UK postcodes and number plates: shapes of BS 7666 and of DVLA's current and former series.
    ("[postcode]", r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b"),
    ("[plate]", r"\b[A-Z]{2}\d{2}\s?[A-Z]{3}\b|\b[A-Z]\d{1,3}\s?[A-Z]{3}\b"),
    ("[date]", r"\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b"),
    (
        "[address]",
        r"\b(?:flat\s+\w+,?\s+)?\d+[a-z]?,?\s+(?:[a-z']+\s+){1,3}"
        r"(?:street|st|road|rd|avenue|ave|lane|ln|close|drive|way|court|crescent|gardens|place"
        r"|terrace|grove|hill|green|walk|mews)\b",
    ),
    ("[number]", r"\+?\d(?:[\s()-]*\d){4,}"),
)
_NAMED = re.compile(
    r"\b(my name is|my name's|i am called|i'm called|his name is|her name is|their name is"
    r"|named|called|mr|mrs|ms|miss|dr|pc|sgt)\.?\s+"
    r"((?!the\b|a\b|an\b|you\b|me\b|us\b|in\b|on\b|to\b|by\b|at\b|it\b|back\b|out\b|101\b|999\b)"
    r"[a-z][a-z'-]+(?:\s+(?-i:[A-Z])[a-z'-]+)*)",
    re.IGNORECASE,
)
_COMPILED = tuple((mark, re.compile(pattern, re.IGNORECASE)) for mark, pattern in _PATTERNS)


def without_personal_data(text: str) -> str:
    """The text with addresses, numbers, dates and named people replaced by what they were.

    Names that nothing announces are not found: who reads the result still reads people's words.
    """
    for mark, pattern in _COMPILED:
        text = pattern.sub(mark, text)
    return _NAMED.sub(r"\1 [name]", text)
