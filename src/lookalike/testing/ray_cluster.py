"""A real Ray cluster of several nodes on this machine, for tests and benchmarks: processes on loopback.

The nodes are children of a process of their own (this file, run), since Ray forks.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

LOOPBACK = {
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # else Ray takes 127.0.0.1 for this machine's other address
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_health_check_initial_delay_ms": "0",
    "RAY_health_check_period_ms": "500",  # a node that is gone is missed after seconds, not half a minute
    "RAY_health_check_failure_threshold": "6",
}
"""What every process of such a cluster needs in its environment, those that use it too."""

_MEMORY = 100_000_000  # bytes of each node's objects, where nobody says so
_PLACE = "RAY_TMPDIR"


class LocalCluster:
    """A head and further nodes; made by `local_cluster`."""

    def __init__(self, port: int, cpus: int, objects: int, folder: str) -> None:
        self.address = f"127.0.0.1:{port}"
        self.client = f"ray://127.0.0.1:{port + 1}"
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", __file__, str(port), str(cpus), str(objects)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,  # Ctrl-C is for others
        )
        self._answer()

    def add(self, cpus: int = 1, gpus: int = 0) -> None:
        """Add a node, and wait until it is there; ``gpus`` are graphics cards that it only says it has."""
        self._ask(f"add {cpus} {gpus}")

    def kill_node(self) -> None:
        """Kill the node that was added last, all its processes at once, as a power cut would."""
        self._ask("kill")

    def kill_worker(self) -> bool:
        """Kill one process that is indexing just now; False where none is."""
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (process / "cmdline").read_bytes()
                mine = self._folder.encode() in (process / "environ").read_bytes()
                if mine and words.startswith(b"ray::_index"):
                    os.kill(int(process.name), signal.SIGKILL)
                    return True
        return False

    def stop(self) -> None:
        """End all of it."""
        with suppress(OSError):
            self._pipe(self._process.stdin).close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._pipe(self._process.stdout).close()

    def _ask(self, command: str) -> None:
        pipe = self._pipe(self._process.stdin)
        pipe.write(f"{command}\n")
        pipe.flush()
        self._answer()

    def _answer(self) -> None:
        for line in self._pipe(self._process.stdout):
            if line == "done\n":
                return
        raise RuntimeError("the cluster did not come up, or is gone")

    def _pipe(self, pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None
        return pipe


@contextmanager
def local_cluster(cpus: int = 1, port: int | None = None, objects: int = _MEMORY) -> Iterator[LocalCluster]:
    """A cluster of one node, the head, at this port and the next. Everything of it ends with it.

    ``objects`` are the bytes that each node keeps of what is sent.
    """
    before = {name: os.environ.get(name) for name in (*LOOPBACK, _PLACE)}
    with TemporaryDirectory(prefix="ray", dir="/tmp", ignore_cleanup_errors=True) as folder:
        (Path(folder) / "ray").mkdir()
        os.environ.update(LOOPBACK, **{_PLACE: folder})
        try:
            cluster = LocalCluster(port or _free_ports(), cpus, objects, folder)
            try:
                yield cluster
            finally:
                cluster.stop()
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def _free_ports() -> int:
    """A port that nobody has, nor the one after it."""
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port: int = one.getsockname()[1]
            with suppress(OSError, OverflowError):
                other.bind(("127.0.0.1", port + 1))
                return port


def _serve(port: int, cpus: int, objects: int) -> None:
    """Start a head, then do what is asked until nobody asks any more."""
    from ray.cluster_utils import Cluster

    usual = {"node_ip_address": "127.0.0.1", "object_store_memory": objects}
    ports = {"gcs_server_port": port, "ray_client_server_port": port + 1, "include_dashboard": False}
    cluster: Any = Cluster(initialize_head=True, head_node_args={"num_cpus": cpus, **ports, **usual})
    nodes: list[Any] = []
    try:
        _say_done()
        for line in sys.stdin:
            command, *words = line.split()
            if command == "add":
                nodes.append(cluster.add_node(num_cpus=int(words[0]), num_gpus=int(words[1]), **usual))
            else:
                cluster.remove_node(nodes.pop(), allow_graceful=False)
            _say_done()
    finally:
        cluster.shutdown()


def _say_done() -> None:
    sys.stdout.write("done\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _serve(*map(int, sys.argv[1:]))
