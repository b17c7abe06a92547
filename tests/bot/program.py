"""The real program in a process of its own, for tests that start, kill and restart it."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 60
"""Seconds after which a start counts as failed; far more than it takes."""


class DidNotStart(Exception):  # noqa: N818 - what happened
    """The program ended before it was ready; the text is what it said on standard error."""


class Program:
    """One running counter: its addresses, and the ways to end it."""

    def __init__(self, data: Path, *, telegram: str = "", content: Path | None = None) -> None:
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("FRONT_COUNTER_")
        }
        environment["PYTHONPATH"] = str(ROOT)
        environment["PYTHONUNBUFFERED"] = "1"
        # Compiled once and kept, as on the machine of whoever runs it.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        if telegram:
            environment["FRONT_COUNTER_TELEGRAM__TOKEN"] = TOKEN
            environment["FRONT_COUNTER_TELEGRAM__API_URL"] = telegram
        if content is not None:
            environment["FRONT_COUNTER_KNOWLEDGE__FOLDER"] = str(content)
        self.environment = environment
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run", "--data", data, "--port=0", "--staff-port=0"],
            cwd=data.parent,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said = ""
        self.errors = ""
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self.chat_url, self.console_url = self._addresses()

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self._closed()

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self._closed()

    def _closed(self) -> int:
        """Its exit code, with its pipes closed."""
        code = self.process.wait(PATIENCE)
        self._listener.join()
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()
        return code

    def _listen(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.errors += line

    def _addresses(self) -> tuple[str, str]:
        assert self.process.stdout is not None
        watchdog = threading.Timer(PATIENCE, self.process.kill)
        watchdog.start()
        for line in self.process.stdout:
            self.said += line
            if "Ctrl-C" in line:
                break
        watchdog.cancel()
        found = re.findall(r"http://\S+", self.said)
        if len(found) < 2:
            self.kill()
            raise DidNotStart(self.errors)
        return found[0], found[1]


TOKEN = "123456:program-under-test"  # the fake server's; no real bot has it


@contextmanager
def running(data: Path, *, telegram: str = "", content: Path | None = None) -> Iterator[Program]:
    """The program for the length of a block; it is stopped at the end, if it still runs."""
    program = Program(data, telegram=telegram, content=content)
    try:
        yield program
    finally:
        program.stop()
