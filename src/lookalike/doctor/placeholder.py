"""Placeholders: one picture that stands for many products which are not one."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import log

import numpy as np
import numpy.typing as npt
from PIL import Image

from lookalike.doctor.case import Case, PictureKey
from lookalike.doctor.finding import LIKELY, Finding, Unjudged
from lookalike.doctor.sight import shown_empty
from lookalike.doctor.titles import Sameness, Titles
from lookalike.neighbours.yardstick import id_hashes
from lookalike.vectors import Mask, Rows

KIND = "placeholder"

SHARED = 3
"""Products from which on a picture is shared by many."""

_NEAR = 0.8  # cosine of looks from which pictures are compared pixel by pixel
_LOOKED = 2000  # pictures compared pixel by pixel at most, the nearest first
_PAIRS = 100_000  # pairs that are looked at
_SIDE = 24  # pixels of a side in which they are compared
_APART = 6.0  # root mean square of 255 up to which two pictures are one, re-encoded at another size
_ALIKE = 0.95  # correlation from which they are: pictures that are nearly all white differ by little
_COLOURS = 6  # colours of 32,768 that cover most of a drawing
_MOST = 0.9
_DRAWN = 0.6  # share of placeholders that are drawings of few colours
_SAMPLE = 64  # pictures that tell how many of the shop's own are
_TOLD = 0.2
_SHOWN = 5

Square = npt.NDArray[np.float32]


def placeholders(case: Case) -> Iterator[Finding | Unjudged]:
    """Main pictures that many products share, byte by byte or re-encoded, which else are unlike."""
    pictured = np.flatnonzero(case.snapshot.pictured)
    if len(pictured) < SHARED:
        yield Unjudged(KIND, "", f"Fewer than {SHARED} products have a picture.")
        return
    sameness = Sameness(case, Titles(case.snapshot))
    squares = Squares(case)
    usual = squares.drawn(_sample(case, pictured))
    drawings = float(np.clip(np.mean(usual or [False]), 0.02, 0.98))
    for rows in shared_pictures(case, squares):
        if shown_empty(case)[case.snapshot.pictures_of(rows[0]).start] >= LIKELY:
            continue  # a blank picture is told as blank
        drawn = any(squares.drawn(rows[:1]))
        odds = log(_DRAWN / drawings) if drawn else log((1 - _DRAWN) / (1 - drawings))
        confidence = sameness.unlike(rows, odds)
        if confidence >= _TOLD:
            yield from _findings(case, rows, confidence)


def _findings(case: Case, rows: Sequence[int], confidence: float) -> Iterator[Finding]:
    """A finding for each product, so that each goes away when its picture is mended."""
    ids = [case.snapshot.ids[row] for row in rows]
    titles = case.snapshot.columns.words("title", np.array(rows))
    said = [{"id": own, "picture": 0, "value": title} for own, title in zip(ids, titles, strict=True)]
    for at, own in enumerate(ids):
        shown = [*said[:at], *said[at + 1 :]][:_SHOWN]
        says = f"The same picture stands for {len(rows)} products that are not the same."
        evidence = {"says": says, "products": shown, "shared_by": len(rows)}
        yield Finding(KIND, (own,), confidence, picture=0, evidence=evidence)


class Squares:
    """Main pictures as small squares of pixels (24, 24, 3), each decoded once; None for a damaged one."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._squares: dict[int, Square | None] = {}

    def load(self, rows: Sequence[int]) -> None:
        """Decode those that are not known, some at a time."""
        missing = [row for row in rows if row not in self._squares]
        for start in range(0, len(missing), 256):
            self._case.tell("Comparing pictures", start, len(missing))
            part = missing[start : start + 256]
            for row, data in zip(part, self._thumbnails(part), strict=True):
                image = _decoded(data)
                small = None if image is None else image.resize((_SIDE, _SIDE), Image.Resampling.BOX)
                self._squares[row] = None if small is None else np.asarray(small, dtype=np.float32)

    def _thumbnails(self, rows: Sequence[int]) -> list[bytes]:
        keys: list[PictureKey] = [(self._case.snapshot.ids[row], 0) for row in rows]
        kept = self._case.thumbnails(keys)
        return [kept.get(key, b"") for key in keys]

    def drawn(self, rows: Sequence[int]) -> list[bool]:
        """Whether pictures are of few colours, as drawings are."""
        return [_is_drawn(image) for data in self._thumbnails(rows) if (image := _decoded(data)) is not None]

    def same(self, one: int, other: int) -> bool:
        """Whether two pictures are one but for their size and encoding."""
        first, second = self._squares[one], self._squares[other]
        if first is None or second is None or float(((first - second) ** 2).mean()) > _APART**2:
            return False
        first, second = first - first.mean(axis=(0, 1)), second - second.mean(axis=(0, 1))
        lengths = float(np.sqrt((first**2).sum() * (second**2).sum()))
        return lengths > 0 and float((first * second).sum()) >= _ALIKE * lengths


