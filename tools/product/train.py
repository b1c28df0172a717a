"""Train the part of ``product`` that is learnt, on this machine's GPU or processors; goes on after a kill.

In an environment of its own: ``pip install '.[tools]'``, then

    cd tools && python -m product.train --data FOLDER --things FOLDER --work FOLDER

FOLDER of --data holds fashion-small.parquet, fashion-300.tar and clothing-cc0.tar, that of --things pictures
of other things without labels (here: Fluent emoji 3D, npm package @lobehub/fluent-emoji-3d 1.1.0, MIT), from
which only the frozen network's opinion is learnt. Everything made on the way is in --work; run the same
command again to go on. ``product.export`` makes the ONNX file of the result.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor

from lookalike import settings
from product import losses, network, views
from product.checks import Check
from product.pictures import Photograph, Sets, read_sets, things

DIM = 128
TRIPLE = ("kind", "gender", "colour")
GROUP = 16
REPEATED = {"fashion": 1, "clothes": 3, "things": 4}
SAVE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Stage:
    """Rounds of views at one picture size, each learnt from ``passes`` times, with or without the things.

    ``weights`` replace those of `losses.WEIGHTS`. The stage ends after ``share`` of its steps.
    """

    size: int
    rounds: int
    passes: int
    rate: float
    batch: int
    things: bool
    weights: Mapping[str, float]
    share: float = 1.0


LOOKS = {"kinds": 0.4, "like": 1.5, "colour": 1.2, "gender": 0.8, "kept": 1.5}
STAGES = (
    Stage(128, 3, 2, 4e-4, 160, False, {}),
    Stage(192, 1, 1, 1.5e-4, 128, True, {"kinds": 0.4}),
    Stage(192, 1, 1, 1e-4, 128, True, {"kinds": 0.4}, 0.75),
    Stage(192, 1, 1, 1e-4, 128, True, LOOKS, 0.38),
)


class Training:
    """Everything that is saved and goes on after a kill: weights, their average, optimiser, place."""

    def __init__(self, work: Path, sets: Sets, others: list[Photograph], device: torch.device) -> None:
        self.work, self.device = work, device
        self.photos = [photo for photo in sets.train for _ in range(REPEATED[photo.shop])]
        self.goods = len(self.photos)
        self.photos += [photo for photo in others for _ in range(REPEATED[photo.shop])]
        self.targets = losses.Targets(self.photos)
        torch.manual_seed(0)
        original = network.pretrained()
        self.trunk_path = work / "trunk.onnx"
        example = torch.zeros((1, 128, 128, 3), dtype=torch.uint8)
        network.export(network.Trunk(original).eval(), example, str(self.trunk_path))
        self.look = network.Look(original, DIM).to(device, memory_format=torch.channels_last)
        self.heads = losses.Heads(self.targets, DIM).to(device)
        self.average = torch.optim.swa_utils.AveragedModel(
            self.look, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.995)
        )
        decayed = [p for p in self.look.parameters() if p.ndim > 1]
        plain = [p for p in self.look.parameters() if p.ndim <= 1]
        self.optimiser = torch.optim.AdamW(
            [
                {"params": decayed, "weight_decay": 0.02, "share": 1.0},
                {"params": plain, "weight_decay": 0.0, "share": 1.0},
                {"params": list(self.heads.parameters()), "weight_decay": 0.0, "share": 5.0},
            ]
        )
        self.stage, self.step = 0, 0
        self.teacher = self._teacher(original).to(device)
        same = {photo.id: at for at, photo in reversed(list(enumerate(self.photos)))}
        content = {photo.content: same[photo.id] for photo in reversed(self.photos)}
        self.picture = torch.tensor([content[photo.content] for photo in self.photos], device=device)
        looks: dict[tuple[str | None, ...], int] = {}
        triples = [tuple(photo.labels.get(name) for name in TRIPLE) for photo in self.photos]
        self.triple = torch.tensor(
            [looks.setdefault(triple, len(looks)) if triple[0] else -1 for triple in triples], device=device
        )
        codes = self.targets.codes.items()
        self.codes = {name: torch.tensor(values, device=device) for name, values in codes}

    def _teacher(self, original: torch.nn.Module) -> Tensor:
        """What the frozen network says of every undistorted picture, centred, unit, shape (n, 1280)."""
        graph = self.work / "frozen.onnx"
        if not graph.exists():
            full = torch.nn.Sequential(network.Trunk(original), network.Tail(original)).eval()
            network.export(full, torch.zeros((1, 224, 224, 3), dtype=torch.uint8), str(graph))
        parts = []
        for name, photos in (("teacher", self.photos[: self.goods]), ("things", self.photos[self.goods :])):
            path = self.work / f"{name}.npy"
            if not path.exists():
                np.save(path, views.plain_features(photos, graph, 224, settings.workers()))
            parts.append(np.load(path))
        values = torch.tensor(np.concatenate(parts), dtype=torch.float32)
        return torch.nn.functional.normalize(values - values.mean(dim=0), dim=1)

    def save(self) -> None:
        """Write the state beside the old one and take its place."""
        state = {
            "look": self.look.state_dict(),
            "average": self.average.state_dict(),
            "heads": self.heads.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "stage": self.stage,
            "step": self.step,
            "stages": [asdict(stage) for stage in STAGES],
            "words": self.targets.words,
            "values": self.targets.values,
        }
        partial = self.work / "state.part"
        torch.save(state, partial)
        partial.replace(self.work / "state.pt")

    def resume(self) -> None:
        """Go on from the state in the folder, if there is one."""
        path = self.work / "state.pt"
        if path.exists():
            state = torch.load(path, map_location=self.device, weights_only=True)
            for name in ("look", "average", "heads", "optimiser"):
                getattr(self, name).load_state_dict(state[name])
            self.stage, self.step = state["stage"], state["step"]

    def loss(self, rows: np.ndarray, features: np.ndarray) -> dict[str, Tensor]:
        """All parts of the loss of one batch; ``features`` (n, 2, side, side, channels)."""
        both = torch.from_numpy(features.astype(np.float32)).to(self.device)
        values = both.permute(1, 0, 4, 2, 3).flatten(0, 1).contiguous(memory_format=torch.channels_last)
        vectors = self.look(values)
        shop, customer = vectors.chunk(2)
        at = torch.from_numpy(rows).to(self.device)
        twice = torch.cat([at, at])
        picture = self.picture[at]
        same = picture[:, None] == picture[None]
        parts = {
            name: self.heads.label_loss(name, vectors, codes[twice]) for name, codes in self.codes.items()
        }
        parts["like"] = losses.likeness(vectors, self.triple[twice], 0.1)
        parts["kinds"] = losses.likeness(vectors, self.codes["kind"][twice], 0.1)
        parts["views"] = losses.contrast(shop, customer, same, 0.07)
        parts["kept"] = losses.kept(vectors, self.teacher[twice], 0.1)
        titled = [row for row, place in enumerate(rows) if self.targets.titles[place]]
        words = self.heads.title_vectors([self.targets.titles[rows[row]] for row in titled])
        same = same[titled][:, titled]
        parts["titles"] = (
            losses.contrast(words, shop[titled], same, 0.07)
            + losses.contrast(words, customer[titled], same, 0.07)
        ) / 2
        return parts

    def run(self, check: Check) -> None:
        """All stages from where it stands."""
        self.resume()
        while self.stage < len(STAGES):
            stage = STAGES[self.stage]
            photos = self.photos if stage.things else self.photos[: self.goods]
            renderer = views.Renderer(photos, self.trunk_path, settings.workers())
            try:
                self._run_stage(stage, photos, renderer, check)
            finally:
                renderer.close()
            self.stage, self.step = self.stage + 1, 0
            self.save()

    def _run_stage(
        self, stage: Stage, photos: list[Photograph], renderer: views.Renderer, check: Check
    ) -> None:
        per_pass = len(photos) // stage.batch
        total = round(per_pass * stage.rounds * stage.passes * stage.share)
        saved = time.monotonic()
        with bar() as progress:
            task = progress.add_task(f"{stage.size} px", total=total, completed=self.step, note="")
            while self.step < total:
                passed, start = divmod(self.step, per_pass)
                features = self._features(stage, passed // stage.passes, renderer, progress)
                order = batches(photos, stage.batch, seed=1000 * self.stage + passed)
                for rows in order[start : start + total - self.step]:
                    self._learn(stage, total, rows, features, lambda note: progress.update(task, note=note))
                    progress.update(task, completed=self.step)
                    if time.monotonic() - saved > SAVE_SECONDS:
                        self.save()
                        saved = time.monotonic()
                        if not progress.console.is_terminal:
                            print(f"{stage.size} px, {self.step} of {total}", flush=True)
                self.save()
                print(f"{stage.size} px, pass {passed + 1}: {check(self.average.module)}", flush=True)

    def _features(
        self, stage: Stage, number: int, renderer: views.Renderer, progress: Progress
    ) -> np.ndarray:
        path = self.work / f"views-{stage.size}-{number}.npy"
        for old in self.work.glob("views-*.npy"):
            if old != path:
                old.unlink()
        task = progress.add_task(f"views {number + 1}", total=len(self.photos), note="")
        features = renderer.render(
            path, stage.size, stage.size * 100 + number, network.TRUNK_CHANNELS,
            lambda done: progress.update(task, completed=done),
        )  # fmt: skip
        progress.remove_task(task)
        return features

    def _learn(
        self,
        stage: Stage,
        total: int,
        rows: np.ndarray,
        features: np.ndarray,
        note: Callable[[str], None],
    ) -> None:
        rate = stage.rate * schedule(self.step / total)
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group["share"]
        self.look.train()
        parts = self.loss(rows, features[np.sort(rows)][np.argsort(np.argsort(rows))])
        weights = {**losses.WEIGHTS, **stage.weights}
        loss = sum(weights[name] * part for name, part in parts.items())
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.look.parameters(), 5.0)
        self.optimiser.step()
        self.average.update_parameters(self.look)
        self.step += 1
        if self.step % 20 == 0:
            note(" ".join(f"{name} {part.item():.2f}" for name, part in parts.items()))


def schedule(done: float, warm: float = 0.03) -> float:
    """Rises for a moment, then falls along a cosine."""
    return done / warm if done < warm else 0.5 * (1 + math.cos(math.pi * (done - warm) / (1 - warm))) + 0.01


def batches(photos: list[Photograph], size: int, seed: int) -> list[np.ndarray]:
    """Every picture once: half of each batch are groups of one kind, so that like pictures meet."""
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(len(photos))
    count = len(photos) // size
    alike, others = shuffled[: count * size // 2], shuffled[count * size // 2 : count * size]
    kinds = np.array([photo.labels.get("kind") or photo.labels.get("garment", "") for photo in photos])
    grouped = alike[np.argsort(kinds[alike], kind="stable")]
    groups = [grouped[at : at + GROUP] for at in range(0, len(grouped), GROUP)]
    mixed = np.concatenate([groups[at] for at in rng.permutation(len(groups))])
    return [
        np.concatenate([near, far])
        for near, far in zip(np.array_split(mixed, count), np.array_split(others, count), strict=True)
    ]


def bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(20), MofNCompleteColumn(), TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--things", type=Path, help="a folder of pictures of other things")
    parser.add_argument("--work", type=Path, required=True)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(settings.workers())
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    sets = read_sets(options.data)
    print(f"{len(sets.train)} to learn from, {len(sets.choices)} for choices, {len(sets.held_out)} held out")
    others = things(options.things) if options.things else []
    training = Training(options.work, sets, others, device)
    training.run(Check(sets.choices, training.trunk_path, options.work, settings.workers()))


if __name__ == "__main__":
    main()
