"""How fast the counter is, measured by anybody with one command: `python -m benchmarks`."""
