"""`front-counter doctor`: what is configured, writable, reachable and old, a line each."""

import os
import sqlite3
import stat
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import aiohttp

from bot.alerts import ways_of
from bot.clock import utc_now
from bot.config import Config, cache_of
from bot.control import socket_of
from bot.password_rule import looks_sorted
from knowledge.check import check
from knowledge.encoder import NoEncoder, open_encoder
from storage.errors import StorageError
from storage.work import open_store

GOOD, WARN, BAD = "ok", "look", "BAD"
WAL_RESET_FIXED = (3, 51, 3)
"""The SQLite release in which the WAL-reset corruption bug was mended (sqlite.org, March 2026)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's."""

    state: str
    part: str
    text: str


async def examine(config: Config) -> int:
    """Print all findings; 1 where one is BAD."""
    findings = [*_program(), *_data_folder(config), *_key(config)]
    findings.extend(_knowledge(config, utc_now().date()))
    findings.extend([finding async for finding in _database(config)])
    findings.extend(_journal(config))
    findings.extend(_alerts(config))
    findings.extend([finding async for finding in _telegram(config)])
    findings.extend(_listeners(config))
    findings.extend(_sign_in(config))
    for finding in findings:
        print(f"{finding.state:5} {finding.part:12} {finding.text}")
    return 1 if any(finding.state == BAD for finding in findings) else 0


def _program() -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding(GOOD, "python", version)
    if sqlite3.sqlite_version_info >= WAL_RESET_FIXED:
        yield Finding(GOOD, "sqlite", f"{sqlite3.sqlite_version}, mended of the WAL-reset bug")
    else:
        yield Finding(
            WARN,
            "sqlite",
            f"{sqlite3.sqlite_version} has the WAL-reset bug of SQLite before 3.51.3: it needs two "
            "writers at once, and the counter allows one process with one writer",
        )


def _data_folder(config: Config) -> Iterator[Finding]:
    folder = config.data
    if not folder.exists():
        above = next(parent for parent in folder.absolute().parents if parent.exists())
        if above.is_dir() and os.access(above, os.W_OK | os.X_OK):
            yield Finding(WARN, "data", f"{folder} is not there yet; `run` makes it")
        else:
            yield Finding(BAD, "data", f"{folder} cannot be made: {above} is not writable")
        return
    if not folder.is_dir():
        yield Finding(BAD, "data", f"{folder} is a file: name a folder")
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Finding(BAD, "data", f"{folder} is not writable for this user")
        return
    mode = stat.S_IMODE(folder.stat().st_mode)
    others = mode & 0o077
    said = f"{folder} is writable" + (f", but open to others ({mode:o}): chmod 700" * bool(others))
    yield Finding(WARN if others else GOOD, "data", said)


def _key(config: Config) -> Iterator[Finding]:
    path = config.key_file
    if not path.exists():
        yield Finding(WARN, "key", f"{path} is not there yet; the first run makes it")
    elif stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding(BAD, "key", f"{path} can be read by others: chmod 600 {path}")
    else:
        yield Finding(GOOD, "key", f"{path}; keep a copy apart from the data")


def _journal(config: Config) -> Iterator[Finding]:
    """Where messages are held while the database cannot be written."""
    folder = config.journal
    if not folder.is_dir():
        yield Finding(WARN, "journal", f"{folder} is not there yet; `run` makes it")
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield Finding(BAD, "journal", f"{folder} is not writable for this user")
    elif any(folder.glob("journal.[0-9]*")):
        yield Finding(WARN, "journal", f"{folder} holds messages that are not recorded yet")
    elif config.data.is_dir() and folder.stat().st_dev == config.data.stat().st_dev:
        said = f"{folder} is on the data's own disk: another would outlive it (storage.journal)"
        yield Finding(WARN, "journal", said)
    else:
        yield Finding(GOOD, "journal", f"{folder} is empty, on a disk of its own")


