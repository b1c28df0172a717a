"""The loop that trains a network: epochs, batches, when to stop, and going on after a kill."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lookalike.errors import TrainingError
from lookalike.training.learnt import Curve, Tell, silent
from lookalike.training.network.augment import Augment
from lookalike.training.network.checkpoint import Checkpoint, weights_digest
from lookalike.training.network.device import Device, ran_out
from lookalike.training.network.pictures import Album
from lookalike.training.network.rates import Rates, groups, rate_at
from lookalike.vectors import Floats, Rows, unit

SAVE_EVERY = 45.0  # seconds
_WORTH_TRYING = 200  # steps of a training for which both precisions are tried for two
_QUICKER = 0.8  # of the time that full precision takes
_LOWER = 0.25  # what the rate is multiplied by after a loss that is no number
_LONGEST_STEP = 5.0  # norm that gradients are cut to


@dataclass(frozen=True)
class Plan:
    """How long a network is trained, on what, and how fast.

    ``average`` judges and keeps a moving average of the weights. ``half`` says whether a processor reckons in
    half precision; None tries what is quicker where a training is long enough. After ``patience`` epochs
    that were no better, or ``minutes``, no further epoch begins.
    """

    epochs: int
    batch: int
    rates: Rates
    average: bool = True
    half: bool | None = None
    patience: int | None = None
    minutes: float | None = None
    seed: int = 0
    device: str = "auto"


class Pupil(nn.Module):
    """What learns: a network from uint8 (n, height, width, 3) to vectors (n, dim), and what judges them.

    The criterion takes vectors and kinds (n, columns) and gives the loss and the share of right answers.
    """

    def __init__(self, network: nn.Module, criterion: nn.Module) -> None:
        super().__init__()
        self.network = network
        self.criterion = criterion


@dataclass(frozen=True)
class Checked:
    """How good a pupil is: ``score`` to choose by, higher is better; ``values`` by (diagram, line).

    ``said`` is shown while it learns.
    """

    score: float
    values: Mapping[tuple[str, str], float] = field(default_factory=dict)
    said: str = ""


Check = Callable[[Pupil], Checked]


@dataclass(frozen=True)
class Fitted:
    """What came of it: the pupil with the weights of its best epoch, on the processor, in eval mode."""

    pupil: Pupil
    epochs: int
    best_epoch: int
    curves: Sequence[Curve]
    device: str
    notes: Sequence[str]
    seconds: Sequence[float]


def fit(
    pupil: Pupil,
    album: Album,
    values: Tensor,
    plan: Plan,
    *,
    check: Check,
    augment: Augment,
    work: Path,
    tell: Tell = silent,
    fresh: bool = False,
) -> Fitted:
    """Train on the pictures of an album, whose kinds are ``values`` (len(album), columns).

    Where it stands is kept in ``work``; the same call later goes on from there, mid-epoch, and chance falls
    as it would have. Raises `TrainingError` when the loss is no number, or memory does not hold one picture.
    """
    named = [
        asdict(augment),
        {**asdict(plan), "rates": asdict(plan.rates), "minutes": None, "patience": None, "device": None},
    ]
    digest = hashlib.sha256(repr([sorted(part.items()) for part in named]).encode())
    digest.update(album.rows.tobytes() + values.numpy().tobytes() + weights_digest(pupil).encode())
    checkpoint = Checkpoint(work, digest.hexdigest())
    if fresh:
        checkpoint.forget()
    run = _Run(pupil, album, values, plan)
    run.check, run.augment, run.checkpoint, run.tell = check, augment, checkpoint, tell
    return run.run()


def encoded(
    network: nn.Module, album: Album, at: Sequence[int] | Rows | None = None, batch: int = 64
) -> Floats:
    """Unit vectors (n, dim) of pictures of an album, all of them by default; in eval mode."""
    places = np.arange(len(album)) if at is None else np.asarray(at, dtype=np.intp)
    device = next((p.device for p in network.parameters()), torch.device("cpu"))
    was = network.training
    network.eval()
    found: list[Floats] = []
    done = 0
    with torch.no_grad():
        while done < len(places):
            part = places[done : done + batch]
            try:
                found.append(network(album.pixels(part).to(device)).float().cpu().numpy())
            except (RuntimeError, MemoryError) as error:
                if not ran_out(error) or batch == 1:
                    raise
                batch //= 2
            else:
                done += len(part)
    network.train(was)
    return unit(np.concatenate(found))[0]


def _chance(*where: int) -> torch.Generator:
    """Chance that falls the same way at the same place of a training, whenever it gets there."""
    digest = hashlib.blake2b(repr(where).encode(), digest_size=8).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest, "big") >> 1)


class _Run:
    """One training under way."""

    check: Check
    augment: Augment
    checkpoint: Checkpoint
    tell: Tell

    def __init__(self, pupil: Pupil, album: Album, values: Tensor, plan: Plan) -> None:
        self.plan, self.album, self.values = plan, album, values
        self.device = Device(plan.device)
        self.pupil = pupil.to(self.device.where)
        self.averaged = deepcopy(self.pupil).requires_grad_(False)
        self.optimiser = torch.optim.AdamW(groups(pupil.network, pupil.criterion, plan.rates))
        self.steps = max(1, round(len(album) / plan.batch))
        self.epoch, self.step, self.pieces, self.lowered = 0, 0, 1, 0
        self.sums = dict.fromkeys(("loss", "asked", "right", "told", "seconds"), 0.0)
        self.best: dict[str, Any] = {"score": float("-inf"), "epoch": 0, "since": 0, "pupil": {}}
        self.halved = self.device.halved
        self.curves: dict[tuple[str, str], list[float]] = {}
        self.seconds: list[float] = []
        self.notes: list[str] = []

    def run(self) -> Fitted:
        self._go_on()
        began = time.monotonic()
        while self.epoch < self.plan.epochs and not self._enough(time.monotonic() - began):
            self._one_epoch()
        self.pupil.load_state_dict(self.best["pupil"] or self.averaged.state_dict())
        return Fitted(
            self.pupil.cpu().eval(),
            self.epoch,
            self.best["epoch"],
            [
                Curve(name, diagram, range(1, len(values) + 1), values)
                for (diagram, name), values in self.curves.items()
            ],
            self.device.name,
            self.notes,
            self.seconds,
        )

    def _enough(self, seconds: float) -> bool:
        plan = self.plan
        if plan.patience is not None and self.epoch - self.best["since"] >= plan.patience:
            return True
        return plan.minutes is not None and self.epoch > 0 and seconds >= 60 * plan.minutes

    def _one_epoch(self) -> None:
        chance = _chance(self.plan.seed, self.epoch)
        order = torch.randperm(len(self.album), generator=chance).numpy()
        batches = np.array_split(order, self.steps)
        saved = time.monotonic()
        while self.step < self.steps:
            began = time.monotonic()
            done = self._learn(batches[self.step])
            self.step = self.step + 1 if done else self.step
            self.sums["seconds"] += time.monotonic() - began
            if time.monotonic() - saved > SAVE_EVERY:
                self._save()
                saved = time.monotonic()
            self._tell()
        self._end_epoch()

    def _learn(self, batch: Rows) -> bool:
        """One step; False when it has to be taken again, smaller or from where all was well."""
        try:
            loss, right = self._gradients(batch)
        except (RuntimeError, MemoryError) as error:
            if not ran_out(error):
                raise
            self._halve(len(batch))
            return False
        norm = nn.utils.clip_grad_norm_(self.pupil.parameters(), _LONGEST_STEP)
        if not np.isfinite(loss) or not self.device.may_step(norm):
            self._lower()
            return False
        at = self.epoch * self.steps + self.step
        for group in self.optimiser.param_groups:
            group["lr"] = group["share"] * rate_at(at, self.steps * self.plan.epochs, self.plan.rates)
            group["lr"] *= _LOWER**self.lowered
        self.device.step(self.optimiser)
        self._average(at)
        self.sums["loss"] += loss * len(batch)
        self.sums["asked"] += len(batch)
        if right is not None:
            self.sums["right"] += right * len(batch)
            self.sums["told"] += len(batch)
        return True

    def _gradients(self, batch: Rows) -> tuple[float, float | None]:
        self.pupil.train()
        self.optimiser.zero_grad(set_to_none=True)
        chance = _chance(self.plan.seed, self.epoch, self.step)
        loss, right = 0.0, None
        for part in np.array_split(batch, min(self.pieces, len(batch))):
            pixels = self.augment(self.album.pixels(part).to(self.device.where), chance)
            values = self.values[part].to(self.device.where)
            with self.device.mixed():
                vectors = self.pupil.network(pixels)
            own, hits = self.pupil.criterion(vectors.float(), values)
            weight = len(part) / len(batch)
            self.device.backward(own * weight)
            loss += float(own.detach()) * weight
            right = right if hits is None else (right or 0.0) + hits * weight
        self.device.unscale(self.optimiser)
        return loss, right

    def _halve(self, count: int) -> None:
        self.optimiser.zero_grad(set_to_none=True)
        self.device.tidy()
        self.pieces *= 2
        if self.pieces >= 2 * count:
            raise TrainingError(
                f"Not even one picture at a time fits into the memory of {self.device.name}.",
                next_step="Make the pictures smaller (--size), or train where there is more (--device cpu).",
            )
        self.notes.append(f"Memory ran out: batches of {self.plan.batch} went in {self.pieces} pieces.")

    def _lower(self) -> None:
        self.lowered += 1
        if self.lowered > 1:
            raise TrainingError(
                f"The loss is not a number any more in epoch {self.epoch + 1}, "
                f"even at a rate of {self.plan.rates.rate * _LOWER:.2g}.",
                next_step=f"Train anew, slower: --fresh --rate {self.plan.rates.rate * _LOWER**2:.1g}",
            )
        lowered, pieces = self.lowered, self.pieces
        self._restore(self.checkpoint.load())
        self.lowered, self.pieces = lowered, pieces
        self.notes.append(
            f"The loss was not a number in epoch {self.epoch + 1}: the rate went down to a quarter."
        )

    def _average(self, at: int) -> None:
        """Move the averaged weights: over about half an epoch, fewer in the beginning."""
        keep = min(1 - 2 / (self.steps + 2), (1 + at) / (10 + at)) if self.plan.average else 0.0
        own = self.pupil.state_dict()
        with torch.no_grad():
            for name, value in self.averaged.state_dict().items():
                if value.dtype.is_floating_point:
                    value.lerp_(own[name].to(value.dtype), 1 - keep)
                else:
                    value.copy_(own[name])

    def _end_epoch(self) -> None:
        checked = self.check(self.averaged.eval())
        asked = max(1, self.sums["asked"])
        self._draw("loss", "learnt from", self.sums["loss"] / asked)
        if self.sums["told"]:
            self._draw("accuracy", "learnt from", self.sums["right"] / self.sums["told"])
        for (diagram, name), value in checked.values.items():
            self._draw(diagram, name, value)
        self.seconds.append(self.sums["seconds"])
        self._tell(f", {checked.said}" if checked.said else "")
        self.epoch, self.step, self.sums = self.epoch + 1, 0, dict.fromkeys(self.sums, 0.0)
        if checked.score >= self.best["score"]:  # of equals the later one, which was told more
            since = self.epoch if checked.score > self.best["score"] else self.best["since"]
            kept = {name: value.cpu().clone() for name, value in self.averaged.state_dict().items()}
            self.best = {"score": float(checked.score), "epoch": self.epoch, "since": since, "pupil": kept}
        self._save()

    def _draw(self, diagram: str, name: str, value: float) -> None:
        self.curves.setdefault((diagram, name), []).append(float(value))

    def _tell(self, said: str = "") -> None:
        loss = self.sums["loss"] / max(1.0, self.sums["asked"])
        done = self.epoch * len(self.album) + len(self.album) * self.step // self.steps
        of = self.plan.epochs
        self.tell(f"epoch {self.epoch + 1} of {of}, loss {loss:.2f}{said}", done, of * len(self.album))

    def _go_on(self) -> None:
        state = self.checkpoint.load()
        if state is None:
            self._choose_precision()
            self._save()  # also what a loss that is no number in the first steps goes back to
            return
        self._restore(state)
        at = min(self.epoch + 1, self.plan.epochs)
        self.notes.append(f"Went on from epoch {at} of {self.plan.epochs}, where an earlier run was stopped.")

    def _choose_precision(self) -> None:
        """Half precision on a processor where the plan says so, or where it is clearly quicker."""
        if self.device.where.type != "cpu":
            return
        if self.plan.half is not None or self.steps * self.plan.epochs < _WORTH_TRYING:
            self.halved = self.device.halved = bool(self.plan.half)
            return
        before = deepcopy(self.pupil.state_dict())  # batch normalisation remembers what it has seen
        batch = np.arange(min(self.plan.batch, len(self.album)), dtype=np.intp)
        took: dict[bool, float] = {}
        for halved in (False, True):
            self.device.halved = halved
            for _ in range(2):
                began = time.monotonic()
                self._gradients(batch)
                took[halved] = min(took.get(halved, np.inf), time.monotonic() - began)
        self.pupil.load_state_dict(before)
        self.halved = self.device.halved = took[True] < _QUICKER * took[False]

    def _save(self) -> None:
        names = ("epoch", "step", "pieces", "lowered", "sums", "best", "curves", "seconds", "notes", "halved")
        state = {name: getattr(self, name) for name in names}
        state |= {"pupil": self.pupil.state_dict(), "averaged": self.averaged.state_dict()}
        self.checkpoint.save({**state, "optimiser": self.optimiser.state_dict()})

    def _restore(self, state: dict[str, Any] | None) -> None:
        if state is None:
            raise TrainingError(
                "Where the training stood was removed while it was under way.", next_step="Train again."
            )
        self.pupil.load_state_dict(state.pop("pupil"))
        self.averaged.load_state_dict(state.pop("averaged"))
        self.optimiser.load_state_dict(state.pop("optimiser"))
        for name, value in state.items():
            setattr(self, name, value)
        self.device.halved = self.halved
