"""The command line: `front-counter run | ask | check | staff | keys | audit | …`."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bot.clock import utc_now
from bot.config import CONFIG, SECRETS, Config, ConfigError, cache_of, load_config

WRONG_SETTING = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0, 1 for problems found, 2 for a wrong setting or word."""
    # The matcher's matrices are small: a second BLAS thread only spins, and starts ten times slower
    # on a busy machine. Read when numpy is first imported, so it stands before everything.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    options = _parser().parse_args(argv)
    try:
        config, warnings = load_config(options.config, options.secrets, **_overrides(options))
    except ConfigError as error:
        print(error, file=sys.stderr)
        return WRONG_SETTING
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)
    try:
        return int(options.command(config, options))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone, as `| head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="front-counter",
        description="A police force's front counter in a messenger and on a web page.",
        epilog="With no settings at all, `front-counter run` works: see config.example.toml.",
    )
    path: dict[str, Any] = {"type": Path, "metavar": "PATH"}
    parser.add_argument(
        "--config", **path, default=_named(CONFIG), help="settings file (default: config.toml)"
    )
    parser.add_argument(
        "--secrets", **path, default=_named(SECRETS), help="folder with one file for each secret"
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, help: str, run: object, *, data: bool = True) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help, description=help)
        made.set_defaults(command=run)
        if data:
            made.add_argument("--data", **path, help="folder where everything is kept")
        return made

    run = command("run", "start the residents' chat, the staff console and Telegram", _run)
    run.add_argument("--port", type=int, help="port of the chat page")
    run.add_argument("--staff-port", type=int, help="port of the staff console")
    ask = command("ask", "ask one question, chat in the terminal, or judge JSON lines", _ask)
    ask.add_argument("text", nargs="?", help="the question; without one, a little chat")
    ask.add_argument(
        "--jsonl", action="store_true", help="read {id, text} or {id, turns} lines, print JSON"
    )
    ask.add_argument("--explain", action="store_true", help="say why an answer won")
    danger = command(
        "urgency",
        "say why a message is taken for an emergency, or which are taken wrongly",
        _urgency,
    )
    danger.add_argument("action", choices=("explain", "wrong"))
    danger.add_argument("text", nargs="?", default="", help="the message to explain")
    check = command("check", "find every mistake in the knowledge files", _check, data=False)
    check.add_argument("folder", nargs="?", type=Path, help="the content folder")
    check.add_argument("--launch", action="store_true", help="also list what to confirm first")
    check.add_argument("--today", type=date.fromisoformat, help="the day to check for")
    staff = command("staff", "make, list or close accounts of the staff console", _staff)
    staff.add_argument(
        "action", choices=("add", "list", "disable", "sign-out", "reset-factor", "permissions")
    )
    staff.add_argument("username", nargs="?")
    staff.add_argument("--name", help="the name that colleagues see")
    staff.add_argument(
        "--role", default="handler", help="handler, supervisor, comms, auditor or admin"
    )
    asked = command("unanswered", "what residents ask and nobody answers, by meaning", _unanswered)
    asked.add_argument("action", nargs="?", default="list", choices=("list", "waiting", "pass"))
    asked.add_argument("id", nargs="?", default="", help="of a question that waits")
    _add_upkeep(command)
    return parser


def _add_upkeep(command: Callable[..., argparse.ArgumentParser]) -> None:
    """What those do who run the counter."""
    keys = command("keys", "list the sealing keys, or seal everything with a new one", _keys)
    keys.add_argument("action", choices=("list", "rotate", "prepare", "reload"))
    audit = command(
        "audit", "find an event of the audit trail that was changed or is missing", _audit
    )
    audit.add_argument("action", choices=("verify",))
    backup = command("backup", "write a sealed backup, also while the counter runs", _backup)
    backup.add_argument("path", type=Path, help="the new file")
    restored = command("restore", "put a backup in the place of the database", _restore)
    restored.add_argument("path", type=Path, help="the backup")
    retention = command("retention", "delete what has been kept long enough", _retention)
    retention.add_argument("--dry-run", action="store_true", help="count only, delete nothing")
    reports = command("reports", "decide about reports whose time has come", _reports)
    reports.add_argument("action", choices=("due", "keep", "hold", "release", "erase"))
    reports.add_argument("reference", nargs="?", default="")
    _add_api(command("api", "who may ask us over the API, and whom we tell by webhook", _api))
    closed = command(
        "maintenance", "close the counter to all but emergencies, or open it again", _maintenance
    )
    closed.add_argument("action", choices=("on", "off", "status"))
    _add_figures(command("figures", "import historic counts, print the district table", _figures))
    command("alerts", "send a test alert by every way that is set", _alerts)
    aside = command(
        "set-aside", "look at events that could not be handled, to mend the cause", _set_aside
    )
    aside.add_argument("action", choices=("list", "show"))
    aside.add_argument("id", nargs="?", default="")
    command("demo", "fill an empty data folder with a believable year of reports", _demo)
    command("doctor", "say what is configured, writable, reachable and old", _doctor)


def _add_api(api: argparse.ArgumentParser) -> None:
    api.add_argument("subject", choices=("token", "webhook"))
    api.add_argument("action", choices=("add", "list", "revoke", "remove", "test", "deliveries"))
    api.add_argument("what", nargs="?", default="", help="a token's name, a webhook's URL or id")
    api.add_argument("--scopes", default="", help="what a token is for, with commas between")
    api.add_argument("--from", dest="networks", default="", help="addresses it may ask from")
    api.add_argument("--until", default="", metavar="DAY", help="its last day, such as 2027-12-31")
    api.add_argument("--events", default="", help="what a webhook is told of, with commas between")
    api.add_argument(
        "--secret-file", type=Path, metavar="PATH", help="what its messages are signed with"
    )
    api.add_argument(
        "--sensitive", action="store_true", help="tell it of reports that few may see as well"
    )


def _add_figures(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("import", "table"))
    parser.add_argument("file", nargs="?", type=Path, help="the CSV file to import")
    parser.add_argument("--source", default="", help="who counted (default: the file's name)")
    parser.add_argument("--replace", action="store_true", help="put them in the place of old ones")
    parser.add_argument("--first", default="", help="a period: 2015-03-01..2015-04-30")
    parser.add_argument("--second", default="", help="the period to compare with it")
    parser.add_argument("--kind", default="", help="one kind of report, such as asb")


def _named(variable: str) -> Path | None:
    value = os.environ.get(variable)
    return Path(value) if value else None


def _overrides(options: argparse.Namespace) -> dict[str, object]:
    """Settings given on the command line."""
    found: dict[str, object] = {}
    if getattr(options, "data", None) is not None:
        found["data"] = options.data
    if getattr(options, "port", None) is not None:
        found["web"] = {"port": options.port}
    if getattr(options, "staff_port", None) is not None:
        found["staff"] = {"port": options.staff_port}
    return found


# Each command imports what it needs, so that `--help` and a wrong setting answer at once.


def _run(config: Config, _: argparse.Namespace) -> int:
    from bot.commands.run import run  # noqa: PLC0415 - see above

    return asyncio.run(run(config))


def _ask(config: Config, options: argparse.Namespace) -> int:
    from bot.commands import ask  # noqa: PLC0415 - see above

    if options.explain and options.text is None:
        print("Say what is to be explained: front-counter ask --explain “the question”")
        return 2
    library = ask.load_or_explain(config.knowledge.folder, cache_of(config))
    if library is None:
        return 1
    if options.jsonl:
        return ask.ask_jsonl(library, sys.stdin, sys.stdout)
    if options.explain:
        ask.explain_once(library, options.text)
    elif options.text is None:
        ask.chat(library, utc_now(), sys.stdin)
    else:
        ask.ask_once(library, options.text, utc_now())
    return 0


def _urgency(config: Config, options: argparse.Namespace) -> int:
    from bot.commands import ask, urgency  # noqa: PLC0415 - see above

    library = ask.load_or_explain(config.knowledge.folder, cache_of(config))
    if library is None:
        return 1
    if options.action == "wrong":
        urgency.list_wrong(library, config.knowledge.folder)
    else:
        urgency.explain(library, options.text)
    return 0


def _check(config: Config, options: argparse.Namespace) -> int:
    from bot.commands.check import check_folder, list_unsigned  # noqa: PLC0415 - see above

    today = options.today or utc_now().date()
    folder = options.folder or config.knowledge.folder
    if options.launch:
        list_unsigned(config.signed)
    return check_folder(folder, today, launch=options.launch, cache=cache_of(config))


def _staff(config: Config, options: argparse.Namespace) -> int:
    from bot.commands.staff import manage  # noqa: PLC0415 - see above

    return asyncio.run(manage(config, options.action, options.username, options.name, options.role))


def _keys(config: Config, options: argparse.Namespace) -> int:
    return _order(config, f"keys {options.action}")


def _audit(config: Config, options: argparse.Namespace) -> int:
    return _order(config, f"audit {options.action}")


def _backup(config: Config, options: argparse.Namespace) -> int:
    return _order(config, "backup", path=str(options.path.absolute()))


def _restore(config: Config, options: argparse.Namespace) -> int:
    from bot.commands.restore import restore_from  # noqa: PLC0415 - see above

    return asyncio.run(restore_from(config, options.path))


def _retention(config: Config, options: argparse.Namespace) -> int:
    return _order(config, "retention", dry_run="yes" if options.dry_run else "no")


def _set_aside(config: Config, options: argparse.Namespace) -> int:
    return _order(config, f"set-aside {options.action}", id=options.id)


def _reports(config: Config, options: argparse.Namespace) -> int:
    return _order(config, f"reports {options.action}", reference=options.reference)


def _unanswered(config: Config, options: argparse.Namespace) -> int:
    from bot.commands.unanswered import learn  # noqa: PLC0415 - see above

    return asyncio.run(learn(config, options.action, options.id))


def _figures(config: Config, options: argparse.Namespace) -> int:
    from bot.commands.figures import bring_in, print_table  # noqa: PLC0415 - see above

    if options.action == "table":
        return asyncio.run(print_table(config, options.first, options.second, options.kind))
    if options.file is None:
        print("Say which file: front-counter figures import FILE.csv", file=sys.stderr)
        return WRONG_SETTING
    file = options.file.absolute()
    return asyncio.run(bring_in(config, file, options.source, replace=options.replace))


def _order(config: Config, name: str, **arguments: str) -> int:
    from bot.commands.order import have_done  # noqa: PLC0415 - see above
    from bot.orders import Order  # noqa: PLC0415 - see above

    return asyncio.run(have_done(config, Order(name, arguments)))


def _api(config: Config, options: argparse.Namespace) -> int:
    from bot.commands.api import manage  # noqa: PLC0415 - see above

    return asyncio.run(manage(config, options))


def _maintenance(config: Config, options: argparse.Namespace) -> int:
    return _order(config, f"maintenance {options.action}")


def _alerts(config: Config, _: argparse.Namespace) -> int:
    from bot.commands.alerts import send_test  # noqa: PLC0415 - see above

    return asyncio.run(send_test(config))


def _demo(config: Config, _: argparse.Namespace) -> int:
    from bot.commands.demo import fill  # noqa: PLC0415 - see above

    return asyncio.run(fill(config))


def _doctor(config: Config, _: argparse.Namespace) -> int:
    from bot.commands.doctor import examine  # noqa: PLC0415 - see above

    return asyncio.run(examine(config))
