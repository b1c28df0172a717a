"""Following a feed: the index holds what the feed holds, unless the feed seems broken."""

from __future__ import annotations

from lookalike.catalog import Catalog
from lookalike.errors import BadArgument, TooManyRemovals
from lookalike.ingest.report import IngestReport
from lookalike.ingest.where import Run
from lookalike.store.base import Writer

MAX_REMOVED = 0.2
"""The share of the products that one feed may remove unless it is confirmed."""


def require_share(name: str, share: float) -> None:
    """Raise `BadArgument` unless this is a share."""
    if not 0 <= share <= 1:
        raise BadArgument(f"{name} is {share}.", next_step="Give a share from 0 to 1.")


def follow(run: Run, writer: Writer, feed: Catalog, max_removed: float, tolerate: float) -> IngestReport:
    """Index a feed and remove what it no longer names; see `lookalike.index.Index.sync`."""
    held = set(writer.reader.metadata_hashes())
    _check_removals(len(held - {row.id for row in feed}), len(held), max_removed)
    report = run.run(feed)
    vanished = sorted(held.difference(run.met))
    if not report.within(tolerate) or (report.unidentified and max_removed < 1):
        return run.report(withheld=len(vanished))
    if vanished:
        writer.commit(remove=vanished)
    run.followed = True
    return run.report(removed=len(vanished))


def _check_removals(gone: int, held: int, allowed: float) -> None:
    if gone > allowed * held:
        raise TooManyRemovals(
            f"The feed lacks {gone} of the {held} products in the index; nothing was changed.",
            next_step="If they are to go, say so: --yes (max_removed=1 in Python).",
        )
