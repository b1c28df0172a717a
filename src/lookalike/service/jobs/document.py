"""One job: what was asked for, how far it is, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, get_args

from lookalike.errors import LookalikeError
from lookalike.ingest.report import IngestReport
from lookalike.service.problems import problem

if TYPE_CHECKING:
    from lookalike.checkup import Findings
    from lookalike.copies import Duplicates
    from lookalike.exploring.documents import CatalogMap

Kind = Literal["add", "sync", "remove", "duplicates", "doctor", "map"]
State = Literal["queued", "running", "done", "failed", "stopped"]

FORMAT = 1
SHOWN_PROBLEMS = 200
"""So many problems of a report stand in a job's document; all of them are in its CSV."""

_MOST = 6e10  # seconds since 1970 that a date can be told of, in the year 3871

UNFINISHED: frozenset[State] = frozenset(("queued", "running"))


class UnknownJob(LookalikeError):
    """No job has this id, or it is so old that it was cleared away."""

    code = "unknown-job"


class NoReport(LookalikeError):
    """A job has no report, or not yet."""

    code = "unknown-report"


class JobDamaged(LookalikeError):
    """A job's folder is there and does not say what to do."""

    code = "job-damaged"


class JobCrashed(LookalikeError):
    """The process ended under a job again and again."""

    code = "job-crashed"


class JobLost(LookalikeError):
    """The replica that had a job has not been heard of for a minute."""

    code = "job-lost"


@dataclass(frozen=True, slots=True)
class Order:
    """What a job is to do.

    ``name`` is for showing. ``ids`` are the products to remove; ``mapping``, ``format`` and ``max_removed``
    mean what they mean in `lookalike.index.Index.sync` and `lookalike.catalog.open_catalog`. ``kinds`` are
    the kinds of findings to look for, none for all.
    """

    kind: Kind
    name: str
    mapping: Mapping[str, str] = field(default_factory=dict)
    format: str | None = None
    max_removed: float | None = None
    ids: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def includes(self, other: Order) -> bool:
        """Whether who does this has done the other as well, two orders that take no upload."""
        return self.kind == other.kind and self.kinds in ((), other.kinds)


@dataclass(frozen=True, slots=True)
class Job:
    """A job at one moment. Times are seconds since 1970, ``rate`` products a second.

    ``doing`` names the step that ``done`` and ``total`` count, "" where there is but one. ``total`` and
    ``seconds_left`` are None where nobody knows; ``attempts`` counts how often it was begun.
    ``error`` is a problem document, ``report`` an `IngestReport` as one, with the first `SHOWN_PROBLEMS`, or
    of a job that looked for duplicates a `look_document`, of one that examined an `examination_document`, of
    one that laid out a map a `map_document`. ``replica`` is the machine that has it, None where no other
    machine may ask.
    """

    id: str
    order: Order
    state: State
    created: float
    started: float | None = None
    finished: float | None = None
    doing: str = ""
    done: int = 0
    total: int | None = None
    rate: float = 0.0
    seconds_left: float | None = None
    attempts: int = 0
    report: Mapping[str, Any] | None = None
    error: Mapping[str, Any] | None = None
    replica: str | None = None

    @property
    def is_finished(self) -> bool:
        """Whether nothing will happen to it any more."""
        return self.state not in UNFINISHED

    def shown(self, *, problems: bool = True) -> dict[str, Any]:
        """The job as callers of the service see it; ``problems`` of the report may be left out."""
        report = dict(self.report) if self.report is not None else None
        if report is not None and not problems:
            report.pop("problems", None)
        return {
            "id": self.id,
            "state": self.state,
            "kind": self.order.kind,
            "name": self.order.name,
            "created": moment(self.created),
            "started": moment(self.started),
            "finished": moment(self.finished),
            "doing": self.doing,
            "done": self.done,
            "total": self.total,
            "rate": self.rate,
            "seconds_left": self.seconds_left,
            "report": report,
            "error": None if self.error is None else dict(self.error),
            "replica": self.replica,
        }

    def to_document(self) -> dict[str, Any]:
        """The job as it is kept in a file."""
        return {"version": FORMAT, **asdict(self)}


