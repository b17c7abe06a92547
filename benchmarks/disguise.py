"""Twelve ways in which a message may look other than it is meant; the same for the same seed."""

import random
from collections.abc import Callable, Mapping
from functools import partial

from benchmarks.typos import with_typos

_SHORT = {
    "you": "u", "are": "r", "please": "plz", "people": "ppl", "because": "cos", "tonight": "2nite",
    "to": "2", "for": "4", "and": "n", "be": "b", "see": "c", "why": "y", "your": "ur",
    "someone": "sum1", "before": "b4", "with": "wiv", "have": "av", "the": "da", "what": "wot",
    "something": "summat", "know": "no", "my": "me", "going": "goin", "his": "is", "he": "e",
    "right": "rite", "help": "hlp", "police": "plice", "about": "bout", "from": "frm",
    "this": "dis", "that": "dat", "now": "nw", "can": "cn", "get": "gt",
    "text": "txt", "message": "msg",
}  # fmt: skip
_LOOKS_LIKE = str.maketrans("aceopxyiABCEHKMOPTX", "асеорхуіАВСЕНКМОРТХ")
_EMOJI = ("😭", "🙏", "😱", "😢", "‼️")
_ZERO_WIDTH = "\u200b"
_BEFORE = "Hello, I hope you are well and that it is all right to write to you here. "
_AFTER = " Sorry to trouble you, and thank you so much for your time. Kind regards"


def _typos(text: str, chance: random.Random, count: int) -> str:
    return with_typos(text, count, chance)


def _bare(text: str, _: random.Random) -> str:
    return "".join(sign for sign in text if sign.isalnum() or sign.isspace())


def _texted(text: str, _: random.Random) -> str:
    return " ".join(_SHORT.get(word, word) for word in text.lower().split())


def _spaced(text: str, _: random.Random) -> str:
    return "   ".join(" ".join(word) for word in text.split())


def _zero_width(text: str, _: random.Random) -> str:
    return _ZERO_WIDTH.join(text)


def _full_width(text: str, _: random.Random) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def _repeated(text: str, chance: random.Random) -> str:
    """One letter of every third word or so, three times more."""

    def drawn_out(word: str) -> str:
        if len(word) < 3 or chance.random() > 1 / 3:
            return word
        place = chance.randrange(1, len(word))
        return word[:place] + word[place] * 3 + word[place:]

    return " ".join(map(drawn_out, text.split()))


def _emoji(text: str, chance: random.Random) -> str:
    return "".join(f"{word} {chance.choice(_EMOJI)} " for word in text.split()).strip()


DISGUISES: Mapping[str, Callable[[str, random.Random], str]] = {
    "capitals": lambda text, _: text.upper(),
    "no punctuation": _bare,
    "one typo": partial(_typos, count=1),
    "two typos": partial(_typos, count=2),
    "text-speak": _texted,
    "spaced letters": _spaced,
    "zero width": _zero_width,
    "look-alikes": lambda text, _: text.translate(_LOOKS_LIKE),
    "full width": _full_width,
    "repeated": _repeated,
    "emoji": _emoji,
    "padded": lambda text, _: f"{_BEFORE}{text}{_AFTER}",
}
