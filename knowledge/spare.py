"""Memory that is free but still held: given back where that can be done."""

import ctypes
import sys


def give_back() -> None:
    """Let the system have what reading models and tables has left over: some 60 MB."""
    if sys.platform == "linux":
        # glibc's; elsewhere there is none, and no harm in that.
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
