"""The program under measurement, in a process of its own: the real one, but for Telegram's pace."""

import asyncio
import gc
import json
import resource
import signal
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine

import bot.turns
from bot.app import open_app
from bot.commands.run import YIELDS_AFTER
from bot.config import load_config
from bot.logs import set_up_logs
from bot.pace import Pace

SECRET = "benchmark"  # noqa: S105 - of a made-up bot on this machine
TOKEN = "123456:benchmark"  # noqa: S105 - the same
PATH = "/telegram"
KEY_FILE = "seal.key"
UNHURRIED = Pace(everywhere=(1e9, 10**9), one_chat=(1e9, 10**9))
SILENT = Pace(everywhere=(1e-9, 1), one_chat=(1e-9, 1))
"""Sends one reply in thirty years: then only the taking in is measured."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the program is to run."""

    data: str
    telegram: str
    """Where the made-up Telegram listens."""
    url: str
    """The database."""
    together: int = bot.turns.MOST_TOGETHER
    """Turns a commit; 1 is one commit for each update."""
    sending: bool = True


@dataclass(slots=True)
class Spent:
    """What it took, told when it ends."""

    statements: int = 0
    cpu_seconds: float = 0.0
    """Of all threads, from when it was ready."""
    peak_megabytes: float = 0.0


async def serve(plan: Plan) -> None:
    """Run until SIGTERM; one line of JSON when it is ready, one with what it took at the end."""
    bot.turns.MOST_TOGETHER = plan.together
    sys.setswitchinterval(YIELDS_AFTER)  # as `front-counter run` does
    spent = Spent()

    def count(*_: object) -> None:
        spent.statements += 1

    event.listen(Engine, "before_cursor_execute", count)
    config, _ = load_config(
        data=Path(plan.data),
        web={"port": 0},
        staff={"port": 0},
        storage={"url": plan.url, "key_file": Path(plan.data).parent / KEY_FILE},
        telegram={
            "token": TOKEN,
            "mode": "webhook",
            "webhook_url": f"https://localhost{PATH}",
            "webhook_secret": SECRET,
            "api_url": plan.telegram,
        },
    )
    set_up_logs("console", "warning")
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with open_app(config, pace=UNHURRIED if plan.sending else SILENT) as app:
        if app.telegram is not None:
            await app.telegram.settled()
        gc.collect()
        gc.freeze()  # as `front-counter run` does
        print(json.dumps({"chat": app.chat_url}), flush=True)
        spent.statements, before = 0, _cpu_seconds()
        await stop.wait()
        spent.cpu_seconds = _cpu_seconds() - before
        spent.peak_megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(asdict(spent)), flush=True)


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    asyncio.run(serve(Plan(**json.loads(sys.argv[1]))))
