"""All questions of labels that a gallery can be asked, in one pass, exactly.

The numbers are those of `judge`, tie by tie. Every product is compared with all others once and they are put
in order once, whatever is asked of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from lookalike.errors import BadArgument
from lookalike.evaluation import metrics
from lookalike.evaluation.cases import CaseSet, SameLabel
from lookalike.evaluation.gallery import Gallery
from lookalike.evaluation.judge import KS, Judgement, require_cases
from lookalike.vectors import DECIMALS, Floats, Mask, Rows

_SCORES = 4_000_000  # scores that are held at once: 16 MB
_BITS = 16  # numpy puts numbers of so many bits in order by counting, not by comparing


def by_label(
    gallery: Gallery,
    questions: Mapping[str, CaseSet],
    ks: Sequence[int] = KS,
    progress: Callable[[int, int], None] | None = None,
    workers: int | None = None,
) -> dict[str, Judgement]:
    """Judge a gallery on questions of labels by name (`label_cases`), as `judge` would one by one.

    All metrics of `judge`, map_at_r over whole rankings among them. ``progress`` is called with how many
    products have asked, of how many; what it raises stops. ``workers`` threads put products in order, by
    default one a processor; memory does not grow with the square of the products. Raises `BadArgument` for a
    question without a case or whose cases are not of `label_cases`, and for k beyond the gallery.
    """
    many = max(ks)
    require_found(many, len(gallery))
    sheets = {name: _Sheet.of(name, cases, gallery, many) for name, cases in questions.items()}
    asks = _asks(sheets, gallery, many)
    lists: list[tuple[str, ...]] = [()] * len(asks)

    def answer(at: int, scores: Floats) -> None:
        ask = asks[at]
        order = _order(scores, ask.ignored, ask.deep)
        lists[at] = tuple(gallery.ids[place] for place in order[:many].tolist())
        for sheet, row in ask.rows:
            sheet.write(row, order, at)

    width = max(1, _SCORES // len(gallery))
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        for start in range(0, len(asks), width):
            some = range(start, min(start + width, len(asks)))
            for _ in pool.map(answer, some, gallery.scores([asks[at].id for at in some])):
                pass
            if progress is not None:
                progress(some.stop, len(asks))
    return {name: sheet.judgement(ks, lists) for name, sheet in sheets.items()}


def require_found(k: int, products: int) -> None:
    """Raise `BadArgument` unless a product can find k others among so many products."""
    if k >= products:
        raise BadArgument(
            f"There are no lists of {k} where {products} products can be found.",
            next_step=f"Ask for k below {products}." if products > 1 else "Add products first.",
        )


@dataclass(eq=False)
class _Sheet:
    """What is written down of one question: its first places, and map_at_r, by the row of the case.

    ``codes`` (products,) numbers the labels, -1 where a product has none; ``told`` says whose list is each
    row's.
    """

    cases: CaseSet
    codes: npt.NDArray[np.int32]
    wanted: npt.NDArray[np.int32]
    totals: Rows
    first: Mask
    at_r: npt.NDArray[np.float64]
    told: Rows

    @classmethod
    def of(cls, name: str, cases: CaseSet, gallery: Gallery, many: int) -> _Sheet:
        require_cases(cases)
        if not isinstance(cases.truth, SameLabel):
            raise BadArgument(
                f"The cases of {name!r} are not of labels.", next_step="Judge them with `judge`."
            )
        labels = cases.truth.labels
        numbered = {label: code for code, label in enumerate(dict.fromkeys(labels.values()))}
        codes = [numbered[labels[i]] if i in labels else -1 for i in gallery.ids]
        count = len(cases.cases)
        return cls(
            cases,
            np.array(codes, dtype=np.int32),
            np.array([numbered[labels[case.key]] for case in cases.cases], dtype=np.int32),
            np.array([cases.truth.total(case) for case in cases.cases], dtype=np.intp),
            np.zeros((count, many), dtype=np.bool_),
            np.zeros(count),
            np.zeros(count, dtype=np.intp),
        )

    def write(self, row: int, order: Rows, at: int) -> None:
        total, many = int(self.totals[row]), self.first.shape[1]
        hits = self.codes[order[: max(total, many)]] == self.wanted[row]
        self.first[row, : len(hits)] = hits[:many]
        self.at_r[row] = metrics.average_precision_at_r(hits, total)
        self.told[row] = at

    def judgement(self, ks: Sequence[int], lists: Sequence[tuple[str, ...]]) -> Judgement:
        values = {**metrics.at_each(self.first, self.totals, ks), "map_at_r": self.at_r}
        shown = [lists[at] for at in self.told.tolist()]
        return Judgement(self.cases.cases, values, self.cases.left_out, shown)


@dataclass(slots=True)
class _Ask:
    """A product that asks, what counts neither way, how deep its list is needed, and for which cases."""

    id: str
    ignored: Rows
    deep: int
    rows: list[tuple[_Sheet, int]] = field(default_factory=list)


def _asks(sheets: Mapping[str, _Sheet], gallery: Gallery, many: int) -> list[_Ask]:
    place_of = {i: place for place, i in enumerate(gallery.ids)}
    found: dict[tuple[str, frozenset[str]], _Ask] = {}
    for sheet in sheets.values():
        for row, (case, total) in enumerate(zip(sheet.cases.cases, sheet.totals.tolist(), strict=True)):
            ask = found.get((case.ask, case.ignore))
            if ask is None:
                places = [place_of[i] for i in case.ignore if i in place_of]
                ask = found[case.ask, case.ignore] = _Ask(case.ask, np.array(places, dtype=np.intp), many)
            ask.deep = max(ask.deep, total)
            ask.rows.append((sheet, row))
    return list(found.values())


def _order(scores: Floats, ignored: Rows, deep: int) -> Rows:
    """The places of the ``deep`` best scores (products,) and a few more, best first, ties by place.

    Scores are compared as `rounded` says. Differences to the best are sorted 16 bits at a time, four times as
    fast as the scores themselves.
    """
    whole = scores.astype(np.float64)
    whole *= 10**DECIMALS
    np.rint(whole, out=whole)
    behind = (whole.max() - whole).astype(np.int32)
    behind[ignored] = -1
    far, near = behind >> _BITS, behind.astype(np.uint16)  # the lower bits alone
    found: list[Rows] = []
    left = deep
    for step in range(int(far.max(initial=-1)) + 1):
        some = np.flatnonzero(far == step)
        found.append(some[np.argsort(near[some], kind="stable")])
        left -= len(some)
        if left <= 0:
            break
    return np.concatenate(found) if found else np.empty(0, dtype=np.intp)
