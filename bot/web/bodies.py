"""Reads what a browser sends: not for ever, not without end, and whatever bytes it is made of."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping
from typing import TypeVar
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, ClientError, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError

URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
LARGEST_FORM = 256 * 1024
"""Bytes: 10,000 characters outside the Latin alphabet are 120,000 once they are encoded."""
MOST_FIELDS = 40
PATIENCE = 10.0
"""Seconds for a whole form, or for the next piece of a picture."""
LONGEST_UPLOAD = 180.0
"""Seconds for all pictures of one form together."""

_UNREADABLE = (ValueError, AssertionError, KeyError, RuntimeError, TypeError)
"""What aiohttp's multipart reader raises for bytes that are none."""
_BROKEN = (ClientError, HttpProcessingError, web.RequestPayloadError)
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

_T = TypeVar("_T")


class Form(dict[str, str]):
    """The fields of a form: the last of each name, or `all` of one."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._pairs = tuple(pairs)
        super().__init__(self._pairs)

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of that name, in order."""
        return tuple(value for of, value in self._pairs if of == name)


async def read_form(
    request: web.Request, patience: float = PATIENCE, most: int = MOST_FIELDS
) -> Form:
    """The fields of an urlencoded form, of which there may be at most so many.

    Raises 408 after `patience` seconds, 413 above LARGEST_FORM, 415 for another kind of body, and
    400 for what cannot be read.
    """
    body = await read_body(request, URLENCODED, patience)
    try:
        pairs = parse_qsl(
            body.decode("ascii", "replace"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="replace",
            max_num_fields=most,
        )
    except ValueError:
        raise web.HTTPBadRequest from None
    return Form((name, clean(value)) for name, value in pairs)


async def read_body(request: web.Request, media: str, patience: float = PATIENCE) -> bytes:
    """A whole body of that media type; raises 408, 413 and 415 as read_form does."""
    if request.content_type != media:
        raise web.HTTPUnsupportedMediaType
    if (request.content_length or 0) > LARGEST_FORM:
        raise web.HTTPRequestEntityTooLarge(LARGEST_FORM, request.content_length or 0)
    return await _patiently(_all(request), patience)


def clean(text: str) -> str:
    """What was typed, its line breaks all newlines, without controls and lone surrogates."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


class Upload:
    """A multipart form: first its fields, then its files one by one, so that one is in memory.

    `largest` is in bytes and for one file; `most` files are read, and no bytes beyond that.
    """

    def __init__(self, request: web.Request, largest: int, most: int) -> None:
        self._request = request
        self._largest, self._most = largest, most
        self._left = (largest + LARGEST_FORM) * most
        self._reader: MultipartReader | None = None
        self._file: BodyPartReader | None = None

    @property
    def has_files(self) -> bool:
        """Whether a file stood behind the fields, once they are read."""
        return self._file is not None

    async def fields(self) -> Mapping[str, str]:
        """The fields that stand before the first file; raises as read_form does."""
        if (self._request.content_length or 0) > self._left:
            raise web.HTTPRequestEntityTooLarge(self._left, self._request.content_length or 0)
        found: dict[str, str] = {}
        while (part := await self._next()) is not None:
            if part.filename is not None:
                self._file = part
                break
            if len(found) >= MOST_FIELDS:
                raise web.HTTPBadRequest
            data = await self._read(part, LARGEST_FORM)
            if data is None:
                raise web.HTTPRequestEntityTooLarge(LARGEST_FORM, LARGEST_FORM + 1)
            found[part.name or ""] = clean(data.decode("utf-8", "replace"))
        return found

    async def files(self) -> AsyncIterator[bytes | None]:
        """The bytes of each file that has any; None for one that is too big.

        Fields that stand between files are passed over.
        """
        part, self._file = self._file, None
        taken = 0
        while part is not None and taken < self._most:
            data = await self._read(part, self._largest)
            if part.filename is not None and (data is None or data):
                taken += 1
                yield data
            part = await self._next()

    async def _next(self) -> BodyPartReader | None:
        """The next part, or None at the end."""
        try:
            if self._reader is None:
                self._reader = await self._request.multipart()
            part = await _patiently(self._reader.next(), PATIENCE)
        except _UNREADABLE:
            raise web.HTTPBadRequest from None
        if part is not None and not isinstance(part, BodyPartReader):
            raise web.HTTPBadRequest
        return part

    async def _read(self, part: BodyPartReader, largest: int) -> bytes | None:
        """All bytes of a part, to its end; None where there are more than `largest`."""
        data = bytearray()
        size = 0
        while chunk := await self._chunk(part):
            size += len(chunk)
            self._left -= len(chunk)
            if self._left < 0:
                raise web.HTTPRequestEntityTooLarge(self._largest, size)
            if size <= largest:
                data += chunk
        return bytes(data) if size <= largest else None

    async def _chunk(self, part: BodyPartReader) -> bytes:
        try:
            return await _patiently(part.read_chunk(64 * 1024), PATIENCE)
        except _UNREADABLE:
            raise web.HTTPBadRequest from None


async def _all(request: web.Request) -> bytes:
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise web.HTTPRequestEntityTooLarge(LARGEST_FORM, len(body))
    return bytes(body)


async def _patiently(reading: Awaitable[_T], seconds: float) -> _T:
    """What is read, or 408 when it does not come in time, or 400 when it is no proper body."""
    try:
        async with asyncio.timeout(seconds):
            return await reading
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except (*_BROKEN, ConnectionError):
        raise web.HTTPBadRequest from None
