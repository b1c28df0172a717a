"""What ``add`` and ``sync`` share: open, index with a bar, report, and choose the exit status."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lookalike import settings
from lookalike.cli.exits import EXIT_REPORTED, EXIT_STOPPED
from lookalike.cli.options import parse_mapping, parse_share
from lookalike.cli.output import called, check_target, print_json, print_report, progress
from lookalike.settings import IndexPath

if TYPE_CHECKING:
    from lookalike.catalog import Catalog
    from lookalike.cli.output import Advance
    from lookalike.ingest.report import IngestReport, Interrupted
    from lookalike.store.base import KeepProgress

FITTING = "Learning"
"""What is shown while things are fitted on the catalogue."""


def keeping(advance: Advance) -> KeepProgress:
    """Shows what is made so that a large index opens quickly."""
    return lambda what, done, count: advance(done, count, f"Preparing {what}")


Done = TypeVar("Done")


def ingest(
    verb: str,
    catalog_paths: Sequence[Path],
    index_path: IndexPath,
    *,
    as_json: bool,
    encoder: str | None,
    mapping: tuple[str, ...],
    format: str | None,
    report: Path | None,
    tolerate: str,
    workers: int | None,
    on: str | None,
    allow_private: bool,
    duplicates: bool,
    fit: bool,
    wait: float,
    max_removed: float | None = None,
) -> None:
    """Run one catalogue into the index and leave with 0, 3 (too many bad rows) or 130 (stopped)."""
    from lookalike.catalog import open_catalog
    from lookalike.catalog.formats import files_named
    from lookalike.index import Index
    from lookalike.ingest.feed import MAX_REMOVED
    from lookalike.ingest.report import Interrupted

    share = parse_share(tolerate)
    catalog = open_catalog(catalog_paths, mapping=parse_mapping(mapping) or None, format=format)
    if report is not None:
        _require_outside(report, files_named(catalog_paths))
        require_writable(report)
        check_target(report, index_path, "row,id,reason")
    index = Index.open_or_create(index_path, encoder)
    if not as_json:
        click.echo(_read_as(catalog))
    how: dict[str, Any] = {
        "workers": workers,
        "on": on,
        "allow_private": allow_private,
        "duplicates": duplicates,
        "fit": fit,
    }
    if verb == "sync":
        how |= {"tolerate": share, "max_removed": MAX_REMOVED if max_removed is None else max_removed}
    try:
        with progress("Indexing", catalog.rows) as advance:
            how |= {
                "looking": partial(advance, doing="Comparing"),
                "fitting": partial(advance, doing=FITTING),
                "keeping": keeping(advance),
            }
            run = partial(getattr(index, verb), catalog, progress=advance, **how)
            done = when_free(run, wait)
        if not as_json:
            for note, count in catalog.notes.items():
                click.echo(f"Passed over: {count:,} {note}")
    except Interrupted as stopped:
        _show(stopped.report, index_path, as_json, report)
        click.echo(_stopped(stopped), err=True)
        raise SystemExit(EXIT_STOPPED) from None
    _show(done, index_path, as_json, report)
    if done.added and not as_json:
        place = [] if index_path == settings.index_path() else ["--index", str(index_path)]
        first = index.ids[0]
        dash = ["--"] if first.startswith("-") else []
        click.echo(f"Try: {called()} similar {shlex.join([*place, *dash, first])}")
    if not done.within(share):
        click.echo(
            f"lookalike: {done.reported + done.stale:,} of {done.rows:,} rows could not be read, "
            f"more than {share:.0%}. Mend them, or allow more with --tolerate.",
            err=True,
        )
        raise SystemExit(EXIT_REPORTED)


def _stopped(stopped: Interrupted) -> str:
    """What is there when a run was stopped, and how it goes on."""
    if stopped.looking:
        return (
            "Stopped while looking for copies. All rows are stored, and what was found is kept; "
            "lookalike duplicates goes on."
        )
    if stopped.fitting:
        return (
            "Stopped while learning what words look like. All rows are stored, and found as before; "
            "lookalike refit learns it."
        )
    if stopped.keeping:
        return (
            "Stopped while preparing the index to open quickly. All rows are stored, and answers are right; "
            "the next add or refit goes on."
        )
    return (
        f"Stopped after {stopped.report.rows:,} rows. What was indexed is stored; "
        "run the same command to go on."
    )


def when_free(run: Callable[..., Done], wait: float) -> Done:
    """Run at once, or say who writes and wait for them."""
    from lookalike.errors import IndexLocked

    try:
        return run(wait=0)
    except IndexLocked as locked:
        if wait <= 0:
            raise
        click.echo(f"{locked.message} Waiting up to {wait:g} s.", err=True)
        return run(wait=wait)


def _read_as(catalog: Catalog) -> str:
    """How the columns of a table were understood, in a line."""
    if not catalog.fields:
        return f"Reading {catalog.name}: the id is the file's name, the category its folder."
    read = ", ".join(f"{column} as {field}" for column, field in catalog.fields.items() if column != field)
    return f"Read from {catalog.name}" + (f": {read}." if read else ".") + " Other columns are attributes."


def _require_outside(report: Path, catalog: Sequence[Path]) -> None:
    """Raise `BadArgument` where a report would harm a catalogue."""
    from lookalike.errors import BadArgument

    place = report.resolve()
    own = [path.resolve() for path in catalog]
    if place in own or any(path.is_dir() and place.is_relative_to(path) for path in own):
        raise BadArgument(
            f"The report {report} would be part of the catalogue.", next_step="Write it to another folder."
        )


def require_writable(report: Path) -> None:
    """Raise `StorageError` before the work begins where a report cannot be written."""
    from lookalike.errors import unwritable

    try:
        report.parent.mkdir(parents=True, exist_ok=True)
        if report.exists():
            report.open("a").close()
        else:
            with TemporaryFile(dir=report.parent):
                pass
    except OSError as error:
        raise unwritable(report, error) from error


def _show(done: IngestReport, index_path: IndexPath, as_json: bool, report: Path | None) -> None:
    if as_json:
        print_json(done.to_dict())
    else:
        print_report(done, index_path)
    if report is not None:
        done.write_csv(report)
