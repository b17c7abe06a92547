"""A small OpenID Connect provider with real keys, on a port of its own, for people of a test."""

import base64
import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "front-counter", "the client's secret"


@dataclass
class Waiting:
    """Somebody was sent back with a code, and it is not taken up yet."""

    challenge: str
    back: str
    nonce: str


@dataclass
class SmallProvider:
    """Signs in whoever asks as the person that a test has named."""

    now: datetime
    person: dict[str, Any] = field(default_factory=dict)
    """Claims about them."""
    changed: dict[str, Any] = field(default_factory=dict)
    """Claims that are other than they should be."""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    shown: RSAKey | None = None
    """The key it shows, where that is not the one it signs with."""
    url: str = ""
    waiting: dict[str, Waiting] = field(default_factory=dict)

    async def configuration(self, _: web.Request) -> web.Response:
        return web.json_response(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
            }
        )

    async def authorize(self, request: web.Request) -> web.Response:
        asked = request.query
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        back = asked["redirect_uri"]
        self.waiting[code] = Waiting(asked["code_challenge"], back, asked["nonce"])
        query = urlencode({"code": code, "state": asked["state"]})
        raise web.HTTPFound(f"{back}?{query}")

    async def token(self, request: web.Request) -> web.Response:
        form = await request.post()
        waiting = self.waiting.pop(str(form["code"]), None)
        digest = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        proof = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        known = (form["client_id"], form["client_secret"]) == (CLIENT, SECRET)
        if waiting is None or not known or proof != waiting.challenge:
            return web.json_response({"error": "invalid_grant"}, status=400)
        assert form["redirect_uri"] == waiting.back
        at = int(self.now.timestamp())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "iat": at,
            "exp": at + 300,
            "nonce": waiting.nonce,
            **self.person,
            **self.changed,
        }
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        return web.json_response({"token_type": "Bearer", "id_token": token})

    async def keys(self, _: web.Request) -> web.Response:
        key = self.shown or self.key
        return web.json_response({"keys": [key.as_dict(private=False)]})


@asynccontextmanager
async def running_provider(now: datetime) -> AsyncIterator[SmallProvider]:
    """A provider for the length of the block."""
    provider = SmallProvider(now)
    app = web.Application()
    app.router.add_get("/.well-known/openid-configuration", provider.configuration)
    app.router.add_get("/authorize", provider.authorize)
    app.router.add_post("/token", provider.token)
    app.router.add_get("/keys", provider.keys)
    server = TestServer(app)
    await server.start_server()
    provider.url = str(server.make_url("/")).rstrip("/")
    yield provider
    await server.close()
