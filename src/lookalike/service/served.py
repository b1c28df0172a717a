"""The index a service answers from: loaded beside the first requests, and kept at its newest version."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from lookalike.asking.recall import Recall
from lookalike.errors import LookalikeError
from lookalike.index import Index
from lookalike.service.problems import NotReady
from lookalike.store.manifest import NAME, Published, read_manifest

logger = logging.getLogger("lookalike.service")

_RARE: tuple[dict[str, Any], ...] = (
    {"recipe": "combined"},
    {"weights": {"look": 1, "colour": 1}},
    {"recipe": "same-kind"},
    {"but": "colour=red"},
    {"but": "colour=blue"},
)
_AGAIN = 1.0  # seconds before an index that could not be loaded is tried again


class Served:
    """An index that becomes ready in a thread of its own, which then follows its versions.

    Between two looks for a newer version lie ``seconds``.
    """

    def __init__(self, index: Index | str | Path, seconds: float, events: str | None = None) -> None:
        """``events`` is the URL of the database of events of an index that is given as its folder."""
        self._given = index
        self._events = events
        self._seconds = seconds
        self._index: Index | None = None
        self._error: LookalikeError | None = None
        self._stop = threading.Event()
        self._ready = threading.Event()
        self._thread: threading.Thread | None = None
        self._size = (-1, 0)  # version and bytes
        self._published: tuple[str, Published] | None = None  # its mark, and the newest manifest
        self._prepared: tuple[int, str] | None = None  # what was loaded
        self._measured: tuple[int, str] | None = None
        self._recall: Recall | None = None

    def start(self) -> None:
        """Begin to load, unless that has begun; `ready` says when it is done."""
        if self._thread is not None and self._thread.is_alive():
            return
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
        """The index. Raises `NotReady` until it is loaded, or what hindered that."""
        if self._index is not None and self._ready.is_set():
            return self._index
        raise self._error or NotReady("The index is being loaded.", next_step="Ask again in a second.")

    def refresh(self) -> None:
        """Answer from the newest version from now on. Raises what loading it raises."""
        self.index.refresh()
        loaded = self.index.loaded
        if loaded != self._prepared:
            self._prepared = loaded
            _ask_rarely_asked(self.index)

    @property
    def recall(self) -> Recall | None:
        """How answers are found, and what they hold of exact ones; None until that is measured.

        It is measured in a second, beside the first questions to a version.
        """
        return self._recall

    def facts(self) -> dict[str, float | None]:
        """What is in the index, and how fresh it is; times in seconds, None where nothing is known."""
        index, recall = self.index, self._recall
        manifest = index.manifest
        newest, written = manifest.version, None
        if index.place is not None:
            with suppress(OSError, LookalikeError):  # it went away; what is in memory still answers
                mark = index.place.mark(NAME)
                if self._published is None or self._published[0] != mark:
                    self._published = mark, read_manifest(index.place)
                published = self._published[1]
                newest, written = published.manifest.version, published.pair.time
                if self._size[0] != newest:
                    self._size = (newest, index.place.size())
        return {
            "products": manifest.products,
            "pictures": manifest.pictures,
            "bytes": self._size[1] if index.place is not None else None,
            "served_version": manifest.version,
            "newest_version": newest,
            "seconds_since_write": None if written is None else round(max(0.0, time.time() - written), 3),
            "recall": None if recall is None else recall.recall,
        }

    def _run(self) -> None:
        while not self._stop.is_set() and not self._load():
            self._stop.wait(_AGAIN)
        while not self._stop.wait(self._seconds):
            try:
                self.refresh()
                if self._measured != self._prepared:
                    self._measured = self._prepared  # once, even where that fails
                    self._recall = self.index.recall()
            except Exception as error:  # what answers goes on answering
                self._complain("the newest version cannot be loaded", error)
            else:
                self._tell_trouble(self.index.trouble)

    def _load(self) -> bool:
        try:
            given = self._given
            index = (
                given if isinstance(given, Index) else Index.open(given, follow=False, events=self._events)
            )
            index.refresh()
            _ = index.encoder
            _ask_first(index)
        except Exception as error:
            self._complain("the index cannot be loaded", error)
            return False
        self._index = index
        self._error = None
        self._ready.set()
        return True

    def _tell_trouble(self, trouble: LookalikeError | None) -> None:
        """Log what answers go on without, once when it begins and once when it is over."""
        if trouble is None:
            if self._error is not None:
                logger.info("answers are of what is newest again")
            self._error = None
        else:
            self._complain("answers go on with what was known last", trouble)

    def _complain(self, what: str, error: Exception) -> None:
        """Log a failure once, however often it comes."""
        known = error if isinstance(error, LookalikeError) else None
        if self._error is None or known is None or self._error.message != known.message:
            logger.error("%s: %s", what, error, exc_info=None if known else error)
        self._error = known or NotReady(f"{what}: {error}", next_step="See the service's log.")


def _ask_first(index: Index) -> None:
    """Ask once what everybody asks: what the first answer of a version has to work out is there then."""
    for product in index.ids[:1]:
        with suppress(LookalikeError):  # of a product without a picture, say
            index.similar(product, 1, recipe="look")


def _ask_rarely_asked(index: Index) -> None:
    """The same for the rest, while questions are answered already.

    Signals of behaviour are kept fitted from then on, see `Index.refresh`.
    """
    with suppress(LookalikeError):
        index.recommend(k=1)
    for product in index.ids[:1]:
        for wishes in _RARE:
            with suppress(LookalikeError):
                index.similar(product, 1, **wishes)
        with suppress(LookalikeError):
            index.search(text="a", k=1)
        with suppress(LookalikeError):
            index.goes_with(product, 1)
        index.facets()
    _ = index.imagines  # which reads the generator, where there is one
