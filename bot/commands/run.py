"""`front-counter run`: everything at once, until it is told to stop."""

import asyncio
import gc
import signal
import sys

from bot.app import App, StartError, open_app
from bot.config import Config, ConfigError
from bot.logs import set_up_logs
from bot.shelf import NoKnowledge
from knowledge.spare import give_back
from storage.errors import StorageError

CANNOT_START = 69
"""EX_UNAVAILABLE of sysexits.h."""

YIELDS_AFTER = 0.0001
"""Seconds after which a thread that computes lets another one go on; Python's own choice is 0.005.

Measured with 64 residents writing while a thread computes, as when an edited folder is learned: the
event loop takes twice the turns, and the slowest take 0.3 s instead of 1.3.
"""

PATIENCE = 3.0
"""Seconds to wait for Telegram before saying that it is not there yet."""


async def run(config: Config) -> int:
    """Run until SIGTERM or SIGINT; a start that fails is one sentence and an exit code."""
    secrets = (config.telegram.token, config.telegram.webhook_secret)
    known = [secret.get_secret_value() for secret in secrets if secret is not None]
    set_up_logs(config.log, config.log_level, known)
    # Nothing made while starting is garbage: looking for it would take a fifth of the time.
    gc.disable()
    sys.setswitchinterval(YIELDS_AFTER)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    print("Front Counter is starting: knowledge files, database, pages …", flush=True)
    try:
        async with open_app(config) as app:
            gc.enable()
            gc.freeze()
            give_back()
            print(f"\n  Residents’ chat page   {app.chat_url}")
            print(f"  Staff console          {app.console_url}")
            if app.api_url:
                print(f"  API                    {app.api_url}api/v1/docs")
            print(f"  Telegram               {await _telegram(app)}\n")
            if not await _has_staff(app):
                print("  Nobody can sign in to the console yet. Make an account:")
                print("      .venv/bin/front-counter staff add USERNAME --role supervisor\n")
            print("Ctrl-C stops it; what is being answered is finished first.", flush=True)
            await stop.wait()
            print("Stopping …", flush=True)
    except NoKnowledge as error:
        print("The knowledge files have errors and there is no last good copy:", file=sys.stderr)
        for problem in error.problems:
            print(f"  {problem}", file=sys.stderr)
        return CANNOT_START
    except (ConfigError, StartError, StorageError) as error:
        print(error, file=sys.stderr)
        return CANNOT_START
    return 0


async def _telegram(app: App) -> str:
    """Where the connection to Telegram stands, in words for the operator."""
    if app.telegram is None:
        return "off: no token is given (telegram.token)"
    try:
        async with asyncio.timeout(PATIENCE):
            state = await app.telegram.settled()
    except TimeoutError:
        return "not reached yet; trying again on its own"
    if state == "refused":
        return "off: Telegram refuses the token (telegram.token). The pages go on without it"
    return f"on, by {state}"


async def _has_staff(app: App) -> bool:
    async with app.store.work() as work:
        return any(not account.disabled for account in await work.staff.list())
