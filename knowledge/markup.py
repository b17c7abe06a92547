"""One Markdown for every channel: HTML for pages, Telegram's HTML, plain text for a terminal."""

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from knowledge.markdown import UNSEEN, Run, common_tags, every, flatten, parse, render

TELEGRAM_LIMIT = 4096
"""UTF-16 code units of visible text in one message (Telegram Bot API, sendMessage)."""

_CLASSES = {
    "paragraph_open": "govuk-body",
    "bullet_list_open": "govuk-list govuk-list--bullet",
    "ordered_list_open": "govuk-list govuk-list--number",
    "heading_open": "govuk-heading-s",
    "blockquote_open": "govuk-inset-text",
    "link_open": "govuk-link",
    "hr": "govuk-section-break govuk-section-break--m govuk-section-break--visible",
}
_SPECIAL = re.compile(r"[!#()*+\-.<=>\[\\\]_`|~&]")
_ENTITIES = re.compile(r"[{}]|[^\S ]|(?<!\S) | (?!\S)")
_SENTENCE = re.compile("[.!?…][\"'”’)]*\\s|\n")
_JOINERS = frozenset("\u200d\ufe0e\ufe0f")


def escape(text: str) -> str:
    """What a resident typed, as Markdown that shows exactly that: no markup, no links, no braces.

    Made for text positions, also at the start of a line or between `**`; not for code spans. Line
    breaks are kept. Characters that cannot be seen and change what follows (controls, overrides of
    the writing direction, lone surrogates) are left out.
    """
    text = UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _SPECIAL.sub(r"\\\g<0>", text)
    return _ENTITIES.sub(lambda found: f"&#{ord(found[0])};", text)


def to_web(markdown: str) -> str:
    """Safe HTML with the classes of the GOV.UK Design System; headings are all h3."""
    tokens = parse(markdown)
    for token in every(tokens):
        if token.type in _CLASSES:
            token.attrSet("class", _CLASSES[token.type])
        if token.type == "link_open":
            token.attrSet("rel", "noopener noreferrer")
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "h3"
    return render(tokens)


def to_telegram(markdown: str) -> str:
    """HTML of Telegram's `parse_mode=HTML`: b, i, a, code, pre and blockquote; the rest is text."""
    return _html(flatten(markdown))


def to_plain(markdown: str) -> str:
    """Text alone; addresses of links follow them in brackets."""
    return "".join(run.text for run in flatten(markdown, addresses=True))


def utf16_length(text: str) -> int:
    """The length of `text` in UTF-16 code units, as Telegram counts."""
    return len(text) + sum(char > "\uffff" for char in text)


def telegram_length(markdown: str) -> int:
    """UTF-16 code units of what is visible of `markdown` on Telegram."""
    return sum(utf16_length(run.text) for run in flatten(markdown))


def split_for_telegram(markdown: str, limit: int = TELEGRAM_LIMIT) -> list[str]:
    """`to_telegram` in parts of at most `limit` visible UTF-16 units, each valid HTML by itself.

    Cut between paragraphs, else after a sentence or line, else between words, else anywhere that
    leaves characters whole. Text without anything visible gives no part. ValueError below 2 units,
    which cannot hold an emoji.
    """
    if limit < 2:
        raise ValueError("a part must be allowed at least 2 UTF-16 units")
    runs = flatten(markdown)
    text = "".join(run.text for run in runs)
    parts, start = [], 0
    while start < len(text):
        end = start + _cut(text[start:], limit)
        kept = len(text[:end].rstrip())
        if kept > start:
            parts.append(_html(_between(runs, start, kept)))
        start = end
        while start < len(text) and text[start] == "\n":
            start += 1
    return parts


def _cut(text: str, limit: int) -> int:
    """How many characters of `text` go into the part that starts it; at least 1."""
    fits = _fitting(text, limit)
    if fits == len(text):
        return fits
    # One more, since the white space that is cut at is not shown.
    head = text[: fits + 1]
    paragraph = head.rfind("\n\n")
    if paragraph > 0:
        return paragraph
    sentence = max((found.end() for found in _SENTENCE.finditer(head)), default=0)
    word = max(head.rfind(" "), head.rfind("\n")) + 1
    return sentence or word or _whole_characters(text, fits)


def _fitting(text: str, limit: int) -> int:
    units = 0
    for index, char in enumerate(text):
        units += 2 if char > "\uffff" else 1
        if units > limit:
            return index
    return len(text)


def _whole_characters(text: str, fits: int) -> int:
    """`fits`, or a little less where it would part a letter from its accent or cut an emoji."""
    for end in range(fits, max(fits - 16, 0), -1):
        after, before = text[end], text[end - 1]
        joined = unicodedata.combining(after) or after in _JOINERS or before == "\u200d"
        if not joined and not "\U0001f3fb" <= after <= "\U0001f3ff":
            return end
    return fits


def _between(runs: Sequence[Run], start: int, end: int) -> list[Run]:
    """The runs that show the characters from `start` to `end` of all visible text."""
    kept, at = [], 0
    for run in runs:
        text = run.text[max(start - at, 0) : max(end - at, 0)]
        if text:
            kept.append(replace(run, text=text))
        at += len(run.text)
    return kept


def _html(runs: Iterable[Run]) -> str:
    out: list[str] = []
    open_tags: tuple[str, ...] = ()
    for run in runs:
        keep = len(common_tags(open_tags, run.tags))
        out.extend(_closing(open_tags[keep:]))
        out.extend(f"<{tag}>" for tag in run.tags[keep:])
        out.append(html.escape(run.text, quote=False))
        open_tags = run.tags
    out.extend(_closing(open_tags))
    return "".join(out)


def _closing(tags: tuple[str, ...]) -> list[str]:
    return [f"</{tag.split()[0]}>" for tag in reversed(tags)]
