"""`front-counter api`: tokens of other systems, and webhooks, seen to by an operator."""

import argparse
import os
import sys
from pathlib import Path

from bot.addresses import Addresses
from bot.commands.order import have_done
from bot.config import Config
from bot.orders import Order
from bot.webhook_message import new_secret, read_secret


async def manage(config: Config, options: argparse.Namespace) -> int:
    """Carry out one `api` command, in the counter that runs or by ourselves; the exit code."""
    arguments = {name: getattr(options, name) for name in ("what", "scopes", "networks", "until")}
    arguments |= {"events": options.events, "sensitive": "yes" if options.sensitive else ""}
    if (options.subject, options.action) == ("webhook", "add"):
        if options.secret_file is None:
            print("Say where the secret is: --secret-file PATH", file=sys.stderr)
            return 2
        try:
            Addresses(config.api.webhook_networks).check(options.what)
            arguments["secret"] = secret_in(options.secret_file)
        except (OSError, ValueError) as error:
            print(error, file=sys.stderr)
            return 1
    return await have_done(config, Order(f"api {options.subject} {options.action}", arguments))


def secret_in(path: Path) -> str:
    """The secret in a file, which is made, for its owner only, where it is not there.

    Raises OSError, and ValueError with a sentence for a file that holds none.
    """
    try:
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        secret = path.read_text(encoding="utf-8").strip()
        read_secret(secret)
        return secret
    secret = new_secret()
    with os.fdopen(made, "w", encoding="ascii") as file:
        file.write(secret + "\n")
    print(f"{path} holds a new secret: give it to whoever receives the messages.", file=sys.stderr)
    return secret
