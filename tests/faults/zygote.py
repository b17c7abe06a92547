"""Starts the real program in no time: a process that has loaded everything, and forks.

It forks before any thread, loop or connection exists. Orders come as lines of JSON.
"""

import asyncio
import gc
import json
import os
import signal
import sys
from asyncio import SelectorEventLoop
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as bot.cli has it

import bot.telegram  # noqa: F401 - loaded before the fork
from bot.app import open_app
from bot.config import Config, cache_of, load_config
from bot.logs import set_up_logs
from bot.pace import Pace
from bot.shelf import Shelf
from knowledge.load import SHIPPED
from tests.faults.mutants import apply

SECRET = "faults"
TOKEN = "123456:faults"
PATH = "/telegram"
UNHURRIED = Pace(everywhere=(1e9, 10**9), one_chat=(1e9, 10**9))


@dataclass(frozen=True, slots=True)
class Plan:
    """How the program is to run, and to end."""

    data: str
    telegram: str
    port: int
    url: str = ""
    keys: str = ""
    kill_at: int = 0
    """The step of the event loop, counted from the signal COUNT, at which it dies; 0 for never."""
    journal: str = ""


COUNT = signal.SIGUSR1
"""The steps of the event loop are counted from here."""


class Mortal(SelectorEventLoop):
    """An event loop that kills its process at a step, as the power would go."""

    steps = -1
    """Counted from 0 on the signal; less before."""
    kill_at = 0

    def _run_once(self) -> None:
        if Mortal.steps >= 0:
            Mortal.steps += 1
            if Mortal.steps == Mortal.kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
        super()._run_once()  # type: ignore[misc] # asyncio's own


async def serve(plan: Plan, shelf: Shelf) -> None:
    """Run until SIGTERM; the data folder gets a file that says `ready`."""
    data = Path(plan.data)
    config, _ = load_config(
        data=data,
        web={"port": plan.port},
        staff={"port": 0},
        storage={
            "url": plan.url,
            "key_file": plan.keys or str(data / "seal.key"),
            "journal": plan.journal or None,
        },
        telegram={
            "token": TOKEN,
            "mode": "webhook",
            "webhook_url": f"https://localhost{PATH}",
            "webhook_secret": SECRET,
            "api_url": plan.telegram,
        },
    )
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with open_app(config, pace=UNHURRIED, known=shelf) as app:
        if app.telegram is not None:
            # What it says to Telegram at every start is no part of a report.
            await app.telegram.settled()
        (data / "ready").write_text(str(os.getpid()))
        await stop.wait()


def live(plan: Plan, shelf: Shelf) -> None:
    """The life of a forked child."""
    log = (Path(plan.data) / "log").open("a")
    os.dup2(log.fileno(), 2)
    os.dup2(log.fileno(), 1)
    set_up_logs("json", "debug", (TOKEN, SECRET))
    apply()
    Mortal.kill_at = plan.kill_at
    signal.signal(COUNT, lambda *_: setattr(Mortal, "steps", 0))
    with asyncio.Runner(loop_factory=Mortal) as runner:
        runner.run(serve(plan, shelf))


def main() -> None:
    """Fork a child for each order; say when it dies."""
    folder = Path(sys.argv[1])
    shelf = Shelf(SHIPPED, folder / "last-good", cache_of(Config()))
    shelf.open()
    gc.collect()
    gc.freeze()
    print("ready", flush=True)
    signal.signal(signal.SIGCHLD, lambda *_: bury())
    for line in sys.stdin:
        plan = Plan(**json.loads(line))
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            code = 1
            try:
                live(plan, shelf)
                code = 0
            finally:
                os._exit(code)
        print(pid, flush=True)


def bury() -> None:
    """Reap the dead, so that whoever waits for them sees that they are."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    main()
