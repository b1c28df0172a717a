"""The course of a generator: two flows learnt side by side, epoch by epoch, going on after a kill."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lookalike.errors import TrainingError
from lookalike.imagining.eigenpictures import Eigenpictures
from lookalike.imagining.flow import Flow, scale_of
from lookalike.imagining.generator import Generator, Learning
from lookalike.training.generator.material import Material
from lookalike.training.generator.network import FlowNetwork, flow_of
from lookalike.training.generator.patterns import patterns_of
from lookalike.training.learnt import Curve, Tell
from lookalike.training.network.checkpoint import Checkpoint
from lookalike.training.network.device import Device
from lookalike.vectors import Floats, Rows

SHOWN = 500_000
"""About how many pictures are shown in all: few pictures more often than many."""

LEAST_EPOCHS, MOST_EPOCHS = 20, 400

_UNSAID = 0.1  # share of the conditions that are left out, so that guidance knows what nothing looks like
_BLURRED = 0.15  # of a deviation, by which looks that are painted are off: imagined ones are, too
_NEAREST = 0.25  # to the end of a line, that errors count more up to
_MIDDLE, _BREADTH = -0.4, 1.0  # of the logits of times
_MEMORY = 0.999  # of the moving average of weights
_WARM = 200  # steps
_DECAYED = 0.02  # of the highest rate, at the end
_HALF = "avx512_bf16", "amx_bf16"  # what a processor has that reckons twice as fast in half precision
_CHOSEN = 2000  # products that the loss is told of
_PAUSE = 30.0  # seconds between keeping where it stands: 200 MB for the networks that are usual


@dataclass(frozen=True)
class Plan:
    """How long and how fast it is learnt; ``width`` and ``blocks`` are of the painter's network."""

    epochs: int
    batch: int = 256
    rate: float = 1e-3
    width: int = 768
    blocks: int = 2
    minutes: float | None = None
    seed: int = 0
    device: str = "auto"


@dataclass(frozen=True)
class Course:
    """What came of it; ``began`` is how many epochs were learnt before, by a run that was stopped."""

    generator: Generator
    epochs: int
    began: int
    curves: Sequence[Curve]
    device: str
    seconds: Sequence[float]


def epochs_for(products: int) -> int:
    """How many epochs are usual for so many products."""
    return min(MOST_EPOCHS, max(LEAST_EPOCHS, round(SHOWN / max(products, 1))))


def learn(
    material: Material,
    plan: Plan,
    work: Path,
    tell: Tell,
    seen: Callable[[int, Callable[[], Generator]], None],
    *,
    fresh: bool = False,
    pause: float = _PAUSE,
) -> Course:
    """Learn a generator; ``seen`` is told of the end of each epoch, and given what makes its generator.

    Where it stands is kept in ``work`` every ``pause`` seconds, at the end of an epoch, and at the end of
    all; the same call later goes on from there, and chance falls as it would have. Raises `TrainingError`
    when the loss is no number, `StorageError` when the disk refuses.
    """
    run = _Run(material, plan, work, tell, fresh)
    first, began = run.epoch, time.monotonic()
    saved = began
    while run.epoch < plan.epochs:
        run.one_epoch()
        now = time.monotonic()
        last = run.epoch == plan.epochs or (plan.minutes is not None and now - began > plan.minutes * 60)
        if last or now - saved >= pause:
            run.save()
            saved = now
        seen(run.epoch, run.generator)
        if last:
            break
    return Course(run.generator(), run.epoch, first, run.curves(), run.device.name, run.seconds)


@dataclass(frozen=True)
class _Range:
    """How numbers are brought to a network and back."""

    middle: Floats
    width: Floats

    @classmethod
    def of(cls, values: Floats, smallest: float = 1e-4) -> _Range:
        return cls(values.mean(axis=0), np.maximum(values.std(axis=0), smallest))


