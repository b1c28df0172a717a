"""Run and qrels files, as trec_eval and whatever else reads the formats of TREC take them.

A line of a run is ``case Q0 product place score name``, a line of qrels ``case 0 product 1``. Blanks
separate, so what is blank, a control character or ``%`` in an id is written as the ``%XX`` of its UTF-8
bytes. A case whose list is empty has one line with the product ``%``, which nothing is called, since tools
leave out cases that a run does not name. Format: https://github.com/usnistgov/trec_eval, README, "Input
files".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from pathlib import Path
from urllib.parse import quote, unquote

from lookalike.errors import BadArgument
from lookalike.evaluation.cases import CaseSet
from lookalike.evaluation.judge import Judgement
from lookalike.evaluation.split import position

MOST = 2_000_000
"""Lines of qrels, at most: some 60 MB. Where a label has thousands of products, some cases are enough."""

_NOTHING = "%"


def write_qrels(path: Path, cases: CaseSet, most: int = MOST) -> frozenset[str]:
    """Write which products are right for each case, and answer with the keys of the cases written.

    Those are all, or by hash as many as ``most`` lines hold, one at least; ignored products are left out.
    """
    written: set[str] = set()
    left = most
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for case in sorted(cases.cases, key=lambda case: position(case.key, "trec")):
            if written and cases.truth.total(case) > left:
                break  # not the next that fits: those of small labels would be asked more often
            right = sorted(cases.truth.right(case))
            key = escaped(case.key)
            file.writelines(f"{key} 0 {escaped(i)} 1\n" for i in right)
            written.add(case.key)
            left -= len(right)
    return frozenset(written)


def write_run(path: Path, judgement: Judgement, name: str, keys: Collection[str] | None = None) -> None:
    """Write the first products of each case, best first, as a run of this name; of ``keys`` alone if given.

    A score is the count of places from the last one, so that every tool keeps the order. Ignored products
    stand in no list, so figures of the first ten places are those that were judged here.
    """
    tag = escaped(name)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for case, listed in zip(judgement.cases, judgement.lists, strict=True):
            if keys is not None and case.key not in keys:
                continue
            key, shown = escaped(case.key), [escaped(i) for i in listed] or [_NOTHING]
            file.writelines(
                f"{key} Q0 {i} {place} {len(shown) - place + 1} {tag}\n" for place, i in enumerate(shown, 1)
            )


def read_run(path: Path) -> dict[str, list[str]]:
    """The products by case, best first, of a run that anybody wrote; equal scores by id, the last first.

    That is how trec_eval orders them, whatever the places say. Raises `BadArgument` for a line that is none.
    """
    scored: dict[str, list[tuple[float, str]]] = {}
    for number, fields in _lines(path, 6):
        try:
            score = float(fields[4])
        except ValueError:
            raise _bad(path, number, f"the score {fields[4]!r} is no number") from None
        own = scored.setdefault(plain(fields[0]), [])
        if fields[2] != _NOTHING:
            own.append((score, fields[2]))
    return {key: [plain(i) for _, i in sorted(own, reverse=True)] for key, own in scored.items()}


def read_qrels(path: Path) -> dict[str, frozenset[str]]:
    """The products that are right, by case, of qrels that anybody wrote: those of a relevance above 0.

    Raises `BadArgument` for a line that is none.
    """
    found: dict[str, set[str]] = {}
    for number, fields in _lines(path, 4):
        try:
            relevance = int(fields[3])
        except ValueError:
            raise _bad(path, number, f"the relevance {fields[3]!r} is no whole number") from None
        own = found.setdefault(plain(fields[0]), set())
        if relevance > 0:
            own.add(plain(fields[2]))
    return {key: frozenset(own) for key, own in found.items()}


def escaped(i: str) -> str:
    """An id as one field of a line. Raises `BadArgument` for an empty one."""
    if not i:
        raise BadArgument("An id is empty, and TREC files have no word for it.", next_step="Name it.")
    return "".join(quote(c, safe="", errors="surrogatepass") if _apart(c) else c for c in i)


def plain(field: str) -> str:
    """The id that a field of a line stands for."""
    return unquote(field, errors="surrogatepass")


def _apart(character: str) -> bool:
    """Whether a tool might take the character for the end of a field, or for an escaped one."""
    return character == "%" or character.isspace() or unicodedata.category(character)[0] in "CZ"


def _lines(path: Path, count: int) -> Iterator[tuple[int, list[str]]]:
    """The fields of each line that has any, with its number from 1."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        for number, line in enumerate(file, 1):
            fields = line.split()
            if len(fields) == count:
                yield number, fields
            elif fields:
                raise _bad(path, number, f"it has {len(fields)} fields, not {count}")


def _bad(path: Path, number: int, what: str) -> BadArgument:
    return BadArgument(
        f"Line {number} of {path} is not of this format: {what}.",
        next_step="Give a run (case Q0 product place score name) or qrels (case 0 product relevance).",
    )
