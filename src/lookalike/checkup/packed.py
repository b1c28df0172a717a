"""Many findings in little memory: what they are chosen by in columns, the rest compressed until read."""

from __future__ import annotations

import json
import zlib
from collections import Counter, OrderedDict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from threading import Lock
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from lookalike.doctor.finding import KINDS, Finding
from lookalike.vectors import Floats, Mask, Rows

_PIECE = 256  # findings compressed together, read in about 2 ms
_HELD = 16  # pieces that are held unpacked
_ORDER = {kind: at for at, kind in enumerate(KINDS)}
_NAMES = tuple(KINDS)


class Packed:
    """Findings in the order of kinds, the surest first; of equal ids only the surest is there.

    ``ids`` (n,) are theirs, ``products`` (n,) the ids of the products in each, ``kinds`` (n,) places in
    `lookalike.doctor.finding.KINDS`, ``confidences`` (n,).
    """

    def __init__(
        self,
        ids: Sequence[str],
        products: Sequence[Sequence[str]],
        kinds: npt.NDArray[np.int16],
        confidences: Floats,
        pieces: Sequence[bytes],
    ) -> None:
        if not len(ids) == len(products) == len(kinds) == len(confidences):
            raise ValueError("columns of different lengths")
        self.ids = ids
        self.products = products
        self.kinds = kinds
        self.confidences = confidences
        self.pieces = pieces
        self._unpacked: OrderedDict[int, list[Finding]] = OrderedDict()
        self._lock = Lock()

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Packed:
        """Findings packed."""
        surest: dict[str, Finding] = {}
        for finding in findings:
            own = finding.id
            if own not in surest or surest[own].confidence < finding.confidence:
                surest[own] = finding
        ordered = sorted(surest.items(), key=lambda one: _rank(one[1]))
        return cls(
            [own for own, _ in ordered],
            [finding.products for _, finding in ordered],
            np.array([_ORDER[finding.kind] for _, finding in ordered], np.int16),
            np.array([round(float(finding.confidence), 3) for _, finding in ordered], np.float32),
            [
                _compressed([finding.to_dict() for _, finding in ordered[start : start + _PIECE]])
                for start in range(0, len(ordered), _PIECE)
            ],
        )

    def __len__(self) -> int:
        return len(self.ids)

    def finding(self, row: int) -> Finding:
        """The finding of a row."""
        piece, at = divmod(row, _PIECE)
        with self._lock:
            held = self._unpacked.get(piece)
            if held is None:
                documents = json.loads(zlib.decompress(self.pieces[piece]), parse_constant=lambda _: None)
                held = self._unpacked[piece] = [Finding.from_dict(one) for one in documents]
                if len(self._unpacked) > _HELD:
                    self._unpacked.popitem(last=False)
            return held[at]

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Rows by the ids of findings."""
        return {own: row for row, own in enumerate(self.ids)}

    @cached_property
    def rows_about(self) -> dict[str, list[int]]:
        """Rows by the ids of products."""
        found: dict[str, list[int]] = {}
        for row, products in enumerate(self.products):
            for product in products:
                found.setdefault(product, []).append(row)
        return found

    def named(self, ids: Iterable[str]) -> dict[str, Finding]:
        """The findings with these ids; one that is not there is left out."""
        return {own: self.finding(self.row_of[own]) for own in ids if own in self.row_of}

    def of_kinds(self, kinds: Iterable[str]) -> Mask:
        """Which rows are of these kinds, (n,)."""
        mask: Mask = np.isin(self.kinds, [_ORDER[kind] for kind in kinds])
        return mask


class Chosen(Sequence[Finding]):
    """Some of many findings, each read when it is asked for. ``rows`` (m,) are theirs, in order."""

    def __init__(self, packed: Packed, rows: Rows) -> None:
        self.packed = packed
        self.rows = rows

    @classmethod
    def all_of(cls, findings: Iterable[Finding]) -> Chosen:
        """All of these."""
        packed = Packed.of(findings)
        return cls(packed, np.arange(len(packed)))

    def among(self, kinds: Iterable[str], confidence: float = 0.0, product: str | None = None) -> Chosen:
        """Those of these kinds, at least so sure, and where a product is named those that name it."""
        packed = self.packed
        keep = packed.of_kinds(kinds) & (packed.confidences >= np.float32(confidence))
        if product is not None:
            about = np.zeros(len(packed), np.bool_)
            about[packed.rows_about.get(product, [])] = True
            keep &= about
        return Chosen(packed, self.rows[keep[self.rows]])

    def of_ids(self, ids: Collection[str]) -> Chosen:
        """Those with these ids."""
        keep = np.zeros(len(self.packed), np.bool_)
        keep[[row for own in ids if (row := self.packed.row_of.get(own)) is not None]] = True
        return Chosen(self.packed, self.rows[keep[self.rows]])

    def few(self, each: int) -> Chosen:
        """The surest of each kind, at most so many."""
        kinds = self.packed.kinds[self.rows]
        starts = np.searchsorted(kinds, kinds)  # they are in the order of kinds
        return Chosen(self.packed, self.rows[np.arange(len(kinds)) - starts < each])

    @property
    def ids(self) -> list[str]:
        """The ids of the findings, in order."""
        ids = self.packed.ids
        return [ids[row] for row in self.rows.tolist()]

    def counts(self, among: Collection[str] | None = None) -> dict[str, int]:
        """How many there are of each kind that has any, in the order of kinds; ``among`` these ids only."""
        rows = self.rows if among is None else self.of_ids(among).rows
        counts = Counter(self.packed.kinds[rows].tolist())
        return {_NAMES[at]: counts[at] for at in sorted(counts)}

    @overload
    def __getitem__(self, at: int) -> Finding: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Finding, ...]: ...
    def __getitem__(self, at: int | slice) -> Finding | tuple[Finding, ...]:
        if isinstance(at, slice):
            return tuple(map(self.packed.finding, self.rows[at].tolist()))
        return self.packed.finding(int(self.rows[at]))

    def __iter__(self) -> Iterator[Finding]:
        return map(self.packed.finding, self.rows.tolist())

    def __len__(self) -> int:
        return len(self.rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Chosen) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]


def _rank(finding: Finding) -> tuple[int, float, tuple[str, ...]]:
    return _ORDER[finding.kind], -finding.confidence, finding.products


def _compressed(documents: list[dict[str, Any]]) -> bytes:
    text = json.dumps(documents, ensure_ascii=True, separators=(",", ":"), default=_number)
    return zlib.compress(text.encode(), 1)


def _number(value: Any) -> Any:
    """A number that a check took out of an array."""
    return value.item() if hasattr(value, "item") else str(value)
