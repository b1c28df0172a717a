"""A client that costs little: raw sockets, keep-alive, one question under way on each connection.

It reads what to do from standard input, a JSON object a line, and writes the times to standard output, so
that a benchmark can give it a core of its own.

    python benchmarks/cheap_client.py [CORE]
"""

from __future__ import annotations

import json
import os
import selectors
import socket
import sys
import time
from collections.abc import Iterator
from typing import Any

_LENGTH = b"content-length: "
_AT_ONCE = 2**18


class Connection:
    """One connection, which asks the next question as soon as its answer is whole."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._got = b""
        self._whole = 0  # bytes of head and body, 0 until the head is there
        self._began = 0.0

    def ask(self, request: bytes) -> None:
        """Send a question."""
        self._got, self._whole, self._began = b"", 0, time.perf_counter()
        self.socket.sendall(request)

    def read(self) -> float | None:
        """Take in what came; the seconds since the question once its answer is whole, else None."""
        piece = self.socket.recv(_AT_ONCE)
        if not piece:
            raise ConnectionError("the service ended the connection")
        self._got = self._got + piece if self._got else piece
        if not self._whole:
            end = self._got.find(b"\r\n\r\n")
            if end < 0:
                return None
            head = self._got[:end]
            if not head.startswith(b"HTTP/1.1 200 "):
                raise ConnectionError(self._got[:2000].decode("utf-8", "replace"))
            at = head.index(_LENGTH) + len(_LENGTH)
            self._whole = end + 4 + int(head[at : head.find(b"\r", at) if b"\r" in head[at:] else end])
        if len(self._got) < self._whole:
            return None
        return time.perf_counter() - self._began

    @property
    def body(self) -> bytes:
        """The body of the last whole answer."""
        return self._got.partition(b"\r\n\r\n")[2]


def load(port: int, requests: Iterator[bytes], connections: int, seconds: float) -> list[float]:
    """Seconds that each answer took, with so many connections that ask without a pause."""
    taken: list[float] = []
    waiting = selectors.DefaultSelector()
    all_of_them = [Connection(port) for _ in range(connections)]
    for one in all_of_them:
        waiting.register(one.socket, selectors.EVENT_READ, one)
        one.ask(next(requests))
    until = time.perf_counter() + seconds
    under_way = connections
    while under_way:
        for key, _ in waiting.select():
            took = key.data.read()
            if took is None:
                continue
            if time.perf_counter() < until:
                taken.append(took)
                key.data.ask(next(requests))
            else:
                under_way -= 1
    for one in all_of_them:
        one.socket.close()
    return taken


def get(port: int, path: str) -> Any:
    """One answer, as the JSON document that it is. Raises `ConnectionError` for another status than 200."""
    one = Connection(port)
    one.ask(request(path))
    while one.read() is None:
        pass
    one.socket.close()
    return json.loads(one.body)


def request(path: str) -> bytes:
    """The bytes that ask for a path."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


def main() -> int:
    if len(sys.argv) > 1:
        os.sched_setaffinity(0, {int(sys.argv[1])})
    requests: Iterator[bytes] = iter(())
    for line in sys.stdin:
        wanted = json.loads(line)
        if "paths" in wanted:  # each is asked once, however many loads there are
            requests = iter([request(path) for path in wanted["paths"]])
        own, began = time.process_time(), time.perf_counter()
        taken = load(wanted["port"], requests, wanted["connections"], wanted["seconds"])
        seconds = time.perf_counter() - began
        told = {"seconds": seconds, "processor": time.process_time() - own, "taken": taken}
        print(json.dumps(told), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
