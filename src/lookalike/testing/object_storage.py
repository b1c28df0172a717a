"""An S3-compatible server on loopback, for tests and benchmarks: moto, which stands in for the real thing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

BUCKET = "shop-bucket"


def is_installed() -> bool:
    """Whether the server and what speaks to it are installed."""
    return find_spec("moto") is not None and find_spec("obstore") is not None


class ObjectStorage:
    """One server in a process of its own, which keeps everything in memory. Use `object_storage`."""

    def __init__(self, port: int | None = None) -> None:
        self.port = port or _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        """Where the server listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which a process reaches the server."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_REGION": "us-east-1",
        }

    def start(self) -> None:
        """Begin to serve, with one empty bucket."""
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True)
        until = time.monotonic() + 60
        while True:
            try:
                request = urllib.request.Request(f"{self.endpoint}/{BUCKET}", method="PUT")
                urllib.request.urlopen(request, timeout=5).close()
                return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def pause(self) -> None:
        """Answer nobody from now on; connections stay open, as behind a network that loses everything."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Go on answering."""
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """End, and forget everything."""
        if self._process is not None:
            self.resume()
            self._process.kill()
            self._process.wait()
            self._process = None

    def _signal(self, number: int) -> None:
        assert self._process is not None
        os.kill(self._process.pid, number)


@contextmanager
def object_storage(port: int | None = None) -> Iterator[ObjectStorage]:
    """A server that is up, until it is let go."""
    server = ObjectStorage(port)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
