"""`python -m benchmarks throughput`."""

import argparse
import asyncio

from benchmarks.throughput import run


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", choices=("throughput",))
    parser.add_argument("--seconds", type=float, default=10.0, help="length of a run")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default="", help="only kinds whose name has this in it")
    options = parser.parse_args()
    asyncio.run(run(options.seconds, options.runs, options.only))


if __name__ == "__main__":
    main()
