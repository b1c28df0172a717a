"""The labels of one column judged: how probably each is a slip, and what an empty one should say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lookalike.doctor.case import Case
from lookalike.doctor.tags.columns import LEARNED, Codes, TagColumn
from lookalike.doctor.tags.discriminant import FOLDS, Discriminant, Measured, measures_of
from lookalike.doctor.tags.noise import Pool, Trust, Wide, blocks
from lookalike.doctor.tags.voices import Heard, Titles, Usual, Voice, Votes, one_hot, telling
from lookalike.neighbours.yardstick import id_hashes
from lookalike.vectors import Floats, Mask, Rows

TOLD_APART = 0.4
"""Of what guessing the most frequent label gets wrong, so much pictures must get right for a column to be
judged by them."""

_TEACHING = 20  # products that have to be left to learn from
_SAMPLED = 3000  # products on which weights are found
_CELLS = 1 << 19  # scores of one voice held at once
_TAGGED = 0.5  # share of what is usual of neighbours that must have a label for an empty one to be missing


class Ground:
    """What all columns are judged on: the n products that have a picture.

    ``rows`` (n,) are theirs; ``near`` (n, k) are the places of their neighbours of other families, -1 for
    none.
    """

    def __init__(self, case: Case, *, titles: bool = True, columns: bool = True) -> None:
        """``titles`` and ``columns`` say whether these are heard beside the pictures."""
        snapshot = case.snapshot
        self.case = case
        self.rows: Rows = np.flatnonzero(snapshot.pictured)
        places = np.full(len(snapshot) + 1, -1, dtype=np.intp)  # row -1 is the last
        places[self.rows] = np.arange(len(self.rows))
        self.near: Rows = places[case.neighbours.others[self.rows]]
        self.cosines: Floats = np.nan_to_num(case.neighbours.others_cosines[self.rows], nan=-1.0)
        hashes = id_hashes(snapshot.ids)[self.rows]
        self.order: Rows = np.argsort(hashes, kind="stable").astype(np.intp)
        family = snapshot.kin.group[self.rows]
        lowest = np.full(int(family.max(initial=-1)) + 1, np.iinfo(np.uint32).max, dtype=np.uint32)
        np.minimum.at(lowest, family[family >= 0], hashes[family >= 0])
        own = np.where(family >= 0, np.append(lowest, 0)[family], hashes)
        self.folds: Rows = (own % FOLDS).astype(np.intp)
        self._titles, self.columns_heard = titles, columns

    def teaches(self, column: TagColumn) -> bool:
        """Whether enough labelled products are left to learn from when a part is judged.

        They are not where most are variants of one another, which are judged together.
        """
        folds = self.folds[column.codes[self.rows] >= 0]
        return len(folds) - int(np.bincount(folds, minlength=1).max()) >= _TEACHING

    @cached_property
    def measured(self) -> Measured:
        """Looks and colours."""
        snapshot = self.case.snapshot
        return Measured.of(
            measures_of(snapshot.looks_of(self.rows), snapshot.palettes.vectors(self.rows)), self.folds
        )

    @cached_property
    def titles(self) -> Titles | None:
        """The words of the titles; None where there are none, or they are not to be heard."""
        if not self._titles:
            return None
        table = self.case.snapshot.columns.table
        return Titles(table.column("title").combine_chunks().fill_null("").take(self.rows)) or None


@dataclass(frozen=True)
class Judged:
    """One column of the products of a ground, n of them.

    ``slipped`` (n,) is the probability that the label is wrong, 0 where there is none; ``instead`` (n,) is
    the likeliest label but the product's own, ``sure`` (n,) the probability that it is right where the
    product has none. ``missing`` (n,) says which have none although products like them do. ``right`` is how
    often pictures alone tell the label, ``usual`` how often the most frequent one would be right.
    """

    column: TagColumn
    codes: Codes
    slipped: Wide
    instead: Rows
    sure: Wide
    missing: Mask
    right: float
    usual: float
    wrong: float
    voices: Mapping[str, Voice]

    @property
    def told_apart(self) -> bool:
        """Whether pictures tell the labels well enough for them to be judged."""
        return self.right - self.usual >= TOLD_APART * (1 - self.usual)


def judged(ground: Ground, column: TagColumn, others: Sequence[TagColumn]) -> Judged:
    """Judge one column; ``others`` are all columns, of which those that tell something are heard."""
    codes = column.codes[ground.rows]
    classes = len(column.values)
    counts = np.bincount(codes[codes >= 0], minlength=classes)
    sample = ground.order[codes[ground.order] >= 0][:_SAMPLED]
    own = codes[sample]
    pictures: dict[str, Voice] = {
        "usual": Usual(codes, classes),
        "look": Discriminant.fitted(ground.measured, codes, classes),
        "neighbours": Votes(ground.near, ground.cosines, codes, classes),
    }
    scores = np.stack([voice.scores(sample) for voice in pictures.values()])
    pool = Pool.fitted(scores, own, counts)
    right = float((pool.labels(scores).argmax(axis=1) == own).mean())
    usual = float(counts.max() / counts.sum())
    empty = np.zeros(len(codes))
    places = np.zeros(len(codes), dtype=np.intp)
    found = Judged(
        column,
        codes,
        empty,
        places,
        empty,
        np.zeros(len(codes), np.bool_),
        right,
        usual,
        pool.wrong,
        pictures,
    )
    if not found.told_apart:
        return found
    said = _words_and_columns(ground, column, codes, others)
    if said:
        scores = np.concatenate([scores, np.stack([voice.scores(sample) for voice in said.values()])])
        pool = Pool.fitted(scores, own, counts)
    trust = _trust(pool, scores, own, counts)
    return _told(found, ground, {**pictures, **said}, pool, trust)


def _words_and_columns(
    ground: Ground, column: TagColumn, codes: Codes, others: Sequence[TagColumn]
) -> dict[str, Voice]:
    """The voices of the title and of the columns that tell most of this one."""
    said: dict[str, Voice] = {}
    classes = len(column.values)
    if ground.titles is not None:
        said["title"] = Heard.of(ground.titles.held, ground.folds, codes, classes)
        said["named"] = ground.titles.named(column.values)
    if ground.columns_heard:
        theirs = [(other, other.codes[ground.rows]) for other in others]
        for at in telling(column, codes, theirs):
            held = one_hot(theirs[at][1], len(others[at].values))
            said[f"{others[at].name} {others[at].level}"] = Heard.of(held, ground.folds, codes, classes)
    return said


def _learned(counts: Rows) -> Mask:
    """Which labels may be suggested, (k,)."""
    found: Mask = counts >= LEARNED
    return found


def _trust(pool: Pool, scores: Floats, own: Codes, counts: Rows) -> Trust:
    """What the probability of the likeliest label is worth: how often it is the product's own.

    That a slip stands there is no fault of the voices, so what is seen is made up for it.
    """
    labels = np.where(_learned(counts), pool.labels(scores), 0)
    right = labels.argmax(axis=1) == own
    kept = right | (pool.slipped(scores, own) < 0.5)
    return Trust.fitted(labels.max(axis=1)[kept].astype(np.float64), right[kept].astype(np.float64))


def _told(found: Judged, ground: Ground, voices: Mapping[str, Voice], pool: Pool, trust: Trust) -> Judged:
    """Judge all products, some at a time."""
    codes, classes = found.codes, len(found.column.values)
    counts = np.bincount(codes[codes >= 0], minlength=classes)
    learned = _learned(counts)
    slipped, sure = np.zeros(len(codes)), np.zeros(len(codes))
    instead = np.zeros(len(codes), dtype=np.intp)
    for part in blocks(len(codes), max(64, _CELLS // classes)):
        rows = np.arange(part.start, part.stop)
        scores = np.stack([voice.scores(rows) for voice in voices.values()])
        labels = np.where(learned, pool.labels(scores), 0)
        has = np.flatnonzero(codes[part] >= 0)
        slipped[part][has] = pool.slipped(scores[:, has], codes[part][has])
        labels[has, codes[part][has]] = 0
        instead[part] = labels.argmax(axis=1)
        sure[part] = trust.of(labels.max(axis=1).astype(np.float64))
    tagged = np.where(ground.near >= 0, codes[ground.near] >= 0, False).mean(axis=1)
    usual = float(np.median(tagged[codes >= 0]))
    missing = (codes < 0) & (tagged >= _TAGGED * usual)
    return Judged(
        found.column, codes, slipped, instead, sure, missing, found.right, found.usual, pool.wrong, voices
    )
