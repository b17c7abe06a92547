"""Structured logs without a word that a resident wrote, and without a secret."""

import json
import logging
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from traceback import walk_tb
from types import TracebackType

_QUIET = (
    "PIL", "aiohttp.access", "aiosqlite", "alembic", "asyncio", "httpcore", "httpx", "sqlalchemy",
    "telegram",
)  # fmt: skip
"""Libraries that would log addresses with the bot's token in them, or whole messages."""

_SILENT = ("aiohttp.server",)
"""Would log a traceback that quotes the request; our own error pages log the kind of error."""

ExceptionInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)

_LINE = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def _moment(record: logging.LogRecord) -> str:
    at = datetime.fromtimestamp(record.created, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Redactor(logging.Filter):
    """The last line of defence: a secret that reaches a log line is struck out."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__()
        self._secrets = tuple(secret for secret in secrets if len(secret) >= 8)

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, its secrets struck out."""
        text = record.getMessage()
        if any(secret in text for secret in self._secrets):
            for secret in self._secrets:
                text = text.replace(secret, "[secret]")
            record.msg, record.args = text, ()
        return True


class Lines(logging.Formatter):
    """Lines for people, in UTC; an exception is its kind and where it was, never its text.

    A line break or another control character in a message is written out, so that nobody can forge
    a line or drive a terminal.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        return _CONTROLS.sub(lambda found: repr(found[0])[1:-1], super().format(record))

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - logging's name
        """The moment in UTC."""
        return _moment(record)

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802 - logging's name
        """Kind, file and line, innermost last."""
        kind, _, traceback = ei
        frames = (f"{frame.f_code.co_filename}:{line}" for frame, line in walk_tb(traceback))
        return f"{kind.__name__ if kind else 'exception'} at {' > '.join(frames)}"


class Json(Lines):
    """One line of JSON a record; a line break in a message cannot forge another record."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a JSON object."""
        entry = {
            "at": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry)


def set_up_logs(style: str, level: str, secrets: Sequence[str] = ()) -> None:
    """Send all logs to standard error, as lines for people ("console") or JSON ("json")."""
    handler = logging.StreamHandler()
    handler.addFilter(Redactor(secrets))
    handler.setFormatter(Json() if style == "json" else Lines(_LINE))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def where(error: BaseException) -> str:
    """The kind of an error and the line it was raised at; never its text, which may quote words."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    if at is None:
        return type(error).__name__
    file = Path(at.tb_frame.f_code.co_filename)
    return f"{type(error).__name__} at {file.parent.name}/{file.name}:{at.tb_lineno}"
