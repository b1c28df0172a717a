"""The service as a process that listens, or as several that share a port."""

from __future__ import annotations

import errno
import gc
import logging
import logging.config
import multiprocessing.process
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from lookalike import settings
from lookalike.errors import BadArgument
from lookalike.service.config import ServiceConfig
from lookalike.service.logs import log_config
from lookalike.settings import IndexPath

GRACE_SECONDS = 30
"""How long requests under way may take when the service is told to end."""

if TYPE_CHECKING:
    from fastapi import FastAPI

logger = logging.getLogger("lookalike.service")

_BACKLOG = 1024
_SPREADS = sys.platform == "linux"  # connections over the sockets at one address
_LOADING_SECONDS = 10
_GARBAGE = (10_000, 10, 10)  # answers leave none in circles, photos a third of a megabyte in some 80 objects
_HUNG_SECONDS = 10  # a worker that died while it was asked is noticed only then


@dataclass(frozen=True, slots=True)
class Place:
    """Where a service listens, and with how many processes. Port 0 takes one that is free."""

    host: str
    port: int
    workers: int = 1

    def __post_init__(self) -> None:
        """Raise `BadArgument` for what cannot be."""
        if self.workers < 1:
            raise BadArgument(f"workers is {self.workers}.", next_step="Give a number from 1 up.")
        if not 0 <= self.port <= 65535:
            raise BadArgument(f"port is {self.port}.", next_step="Give a number from 0 to 65535.")


@dataclass(frozen=True, slots=True)
class _Application:
    """Makes the application, in the process that runs it."""

    index: IndexPath
    config: ServiceConfig

    def __call__(self) -> FastAPI:
        try:
            from lookalike.service.app import create_app

            app = create_app(self.index, self.config)
            gc.collect()
            gc.freeze()  # code stays: to look through it for garbage again takes a tenth of a second
            gc.set_threshold(*_GARBAGE)
            if (parent := multiprocessing.parent_process()) is not None:
                _end_with(parent)
                app.state.served.start()
                app.state.served.wait(_LOADING_SECONDS)  # meanwhile the workers that are ready answer
            return app
        except Exception:
            logger.exception("the service cannot be made")
            sys.exit(STARTUP_FAILURE)  # else its supervisor would try for ever


def run(index: IndexPath, config: ServiceConfig, place: Place, started: Callable[[str], None]) -> None:
    """Serve an index until a signal ends it; requests under way are answered first.

    ``started`` is told the address. Raises `BadArgument` when nobody can listen there, and
    `KeyboardInterrupt` after Ctrl-C; returns after SIGTERM.
    """
    listening = _listen(place)
    address = _address(listening)
    setting = uvicorn.Config(
        _Application(index, config),
        factory=True,
        workers=place.workers,
        log_config=log_config(config.log_format),
        http="lookalike.service.protocol:Protocol",  # loaded by whoever answers
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_worker_healthcheck=_HUNG_SECONDS,
    )
    with listening:
        if place.workers == 1:
            _alone(setting, listening, lambda: started(address))
        else:
            _together(setting, listening, lambda: started(address))


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    """Let a worker end in order when its supervisor was killed and can no longer tell it to."""

    def watch() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="lookalike-parent", daemon=True).start()


def _listen(place: Place) -> socket.socket:
    """A socket at the place. Raises `BadArgument` where there is none to be had."""
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            place.host, place.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        raise BadArgument(
            f"{place.host!r} is no address: {error}.", next_step="Try --host 127.0.0.1"
        ) from None
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(where)
        listening.listen(_BACKLOG)
        if place.workers > 1 and _SPREADS:
            listening = _held(listening)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise BadArgument(
                f"Port {place.port} is taken.",
                next_step=f"End what listens there, or take another: --port {min(place.port + 1, 65535)}",
            ) from None
        raise BadArgument(
            f"Nobody can listen at {place.host} port {place.port}: {error.strerror or error}.",
            next_step="Try --host 127.0.0.1 --port 8000",
        ) from None
    listening.set_inheritable(True)
    return listening


def _held(listening: socket.socket) -> socket.socket:
    """A socket that keeps the address of another, now closed, for those who listen there together."""
    family, where = listening.family, listening.getsockname()
    listening.close()
    held = socket.socket(family, socket.SOCK_STREAM)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    held.bind(where)
    return held


def _listen_beside(family: int, where: tuple[object, ...]) -> socket.socket:
    """One more socket that listens where others do."""
    beside = socket.socket(family, socket.SOCK_STREAM)
    beside.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    beside.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    beside.bind(where)
    beside.listen(_BACKLOG)
    return beside


class _Beside:
    """Becomes a socket of its own in each worker that it is sent to.

    The system spreads new connections over such sockets. Of one that all share, the first worker to wake
    takes every connection there is, often all of them.
    """

    def __init__(self, held: socket.socket) -> None:
        self._held = held

    def __reduce__(self) -> tuple[object, ...]:
        return _listen_beside, (int(self._held.family), self._held.getsockname())


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}/"


def _alone(setting: uvicorn.Config, listening: socket.socket, started: Callable[[], None]) -> None:
    """This process answers. uvicorn raises the signal that ended it again: SIGTERM must find a handler."""
    logging.config.dictConfig(log_config_of(setting))
    before = signal.signal(signal.SIGTERM, _ended) if _is_main() else None
    try:
        _Server(setting, started).run(sockets=[listening])
    finally:
        if before is not None:
            signal.signal(signal.SIGTERM, before)


def _together(setting: uvicorn.Config, listening: socket.socket, started: Callable[[], None]) -> None:
    """Several processes answer, of which this one takes care."""
    with tempfile.TemporaryDirectory(prefix="lookalike-metrics-") as folder:
        settings.share_metrics(Path(folder))
        settings.share_cores(setting.workers)
        sockets: Any = [_Beside(listening) if _SPREADS else listening]
        supervisor = _Supervisor(setting, sockets)
        threading.Thread(target=_tell, args=(listening.getsockname(), started), daemon=True).start()
        supervisor.run()
    if supervisor.interrupted:
        raise KeyboardInterrupt
    if any(worker.exitcode == STARTUP_FAILURE for worker in supervisor.processes):
        sys.exit(STARTUP_FAILURE)


def _tell(where: tuple[Any, ...], started: Callable[[], None]) -> None:
    """Say that the service is there once one of its workers is."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(where[0], where[0])
    while True:
        try:
            socket.create_connection((host, where[1]), timeout=5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return started()


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._said = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._said()


class _Supervisor(Multiprocess):
    """Remembers that it was Ctrl-C that ended it."""

    interrupted = False

    def handle_int(self) -> None:
        self.interrupted = True
        super().handle_int()


def log_config_of(setting: uvicorn.Config) -> dict[str, object]:
    """The logging of a server's setting, which is a dictionary here."""
    assert isinstance(setting.log_config, dict)
    return setting.log_config


def _ended(signum: int, frame: FrameType | None) -> None:
    """SIGTERM was heard; the server has ended by the time this is called."""


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()
