"""`python -m tests.faults NAME… | all [--json]`: exit code 1 unless every figure passes."""

import argparse
import logging
import os
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as bot.cli has it

from tests.faults.cancel_sweep import cancel_sweep
from tests.faults.dup_reorder import dup_reorder
from tests.faults.figures import PASS, Experiment, Figure, as_json, not_run
from tests.faults.idempotency_9 import idempotency_9
from tests.faults.kill_random import kill_random, reply_dup
from tests.faults.kill_sweep import kill_sweep
from tests.faults.mutants import apply, mutants
from tests.faults.pii_canary import pii_canary
from tests.faults.storage_trials import TRIALS
from tests.faults.sync_order import sync_order
from tests.faults.two_replica import two_replica
from tests.faults.urgent_faults import urgent_faults, urgent_hol
from tests.faults.urgent_flood import urgent_flood

EXPERIMENTS: dict[str, Experiment] = {
    "kill-random": kill_random,
    "kill-sweep": kill_sweep,
    "reply-dup": reply_dup,
    "sync-order": sync_order,
    "two-replica": two_replica,
    "cancel-sweep": cancel_sweep,
    "dup-reorder": dup_reorder,
    "idempotency-9": idempotency_9,
    "urgent-faults": urgent_faults,
    "urgent-hol": urgent_hol,
    "urgent-flood": urgent_flood,
    "pii-canary": pii_canary,
    **TRIALS,
    "mutants": mutants,
}


def main() -> int:
    """Run experiments, and print a line for each figure."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("names", nargs="+", metavar="NAME", choices=(*EXPERIMENTS, "all"))
    parser.add_argument("--json", action="store_true", help="print all figures as JSON at the end")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    apply()
    names = list(EXPERIMENTS) if "all" in options.names else options.names
    figures: list[Figure] = []
    for name in names:
        began = time.monotonic()
        try:
            found = EXPERIMENTS[name]()
        except Exception as error:
            found = [not_run("broken-off", f"{type(error).__name__}: {error}")]
        named = [Figure(f"{name}/{f.name}", f.value, f.target, f.state) for f in found]
        figures += named
        if not options.json:
            print("\n".join(figure.line() for figure in named), flush=True)
            print(f"# {name} took {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    if options.json:
        print(as_json(figures))
    return 0 if all(figure.state == PASS for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
