"""Groups as a table that a person fills in, and what they filled in as judgements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lookalike.catalog import spreadsheet
from lookalike.catalog.spreadsheet import bare, plain, table_text
from lookalike.copies.review import Row
from lookalike.duplicates.groups import PictureKey
from lookalike.duplicates.judgements import NOT_SAME, SAME, UNDO, Judgement
from lookalike.errors import BadArgument, LookalikeError
from lookalike.products import Product

if TYPE_CHECKING:
    from lookalike.copies.answer import Copy, DuplicateGroup, Duplicates

COLUMNS = (
    "group",
    "kind",
    "decision",
    "id",
    "picture",
    "keep_id",
    "keep_picture",
    "merge_into",
    "drop_picture",
    "similarity",
    "changes",
    "title",
    "uri",
)
KEEP = "keep"
DECISIONS = (KEEP, SAME, NOT_SAME, UNDO)

_NEEDED = ("group", "decision", "id", "picture")


def csv_text(found: Duplicates) -> str:
    """A row for each picture, the head of a group first; decisions that were made are filled in.

    Cells that a spreadsheet would take for a formula are written with an apostrophe before.
    """
    products = found.products(sorted({member.id for group in found for member in group.members}))
    return table_text(COLUMNS, (row for group in found for row in _rows(group, products)))


def _rows(group: DuplicateGroup, products: Mapping[str, Product]) -> Iterator[dict[str, Any]]:
    for member in group.members:
        product = products.get(member.id)
        uris = [] if product is None else [picture.uri for picture in product.pictures]
        yield {
            **_decided(group, member),
            "title": plain("" if product is None else product.title),
            "uri": plain(uris[member.picture] if member.picture < len(uris) else ""),
        }


def _decided(group: DuplicateGroup, member: Copy) -> dict[str, Any]:
    """What a row says of a member beside its product."""
    keep = group.keep or group.head.key
    kept = member.key == keep
    told = KEEP if kept and group.keep else SAME if member.verdict == SAME else ""
    drops = told == SAME
    return {
        "group": group.id,
        "kind": member.kind,
        "decision": told,
        "id": plain(member.id),
        "picture": member.picture,
        "keep_id": plain(keep[0]),
        "keep_picture": keep[1],
        "merge_into": plain(keep[0]) if drops and member.id != keep[0] else "",
        "drop_picture": "yes" if drops else "",
        "similarity": member.similarity,
        "changes": ", ".join(member.changes),
    }


def read_table(path: Path) -> list[Row]:
    """What the rows of a filled-in table say; rows without a decision say nothing, and are left out.

    Raises `CatalogError` when it is no such table.
    """
    return list(_judgements(spreadsheet.read_table(path, _NEEDED, _AGAIN)))


_AGAIN = "Write one with: lookalike duplicates --csv FILE, fill in the column decision, and hand it back."


def decisions_in(path: Path) -> list[Judgement]:
    """The judgements of a filled-in table that make sense. Raises `CatalogError` as `read_table` does."""
    return [given for _, given, _ in read_table(path) if isinstance(given, Judgement)]


def _judgements(rows: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    """Row numbers count from 1, without the header."""
    groups: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
    for number, row in enumerate(rows, start=1):
        groups.setdefault(str(row.get("group") or ""), []).append((number, row))
    for own in groups.values():
        yield from _of_group(own)


def _of_group(rows: Sequence[tuple[int, Mapping[str, Any]]]) -> Iterator[Row]:
    """The first row that says keep is kept; without one the picture that the table proposed is."""
    kept: PictureKey | None = None
    for number, row in rows:
        if _word(row) == KEEP:
            try:
                if kept is not None:
                    raise BadArgument(
                        "Another picture of the group is kept already.",
                        next_step="Say keep once in a group.",
                    )
                kept = _key(row, "id", "picture")
            except LookalikeError as error:
                yield number, error, str(row.get("id") or "")
    for number, row in rows:
        told = _word(row)
        if told in ("", KEEP):
            continue
        about = bare(str(row.get("id") or ""))
        try:
            if told not in DECISIONS:
                raise BadArgument(
                    f"The decision is {told[:40]!r}.", next_step=f"Write {', '.join(DECISIONS)}, or nothing."
                )
            keep, other = kept or _proposed(rows, row), _key(row, "id", "picture")
            yield number, Judgement(keep, other, told), about
        except LookalikeError as error:
            yield number, error, about


def _proposed(rows: Sequence[tuple[int, Mapping[str, Any]]], row: Mapping[str, Any]) -> PictureKey:
    if row.get("keep_id"):
        return _key(row, "keep_id", "keep_picture")
    return _key(rows[0][1], "id", "picture")


def _word(row: Mapping[str, Any]) -> str:
    return str(row.get("decision") or "").strip().lower().replace(" ", "-").replace("_", "-")


def _key(row: Mapping[str, Any], name: str, at: str) -> PictureKey:
    given = str(row.get(at) or "0").strip()
    if not given.isdecimal() or len(given) > 9:
        raise BadArgument(
            f"The column {at} says {given[:40]!r}.", next_step="Leave the numbers of pictures as they were."
        )
    return bare(str(row.get(name) or "")), int(given)
