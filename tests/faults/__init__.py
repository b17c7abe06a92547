"""What is promised, tried by breaking things: `python -m tests.faults NAME`, or `all`.

Every experiment records what the simulated residents were told, and judges the history afterwards.
"""
