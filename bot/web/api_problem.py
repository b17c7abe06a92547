"""What went wrong, as other systems read it: problem+json of RFC 9457."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from bot.logs import where
from storage.errors import Unavailable

log = logging.getLogger(__name__)

MEDIA = "application/problem+json"

_SAID: Mapping[int, str] = {
    401: "Send a token that is valid here: “Authorization: Bearer fc_…”.",
    404: "There is no such thing, or it is not for this token.",
    405: "The address does not know this method.",
    408: "The request did not arrive in time.",
    413: "The body is too large.",
    415: "The body has to be application/json.",
    500: "Something is wrong on our side. Look whether it was done before you try again.",
    503: "The records cannot be reached at the moment. Try again.",
}
_KEPT_HEADERS = (hdrs.ALLOW, hdrs.RETRY_AFTER)


class Problem(Exception):  # noqa: N818 - RFC 9457's word
    """The request is not done; `said` is a sentence for who reads the log of the other system.

    `more` stands in the answer beside it. What was sent is never repeated in either.
    """

    def __init__(
        self,
        status: int,
        said: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        **more: Sequence[Any],
    ) -> None:
        super().__init__(said)
        self.status, self.said, self.more = status, said, more
        self.headers = headers or {}

    def response(self) -> web.Response:
        """The answer."""
        body = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.said or _SAID.get(self.status, HTTPStatus(self.status).description),
            **self.more,
        }
        response = web.json_response(body, status=self.status, headers=self.headers)
        response.content_type = MEDIA
        return response


def missing() -> Problem:
    """What is not there and what is not for them look the same."""
    return Problem(404)


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every error with a problem, and never with a word that somebody wrote."""
    try:
        return await handler(request)
    except asyncio.CancelledError:
        raise
    except Problem as problem:
        return problem.response()
    except web.HTTPException as error:
        if error.status < 400:
            raise
        kept = {str(name): error.headers[name] for name in _KEPT_HEADERS if name in error.headers}
        response = Problem(error.status, headers=kept).response()
        if error.status in {408, 413}:
            # What is left of the body would be read as the next request.
            response.force_close()
        return response
    except (Unavailable, TimeoutError) as error:
        log.error("%s: %s", _route(request), where(error))
        return Problem(503, headers={hdrs.RETRY_AFTER: "30"}).response()
    except Exception as error:
        log.error("%s: %s", _route(request), where(error))
        return Problem(500).response()


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return "unknown" if resource is None else f"{request.method} {resource.canonical}"
