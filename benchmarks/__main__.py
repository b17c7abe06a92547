"""`python -m benchmarks throughput` and `python -m benchmarks growth`."""

import argparse
import asyncio

from benchmarks import growth, throughput


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", choices=("throughput", "growth"))
    parser.add_argument("--seconds", type=float, default=10.0, help="length of a run")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default="", help="only kinds whose name has this in it")
    options = parser.parse_args()
    run = growth.run if options.what == "growth" else throughput.run
    asyncio.run(run(options.seconds, options.runs, options.only))


if __name__ == "__main__":
    main()