def from_document(id: str, document: Any) -> Job:
    """The job that `Job.to_document` wrote. Raises `KeyError`, `TypeError`, `ValueError`, `OverflowError`."""
    if document["version"] != FORMAT:
        raise ValueError("another version")
    given = document["order"]
    order = Order(
        kind=_one_of(given["kind"], get_args(Kind)),
        name=str(given["name"]),
        mapping={str(column): str(to) for column, to in dict(given["mapping"]).items()},
        format=given["format"] and str(given["format"]),
        max_removed=_number(given["max_removed"]),
        ids=tuple(map(str, given["ids"])),
        kinds=tuple(map(str, given.get("kinds", ()))),
    )
    return Job(
        id=id,
        order=order,
        state=_one_of(document["state"], get_args(State)),
        created=_finite(document["created"]),
        started=_number(document["started"]),
        finished=_number(document["finished"]),
        doing=str(document.get("doing", "")),
        done=int(document["done"]),
        total=None if document["total"] is None else int(document["total"]),
        rate=_finite(document["rate"]),
        seconds_left=_number(document["seconds_left"]),
        attempts=int(document["attempts"]),
        report=_mapping(document["report"]),
        error=_mapping(document["error"]),
    )


def _one_of(given: Any, known: tuple[Any, ...]) -> Any:
    if given not in known:
        raise ValueError(f"{given!r} is none of {known}")
    return given


def _number(given: Any) -> float | None:
    return None if given is None else _finite(given)


def _finite(given: Any) -> float:
    if not abs(number := float(given)) < _MOST:
        raise ValueError(f"{given!r} is no number that can be meant")
    return number


def _mapping(given: Any) -> dict[str, Any] | None:
    return None if given is None else dict(given)


def damaged(id: str, since: float) -> Job:
    """The job to show for a folder that holds none that can be read."""
    error = JobDamaged(
        "What this job was to do cannot be read.", next_step="Send it again; its folder may be deleted."
    )
    return Job(id, Order("add", id), "failed", since, finished=since, error=problem(error))


def report_document(report: IngestReport) -> dict[str, Any]:
    """A report as a job keeps it."""
    return {**report.to_dict(), "problems": [p.to_dict() for p in report.problems[:SHOWN_PROBLEMS]]}


def removal_document(removed: int) -> dict[str, Any]:
    """The report of a job that removed products."""
    counts = dict.fromkeys(("rows", "added", "updated", "unchanged", "stale", "encoded", "reused"), 0)
    return report_document(IngestReport(**counts, removed=removed, withheld=0, seconds=0.0, problems=()))


def look_document(found: Duplicates, seconds: float) -> dict[str, Any]:
    """The report of a job that looked for duplicates; ``copies`` counts the pictures beside the heads."""
    return {
        "pictures": found.pictures,
        "looked_at": found.looked_at,
        "complete": found.complete,
        "groups": len(found.groups),
        "copies": sum(len(group.members) - 1 for group in found.groups),
        "kinds": dict(Counter(group.kind for group in found.groups)),
        "unreadable": len(found.unreadable),
        "seconds": round(seconds, 3),
    }


def examination_document(found: Findings) -> dict[str, Any]:
    """The report of a job that examined the catalogue: counts of what is to be decided now."""
    return {
        "findings": len(found),
        "new": sum(found.new_counts.values()),
        "counts": found.counts,
        "unjudged": len(found.unjudged),
        "products": found.products,
        "pictures": found.pictures,
        "version": found.version,
        "seconds": round(found.seconds, 3),
        "unkept": found.unkept or None,
    }


def map_document(found: CatalogMap, unkept: str, seconds: float) -> dict[str, Any]:
    """The report of a job that laid out the map of the catalogue."""
    return {
        "products": len(found.ids),
        "placed": found.placed,
        "method": found.method,
        "version": found.version,
        "seconds": round(seconds, 3),
        "unkept": unkept or None,
    }


def moment(seconds: float | None) -> str | None:
    """A time as RFC 3339 writes it, in UTC."""
    if seconds is None:
        return None
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
