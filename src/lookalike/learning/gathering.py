"""What one version of an index teaches: its pictures, what is said of them, and which belong together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from PIL import Image

from lookalike.behaviour.visits import Visits
from lookalike.doctor.tags.columns import TagColumn
from lookalike.encoders.base import ImageEncoder
from lookalike.errors import TrainingError
from lookalike.evaluation.kinship import Kinship, everywhere
from lookalike.events import Log
from lookalike.fetching import Fetcher
from lookalike.ingest.lasting import LastingPictures
from lookalike.learning.columns import Chosen, chosen_columns
from lookalike.store.base import PictureStamp, Reader
from lookalike.training.judging import questions
from lookalike.training.lessons import CHOOSE, LEARN, UNSEEN, Lessons, parts_of
from lookalike.vectors import Mask, Rows
from lookalike.view import View

FEWEST = 60
"""Products with a picture that it takes to learn and to measure anything."""

_VISITS = 200_000  # visits that are learnt from, the latest


@dataclass(frozen=True)
class Labels:
    """A column: products that are ``labelled``, ``kinds`` of labels, kinds of one product ``alone``."""

    labelled: int
    kinds: int
    alone: int

    def to_dict(self) -> dict[str, int]:
        """The counts as one JSON-ready document."""
        return {"labelled": self.labelled, "kinds": self.kinds, "alone": self.alone}


@dataclass(frozen=True)
class Taught:
    """What there was to learn from. ``parts`` are counts of products: "learn", "choose" and "unseen".

    ``tags`` are columns that were only measured by; ``groups`` are products that share a group with another,
    ``sessions`` visits of shoppers, ``everywhere`` pictures left out since too many products show them.
    """

    products: int
    pictures: int
    parts: dict[str, int]
    labels: dict[str, Labels]
    tags: dict[str, Labels]
    groups: int
    sessions: int
    everywhere: int

    def to_dict(self) -> dict[str, Any]:
        """The counts as one JSON-ready document."""
        return {
            "products": self.products,
            "pictures": self.pictures,
            "parts": self.parts,
            "labels": {name: one.to_dict() for name, one in self.labels.items()},
            "tags": {name: one.to_dict() for name, one in self.tags.items()},
            "groups": self.groups,
            "sessions": self.sessions,
            "everywhere": self.everywhere,
        }


def gathered(
    view: View,
    encoder: ImageEncoder,
    fetcher: Fetcher,
    newest: Callable[[], Reader],
    *,
    labels: Sequence[str] | None = None,
    most: int | None = None,
    log: Log | None = None,
    small: bool = False,
) -> tuple[Lessons, LastingPictures, Taught]:
    """The lessons of one version for an encoder, what opens their pictures, and an account of them.

    ``labels`` are names of columns, those that are usual where None, of which ``most`` are learnt from and
    the others measured by. ``log`` is what shoppers did. Pictures
    that many products show, such as a table of sizes, are left out, and with them products that have no
    other. Raises `TrainingError` for fewer than `FEWEST` products, and for columns that are none.
    """
    chosen = chosen_columns(view.snapshot, labels, most)
    kept = ~everywhere(view.contents.to_pylist(), view.snapshot.picture_product)
    rows = np.unique(view.snapshot.picture_product[kept])
    _require_enough(len(rows))
    opened = LastingPictures(view.reader, newest, fetcher, _stamps(view, kept), small=small)
    lessons = replace(_lessons(view, encoder, chosen, kept, log), open=opened)
    return lessons, opened, _account(lessons, int((~kept).sum()))


def _lessons(view: View, encoder: ImageEncoder, chosen: Chosen, kept: Mask, log: Log | None) -> Lessons:
    pictures, contents = np.flatnonzero(kept), view.contents.to_pylist()
    snapshot = view.snapshot
    rows, product = np.unique(snapshot.picture_product[pictures], return_inverse=True)
    ids = [snapshot.ids[row] for row in rows.tolist()]
    own = [contents[at] for at in pictures.tolist()]
    groups = snapshot.columns.words("group", rows)
    known = view.known.product_groups(snapshot.ids, snapshot.picture_product, view.contents)
    kin = Kinship.of(ids, product, own, groups, known)
    family = kin.families()
    return Lessons(
        ids=ids,
        labels={one.name: _said(one, rows) for one in chosen.taught},
        tags={one.name: _said(one, rows) for one in chosen.measured},
        titles=snapshot.columns.words("title", rows),
        groups=groups,
        parts=parts_of(ids, kin.ties),
        families=[family[i] for i in ids],
        copies=kin.copies,
        product=product.astype(np.intp),
        contents=own,
        looks=snapshot.looks if kept.all() else snapshot.vectors[pictures],
        encoder=encoder,
        open=_unopened,
        sessions=[] if log is None else _sessions(log, {i: row for row, i in enumerate(ids)}),
    )


def _unopened(row: int, pixels: int | None) -> Image.Image:
    raise AssertionError(row, pixels)


def _said(column: TagColumn, rows: Rows) -> list[str]:
    return [column.values[code] if code >= 0 else "" for code in column.codes[rows].tolist()]


def _stamps(view: View, kept: Mask) -> list[PictureStamp]:
    """The stamps of the pictures that are kept, in order."""
    stamps = view.reader.stamps()
    every = [stamp for i in view.snapshot.ids for stamp in stamps.get(i, ())]
    return [stamp for stamp, own in zip(every, kept.tolist(), strict=True) if own]


def _sessions(log: Log, row_of: dict[str, int]) -> list[list[int]]:
    """Rows of the products of each visit that had several, in order, each once."""
    visits = Visits.of(log)
    place = np.array([row_of.get(item, -1) for item in log.items] or [-1], dtype=np.intp)
    starts = visits.starts[-_VISITS - 1 :].tolist()
    rows = place[visits.item]
    found: list[list[int]] = []
    for start, end in pairwise(starts):
        own = list(dict.fromkeys(rows[start:end][rows[start:end] >= 0].tolist()))
        if len(own) > 1:
            found.append(own)
    return found


def _require_enough(products: int) -> None:
    if products < FEWEST:
        raise TrainingError(
            f"Products with a picture of their own: {products}. They are too few to learn from and measure.",
            next_step=f"Add products until there are {FEWEST}; some hundred teach more.",
        )


def require_teaching(lessons: Lessons) -> None:
    """Raise `TrainingError` unless an encoder has something to learn from, be chosen by and measured with."""
    tied = any(lessons.groups) or any(lessons.titles) or bool(lessons.sessions)
    if not (lessons.labels or tied or len(lessons.product) > len(lessons)):
        raise TrainingError(
            "Nothing is said of the products: no column tells them apart by labels that several share, and "
            "there is no group and no title.",
            next_step="Add a column such as category to the catalogue, or events: lookalike record FILE. "
            "What a column lacks is said where it is named: --labels COLUMN",
        )
    learn, chosen, unseen = (len(lessons.products_in(part)) for part in (LEARN, CHOOSE, UNSEEN))
    if not (questions(lessons, CHOOSE) and questions(lessons, UNSEEN)):
        raise TrainingError(
            f"Of {len(lessons):,} products {learn:,} can be learnt from; of the {chosen:,} and {unseen:,} "
            "others, kept apart to choose by and to measure with, no two share a label.",
            next_step="Add products, name columns whose labels more products share (--labels A,B), or look "
            "whether one group or one picture ties most products together.",
        )


def _account(lessons: Lessons, everywhere: int) -> Taught:
    names = {"learn": LEARN, "choose": CHOOSE, "unseen": UNSEEN}
    groups = Counter(group for group in lessons.groups if group)
    return Taught(
        products=len(lessons),
        pictures=len(lessons.product),
        parts={name: len(lessons.products_in(part)) for name, part in names.items()},
        labels={name: _counted(values) for name, values in lessons.labels.items()},
        tags={name: _counted(values) for name, values in lessons.tags.items()},
        groups=sum(count for count in groups.values() if count > 1),
        sessions=len(lessons.sessions),
        everywhere=everywhere,
    )


def _counted(values: Sequence[str]) -> Labels:
    counts = Counter(value for value in values if value)
    return Labels(counts.total(), len(counts), sum(1 for count in counts.values() if count == 1))
