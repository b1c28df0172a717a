"""What is said of an index that is not there, or not whole. Loads nothing: it is said before anything is."""

from __future__ import annotations

from lookalike.errors import IndexDamaged, NoIndex


def shown(path: object) -> str:
    """A path or a text as it stands in a message: one line, without codes that a terminal obeys."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(path))


def no_index(where: object, *, is_there: bool) -> NoIndex:
    """A `NoIndex` about this place, at which there is something else or nothing."""
    what = "is not an index" if is_there else "does not exist"
    return NoIndex(
        f"There is no index at {shown(where)}: this path {what}.",
        next_step="Make one with 'lookalike add CATALOGUE', or name another with --index PATH.",
    )


def damaged(where: object, what: str) -> IndexDamaged:
    """An `IndexDamaged` about this index, with the one remedy there is."""
    return IndexDamaged(
        f"The index at {shown(where)} is damaged: {shown(what)}.",
        next_step="Bring the folder back from a copy, or make the index again from the catalogue.",
    )
