"""A board in the database on which replicas of a service tell each other of their jobs."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    Executable,
    Float,
    LargeBinary,
    MetaData,
    Table,
    Text,
    delete,
    func,
    inspect,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from lookalike.records.appending import is_storable
from lookalike.records.database import Database

JOBS: Final = Table(
    "lookalike_jobs",
    MetaData(),
    Column("id", Text, primary_key=True),  # in the order in which jobs came
    Column("replica", Text, nullable=False),
    Column("finished", Boolean, nullable=False),
    Column("stop", Boolean, nullable=False),  # somebody said so
    Column("heard", Float(53), nullable=False),  # when its replica last told, by the server's clock
    Column("document", Text, nullable=False),  # JSON
    Column("report", LargeBinary),  # a table of all problems
)
"""A row for each job of any replica; nothing else is reckoned from it, so it is written in no turn."""

LOST: Final = 60.0
"""Seconds after which a replica that tells nothing of its unfinished job is taken to be gone."""

_NOW: Final = func.extract("epoch", func.clock_timestamp())
_SHOWN: Final = (*(JOBS.c[name] for name in ("id", "replica", "finished", "stop", "document")),)


@dataclass(frozen=True, slots=True)
class Posted:
    """A job as its replica told of it; ``silent`` is how many seconds ago that was."""

    id: str
    replica: str
    document: Mapping[str, Any]
    is_finished: bool
    is_to_stop: bool = False
    silent: float = 0.0
    report: bytes | None = None

    @property
    def is_lost(self) -> bool:
        """Whether nobody seems to be at it any more."""
        return not self.is_finished and self.silent > LOST


class Board:
    """The board of one PostgreSQL database; see `Posted`. Raises what `Database` raises."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._made = False

    def post(self, jobs: Sequence[Posted]) -> set[str]:
        """Tell of jobs; what was told of a finished one stays. Returns the ids of those that are to stop."""
        if not jobs:
            return set()
        self._make()
        told = insert(JOBS).values([_row(job) for job in jobs])
        new = {name: told.excluded[name] for name in ("replica", "finished", "heard", "document", "report")}
        telling = told.on_conflict_do_update(index_elements=["id"], set_=new, where=~JOBS.c.finished)
        return {id for id, stop in self._do(telling.returning(JOBS.c.id, JOBS.c.stop)) if stop}

    def get(self, id: str) -> Posted | None:
        """A job, None where nobody told of it."""
        found = self._shown(JOBS.c.id == id) if is_storable(id) else []
        return found[0] if found else None

    def all(self) -> list[Posted]:
        """All jobs, the newest first."""
        return self._shown()

    def finished(self, ids: Collection[str]) -> set[str]:
        """Those of these jobs of which the end was told."""
        asked = select(JOBS.c.id).where(JOBS.c.finished, JOBS.c.id.in_(list(ids)))
        return {row.id for row in self._do(asked)}

    def report(self, id: str) -> bytes | None:
        """The table of all problems of a job, None where there is none."""
        rows = self._do(select(JOBS.c.report).where(JOBS.c.id == id)) if is_storable(id) else []
        return rows[0].report if rows else None

    def ask_stop(self, id: str) -> None:
        """Say that a job is to stop; its replica hears of it when it tells again."""
        self._do(update(JOBS).where(JOBS.c.id == id, ~JOBS.c.finished).values(stop=True))

    def sweep(self, kept: int) -> None:
        """Forget finished and lost jobs but for the newest."""
        over = or_(JOBS.c.finished, JOBS.c.heard < _NOW - LOST)
        old = select(JOBS.c.id).where(over).order_by(JOBS.c.id.desc()).offset(kept)
        self._do(delete(JOBS).where(JOBS.c.id.in_(old)))

    def _shown(self, *which: Any) -> list[Posted]:
        silent = (_NOW - JOBS.c.heard).label("silent")
        rows = self._do(select(*_SHOWN, silent).where(*which).order_by(JOBS.c.id.desc()))
        return [
            Posted(row.id, row.replica, json.loads(row.document), row.finished, row.stop, float(row.silent))
            for row in rows
        ]

    def _do(self, statement: Executable) -> list[Any]:
        """The rows of one statement, which may be done twice; none where there is no table yet."""

        def work(connection: Any) -> list[Any]:
            if not self._made:
                self._made = inspect(connection).has_table(JOBS.name)
            done = connection.execute(statement) if self._made else None
            return [*done] if done is not None and done.returns_rows else []

        return self._database.read(work, [])

    def _make(self) -> None:
        if not self._made:
            self._database.write(lambda connection, _: JOBS.create(connection, checkfirst=True))
            self._made = True


def _row(job: Posted) -> dict[str, Any]:
    return {
        "id": job.id,
        "replica": job.replica,
        "finished": job.is_finished,
        "stop": False,
        "heard": _NOW,
        "document": json.dumps(job.document),
        "report": job.report,
    }
