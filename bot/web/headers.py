"""The security headers of every answer: pages, streams, static files and errors alike."""

from aiohttp import web

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_UNUSED = (
    "accelerometer browsing-topics camera display-capture geolocation gyroscope magnetometer "
    "microphone midi payment publickey-credentials-get screen-wake-lock serial usb"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _UNUSED.split()),
}
STRICT_TRANSPORT = "max-age=31536000"
FOR_EVER = "public, max-age=31536000, immutable"


PASSKEYS = ", publickey-credentials-create=(self)"
"""What the policy of the console says besides, since there staff make and show passkeys."""


def secure(app: web.Application, *, https: bool, passkeys: bool = False) -> None:
    """Put the headers on every answer of `app`; `https` says how people reach it.

    A signal rather than a middleware, since it also sees streams and errors.
    """
    headers = dict(HEADERS)
    if passkeys:
        shown, named = "publickey-credentials-get=()", "Permissions-Policy"
        allowed = headers[named].replace(shown, "publickey-credentials-get=(self)")
        headers[named] = allowed + PASSKEYS

    async def prepare(request: web.Request, response: web.StreamResponse) -> None:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
        response.headers.setdefault("Cache-Control", _caching(request, response))
        response.headers.popall("Server", None)

    app.on_response_prepare.append(prepare)


def _caching(request: web.Request, response: web.StreamResponse) -> str:
    """Pages are never stored; an asset is, for ever where its address names its content."""
    asset = request.path.startswith("/static/") or request.path == "/theme.css"
    if not asset or response.status not in {200, 206, 304}:
        return "no-store"
    return FOR_EVER if "v" in request.query else "no-cache"
