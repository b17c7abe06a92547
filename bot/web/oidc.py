"""OpenID Connect: the code flow with PKCE at the force's own identity provider."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import aiohttp
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from bot.settings import Oidc
from bot.web.guard import Tokens

_TIMEOUT = aiohttp.ClientTimeout(total=10)
_ALGORITHMS = ("RS256", "PS256", "ES256")
_LEEWAY = 60
"""Seconds by which the provider's clock may be off."""
_LARGEST = 256 * 1024


class ProviderFailed(Exception):  # noqa: N818 - what became of it
    """The provider cannot be reached, or what it says cannot be believed; why, for the log."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is to the provider."""

    issuer: str
    subject: str
    username: str
    """What the claim says that is set; empty where there is none."""
    name: str
    groups: tuple[str, ...]


class Provider:
    """One provider. What it says of itself is asked anew each time: keys change, sign-ins are few.

    `key` is 256 random bits in the browser, from which all that ties the way there to the way back
    is derived, so that nothing has to be kept here.
    """

    def __init__(self, settings: Oidc, clock: Callable[[], datetime]) -> None:
        self._settings, self._clock = settings, clock
        self._issuer = str(settings.issuer).rstrip("/")

    async def address(self, back: str, key: str) -> str:
        """Where to send somebody who wants to sign in; `back` is where they return to."""
        known = await self._configuration()
        challenge = hashlib.sha256(_tied(key, "verifier").encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": back,
            "scope": "openid profile email",
            "state": _tied(key, "state"),
            "nonce": _tied(key, "nonce"),
            "code_challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        return f"{known['authorization_endpoint']}?{urlencode(query)}"

    def is_ours(self, state: str, key: str) -> bool:
        """Whether somebody with this key was sent there with this state."""
        return bool(key) and Tokens(key.encode()).right("oidc state", state)

    async def identity(self, code: str, back: str, key: str) -> Identity:
        """Who has come back with this code; raises ProviderFailed."""
        known = await self._configuration()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": self._settings.client_id,
            "code_verifier": _tied(key, "verifier"),
        }
        if self._settings.client_secret is not None:
            form["client_secret"] = self._settings.client_secret.get_secret_value()
        answer = await self._json("POST", _address(known, "token_endpoint"), form)
        keys = await self._json("GET", _address(known, "jwks_uri"))
        claims = self._believed(answer.get("id_token"), keys, _tied(key, "nonce"))
        groups = claims.get(self._settings.groups, ())
        return Identity(
            issuer=self._issuer,
            subject=str(claims["sub"]),
            username=str(claims.get(self._settings.claim, "")),
            name=str(claims.get("name", "")),
            groups=tuple(str(each) for each in groups) if isinstance(groups, list) else (),
        )

    def _believed(self, token: Any, keys: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        """What a token says, once it is known to be the provider's, for us, now and for this."""
        wanted = jwt.JWTClaimsRegistry(
            now=int(self._clock().timestamp()),
            leeway=_LEEWAY,
            iss={"essential": True, "values": [self._issuer, f"{self._issuer}/"]},
            aud={"essential": True, "value": self._settings.client_id},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            signed = KeySet.import_key_set({"keys": keys["keys"]})
            claims = jwt.decode(str(token), signed, algorithms=_ALGORITHMS).claims
            wanted.validate(claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise ProviderFailed(f"its token is not to be believed: {error!r}") from None
        if claims.get("azp", self._settings.client_id) != self._settings.client_id:
            raise ProviderFailed("its token was made for another client")
        return claims

    async def _configuration(self) -> Mapping[str, Any]:
        known = await self._json("GET", f"{self._issuer}/.well-known/openid-configuration")
        if str(known.get("issuer", "")).rstrip("/") != self._issuer:
            raise ProviderFailed("it says that it is another issuer than staff.oidc.issuer")
        _address(known, "authorization_endpoint")
        return known

    async def _json(
        self, method: str, url: str, form: Mapping[str, str] | None = None
    ) -> Mapping[str, Any]:
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT, trust_env=True) as client,
                client.request(method, url, data=form, allow_redirects=False) as answer,
            ):
                if answer.status != 200:
                    raise ProviderFailed(f"it answered {answer.status}")
                if (answer.content_length or 0) > _LARGEST:
                    raise ProviderFailed("its answer is too long")
                said = await answer.json()
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
            raise ProviderFailed(f"it cannot be reached ({type(error).__name__})") from None
        if not isinstance(said, dict):
            raise ProviderFailed("its answer is no JSON object")
        return said


def _tied(key: str, what: str) -> str:
    """64 hexadecimal digits that only who has the key can know."""
    return Tokens(key.encode()).token(f"oidc {what}")


def _address(known: Mapping[str, Any], name: str) -> str:
    """An address that the provider gave; raises ProviderFailed for none."""
    address = known.get(name)
    if not isinstance(address, str) or not address.startswith(("https://", "http://")):
        raise ProviderFailed(f"it gives no {name}")
    return address
