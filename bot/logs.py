"""Structured logs without a word that a resident wrote, and without a secret."""

import json
import logging
from collections.abc import Sequence
from datetime import UTC, datetime

_QUIET = ("httpx", "httpcore", "telegram", "aiohttp.access", "alembic", "asyncio", "aiosqlite")
"""Libraries that would log addresses with the bot's token in them, or whole messages."""

_SILENT = ("aiohttp.server",)
"""Would log a traceback that quotes the request; our own error pages log the kind of error."""

_LINE = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


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


class Json(logging.Formatter):
    """One line of JSON a record; a line break in a message cannot forge another record."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a JSON object."""
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def set_up_logs(style: str, level: str, secrets: Sequence[str] = ()) -> None:
    """Send all logs to standard error, as lines for people ("console") or JSON ("json")."""
    handler = logging.StreamHandler()
    handler.addFilter(Redactor(secrets))
    handler.setFormatter(Json() if style == "json" else logging.Formatter(_LINE))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)