class _Pupil:
    """One flow as it learns: vectors ``data`` (n, d) under conditions of the range ``asked``."""

    def __init__(self, data: Floats, learnt: Rows, asked: _Range, plan: Plan, device: Device) -> None:
        self.own, self.asked, self.device = _Range.of(data[learnt]), asked, device
        scaled = (data - self.own.middle) / scale_of(self.own.width)
        self.data = torch.from_numpy(scaled).to(device.where)
        self.network = FlowNetwork(len(asked.middle), self.own.width, plan.width, plan.blocks)
        self.network = self.network.to(device.where)
        self.averaged = deepcopy(self.network).requires_grad_(False)
        self.best = deepcopy(self.averaged)
        self.lowest = math.inf
        self.optimiser = torch.optim.AdamW(
            self.network.parameters(), lr=plan.rate, betas=(0.9, 0.99), weight_decay=0.01
        )
        self.steps = 0
        self.losses: list[float] = []
        self.chosen: list[float] = []

    def said(self, conditions: Floats) -> Tensor:
        """Conditions as the network takes them."""
        return torch.from_numpy((conditions - self.asked.middle) / self.asked.width).to(self.device.where)

    def step(self, rows: Tensor, said: Tensor, rate: float, chance: torch.Generator) -> float:
        """One step; the loss before it."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate * min(1.0, (self.steps + 1) / _WARM)
        unsaid = torch.rand(len(rows), 1, generator=chance).to(said.device) < _UNSAID
        loss = self.loss(self.network, rows, said.masked_fill(unsaid, 0.0), chance)
        self.optimiser.zero_grad()
        self.device.backward(loss)
        self.device.unscale(self.optimiser)
        norm = torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        if self.device.may_step(norm):
            self.device.step(self.optimiser)
        self.steps += 1
        keep = min(_MEMORY, self.steps / (self.steps + 20))
        with torch.no_grad():
            for old, new in zip(self.averaged.parameters(), self.network.parameters(), strict=True):
                old.lerp_(new, 1 - keep)
        return float(loss.detach())

    def loss(self, network: FlowNetwork, rows: Tensor, said: Tensor, chance: torch.Generator) -> Tensor:
        """How far ends that are foretold lie from the true ones, as errors of velocity (mean of squares)."""
        ends = self.data[rows.to(self.data.device)]
        noise = torch.randn(ends.shape, generator=chance).to(ends.device)
        times = torch.sigmoid(_MIDDLE + _BREADTH * torch.randn(len(rows), generator=chance)).to(ends.device)
        at = times[:, None] * ends + (1 - times[:, None]) * noise
        with self.device.mixed():
            found = network(at, times, said)
        worth = (1 - times).clamp(min=_NEAREST).pow(-2)
        loss: Tensor = (worth[:, None] * (found.float() - ends).square()).mean()
        return loss

    def weigh(self, loss: float) -> None:
        """Keep what is learnt, averaged over the last steps, where this loss of it is the lowest so far."""
        if loss <= self.lowest:
            self.lowest = loss
            self.best.load_state_dict(self.averaged.state_dict())

    def flow(self) -> Flow:
        """The best that was learnt."""
        own, asked = self.own, self.asked
        return flow_of(self.best, own.middle, own.width, asked.middle, asked.width)

    def state(self) -> dict[str, Any]:
        return {
            "network": self.network.state_dict(),
            "averaged": self.averaged.state_dict(),
            "best": self.best.state_dict(),
            "lowest": self.lowest,
            "optimiser": self.optimiser.state_dict(),
            "steps": self.steps,
            "losses": self.losses,
            "chosen": self.chosen,
        }

    def go_on(self, state: dict[str, Any]) -> None:
        for name in ("network", "averaged", "best", "optimiser"):
            getattr(self, name).load_state_dict(state[name])
        self.lowest = state["lowest"]
        self.steps, self.losses, self.chosen = state["steps"], state["losses"], state["chosen"]


class _Run:
    """One training under way."""

    def __init__(self, material: Material, plan: Plan, work: Path, tell: Tell, fresh: bool) -> None:
        self.material, self.plan, self.tell = material, plan, tell
        self.device = Device(plan.device)
        known = torch.cpu.get_capabilities()
        self.device.halved |= any(known.get(name, False) for name in _HALF)
        self.epoch = 0
        self.seconds: list[float] = []
        self.rows: Rows = material.learnt
        self.watched: Rows = np.flatnonzero(material.chosen)[:_CHOSEN]
        self.checkpoint = Checkpoint(work, _digest(material, plan))
        if fresh:
            self.checkpoint.forget()
        kept = self.checkpoint.load()
        if kept is None:
            self.patterns = patterns_of(material.pixels[self.rows], plan.seed, tell)
        else:
            mean, axes = kept["patterns"]
            self.patterns = Eigenpictures(mean.numpy(), axes.numpy())
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(plan.seed)
            looks = _Range.of(material.looks[self.rows])
            self.painter = _Pupil(self._codes(), self.rows, looks, plan, self.device)
            words = np.concatenate([one[self.rows] for one in material.words])
            words = words[np.any(words != 0, axis=1)]
            self.dreamer = _Pupil(material.looks, self.rows, _Range.of(words), _of_dreamer(plan), self.device)
        if kept is not None:
            self.epoch, self.seconds = kept["epoch"], kept["seconds"]
            self.painter.go_on(kept["painter"])
            self.dreamer.go_on(kept["dreamer"])

    def one_epoch(self) -> None:
        """Show every product once to either flow."""
        began = time.monotonic()
        drawn = np.random.default_rng((self.plan.seed, self.epoch))
        chance = torch.Generator().manual_seed(int(drawn.integers(2**62)))
        order = drawn.permutation(self.rows)
        batches = np.array_split(order, max(1, round(len(order) / self.plan.batch)))
        losses = np.zeros(2)
        for number, batch in enumerate(batches):
            done = (self.epoch + number / len(batches)) / self.plan.epochs
            rate = self.plan.rate * (_DECAYED + (1 - _DECAYED) * (1 + math.cos(math.pi * done)) / 2)
            losses += self._painted(batch, rate, chance), self._dreamt(batch, rate, drawn, chance)
            if not np.isfinite(losses).all():
                raise TrainingError(
                    f"The loss is no number any more, in epoch {self.epoch + 1}.",
                    next_step="Train with a lower rate: --rate 0.0003 --fresh",
                )
            shown = self.epoch * len(order) + (number + 1) * len(order) // len(batches)
            self.tell(f"Epoch {self.epoch + 1} of {self.plan.epochs}", shown, self._shown_in_all)
        self.epoch += 1
        for pupil, loss in zip((self.painter, self.dreamer), losses / len(batches), strict=True):
            pupil.losses.append(round(float(loss), 5))
        self._watch()
        self.seconds.append(round(time.monotonic() - began, 2))
        told = f"loss of looks {self.dreamer.losses[-1]:.3f}, of pictures {self.painter.losses[-1]:.3f}"
        done = self.epoch * len(self.rows)
        self.tell(f"Epoch {self.epoch} of {self.plan.epochs}, {told}", done, self._shown_in_all)

    def generator(self) -> Generator:
        """What is learnt so far."""
        learnt = Learning(len(self.rows), self.epoch, datetime.now(UTC).date().isoformat())
        return Generator(self.material.space, self.dreamer.flow(), self.painter.flow(), self.patterns, learnt)

    def curves(self) -> list[Curve]:
        """The losses by epoch."""
        named = (("loss, looks of words", self.dreamer), ("loss, pictures of looks", self.painter))
        found = []
        for diagram, pupil in named:
            for name, values in (("learnt from", pupil.losses), ("not learnt from", pupil.chosen)):
                if values:
                    found.append(Curve(name, diagram, range(1, len(values) + 1), values))
        return found

    @property
    def _shown_in_all(self) -> int:
        return self.plan.epochs * len(self.rows)

    def _codes(self) -> Floats:
        pixels, count = self.material.pixels, 2048
        parts = [self.patterns.codes(pixels[at : at + count]) for at in range(0, len(pixels), count)]
        return np.concatenate(parts)

    def _painted(self, batch: Rows, rate: float, chance: torch.Generator) -> float:
        said = self.painter.said(self.material.looks[batch])
        said = said + _BLURRED * torch.randn(said.shape, generator=chance).to(said.device)
        return self.painter.step(torch.from_numpy(batch), said, rate, chance)

    def _dreamt(self, batch: Rows, rate: float, drawn: np.random.Generator, chance: torch.Generator) -> float:
        which = drawn.integers(len(self.material.words), size=len(batch))
        asked = np.stack([self.material.words[way][row] for way, row in zip(which, batch, strict=True)])
        return self.dreamer.step(torch.from_numpy(batch), self._asked(asked), rate, chance)

    def _asked(self, asked: Floats) -> Tensor:
        """Words as the dreamer takes them; those that say nothing are left unsaid."""
        silent = torch.from_numpy(~np.any(asked != 0, axis=1)[:, None])
        said = self.dreamer.said(asked)
        return said.masked_fill(silent.to(said.device), 0.0)

    def _watch(self) -> None:
        """The losses on products that are not learnt from, by the same noise each time."""
        if not len(self.watched):  # the last is taken for the best
            self.painter.weigh(0.0)
            self.dreamer.weigh(0.0)
            return
        rows = torch.from_numpy(self.watched)
        with torch.no_grad():
            for pupil, said in (
                (self.painter, self.painter.said(self.material.looks[self.watched])),
                (self.dreamer, self._asked(self.material.words[0][self.watched])),
            ):
                chance = torch.Generator().manual_seed(self.plan.seed)
                pupil.chosen.append(round(float(pupil.loss(pupil.averaged, rows, said, chance)), 5))
                pupil.weigh(pupil.chosen[-1])

    def save(self) -> None:
        """Keep where it stands."""
        patterns = torch.from_numpy(self.patterns.mean), torch.from_numpy(self.patterns.axes)
        self.checkpoint.save(
            {
                "epoch": self.epoch,
                "seconds": self.seconds,
                "patterns": list(patterns),
                "painter": self.painter.state(),
                "dreamer": self.dreamer.state(),
            }
        )


def _of_dreamer(plan: Plan) -> Plan:
    """Looks are fewer numbers than pictures."""
    return replace(plan, width=max(64, plan.width * 2 // 3))


def _digest(material: Material, plan: Plan) -> str:
    """A hash of everything that makes a training another one."""
    digest = hashlib.sha256(repr((plan.epochs, plan.batch, plan.rate, plan.width, plan.blocks)).encode())
    digest.update(repr((plan.seed, material.space)).encode())
    for values in (material.pixels, material.looks, *material.words, material.chosen):
        digest.update(np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()
