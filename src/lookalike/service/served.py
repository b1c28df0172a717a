"""The index a service answers from: loaded beside the first requests, and kept at its newest version."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from lookalike.errors import LookalikeError
from lookalike.index import Index
from lookalike.service.config import ServiceConfig
from lookalike.service.problems import NotReady

logger = logging.getLogger("lookalike.service")


class Served:
    """An index that becomes ready in a thread of its own, which then follows its versions."""

    def __init__(self, index: Index | str | Path, config: ServiceConfig) -> None:
        self._given = index
        self._config = config
        self._index: Index | None = None
        self._error: LookalikeError | None = None
        self._stop = threading.Event()
        self._ready = threading.Event()
        self._thread: threading.Thread | None = None
        self.since = time.time()

    def start(self) -> None:
        """Begin to load; `ready` says when that is done."""
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="lookalike-index", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop following the index."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def wait(self, seconds: float) -> bool:
        """Wait until the index is loaded; False when it is not by then."""
        return self._ready.wait(seconds)

    @property
    def ready(self) -> bool:
        """Whether questions are answered."""
        return self._ready.is_set()

    @property
    def error(self) -> LookalikeError | None:
        """What hinders the index from being loaded, if anything does."""
        return self._error

    @property
    def index(self) -> Index:
        """The index. Raises `NotReady` until it is loaded, and what hindered that."""
        if self._index is not None and self._ready.is_set():
            return self._index
        if self._error is not None:
            raise self._error
        raise NotReady("The index is being loaded.", next_step="Ask again in a second.")

    def _run(self) -> None:
        while not self._stop.is_set() and not self._load():
            self._stop.wait(1.0)
        while not self._stop.wait(self._config.refresh_seconds):
            self._follow()

    def _load(self) -> bool:
        try:
            index = self._given if isinstance(self._given, Index) else Index.open(self._given)
            _ = index.manifest.version
            _ = index.encoder
        except LookalikeError as error:
            if self._error is None or self._error.message != error.message:
                logger.error("the index cannot be loaded: %s", error)
            self._error = error
            return False
        self._index = index
        self._error = None
        self._ready.set()
        return True

    def _follow(self) -> None:
        """Load the newest version, if there is a newer one; what hinders that is logged, and tried again."""
