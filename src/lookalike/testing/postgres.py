"""A real PostgreSQL server on loopback, for tests and benchmarks; it is gone with its folder."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Literal

USER: Final = "postgres"
"""The owner of all databases, who needs no password; everybody else does."""

_USUAL = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)  # Debian's, the newest first


def programs() -> Path | None:
    """The folder of PostgreSQL's own programs, None where it is not installed."""
    for folder in (*_USUAL, *map(Path, os.get_exec_path())):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


class PostgresServer:
    """One server in a folder of its own; it refuses to run as root, so root starts it as its owner."""

    def __init__(self, folder: Path, bin: Path) -> None:
        self.port = _free_port()
        self._data = folder / "data"
        self._bin = bin
        self._folder = folder

    def make(self, *, encoding: str = "UTF8") -> None:
        """Lay the databases down: their owner is trusted, all others have to say a password."""
        if os.geteuid() == 0:
            shutil.chown(self._folder, USER, USER)
        made = ("--auth=trust", f"--username={USER}", "--no-sync", f"--encoding={encoding}", "--locale=C")
        self._run("initdb", *made, "--pgdata", str(self._data))
        lines = (f"host all {USER} 127.0.0.1/32 trust", "host all all 127.0.0.1/32 scram-sha-256")
        (self._data / "pg_hba.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def start(self, *settings: str) -> None:
        """Begin to serve, on the same port each time; ``settings`` such as "max_connections=5"."""
        told = (f"port={self.port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", *settings)
        options = " ".join(f"-c {setting}" for setting in told)
        log = str(self._folder / "log")
        self._run("pg_ctl", "--pgdata", str(self._data), "--log", log, "-w", "-o", options, "start")

    def stop(self, mode: Literal["fast", "immediate"] = "fast") -> None:
        """End all connections; "immediate" is as if the machine had failed."""
        self._run("pg_ctl", "--pgdata", str(self._data), "-w", "-m", mode, "stop")

    def restart(self, mode: Literal["fast", "immediate"] = "fast", *settings: str) -> None:
        """Stop and start again."""
        self.stop(mode)
        self.start(*settings)

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """All its processes are stopped meanwhile: connections stay open, and nothing is said."""
        first = int((self._data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        stopped: list[int] = []
        try:
            for process in (first, *_children(first)):  # the first makes no more of them then
                os.kill(process, signal.SIGSTOP)
                stopped.append(process)
            yield
        finally:
            for process in reversed(stopped):
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)

    def url(self, database: str = "postgres", user: str = USER, more: str = "") -> str:
        """Where a database is; ``more`` is the query of the URL."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}{'?' + more if more else ''}"

    def sql(self, *statements: str, database: str = "postgres") -> str:
        """What ``psql`` prints for these statements, each in a transaction of its own."""
        told = [part for statement in statements for part in ("--command", statement)]
        return self._run(
            "psql", "--no-psqlrc", "-qAt", "--set=ON_ERROR_STOP=1", "--dbname", self.url(database), *told
        )

    def _run(self, program: str, *arguments: str) -> str:
        command: Sequence[str] = (str(self._bin / program), *arguments)
        if os.geteuid() == 0:
            command = ("runuser", "-u", USER, "--", *command)
        # A file and no pipe: the server keeps what it inherits open.
        with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
            done = subprocess.run(
                command, cwd="/", stdout=said, stderr=subprocess.STDOUT, timeout=60, check=False
            )
            said.seek(0)
            text = said.read()
        if done.returncode:
            raise RuntimeError(f"{program} ended with {done.returncode}: {text}")
        return text


@contextmanager
def postgres_server(*settings: str) -> Iterator[PostgresServer]:
    """A server while it is needed. Raises `FileNotFoundError` where PostgreSQL is not installed."""
    bin = programs()
    if bin is None:
        raise FileNotFoundError("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        server = PostgresServer(Path(folder), bin)
        server.make()
        server.start(*settings)
        try:
            yield server
        finally:
            server.stop("immediate")


def _children(process: int) -> list[int]:
    told = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, check=False)
    return [int(one) for one in told.stdout.split()]


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
