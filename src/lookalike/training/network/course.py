"""A network is taught a catalogue: what it looks at, what it is told, and how it is judged meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lookalike.encoders.card import Preprocessing
from lookalike.errors import BadArgument, TrainingError
from lookalike.evaluation.cases import CaseSet
from lookalike.evaluation.split import position
from lookalike.training.judging import K, judged, questions, score
from lookalike.training.learnt import Confusion, Curve, Tell, Wishes
from lookalike.training.lessons import CHOOSE, LEARN, Lessons
from lookalike.training.network.augment import Augment
from lookalike.training.network.loop import Checked, Plan, Pupil, encoded, fit
from lookalike.training.network.losses import Classify
from lookalike.training.network.pictures import Album, resized
from lookalike.training.network.targets import Targets, targets_of
from lookalike.vectors import Floats, unit

ROOM = 8 / 7
"""How much larger than the network's pictures those are that pieces are cut from."""

NOWHERE = -1
"""The part of products that a training is spared."""


@dataclass(frozen=True)
class Course:
    """Everything a network is taught with.

    ``chosen`` holds the main pictures of what is chosen on, ``asked`` the questions after every epoch.
    """

    lessons: Lessons
    how: Preprocessing
    album: Album = field(repr=False)
    targets: Targets = field(repr=False)
    chosen: Album = field(repr=False)
    chosen_values: Tensor = field(repr=False)
    asked: Mapping[str, CaseSet] = field(repr=False)

    def check(self, pupil: Pupil) -> Checked:
        """How good a pupil is on products that are chosen on: retrieval, and kinds where it names them."""
        vectors = encoded(pupil.network, self.chosen)
        values = {("retrieval", "not learnt from"): self.score(vectors)}
        asked = "kind" if len(self.lessons.labels) == 1 else "labels"
        said = f"{asked}@{K} {values['retrieval', 'not learnt from']:.3f}"
        if isinstance(pupil.criterion, Classify):
            with torch.no_grad():
                scores = torch.from_numpy(vectors).to(pupil.criterion.kinds[0].device)
                loss, right = pupil.criterion(scores, self.chosen_values.to(scores.device))
            values["loss", "not learnt from"] = float(loss)
            if right is not None:
                values["accuracy", "not learnt from"] = right
                said += f", accuracy {right:.3f}"
        return Checked(values["retrieval", "not learnt from"], values, said)

    def score(self, vectors: Floats) -> float:
        """What is chosen by, of unit vectors (n, dim) of the pictures in ``chosen``."""
        everything = np.zeros((len(self.lessons.product), vectors.shape[1]), dtype=np.float32)
        everything[self.chosen.rows] = vectors
        return score(judged(self.lessons, everything, CHOOSE, self.asked), self.lessons)


@dataclass(frozen=True)
class Head:
    """Kinds of one column: the score of kind j is ``scale`` times the cosine to unit row j of ``weight``."""

    kinds: Sequence[str]
    weight: Floats = field(repr=False)
    scale: float


@dataclass(frozen=True)
class Taught:
    """A network after its course, with the weights of its best epoch, on the processor, in eval mode."""

    course: Course
    pupil: Pupil
    curves: Sequence[Curve]
    epochs: int
    best_epoch: int
    device: str
    notes: Sequence[str]
    seconds: Sequence[float]
    settings: Mapping[str, Any]

    @property
    def network(self) -> nn.Module:
        """From uint8 (n, height, width, 3) to vectors (n, dim)."""
        return self.pupil.network

    @property
    def heads(self) -> dict[str, Head]:
        """By column what scores kinds; empty after a loss that names none."""
        return heads(self.pupil.criterion, self.course.targets)


def heads(criterion: nn.Module, targets: Targets) -> dict[str, Head]:
    """By column what scores kinds; nothing for a criterion that is no `Classify`."""
    if not isinstance(criterion, Classify):
        return {}
    weights = [unit(kinds.detach().cpu().numpy())[0] for kinds in criterion.kinds]
    return {
        column: Head(kinds, weight, criterion.scale)
        for (column, kinds), weight in zip(targets.names.items(), weights, strict=True)
    }


