"""The recipe "scratch": a small convolutional network from nothing, taught to tell kinds of product apart."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from lookalike.errors import BadArgument
from lookalike.training.learnt import Confusion, Learnt, Tell, Wishes
from lookalike.training.lessons import CHOOSE, LEARN, UNSEEN, Lessons
from lookalike.training.network.augment import Augment
from lookalike.training.network.course import NOWHERE, Taught, confusion, enrolled, teach
from lookalike.training.network.loop import Plan, Pupil, encoded
from lookalike.training.network.losses import Classify
from lookalike.training.network.pictures import Album
from lookalike.training.network.rates import Rates
from lookalike.training.network.small import LEAST_SIZE, SIZE, Small, exported, preparing

BATCH, LEAST_BATCH = 64, 8
RATE = 3e-3
SMOOTHING = 0.1
SCALE = 10.0  # of cosines: 16 and 24 are as often right, and retrieve less (decision 0027)
SHOWN = 360_000
"""How many pictures are shown in all, whatever the catalogue's size: few are shown more often."""

FEWEST, MOST = 15, 150
"""Epochs, whatever the catalogue's size."""

ASKED = 2000
"""How many of the products learnt from are asked for again at the end."""

PARTS = {LEARN: "learn", CHOOSE: "choose", UNSEEN: "unseen"}


def recipe(lessons: Lessons, wishes: Wishes, tell: Tell) -> Learnt:
    """A network that says a product's kind, by the first column of labels, and its look.

    A kind that a single product shows has no score of its own. Raises `TrainingError` when the labels teach
    nothing, or the training goes wrong; `BadArgument` where a wish is none for this recipe.
    """
    size = _size(wishes)
    column = next(iter(lessons.labels), "")
    lessons = _labelled(lessons, column)
    course = enrolled(lessons, preparing(size), wishes, tell, [column])
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(wishes.seed)
        network = Small(size)
        kinds = course.targets.names[column]
        pupil = Pupil(network, Classify(network.dim, [len(kinds)], SCALE, SMOOTHING))
    network.in_half = wishes.device != "cuda" and quicker_in_half(network)
    epochs = int(np.clip(round(SHOWN / len(course.album)), FEWEST, MOST))
    taught = teach(
        course, pupil, Plan(epochs, BATCH, Rates(RATE)), wishes, tell=tell, augment=Augment((size, size))
    )
    return _learnt(lessons, taught, network, column, tell)


def quicker_in_half(network: Small) -> bool:
    """Whether this processor learns quicker in bfloat16 than in float32, found by trying both."""
    before = {name: value.clone() for name, value in network.state_dict().items()}
    pixels = torch.zeros(16, network.size, network.size, 3, dtype=torch.uint8)
    took = {}
    for half in (False, True):
        network.train()
        network.in_half = half
        times = []
        for _ in range(3):
            began = time.perf_counter()
            torch.autograd.backward(network(pixels).square().mean())
            times.append(time.perf_counter() - began)
        took[half] = min(times)
    network.zero_grad(set_to_none=True)
    network.load_state_dict(before)
    return took[True] < 0.8 * took[False]


def _size(wishes: Wishes) -> int:
    if wishes.loss == "metric":
        raise BadArgument(
            "The recipe scratch learns as a classifier only.",
            next_step="Leave out --loss, or train the recipe finetune.",
        )
    if wishes.batch is not None and wishes.batch < LEAST_BATCH:
        raise BadArgument(
            f"Of {wishes.batch} pictures at a time the network cannot tell what is usual.",
            next_step=f"Ask for {LEAST_BATCH} at least: --batch {BATCH}",
        )
    size = wishes.size or SIZE
    if size < LEAST_SIZE:
        raise BadArgument(
            f"Pictures of {size} pixels are too small for this network.",
            next_step=f"Ask for {LEAST_SIZE} at least: --size {SIZE}",
        )
    return size


def _labelled(lessons: Lessons, column: str) -> Lessons:
    """The same lessons of one column alone, where nothing is learnt from products without a label in it."""
    if column not in lessons.labels:
        return lessons
    labels = lessons.labels[column]
    others = {name: values for name, values in lessons.labels.items() if name != column}
    mute = np.array([not label for label in labels], dtype=bool) & (lessons.parts == LEARN)
    return replace(
        lessons,
        labels={column: labels},
        tags={**others, **lessons.tags},
        parts=np.where(mute, NOWHERE, lessons.parts),
    )


def _learnt(lessons: Lessons, taught: Taught, network: Small, column: str, tell: Tell) -> Learnt:
    head = taught.heads[column]
    model, card = exported(
        network,
        head.kinds,
        head.weight,
        head.scale,
        description=f"a small convolutional network, taught from nothing to tell {column} apart",
        data=f"{len(taught.course.album):,} pictures of the shop's own products",
    )
    return Learnt(
        model,
        card,
        curves=taught.curves,
        confusion=_confusions(lessons, taught, column, tell),
        settings=_settings(taught, network, column),
        notes=[*taught.notes, *_rare(lessons, column, len(head.kinds))],
        epochs=taught.epochs,
        device=taught.device,
    )


def _confusions(lessons: Lessons, taught: Taught, column: str, tell: Tell) -> list[Confusion]:
    """What is taken for what among products learnt from, chosen by, and never looked at."""
    how, labels = taught.course.how, lessons.labels[column]
    learnt = lessons.product[taught.course.album.rows]
    again = np.unique(learnt)
    if len(again) > ASKED:
        again = np.sort(np.random.default_rng(0).choice(again, ASKED, replace=False))
    unseen = lessons.products_in(UNSEEN)
    albums = {
        LEARN: Album(lessons, lessons.main[again], how, tell),
        CHOOSE: taught.course.chosen,
        UNSEEN: Album(lessons, lessons.main[unseen], how, tell) if len(unseen) else None,
    }
    found = []
    for part, album in albums.items():
        if album is not None and len(album):
            said = [labels[at] for at in lessons.product[album.rows].tolist()]
            vectors = encoded(taught.network, album)
            found.append(confusion(taught.heads[column], vectors, said, PARTS[part]))
    return found


def _settings(taught: Taught, network: Small, column: str) -> Mapping[str, Any]:
    return {
        "column": column,
        "kinds": len(taught.heads[column].kinds),
        **taught.settings,
        "weights": sum(one.numel() for one in network.parameters()),
        "dim": network.dim,
        "label smoothing": SMOOTHING,
        "bfloat16": network.in_half,
        "seconds an epoch": round(float(np.median(taught.seconds)), 2) if len(taught.seconds) else None,
    }


def _rare(lessons: Lessons, column: str, kinds: int) -> list[str]:
    labels = lessons.labels[column]
    rare = len({labels[row] for row in lessons.products_in(LEARN).tolist()} - {""}) - kinds
    if rare < 1:
        return []
    return [
        f"{rare} of {rare + kinds} kinds have a single product to learn from and no score of their own: "
        "their products are always taken for another kind, which counts as wrong."
    ]
