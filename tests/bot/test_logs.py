"""Logs: one line a record, in UTC, with no secret in it and no text of an exception."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.logs import set_up_logs, where

SECRET = "123456:a-secret-token"


@contextmanager
def logging_to(style: str) -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    said = io.StringIO()
    set_up_logs(style, "info", (SECRET,))
    stream = root.handlers[0]
    assert isinstance(stream, logging.StreamHandler)
    stream.setStream(said)
    try:
        yield said
    finally:
        root.handlers = handlers
        root.setLevel(level)


@pytest.mark.parametrize("style", ["console", "json"])
def test_nobody_can_forge_a_line(style: str) -> None:
    with logging_to(style) as said:
        logging.getLogger("x").error("one\nERROR forged \x1b[31m\u2028")
    assert len(said.getvalue().splitlines()) == 1
    assert "\x1b" not in said.getvalue()


@pytest.mark.parametrize("style", ["console", "json"])
def test_a_secret_is_struck_out(style: str) -> None:
    with logging_to(style) as said:
        logging.getLogger("x").error("calling https://x/bot%s/getMe", SECRET)
    assert SECRET not in said.getvalue()
    assert "[secret]" in said.getvalue()


@pytest.mark.parametrize("style", ["console", "json"])
def test_an_exception_is_its_kind_and_place_and_never_its_text(style: str) -> None:
    with logging_to(style) as said:
        try:
            raise ValueError("what a resident wrote")
        except ValueError as error:
            logging.getLogger("x").exception("it failed")
            place = where(error)
    assert "what a resident wrote" not in said.getvalue()
    assert "ValueError at" in said.getvalue()
    assert place.startswith("ValueError at bot/test_logs.py:")


def test_times_are_utc() -> None:
    with logging_to("json") as said:
        logging.getLogger("x").error("now")
    assert json.loads(said.getvalue())["at"].endswith("Z")
    with logging_to("console") as said:
        logging.getLogger("x").error("now")
    assert said.getvalue().split()[0].endswith("Z")
