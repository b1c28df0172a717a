"""The recipe `finetune`: the whole network of the index's encoder, on the shop's own pictures and labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from lookalike.errors import BadArgument
from lookalike.training.learnt import Learnt, Tell, Wishes
from lookalike.training.lessons import UNSEEN, Lessons
from lookalike.training.network.course import Course, Taught, confusion, enrolled, heads, teach
from lookalike.training.network.from_onnx import Network, between, trainable
from lookalike.training.network.loop import Plan, Pupil, encoded
from lookalike.training.network.losses import Classify, Contrast
from lookalike.training.network.pictures import Album
from lookalike.training.network.rates import Rates
from lookalike.training.network.to_onnx import Kinds, exported

LOSSES = ("classify", "metric")

SIZE = 128
"""Side of the pictures learnt from, in pixels, unless the encoder's own are smaller: a third of the work."""

SHARES = (0.25, 0.5, 0.75, 1.0)
"""How far to go from the old weights to the new ones; which is best is chosen on products not learnt from."""

SHOWN = 60_000
"""About how many pictures are shown in all: few pictures more often than many."""

RATES = Rates(3e-4, decay=0.05, warmup=0.1, layer_decay=0.3, frozen=0.5)
PLAN = Plan(epochs=12, batch=16, rates=RATES, patience=4)


def recipe(lessons: Lessons, wishes: Wishes, tell: Tell) -> Learnt:
    """Teach the encoder's network the labels of a catalogue, and keep as much of it as does good.

    After training, weights on the way from the old ones to the new are tried (WiSE-FT: Wortsman et al., 2022)
    and those kept that find best among products that were not learnt from. Raises `TrainingError` where the
    encoder cannot be trained or the labels tell nothing apart, `EncoderError` where it is no ONNX graph,
    `StorageError` where the disk refuses.
    """
    if wishes.loss not in (None, *LOSSES):
        raise BadArgument(f"There is no loss {wishes.loss!r}.", next_step="Name classify or metric.")
    network = trainable(lessons.encoder, wishes.size, rather=min(SIZE, *lessons.encoder.size))
    course = enrolled(lessons, network.preprocessing, wishes, tell)
    plan = replace(PLAN, epochs=min(PLAN.epochs, max(3, round(SHOWN / len(course.album)))))
    pupil = Pupil(network, _criterion(course, network.dim, wishes.loss or "classify", wishes.seed))
    before = _weights(pupil)
    taught = teach(course, pupil, plan, wishes, tell=tell)
    share, tried = _kept(taught, before, tell)
    return _written(taught, lessons, share, tried, tell)


def _criterion(course: Course, dim: int, loss: str, seed: int) -> nn.Module:
    """What judges vectors; directions of kinds begin where the encoder already sees them."""
    counts = [len(kinds) for kinds in course.targets.names.values()]
    if loss == "metric":
        return Contrast(dim, len(counts))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        criterion = Classify(dim, counts)
    looks = course.lessons.looks[course.album.rows]
    if looks.shape[1] == dim:
        criterion.start_from(torch.from_numpy(looks), course.targets.values)
    return criterion


def _weights(pupil: Pupil) -> dict[str, Tensor]:
    """What is learnt, by name, without what a criterion remembers."""
    return {name: weights.detach().clone() for name, weights in pupil.named_parameters()}


def _kept(taught: Taught, before: Mapping[str, Tensor], tell: Tell) -> tuple[float, dict[float, float]]:
    """Leave in the pupil the weights that find best; what share of the new they are, and all tried."""
    course, pupil = taught.course, taught.pupil
    after = _weights(pupil)
    tried: dict[float, float] = {}
    for at, share in enumerate(SHARES):
        tell("Weighing old against new", at, len(SHARES))
        pupil.load_state_dict(between(before, after, share), strict=False)
        tried[share] = course.score(encoded(pupil.network, course.chosen))
    best = max(SHARES, key=lambda share: (tried[share], -share))  # where nothing is gained nothing is moved
    pupil.load_state_dict(between(before, after, best), strict=False)
    tell("Weighing old against new", len(SHARES), len(SHARES))
    return best, tried


def _written(
    taught: Taught, lessons: Lessons, share: float, tried: Mapping[float, float], tell: Tell
) -> Learnt:
    course, network = taught.course, taught.network
    assert isinstance(network, Network)
    told = heads(taught.pupil.criterion, course.targets)
    column = course.targets.columns[0]
    kinds = told.get(column)
    learnt_from = ", ".join(course.targets.columns)
    model, card = exported(
        network,
        name=f"{lessons.encoder.space.encoder}-finetuned",
        description=f"{lessons.encoder.space.encoder}, trained further on {learnt_from}",
        data=f"{len(course.album):,} pictures of the shop's own",
        kinds=None if kinds is None else Kinds(kinds.kinds, kinds.weight, kinds.scale),
    )
    seen = []
    if kinds is not None:
        album = Album(lessons, lessons.main[lessons.products_in(UNSEEN)], course.how, tell)
        said = [lessons.labels[column][at] for at in lessons.product[album.rows]]
        seen = [confusion(kinds, encoded(network, album), said, "unseen")]
    settings = {
        **taught.settings,
        "share of the new weights": share,
        "shares tried": {f"{one:g}": round(value, 4) for one, value in tried.items()},
        "seconds an epoch": round(float(np.mean(taught.seconds)), 1) if taught.seconds else 0.0,
    }
    return Learnt(
        model,
        card,
        curves=taught.curves,
        confusion=seen,
        settings=settings,
        notes=taught.notes,
        epochs=taught.epochs,
        device=taught.device,
    )
