"""Everything random: ids, references, access codes, session tokens."""

import hashlib
import re
import secrets

from handlers.report import ALPHABET, CODE_LENGTH, REFERENCE_LENGTH, reference_of

API_PREFIX = "fc_"

_RECOVERY, _ONE_TIME = 12, 18
_ID = re.compile("[0-9a-f]{32}")


def new_id() -> str:
    """128 random bits in hexadecimal digits."""
    return secrets.token_hex(16)


def is_id(text: str) -> bool:
    """Whether it has the shape of what `new_id` makes."""
    return _ID.fullmatch(text) is not None


def new_reference() -> str:
    """A reference nobody may have yet; whether it is free is for the table's key to say."""
    return reference_of(_letters(REFERENCE_LENGTH - 1))


def new_code() -> str:
    """A report's access code: 72 random bits in letters that can be read out."""
    return _letters(CODE_LENGTH)


def new_recovery_code() -> str:
    """A code that stands in for an authenticator app: 54 random bits in letters, in threes."""
    letters = _letters(_RECOVERY)
    return "-".join(letters[start : start + 3] for start in range(0, _RECOVERY, 3))


def new_password() -> str:
    """A password to pass on, good for one sign-in: 81 random bits in letters, in threes."""
    letters = _letters(_ONE_TIME).lower()
    return "-".join(letters[start : start + 3] for start in range(0, _ONE_TIME, 3))


def new_session_token() -> str:
    """256 random bits, safe in a cookie."""
    return secrets.token_urlsafe(32)


def new_api_token() -> str:
    """256 random bits, with letters in front by which a scanner of leaked secrets knows it."""
    return API_PREFIX + secrets.token_urlsafe(32)


def hash_token(token: str) -> bytes:
    """What is kept of a token; it is random, so that a plain SHA-256 is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _letters(count: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(count))
