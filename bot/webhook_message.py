"""What a webhook is told, and how the message is signed: https://www.standardwebhooks.com."""

import base64
import binascii
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import datetime

from storage.webhooks import Delivery

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
"""Bytes of a secret."""


def id_of(delivery: Delivery) -> str:
    """What the receiver knows a message by, the same however often it is sent."""
    return f"msg_{delivery.id}"


def message_of(delivery: Delivery) -> bytes:
    """The body: what happened to which report and when, and nobody's words."""
    data = {
        "reference": delivery.reference,
        "alarm": delivery.alarm_id,
        "kind": delivery.kind,
        "district": delivery.district,
        "status": delivery.status,
        "version": delivery.version,
        "made_at": delivery.made_at and delivery.made_at.isoformat(),
    }
    message = {
        "type": delivery.event,
        "timestamp": delivery.at.isoformat(),
        "data": {name: value for name, value in data.items() if value not in {"", None}},
    }
    return json.dumps(message, separators=(",", ":")).encode()


def signed(secret: bytes, delivery: Delivery, body: bytes, now: datetime) -> Mapping[str, str]:
    """The headers by which a receiver knows that it is from us, and whether it came before."""
    id, seconds = id_of(delivery), str(int(now.timestamp()))
    content = f"{id}.{seconds}.".encode() + body
    signature = base64.b64encode(hmac.digest(secret, content, "sha256")).decode("ascii")
    return {
        "Content-Type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{signature}",
    }


def new_secret() -> str:
    """A secret as both sides keep it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def read_secret(text: str) -> bytes:
    """The bytes of a secret such as new_secret makes; ValueError with a sentence for others."""
    kept = text.strip()
    try:
        secret = base64.b64decode(kept.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if not kept.startswith(PREFIX) or not SHORTEST <= len(secret) <= LONGEST:
        raise ValueError(
            f"A webhook’s secret is {PREFIX} and then {SHORTEST} to {LONGEST} bytes in base64. "
            "Name a file that is not there yet, and one is made."
        )
    return secret
