"""Orders given on the command line: to the counter that runs, or else carried out right here."""

import sys

from bot.clock import utc_now
from bot.config import Config
from bot.control import NobodyThere, ask, socket_of
from bot.housekeeping import limits_of
from bot.orders import Operator, Order
from bot.password_rule import PasswordRule
from storage.errors import StorageError
from storage.work import open_store


async def have_done(config: Config, order: Order) -> int:
    """Have an order carried out, and print what came of it; the exit code."""
    try:
        said = await carried_out(config, order)
    except (ValueError, StorageError) as error:
        print(error, file=sys.stderr)
        return 1
    print(said)
    return 0


async def carried_out(config: Config, order: Order) -> str:
    """What came of an order; raises ValueError or StorageError with a sentence."""
    try:
        return await ask(socket_of(config.data), order)
    except NobodyThere:
        async with open_store(config.database_url, config.key_file) as store:
            limits = limits_of(config.retention)
            rule = PasswordRule(config.staff.breached_passwords)
            return await Operator(store, utc_now, limits, rule).carry_out(order)
