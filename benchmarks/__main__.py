"""`python -m benchmarks KIND`: what is measured, and how; see docs/testing.md."""

import argparse
import asyncio
import os
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as bot.cli has it

from benchmarks import (
    api,
    console,
    growth,
    intents,
    latency,
    matching,
    similar,
    throughput,
    urgency,
    urgency_latency,
    urgency_talks,
)
from benchmarks.script import understanding
from knowledge.load import SHIPPED


def main() -> None:
    """Measure and print."""
    parser = _parser()
    options = parser.parse_args()
    if options.what == "api":
        parser.exit(asyncio.run(api.run(options.examples)))
    if options.what == "urgency-latency":
        asyncio.run(urgency_latency.run(options.seconds))
        return
    if options.what == "latency":
        latency.run(options.sizes)
        return
    if options.what == "console":
        console.main(options.reports, options.times)
        return
    if options.what == "intents":
        clinc = [intents.read_clinc(options.clinc)] if options.clinc else []
        banking = [intents.read_banking(*options.banking)] if options.banking else []
        intents.run([*clinc, *banking])
        return
    try:
        if options.what == "matching":
            matching.run(options.questions, options.articles)
            return
        if options.what == "similar":
            similar.run(options.pairs)
            return
        if options.what == "urgency":
            judge = urgency.Judge(understanding())
            urgency.run(judge, options.messages, options.ordinary, disguise=options.disguise)
            if options.conversations:
                urgency_talks.run(judge, options.conversations)
            return
    except (ValueError, OSError) as error:
        parser.exit(2, f"{error}\n")
    run = growth.run if options.what == "growth" else throughput.run
    asyncio.run(run(options.seconds, options.runs, options.only))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    kinds = parser.add_subparsers(dest="what", required=True)
    for name, said in (
        ("throughput", "durable turns a second, beside aiohttp's hello-world"),
        ("growth", "the same with 1, 10 and 100 times the data"),
    ):
        load = kinds.add_parser(name, help=said)
        load.add_argument("--seconds", type=float, default=10.0, help="length of a run")
        load.add_argument("--runs", type=int, default=5)
        load.add_argument("--only", default="", help="only kinds whose name has this in it")
    match = kinds.add_parser("matching", help="how well questions find their article")
    match.add_argument("--questions", type=Path, required=True, help="a file of JSON lines")
    match.add_argument("--articles", type=Path, default=SHIPPED, help="a knowledge folder")
    public = kinds.add_parser("intents", help="public sets of intents, ten examples each")
    public.add_argument("--clinc", type=Path, help="CLINC150's data_full.json")
    public.add_argument("--banking", type=Path, nargs=2, metavar=("TRAIN", "TEST"))
    quick = kinds.add_parser("latency", help="how long a message takes, beside other ways")
    quick.add_argument("--sizes", type=int, nargs="+", default=latency.SIZES, help="of examples")
    desk = kinds.add_parser("console", help="the console's pages with 100,000 reports")
    desk.add_argument("--reports", type=int, default=console.REPORTS)
    desk.add_argument("--times", type=int, default=40, help="how often each page is asked for")
    danger = kinds.add_parser("urgency", help="how often emergencies are recognised")
    danger.add_argument("--messages", type=Path, help="labelled messages, as JSON lines")
    danger.add_argument("--ordinary", type=Path, action="append", default=[], help="calm traffic")
    danger.add_argument("--conversations", type=Path, help="conversations, as JSON lines")
    danger.add_argument("--disguise", action="store_true", help="each message in twelve disguises")
    fuzz = kinds.add_parser("api", help="the API under schemathesis, from the extra api-test")
    fuzz.add_argument("--examples", type=int, default=100, help="of each operation and phase")
    pairs = kinds.add_parser("similar", help="how well reports of one problem find each other")
    pairs.add_argument("--pairs", type=Path, default=similar.PAIRS, help="a file of JSON lines")
    waiting = kinds.add_parser("urgency-latency", help="how long 999 takes while 100 others chat")
    waiting.add_argument("--seconds", type=float, default=30.0, help="length of the run")
    return parser


if __name__ == "__main__":
    main()
