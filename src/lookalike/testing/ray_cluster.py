"""A real Ray cluster of several nodes on this machine, for tests and benchmarks: processes on loopback."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

LOOPBACK = {
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # else Ray takes 127.0.0.1 for this machine's other address
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_health_check_initial_delay_ms": "0",
    "RAY_health_check_period_ms": "500",  # a node that is gone is missed after two seconds, not twenty
    "RAY_health_check_failure_threshold": "4",
}
"""What every process of such a cluster needs in its environment, those that use it too."""

_MEMORY = 100_000_000  # bytes of each node's objects


class LocalCluster:
    """A head and further nodes; made by `local_cluster`."""

    def __init__(self, cluster: Any, port: int) -> None:
        self._cluster = cluster
        self._nodes: list[Any] = []
        self.address = f"127.0.0.1:{port}"
        self.client = f"ray://127.0.0.1:{port + 1}"

    def add(self, cpus: int = 1) -> None:
        """Add a node, and wait until it is there."""
        self._nodes.append(
            self._cluster.add_node(num_cpus=cpus, node_ip_address="127.0.0.1", object_store_memory=_MEMORY)
        )

    def kill_node(self) -> None:
        """Kill the node that was added last, all its processes at once, as a power cut would."""
        self._cluster.remove_node(self._nodes.pop(), allow_graceful=False)

    def kill_worker(self) -> bool:
        """Kill one process that is indexing just now; False where none is."""
        for process in Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_bytes()
                mine = self._session in (process / "environ").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if mine and words.startswith(b"ray::_index"):
                os.kill(int(process.name), signal.SIGKILL)
                return True
        return False

    @property
    def _session(self) -> str:
        return os.environ["RAY_TMPDIR"]


@contextmanager
def local_cluster(cpus: int = 1, port: int | None = None) -> Iterator[LocalCluster]:
    """A cluster of one node, the head, at this port and the next. Everything of it ends with it."""
    port = port or _free_ports()
    before = {name: os.environ.get(name) for name in (*LOOPBACK, "RAY_TMPDIR")}
    with TemporaryDirectory(prefix="r", dir="/tmp") as folder:  # a path of a socket is short
        (Path(folder) / "ray").mkdir()
        os.environ.update(LOOPBACK, RAY_TMPDIR=folder)
        try:
            from ray.cluster_utils import Cluster

            cluster: Any = Cluster(
                initialize_head=True,
                head_node_args={
                    "num_cpus": cpus,
                    "gcs_server_port": port,
                    "ray_client_server_port": port + 1,
                    "node_ip_address": "127.0.0.1",
                    "object_store_memory": _MEMORY,
                    "include_dashboard": False,
                },
            )
            try:
                yield LocalCluster(cluster, port)
            finally:
                cluster.shutdown()
        finally:
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)


def _free_ports() -> int:
    """A port that nobody has, nor the one after it."""
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port: int = one.getsockname()[1]
            with suppress(OSError, OverflowError):
                other.bind(("127.0.0.1", port + 1))
                return port
