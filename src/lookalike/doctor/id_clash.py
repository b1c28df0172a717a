"""Ids that only a computer tells apart, ids that a table has twice, and ids that a spreadsheet has spoilt."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence

from lookalike.doctor.case import Case
from lookalike.doctor.finding import Finding

KIND = "id-clash"

_WHOLE = re.compile(r"\d+(\.0+)?")
_SPOILT = re.compile(r"\d(\.\d+[eE]\+?|[eE]\+)\d{2,}")
_MEANT = 0.2  # share of the ids with both cases inside from which case is taken to mean something
_NAMED = 5


def clashing_ids(case: Case) -> Iterator[Finding]:
    """Ids that differ by case, blanks, leading zeros, a trailing .0 or signs that nobody sees."""
    ids = case.snapshot.ids
    cased = sum(i != i.upper() and i != i.lower() for i in ids) > _MEANT * max(len(ids), 1)
    forms: dict[str, list[str]] = defaultdict(list)
    for own in ids:
        forms[plain_id(own, cased=cased)].append(own)
    for same in forms.values():
        if len(same) > 1:
            yield Finding(KIND, _told_first(same), 1.0, field="id", evidence=_evidence(same))
    yield from _repeated(case)
    yield from _spoilt(ids)


def plain_id(own: str, *, cased: bool) -> str:
    """An id without what gets lost between spreadsheets; its case is kept where ``cased``."""
    seen = "".join(sign if sign.isspace() or not _unseen(sign) else "" for sign in own)
    plain = " ".join(unicodedata.normalize("NFKC", seen).split())
    if not cased:
        plain = plain.casefold()
    if _WHOLE.fullmatch(plain):
        plain = plain.partition(".")[0].lstrip("0") or "0"
    return plain


def _unseen(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) in ("Cf", "Cc")


def _told_first(same: Sequence[str]) -> tuple[str, ...]:
    """The id that is most likely the odd one first: with signs nobody sees, with .0, then the shorter."""
    odd = sorted(
        same, key=lambda i: (not any(map(_unseen, i)), not i.endswith(".0"), len(i), i.casefold() == i, i)
    )
    return tuple(odd)


def _evidence(same: Sequence[str]) -> dict[str, object]:
    shown = _told_first(same)[:_NAMED]
    named = ", ".join(f"“{_visible(i)}”" for i in shown) + (" and more" if len(same) > len(shown) else "")
    return {
        "says": f"The ids {named} differ only by {_difference(same)}: other programs take them for one.",
        "products": [{"id": i, "picture": 0, "value": _visible(i)} for i in shown],
        "ids": len(same),
    }


def _visible(own: str) -> str:
    """An id with a mark for each sign that nobody sees."""
    return "".join(f"[U+{ord(sign):04X}]" if _unseen(sign) and sign != " " else sign for sign in own)


def _difference(same: Sequence[str]) -> str:
    """In what ids differ, in words."""
    words = []
    seen = ["".join(sign for sign in i if not _unseen(sign)) for i in same]
    if len(set(seen)) < len(same):
        words.append("blanks or signs that nobody sees")
    if len({i.casefold() for i in seen}) < len(set(seen)):
        words.append("capital letters")
    digits = {i for i in seen if _WHOLE.fullmatch(i)}
    if len({i.partition(".")[1] for i in digits}) > 1 or len({i.partition(".")[0] for i in digits}) < len(
        digits
    ):
        words.append("a trailing .0")
    if len({len(i.partition(".")[0]) for i in digits}) > 1:
        words.append("leading zeros")
    return " and ".join(words) or "the way a letter is written"


def _repeated(case: Case) -> Iterator[Finding]:
    """Ids that stood in a table more than once."""
    rows: dict[str, list[int]] = defaultdict(list)
    for problem in case.problems:
        if problem.reason == "repeated-id" and problem.id:
            rows[problem.id].append(problem.row or 0)
    for own, places in rows.items():
        named = ", ".join(str(place) for place in sorted(places)[:_NAMED] if place)
        where = f" (row {named})" if named else ""
        says = f"The table has the id “{_visible(own)}” more than once{where}: only its first row was taken."
        yield Finding(
            KIND, (own,), 1.0, field="id", value=own, evidence={"says": says, "rows": len(places) + 1}
        )


def _spoilt(ids: Sequence[str]) -> Iterator[Finding]:
    """Long numbers that a spreadsheet has rounded."""
    for own in ids:
        if _SPOILT.fullmatch(own.strip()):
            says = (
                f"The id “{own}” is a long number that a spreadsheet has rounded: its last digits are lost."
            )
            yield Finding(KIND, (own,), 1.0, field="id", value=own, evidence={"says": says})
