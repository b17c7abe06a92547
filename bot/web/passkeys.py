"""Passkeys: what a browser is asked for, and whether what it answers is right."""

import base64
import hashlib
import json
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

ES256, RS256 = -7, -257


@dataclass(frozen=True, slots=True)
class Site:
    """Who asks: passkeys are for one host and no other."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Made:
    """A new passkey, as it is kept."""

    credential: str
    public_key: str
    sign_count: int


def can_verify() -> bool:
    """Whether the package is there with which answers are verified: the extra "passkeys"."""
    return find_spec("webauthn") is not None


def challenge_of(secret: str) -> bytes:
    """What a device has to sign; the same for the same secret, which only one browser has."""
    return hashlib.sha256(b"passkey " + secret.encode()).digest()


def to_make(site: Site, name: str, user_id: int, username: str, challenge: bytes) -> str:
    """What to ask a browser for that is to make a passkey, as JSON."""
    return json.dumps(
        {
            "rp": {"id": site.host, "name": name},
            "user": {
                "id": _text(str(user_id).encode()),
                "name": username,
                "displayName": username,
            },
            "challenge": _text(challenge),
            "pubKeyCredParams": [{"type": "public-key", "alg": alg} for alg in (ES256, RS256)],
            "authenticatorSelection": {
                "residentKey": "required",
                "requireResidentKey": True,
                "userVerification": "required",
            },
            "attestation": "none",
        }
    )


def to_show(site: Site, challenge: bytes) -> str:
    """What to ask a browser for that is to show any passkey of this host, as JSON."""
    asked = {"rpId": site.host, "challenge": _text(challenge), "userVerification": "required"}
    return json.dumps(asked)


def read_made(answer: str, site: Site, challenge: bytes) -> Made | None:
    """The passkey that a browser has made; None for an answer that is not right."""
    # It takes a third of a second to import, which no start should wait for.
    from webauthn import verify_registration_response  # noqa: PLC0415 - see above
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 - see above

    try:
        found = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    key = found.credential_public_key
    return Made(_text(found.credential_id), _text(key), found.sign_count)


def credential_in(answer: str) -> str:
    """Which passkey a browser says it shows; empty for what is no answer."""
    try:
        said: Any = json.loads(answer)
    except ValueError:
        return ""
    id = said.get("id", "") if isinstance(said, dict) else ""
    return id if isinstance(id, str) else ""


def count_in(answer: str, site: Site, challenge: bytes, known: Made) -> int | None:
    """How often the device says it was used, once its answer is right; None where it is not."""
    from webauthn import verify_authentication_response  # noqa: PLC0415 - as in read_made
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 - as above

    try:
        found = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64.urlsafe_b64decode(known.public_key + "=="),
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    return int(found.new_sign_count)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