def _decoded(data: bytes) -> Image.Image | None:
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.convert("RGB")
    except (OSError, ValueError, SyntaxError):
        return None


def _is_drawn(image: Image.Image) -> bool:
    """Whether few colours cover most of a picture."""
    fine = np.asarray(image, dtype=np.int64).reshape(-1, 3) // 8
    counts = np.sort(np.bincount(fine @ np.array([1024, 32, 1])))
    return bool(counts[-_COLOURS:].sum() >= _MOST * len(fine))


def _sample(case: Case, rows: Rows) -> list[int]:
    """Some rows as if by chance."""
    hashes = id_hashes([case.snapshot.ids[row] for row in rows.tolist()])
    found: list[int] = rows[np.argsort(hashes, kind="stable")][:_SAMPLE].tolist()
    return found


def by_content(case: Case) -> dict[str, list[int]]:
    """The rows of products by the bytes of their main picture."""
    same: dict[str, list[int]] = defaultdict(list)
    for at in _mains(case).tolist():
        same[case.contents[at]].append(int(case.snapshot.picture_product[at]))
    return same


def shows_nothing(case: Case) -> Mask:
    """Whose main picture is no witness, (p,): many show it, as far as copies are known, or it is blank."""
    group = case.snapshot.copies.group
    sizes = np.bincount(group[group >= 0], minlength=1)
    found: Mask = (group >= 0) & (sizes[group] >= SHARED)
    for rows in by_content(case).values():
        if len(rows) >= SHARED:
            found[rows] = True
    mains = _mains(case)
    empty = shown_empty(case)[mains] >= LIKELY
    found[case.snapshot.picture_product[mains[empty]]] = True
    return found


def empty_pictures(case: Case) -> Mask:
    """The pictures of which only that is told, (n,): main ones that show nothing, and blank ones."""
    found: Mask = shown_empty(case) >= LIKELY
    mains = _mains(case)
    found[mains] |= shows_nothing(case)[case.snapshot.picture_product[mains]]
    return found


def _mains(case: Case) -> Rows:
    """The places of the products' main pictures among all."""
    return np.flatnonzero(np.diff(case.snapshot.picture_product, prepend=-1))


def shared_pictures(case: Case, squares: Squares) -> list[list[int]]:
    """Rows of products whose main pictures are one, for each picture that at least `SHARED` show."""
    same = by_content(case)
    head = {row: rows[0] for rows in same.values() for row in rows}
    pairs = _near_pairs(case, head, [rows[0] for rows in same.values() if len(rows) >= SHARED])
    squares.load(sorted({row for pair in pairs for row in pair}))
    parent = {row: row for row in head.values()}

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    for one, other in pairs:
        if root(one) != root(other) and squares.same(one, other):
            parent[root(other)] = root(one)
    found: dict[int, list[int]] = defaultdict(list)
    for row, own in head.items():
        found[root(own)].append(row)
    return [sorted(rows) for rows in found.values() if len(rows) >= SHARED]


def _near_pairs(case: Case, head: dict[int, int], shared: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs of different pictures that look nearly the same, of at most `_LOOKED` pictures.

    A picture that many share fills the list of its neighbours with itself; it is compared with all others.
    """
    near = case.neighbours
    heads = np.array(sorted(set(head.values())), dtype=np.intp)
    enough = heads[near.cosines[heads, min(SHARED - 2, near.cosines.shape[1] - 1)] >= _NEAR]
    others, cosines = near.rows[enough], near.cosines[enough]
    places = np.nonzero(cosines >= _NEAR)
    found = [np.stack([enough[places[0]], others[places]], axis=1)]
    scores = [cosines[places]]
    looks = case.snapshot.looks_of(heads)
    for row in shared:
        own = looks @ case.snapshot.looks_of(np.array([row]))[0]
        at = np.flatnonzero(own >= _NEAR)
        found.append(np.stack([np.full(len(at), row), heads[at]], axis=1))
        scores.append(own[at])
    first = np.concatenate(found)[np.argsort(-np.concatenate(scores), kind="stable")[:_PAIRS]]
    chosen: dict[tuple[int, int], None] = {}
    pictures: set[int] = set()
    for pair in first.tolist():
        one, other = sorted(head[row] for row in pair)
        if one != other and (len(pictures) < _LOOKED or pictures.issuperset((one, other))):
            chosen[one, other] = None
            pictures.update((one, other))
    return [*chosen]
