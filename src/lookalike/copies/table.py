"""Groups as a table that a person fills in, and what they filled in as judgements."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lookalike.catalog.lines import WESTERN, encoding_of
from lookalike.copies.review import Row
from lookalike.duplicates.groups import PictureKey
from lookalike.duplicates.judgements import NOT_SAME, SAME, UNDO, Judgement
from lookalike.errors import BadArgument, CatalogError, LookalikeError, unwritable

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
_SNIFFED = 4096  # bytes by which the encoding is known
_MARK = "\ufeff"  # without it a spreadsheet takes the text for another encoding


def csv_text(found: Duplicates) -> str:
    """A row for each picture, the head of a group first; decisions that were made are filled in.

    Cells that a spreadsheet would take for a formula are written with an apostrophe before.
    """
    products = found.products(sorted({member.id for group in found for member in group.members}))
    sink = io.StringIO()
    table = csv.DictWriter(sink, COLUMNS, lineterminator="\n")
    table.writeheader()
    for group in found:
        for member in group.members:
            product = products.get(member.id)
            uris = [] if product is None else [picture.uri for picture in product.pictures]
            table.writerow(
                {
                    **_decided(group, member),
                    "title": _plain("" if product is None else product.title),
                    "uri": _plain(uris[member.picture] if member.picture < len(uris) else ""),
                }
            )
    return _MARK + sink.getvalue()


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
        "id": _plain(member.id),
        "picture": member.picture,
        "keep_id": _plain(keep[0]),
        "keep_picture": keep[1],
        "merge_into": _plain(keep[0]) if drops and member.id != keep[0] else "",
        "drop_picture": "yes" if drops else "",
        "similarity": member.similarity,
        "changes": ", ".join(member.changes),
    }


def write_table(path: Path, text: str) -> None:
    """Write a table where the user asked for it. Raises `StorageError`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", errors="replace", newline="")
    except OSError as error:
        raise unwritable(path, error) from error


def read_table(path: Path) -> list[Row]:
    """What the rows of a filled-in table say; rows without a decision say nothing, and are left out.

    Raises `CatalogError` when it is no such table.
    """
    try:
        data = path.read_bytes()
        text = data.decode(encoding_of(data[:_SNIFFED]), WESTERN).lstrip(f"{_MARK}\r\n")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise CatalogError(f"{path} cannot be read: {why}.", next_step=_AGAIN) from error
    lines = io.StringIO(text, newline="")
    head = next(lines, "")
    try:
        table = csv.DictReader(
            itertools.chain([head.lower()], lines), delimiter=max(",;\t", key=head.count), strict=True
        )
        names = [name.strip() for name in table.fieldnames or ()]
        missing = [name for name in _NEEDED if name not in names]
        if missing:
            raise CatalogError(f"{path} has no column {missing[0]!r}.", next_step=_AGAIN)
        table.fieldnames = names
        return list(_judgements(list(table)))
    except csv.Error as error:
        raise CatalogError(f"{path} is no CSV table: {error}.", next_step=_AGAIN) from error


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
        about = _bare(str(row.get("id") or ""))
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
    return _bare(str(row.get(name) or "")), int(given)


def _plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "'") else text


def _bare(text: str) -> str:
    """The text that `_plain` made safe."""
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@", "\t", "\r", "'") else text
