"""A service that listens, for tests that ask it as a client does."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from lookalike.index import Index
from lookalike.service.app import create_app
from lookalike.service.config import ServiceConfig
from lookalike.service.protocol import Protocol

_PATIENCE = 60.0  # seconds


@contextmanager
def listening(index: Index | Path, config: ServiceConfig | None = None) -> Iterator[str]:
    """A real server on loopback in a thread, once it is ready; gives its address, "http://127.0.0.1:PORT"."""
    app = create_app(index, config)
    server = uvicorn.Server(
        uvicorn.Config(
            app, port=0, http=Protocol, log_config=None, access_log=False, timeout_graceful_shutdown=1
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + _PATIENCE
    while not (server.started and app.state.served.ready):
        assert thread.is_alive() and time.monotonic() < until, "the service did not start"
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(_PATIENCE)
    assert not thread.is_alive(), "the service did not end"
