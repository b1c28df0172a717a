"""What ``add`` and ``sync`` share: open, index with a bar, report, and choose the exit status."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lookalike.cli.options import parse_mapping, parse_share
from lookalike.cli.output import print_json, print_report, progress

if TYPE_CHECKING:
    from lookalike.index import Index
    from lookalike.ingest.report import IngestReport

EXIT_REPORTED = 3
EXIT_STOPPED = 130


def ingest(
    verb: str,
    catalog_path: Path,
    index_path: Path,
    *,
    as_json: bool,
    encoder: str | None,
    mapping: tuple[str, ...],
    format: str | None,
    report: Path | None,
    tolerate: str,
    workers: int | None,
    allow_private: bool,
    wait: float,
    max_removed: float | None = None,
) -> None:
    """Run one catalogue into the index and leave with 0, 3 (too many bad rows) or 130 (stopped)."""
    from lookalike.catalog import open_catalog
    from lookalike.index import MAX_REMOVED
    from lookalike.ingest.report import Interrupted

    share = parse_share(tolerate)
    if report is not None:
        _writable(report)
    catalog = open_catalog(catalog_path, mapping=parse_mapping(mapping) or None, format=format)
    index = open_or_create(index_path, encoder)
    try:
        with progress("Indexing", catalog.rows) as advance:
            if verb == "sync":
                done = index.sync(
                    catalog,
                    max_removed=MAX_REMOVED if max_removed is None else max_removed,
                    tolerate=share,
                    progress=advance,
                    workers=workers,
                    allow_private=allow_private,
                    wait=wait,
                )
            else:
                done = index.add(
                    catalog, progress=advance, workers=workers, allow_private=allow_private, wait=wait
                )
    except Interrupted as stopped:
        _show(stopped.report, index_path, as_json, report)
        click.echo("Stopped. What was indexed is stored; run the same command to go on.", err=True)
        raise SystemExit(EXIT_STOPPED) from None
    _show(done, index_path, as_json, report)
    if not done.within(share):
        click.echo(
            f"lookalike: {done.reported:,} of {done.rows:,} rows were not indexed, more than {share:.0%}. "
            "Mend them, or allow more with --tolerate.",
            err=True,
        )
        raise SystemExit(EXIT_REPORTED)


def open_or_create(path: Path, encoder: str | None) -> Index:
    """The index at a path, made when there is none; an ``encoder`` given must be the one it has."""
    from lookalike.errors import NoIndex
    from lookalike.index import Index

    try:
        return Index.open(path, encoder)
    except NoIndex:
        return Index.create(path, encoder)


def _writable(report: Path) -> None:
    """Raise `StorageError` before the work begins rather than after it."""
    from lookalike.errors import StorageError

    try:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.open("a").close()
    except OSError as error:
        raise StorageError(
            f"{report} cannot be written: {error.strerror or error}.", next_step="Choose another place."
        ) from error


def _show(done: IngestReport, index_path: Path, as_json: bool, report: Path | None) -> None:
    if report is not None:
        done.write_csv(report)
    if as_json:
        print_json(done.to_dict())
    else:
        print_report(done, index_path)
