"""Reading deliveries: from a file, or from what a program holds, to events; what is none is said to be so."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

from lookalike.deliveries import algolia, ga4, gorse, retail, segment
from lookalike.deliveries.documents import Source, TableDocuments, sources
from lookalike.deliveries.plain import Plain, parted
from lookalike.deliveries.telling import Circumstances, Document, Told, checked_event, events_of, shown
from lookalike.errors import BadArgument, CatalogError, EventsError
from lookalike.events import KINDS, Event, Kind
from lookalike.products import Problem


class Shape(Protocol):
    """A format that is told by its fields."""

    def recognises(self, document: Document) -> bool:
        """Whether a document is of this format."""
        ...

    def told(self, document: Document) -> Iterator[Told]:
        """What a document says."""
        ...


SHAPES: Final[tuple[Shape, ...]] = (ga4, segment, retail, algolia, gorse)
"""Formats in the order in which they are tried; what is none of them is plain."""

_WRAPPERS = ("events", "userEvents", "user_events")
"""Fields under which a document may hold others."""


class Delivery:
    """Events of one source, read as it is iterated: each gives one `Event` or one `Problem`, never nothing.

    A document of several products gives an event for each. Made with `open_events` or `events_given`.
    """

    def __init__(
        self, name: str, documents: Iterable[Any], count: int | None, plain: Plain, here: Circumstances
    ) -> None:
        """``count`` is about how many documents there are."""
        self.name = name
        self.documents = count
        self.read = 0  # documents, so far
        self._source = documents
        self._plain = plain
        self._here = here

    def __iter__(self) -> Iterator[Event | Problem]:
        try:
            for row, document in enumerate(self._source, 1):
                self.read = row
                yield from self._events(row, document)
        except CatalogError as error:
            raise EventsError(error.message, next_step=error.next_step) from error
        except OSError as error:
            reason = error.strerror or error
            raise EventsError(
                f"{self.name} cannot be read further: {reason}.",
                next_step="Check the file and the disk, then give it again: nothing is counted twice.",
            ) from error

    def _events(self, row: int, document: Any) -> Iterator[Event | Problem]:
        if isinstance(document, Event):
            yield from checked_event(document, row)
        elif isinstance(document, Problem):
            yield document
        elif isinstance(document, Mapping):
            try:
                for told in self._told(document):
                    yield from events_of(told, row, self._here)
            except (RecursionError, TypeError, ValueError, OverflowError, AttributeError):
                # cells of a type or a depth that no format has
                yield Problem(row, "", "malformed", f"{shown(document)} cannot be read.")
        else:
            detail = document if isinstance(document, str) else f"{shown(document)} is no event."
            yield Problem(row, "", "malformed", detail)

    def _told(self, document: Document) -> Iterator[Told]:
        shape = self._shape(document)
        if shape is not None:
            yield from shape.told(document)
            return
        held = next((document[name] for name in _WRAPPERS if isinstance(document.get(name), list)), None)
        if held is None:
            yield self._plain.told(document)
            return
        for one in held:
            inner = one if isinstance(one, Mapping) else {}
            shape = self._shape(inner)
            yield from shape.told(inner) if shape is not None else (self._plain.told(inner),)

    def _shape(self, document: Document) -> Shape | None:
        """The format of a document; whoever says what its columns are says that it is plain."""
        return None if self._plain.given else shape_of(document)


Given = str | Path | Mapping[str, Any] | Event | Iterable[Mapping[str, Any] | Event] | Delivery
"""A file or a folder, one document or event, or several, or what is opened already."""


def shape_of(document: Document) -> Shape | None:
    """The format of a document, None for plain ones."""
    return next((shape for shape in SHAPES if shape.recognises(document)), None)


def open_events(
    path: str | Path,
    mapping: Mapping[str, str] | None = None,
    kind: Kind | None = None,
    format: str | None = None,
) -> Delivery:
    """Open a file of events, or a folder of such files.

    ``mapping`` gives column → field where a column is not recognised by name (user, item, event, time,
    weight, session, answer, id), and word → kind where a shop has words of its own for what was done.
    ``kind`` is of events that name none. ``format`` is one of csv, tsv, jsonl, json, parquet, and is told
    from the name and the first bytes when left out. Raises `EventsError` where there is nothing to read,
    or a table lacks users, items, times or events; `BadArgument` for a mapping or a kind that is none.
    """
    columns, words = parted(mapping)
    plain = Plain(columns, checked(kind))
    path = Path(path)
    try:
        found = sources(path, format)
    except CatalogError as error:
        raise EventsError(error.message, next_step=error.next_step) from error
    except (OSError, ValueError, EOFError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise EventsError(f"{path} cannot be read: {reason}.", next_step="Check the path.") from error
    for source in found:
        _require(source, plain, path)
    counts = [source.count() for source in found]
    total = None if None in counts else sum(count or 0 for count in counts)
    documents = (document for source in found for document in source)
    return Delivery(path.name, documents, total, plain, Circumstances(words))


def _require(source: Source, plain: Plain, path: Path) -> None:
    """Raise `EventsError` for a table of which no row could be an event."""
    if not isinstance(source, TableDocuments):
        return
    lacking = plain.missing(source.columns)
    strange = [column for column in plain.given if column not in source.columns]
    if strange:
        raise EventsError(
            f"{path} has no column {strange[0]!r}.",
            next_step=f"Its columns are: {', '.join(source.columns)[:300]}.",
        )
    first = next((one for one in source if isinstance(one, Mapping)), {})
    if lacking and (plain.given or shape_of(first) is None):
        raise EventsError(
            f"No column of {path} is read as: {', '.join(lacking)}. "
            f"It has {', '.join(source.columns)[:300]}.",
            next_step=f"Say which it is, such as --map COLUMN={lacking[0].split()[0]}"
            + (", or which kind they all are, such as --kind bought." if "event" in lacking else "."),
        )


def read_events(
    source: Given,
    *,
    mapping: Mapping[str, str] | None = None,
    kind: Kind | None = None,
    now: Callable[[], int] | None = None,
) -> Iterator[Event | Problem]:
    """Events of a file, or of documents that a program holds; see `open_events` for ``mapping`` and ``kind``.

    A document that a program holds may leave its time out: it is then of ``now``, in milliseconds.
    """
    return iter(delivery_of(source, mapping=mapping, kind=kind, now=now))


def delivery_of(
    source: Given,
    *,
    mapping: Mapping[str, str] | None = None,
    kind: Kind | None = None,
    now: Callable[[], int] | None = None,
) -> Delivery:
    """The same as a `Delivery`, which knows how long it is where that is cheap to know."""
    if isinstance(source, Delivery):
        return source
    if isinstance(source, str | Path):
        return open_events(source, mapping, kind)
    columns, words = parted(mapping)
    if isinstance(source, Mapping | Event):
        source = [source]
    if not isinstance(source, Iterable):
        raise BadArgument(f"{shown(source)} are no events.", next_step="Give a file, a document or several.")
    count = len(source) if isinstance(source, list | tuple) else None
    here = Circumstances(words, now or _now)
    return Delivery("the events", source, count, Plain(columns, checked(kind)), here)


def _now() -> int:
    return time.time_ns() // 1_000_000


def checked(kind: Kind | None) -> Kind | None:
    """The kind as it is. Raises `BadArgument` for one that there is not."""
    if kind is not None and kind not in KINDS:
        raise BadArgument(f"There is no event {kind!r}.", next_step=f"Choose {', '.join(KINDS)}.")
    return kind
