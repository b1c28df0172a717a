"""The recipe "head": a linear map over the vectors that are there, from what is said of the products."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from lookalike.encoders.head import Head
from lookalike.encoders.headed import headed
from lookalike.errors import TrainingError
from lookalike.evaluation.split import position
from lookalike.training.head.choosing import Chosen, chosen_weights
from lookalike.training.head.pulls import LOOK, SHARP, Pulls, pulls_of
from lookalike.training.head.signals import signals
from lookalike.training.learnt import Learnt, Tell, Wishes
from lookalike.training.lessons import CHOOSE, LEARN, Lessons
from lookalike.vectors import Floats

_NOT_TAUGHT = -1


def recipe(lessons: Lessons, wishes: Wishes, tell: Tell) -> Learnt:
    """Learn a map (dim, dim) of the unit vectors of the lessons from labels, titles, groups and sessions.

    Each of these pulls products together by a form in closed form (`pulls_of`); how strongly, beside the old
    look, is chosen on products it did not learn from (`chosen_weights`). Then all products that are not kept
    apart teach. No picture is read. Of ``wishes`` it keeps to ``most`` and ``minutes``. Raises
    `TrainingError` where nothing is said that ties pictures together, and `EncoderError` where the encoder
    is no ONNX graph.
    """
    until = np.inf if wishes.minutes is None else time.monotonic() + 60 * wishes.minutes
    taught = _some(lessons, wishes.most)
    chosen = chosen_weights(taught, tell, until)
    both = replace(taught, parts=np.where(taught.parts == CHOOSE, LEARN, taught.parts).astype(np.intp))
    pulls = pulls_of(both.looks, both.pictures_in(LEARN), signals(both))
    if pulls is None:
        raise TrainingError(
            "All pictures have the same vector.",
            next_step="Look at the pictures (lookalike doctor), or choose another encoder.",
        )
    mean, matrix = pulls.mean.astype(np.float32), pulls.map(chosen.weights).astype(np.float32)
    if not np.isfinite(matrix).all() or not matrix.any():
        raise TrainingError(
            "The map that was learnt is not finite.",
            next_step="Check the index: lookalike verify. Then learn from other columns: --labels A,B",
        )
    model, card = headed(lessons.encoder, mean, matrix, "head", data=_described(taught, chosen))
    return Learnt(
        model=model,
        card=card,
        vectors=_mapped(lessons, mean, matrix),
        settings=_settings(chosen, pulls),
        notes=_notes(chosen),
    )


def _some(lessons: Lessons, most: int | None) -> Lessons:
    """The lessons, with no more than ``most`` pictures to learn from; products are drawn by hash."""
    pictures = np.bincount(lessons.product, minlength=len(lessons))
    learnt = lessons.products_in(LEARN).tolist()
    if most is None or pictures[learnt].sum() <= most:
        return lessons
    drawn = sorted(learnt, key=lambda row: position(lessons.families[row], "taught"))
    left = [row for row, sum_ in zip(drawn, np.cumsum(pictures[drawn]), strict=True) if sum_ > most]
    parts = lessons.parts.copy()
    parts[left] = _NOT_TAUGHT
    return replace(lessons, parts=parts)


def _mapped(lessons: Lessons, mean: Floats, matrix: Floats) -> Floats:
    bias = np.zeros(matrix.shape[1], np.float32)
    return Head(lessons.encoder.space.fingerprint, mean, matrix, bias).mapped(lessons.looks)[0]


def _used(chosen: Chosen) -> dict[str, float]:
    return {name: weight for name, weight in chosen.weights.items() if weight and name not in (LOOK, SHARP)}


def _described(lessons: Lessons, chosen: Chosen) -> str:
    taught = len(lessons.products_in(LEARN, CHOOSE))
    return f"a linear map learnt from {', '.join(_used(chosen)) or 'nothing'} of {taught:,} products"


def _settings(chosen: Chosen, pulls: Pulls) -> dict[str, object]:
    return {
        "weights": dict(chosen.weights),
        "penalties": dict(pulls.penalties),
        "chosen_on": chosen.products,
        "tried": chosen.tried,
    }


def _notes(chosen: Chosen) -> list[str]:
    used = _used(chosen)
    pulling = ", ".join(f"{name} {weight:g}" for name, weight in used.items()) or "nothing"
    notes = [
        f"What pulls products together, beside the look, and how strongly: {pulling}.",
    ]
    if unused := [
        name for name, weight in chosen.weights.items() if not weight and name not in (LOOK, SHARP)
    ]:
        notes.append(f"Pulls that did not help, and were left out: {', '.join(unused)}.")
    return notes