def _alerts(config: Config) -> Iterator[Finding]:
    count = len(ways_of(config.alerts))
    if count:
        yield Finding(GOOD, "alerts", f"{count} ways are set; try: front-counter alerts")
    else:
        yield Finding(WARN, "alerts", "nobody is told when something breaks: see [alerts]")


def _knowledge(config: Config, today: date) -> Iterator[Finding]:
    folder: Path = config.knowledge.folder
    problems = check(folder, today, cache=cache_of(config), held_out=False)
    errors = [problem for problem in problems if problem.error]
    warnings = len(problems) - len(errors)
    if errors:
        yield Finding(BAD, "knowledge", f"{folder}: {len(errors)} errors; run front-counter check")
    else:
        yield Finding(WARN if warnings else GOOD, "knowledge", f"{folder}: {warnings} to look at")
    yield _encoder()


def _encoder() -> Finding:
    try:
        open_encoder()
    except NoEncoder as error:
        return Finding(WARN, "meaning", f"questions are matched by their words alone: {error}")
    return Finding(GOOD, "meaning", "questions are matched by what they mean, too")


async def _database(config: Config) -> AsyncIterator[Finding]:
    if not config.key_file.exists():
        yield Finding(WARN, "database", "not made yet; the first run makes it")
        return
    if socket_of(config.data).exists():
        yield Finding(GOOD, "database", "in use by the counter that runs; ask its /health/ready")
        return
    try:
        async with open_store(config.database_url, config.key_file) as store, store.work() as work:
            broken = await work.audit.verify()
            staff = await work.staff.list()
    except StorageError as error:
        yield Finding(BAD, "database", str(error))
        return
    yield Finding(GOOD, "database", "opens with this key")
    active = sum(not account.disabled for account in staff)
    yield Finding(GOOD if active else WARN, "staff", f"{active} accounts can sign in")
    if broken is None:
        yield Finding(GOOD, "audit", "the chain of events is whole")
    else:
        yield Finding(BAD, "audit", f"the chain of events is broken at event {broken}")


async def _telegram(config: Config) -> AsyncIterator[Finding]:
    if config.telegram.token is None:
        yield Finding(WARN, "telegram", "off: no token is given")
        return
    url = f"{str(config.telegram.api_url).rstrip('/')}/bot"
    url += f"{config.telegram.token.get_secret_value()}/getMe"
    try:
        timeout = aiohttp.ClientTimeout(total=10)
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=True) as client,
            client.get(url, allow_redirects=False) as answer,
        ):
            status = answer.status
    except (aiohttp.ClientError, OSError) as error:
        yield Finding(BAD, "telegram", f"cannot be reached ({type(error).__name__})")
        return
    if status == 200:
        yield Finding(GOOD, "telegram", f"the token is good; {config.telegram.mode}")
    else:
        yield Finding(BAD, "telegram", f"refuses the token (HTTP {status})")


def _listeners(config: Config) -> Iterator[Finding]:
    yield Finding(GOOD, "chat page", f"{config.web.host}:{config.web.port}")
    lonely = config.staff.host in {"127.0.0.1", "::1", "localhost"}
    said = f"{config.staff.host}:{config.staff.port}"
    if not lonely and config.staff.public_url is None:
        yield Finding(WARN, "console", f"{said} is open to the network without https in front")
    else:
        yield Finding(GOOD, "console", said)


def _sign_in(config: Config) -> Iterator[Finding]:
    """How hard it is to sign in as somebody else."""
    wanted = config.staff.second_factor
    if wanted:
        yield Finding(GOOD, "sign-in", f"a second factor is wanted of: {', '.join(wanted)}")
    else:
        said = "no role has to have a second factor: set staff.second_factor before launch"
        yield Finding(WARN, "sign-in", said)
    file = config.staff.breached_passwords
    if file is None:
        said = "new passwords are held against common ones only: see staff.breached_passwords"
        yield Finding(WARN, "passwords", said)
    elif looks_sorted(file):
        yield Finding(GOOD, "passwords", f"new ones are held against {file}")
    else:
        yield Finding(BAD, "passwords", f"{file} is no sorted list of SHA-1, as in docs/operations")