def enrolled(
    lessons: Lessons, how: Preprocessing, wishes: Wishes, tell: Tell, columns: Sequence[str] | None = None
) -> Course:
    """Read what is learnt from and what is chosen on, prepared as ``how`` says; ``columns`` default to all.

    With ``wishes.most`` only so many pictures are learnt from, drawn by hash, and a quarter of that chosen
    on. Raises `TrainingError` where the labels tell nothing apart.
    """
    targets_of(lessons, lessons.main[:0], columns)  # before any picture is read
    lessons = _thinned(lessons, wishes.most)
    larger = resized(how, round(max(how.width, how.height) * ROOM))
    album = Album(lessons, lessons.pictures_in(LEARN), larger, tell)
    chosen = Album(lessons, lessons.main[lessons.products_in(CHOOSE)], how, tell)
    shown = set(lessons.product[chosen.rows].tolist())
    parts = [NOWHERE if part == CHOOSE and at not in shown else part for at, part in enumerate(lessons.parts)]
    lessons = replace(lessons, parts=np.array(parts, dtype=np.intp))
    asked = questions(lessons, CHOOSE)
    if not asked:
        raise TrainingError(
            f"Of {len(lessons):,} products too few share a label to choose by when to stop.",
            next_step="Add products, or name columns whose labels many products share: --labels A,B",
        )
    targets = targets_of(lessons, album.rows, columns)
    return Course(lessons, how, album, targets, chosen, targets.of(lessons, chosen.rows), asked)


def teach(
    course: Course, pupil: Pupil, plan: Plan, wishes: Wishes, *, tell: Tell, augment: Augment | None = None
) -> Taught:
    """Train a pupil on a course, and go on where an earlier run of it was stopped."""
    plan = _wished(plan, wishes)
    changes = augment or Augment((course.how.height, course.how.width))
    fitted = fit(
        pupil,
        course.album,
        course.targets.values,
        plan,
        check=course.check,
        augment=changes,
        work=wishes.work,
        tell=tell,
        fresh=wishes.fresh,
    )
    notes = list(fitted.notes)
    if course.album.unread:
        notes.append(f"{course.album.unread:,} pictures could not be read and were not learnt from.")
    settings = {
        "size": course.how.width,
        "pictures": len(course.album),
        "epochs": plan.epochs,
        "best epoch": fitted.best_epoch,
        "batch": plan.batch,
        **asdict(plan.rates),
        "seed": plan.seed,
    }
    found = fitted.epochs, fitted.best_epoch, fitted.device, notes, fitted.seconds
    return Taught(course, fitted.pupil, fitted.curves, *found, settings)


def confusion(head: Head, vectors: Floats, said: Sequence[str], part: str) -> Confusion:
    """How a head names the kinds of products with these unit vectors (n, dim) whose labels are ``said``.

    Products without a label are left out; a kind that was too rare to be learnt is never named, and counts
    as wrong.
    """
    scores = vectors @ head.weight.T
    place = {kind: at for at, kind in enumerate(head.kinds)}
    truth = np.array([place.get(label, -1) for label in said], dtype=np.intp)
    asked = np.array([bool(label) for label in said], dtype=bool)
    best = np.argsort(-scores, axis=1, kind="stable")[:, :5]
    hits = best == truth[:, None]
    counts = np.zeros((len(head.kinds), len(head.kinds)), dtype=np.int64)
    named = asked & (truth >= 0)
    np.add.at(counts, (truth[named], best[named, 0]), 1)
    some = max(1, int(asked.sum()))
    accuracy, top5 = hits[asked, 0].sum() / some, hits[asked].any(axis=1).sum() / some
    return Confusion(list(head.kinds), counts, part, float(accuracy), float(top5))


def _wished(plan: Plan, wishes: Wishes) -> Plan:
    for name, value, least in (("epochs", wishes.epochs, 1), ("batch", wishes.batch, 2)):
        if value is not None and value < least:
            raise BadArgument(f"{name} is {value}.", next_step=f"Give {least} or more.")
    if wishes.rate is not None and not 0 < wishes.rate < 1:
        raise BadArgument(f"rate is {wishes.rate}.", next_step="Give a rate between 0 and 1, such as 0.0003.")
    return replace(
        plan,
        epochs=plan.epochs if wishes.epochs is None else wishes.epochs,
        batch=plan.batch if wishes.batch is None else wishes.batch,
        rates=plan.rates if wishes.rate is None else replace(plan.rates, rate=wishes.rate),
        minutes=plan.minutes if wishes.minutes is None else wishes.minutes,
        patience=plan.patience if wishes.patience is None else wishes.patience,
        seed=wishes.seed,
        device=wishes.device,
    )


def _thinned(lessons: Lessons, most: int | None) -> Lessons:
    if most is None:
        return lessons
    parts = lessons.parts.copy()
    for part, room in ((LEARN, most), (CHOOSE, max(50, most // 4))):
        rows = lessons.products_in(part).tolist()
        rows.sort(key=lambda row: position(lessons.families[row], "taught"))
        pictures = np.cumsum(np.bincount(lessons.product, minlength=len(lessons))[rows])
        parts[np.array(rows, dtype=np.intp)[pictures > room]] = NOWHERE
    return replace(lessons, parts=parts)
