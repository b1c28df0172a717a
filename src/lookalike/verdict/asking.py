"""What is asked: the products that may be found, and all questions that a version can be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from lookalike.doctor.tags.columns import TagColumn
from lookalike.errors import BadArgument
from lookalike.evaluation.beyond import Known
from lookalike.evaluation.question import Question
from lookalike.events import Log
from lookalike.neighbours.snapshot import Snapshot
from lookalike.training.learnt import Tell
from lookalike.verdict import labels, structure
from lookalike.verdict.panel import Panel, Source, panel_of
from lookalike.verdict.running import KEPT, Knowing, known_of
from lookalike.verdict.visits import QUESTIONS as OF_EVENTS
from lookalike.verdict.visits import EventSplit, Moment, split_events
from lookalike.verdict.wanted import SORTS, Wanted
from lookalike.view import View

SAMPLE: Final = 3000
"""Products that may be found, about, where pictures have to be encoded first."""

ASKING: Final = 1000
"""Products that ask by labels, and for variants, where each answer is made by itself."""


@dataclass(frozen=True)
class Order:
    """What somebody wants asked.

    ``labels`` are columns, ``questions`` sorts of `SORTS` or names of questions, None for all; ``most``
    cases ask each question, None for as many as is usual. ``events`` are what shoppers did, split at
    ``cut``. ``looking`` says that pictures have to be encoded first, ``singly`` that some subject makes each
    answer by itself.
    """

    labels: Sequence[str] | None = None
    questions: Sequence[str] | None = None
    events: Log | None = None
    cut: Moment = None
    most: int | None = None
    seed: int = 0
    workers: int = 1
    looking: bool = False
    singly: bool = False


@dataclass(frozen=True)
class Asked:
    """The questions of one version, by name, and what they are asked of.

    ``excluded`` counts by reason what was not used, ``unasked`` says why by question that nobody can be
    asked. ``split`` are the events where there are any.
    """

    panel: Panel
    questions: Mapping[str, Question]
    excluded: Mapping[str, int]
    unasked: Mapping[str, str]
    split: EventSplit | None = field(default=None, repr=False)

    @property
    def found(self) -> Sequence[str]:
        """The ids of the products that events ask for: all, also those without a picture, or the sample."""
        return self.panel.ids if self.panel.sample else self.panel.view.snapshot.ids

    def known(self) -> Knowing:
        """What is known of the products that may be found."""
        split = self.split
        if split is None:
            return {}
        own = known_of(self.panel, split.had, split.shoppers)
        if self.panel.sample:
            return dict.fromkeys(("labels", "structure", "events"), own)
        snapshot = self.panel.view.snapshot
        rows = [snapshot.row_of[i] for i in self.found]
        return {"labels": own, "structure": own, "events": _known_all(snapshot, self.panel, split, rows)}


def asked(view: View, source: Source, order: Order, tell: Tell) -> Asked:
    """Make the questions that a version can be asked, of those that are wanted.

    Pictures that ask are opened here. Raises `BadArgument` for a column or a question that there is not, and
    where nobody can be asked anything.
    """
    wanted = Wanted.of(order.questions, order.labels, view.snapshot.columns)
    columns, unasked = _columns(view.snapshot, wanted)
    panel = panel_of(
        view,
        source,
        columns,
        most=max(SAMPLE, order.most or 0) if order.looking else None,
        opened=tell if order.looking else None,
        workers=order.workers,
        seed=order.seed,
    )
    questions: dict[str, Question] = {}
    excluded = Counter(panel.excluded)
    if len(panel) > KEPT:
        found, left, reasons = _of_products(panel, wanted, order, tell)
        questions |= found
        excluded += left
        unasked |= reasons
    else:
        few = (
            f"Only {len(panel):,} products with a picture can be found: too few for lists of {KEPT} beside "
            f"the one that asks.{_left_out(panel)}"
        )
        unasked |= {name: few for name in SORTS[:2] if wanted.any_of(name)}
    split = None
    if wanted.any_of("events"):
        ids = panel.ids if panel.sample else view.snapshot.ids
        split, reasons = _events(order, ids, wanted)
        unasked |= reasons
        if split is not None:
            questions |= {name: one for name, one in split.questions.items() if wanted(name)}
            excluded += Counter(split.excluded)
    _require_any(questions, unasked)
    return Asked(panel, questions, dict(excluded), unasked, split)


def _left_out(panel: Panel) -> str:
    """Why a panel is smaller than its catalogue, as a sentence; "" where it is not."""
    told = ", ".join(f"{count:,} × {reason}" for reason, count in panel.excluded.items())
    return f" Left out: {told}." if told else ""


def _columns(snapshot: Snapshot, wanted: Wanted) -> tuple[list[TagColumn], dict[str, str]]:
    """The columns to ask of, and why others cannot be."""
    columns, unasked = labels.label_columns(snapshot, wanted.labels) if wanted.usual else ([], {})
    further, reasons = labels.label_columns(snapshot, wanted.further) if wanted.further else ([], {})
    known = {one.name for one in columns}
    return [*columns, *(one for one in further if one.name not in known)], {**unasked, **reasons}


def _of_products(
    panel: Panel, wanted: Wanted, order: Order, tell: Tell
) -> tuple[dict[str, Question], Counter[str], dict[str, str]]:
    """The questions of labels and of structure."""
    found: dict[str, Question] = {}
    unasked: dict[str, str] = {}
    asking = structure.asked_of(panel, order.most or (ASKING if order.singly else len(panel)))
    if panel.labels:
        by_label, unasked = labels.label_questions(panel, asking)
        found |= {name: one for name, one in by_label.items() if wanted(name)}
    if wanted(structure.VARIANTS):
        variants, why = structure.variant_question(panel, asking)
        if variants is None:
            unasked[structure.VARIANTS] = why
        else:
            found[structure.VARIANTS] = variants
    photos, excluded, reasons = structure.photo_questions(panel, wanted, order.most, tell)
    return {**found, **photos}, excluded, {**unasked, **reasons}


def _events(order: Order, ids: Sequence[str], wanted: Wanted) -> tuple[EventSplit | None, dict[str, str]]:
    if order.events is None or not len(order.events):
        named = [name for name in OF_EVENTS if wanted(name)]
        return None, dict.fromkeys(
            named, "Nobody's events are known: record some with lookalike record FILE."
        )
    if len(ids) <= KEPT:
        return None, dict.fromkeys(OF_EVENTS, f"Only {len(ids):,} products can be found.")
    split = split_events(order.events, ids, cut=order.cut, most=order.most, seed=order.seed)
    return split, {name: why for name, why in split.unasked.items() if wanted(name)}


def _known_all(snapshot: Snapshot, panel: Panel, split: EventSplit, rows: Sequence[int]) -> Known:
    """What is known of all products, also those without a picture."""
    kinds = dict(zip(panel.ids, panel.kinds, strict=True))
    return Known(
        snapshot.ids,
        snapshot.looks_of(np.array(rows, dtype=np.intp)) if len(panel) else None,
        [kinds.get(i, "") for i in snapshot.ids],
        split.had,
        split.shoppers,
    )


def _require_any(questions: Mapping[str, Question], unasked: Mapping[str, str]) -> None:
    if not questions:
        reasons = " ".join(dict.fromkeys(f"{name}: {why}" for name, why in unasked.items()))
        raise BadArgument(
            f"Nobody can be asked anything here. {reasons}",
            next_step="Name a column that several products share (--labels A,B), or add products, pictures "
            "or events.",
        )
