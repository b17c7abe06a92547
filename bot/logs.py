"""Structured logs without a word that a resident wrote, and without a secret."""

import logging
import logging.config
import sys
from collections.abc import Sequence
from typing import Any

import structlog

_QUIET = ("httpx", "httpcore", "telegram", "aiohttp.access", "alembic", "asyncio", "aiosqlite")
"""Libraries that would log addresses with the bot's token in them, or whole messages."""


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


def set_up_logs(style: str, level: str, secrets: Sequence[str] = ()) -> None:
    """Send all logs to standard error, as lines for people ("console") or JSON ("json")."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler()
    handler.addFilter(Redactor(secrets))
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
