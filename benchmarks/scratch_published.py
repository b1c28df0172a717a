"""What is a small network's published accuracy worth on products it has not seen?

The setting that tutorials on this data publish: 5,000 pictures squeezed to 28x28 pixels, 141 or so kinds
(articleType), two convolutions and a dense layer, 150 epochs, and a random split of pictures, so that equal
pictures and variants stand on both sides; then an accuracy on pictures that it has, in part, seen. The same
network is asked of products of other families (`lookalike.training.lessons.parts_of`), of which it has seen
nothing. What it says of a picture before its last layer is also used as a vector, as an encoder's would be.

    python benchmarks/scratch_published.py

About five minutes on two cores. It can be stopped at any time: with LOOKALIKE_BENCH_WORK set it goes on from
the last tenth epoch.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import data
import numpy as np
import record
import torch
from labels import rows_of_parquet
from PIL import Image
from torch import Tensor, nn

from lookalike.evaluation.split import ties_of
from lookalike.hashing import content_hash
from lookalike.images import open_image
from lookalike.training.lessons import UNSEEN, parts_of

PICTURES, SIDE, EPOCHS, BATCH, TESTED = 5000, 28, 150, 32, 0.2
SEEDS = (0,)
ASKED_EVERY = 10


@dataclass(frozen=True)
class Shop:
    """Pictures (n, 28, 28, 3), their kinds' numbers, and rows: learnt from, tested on, of other families."""

    pictures: np.ndarray
    kinds: np.ndarray
    names: list[str]
    learnt: np.ndarray
    tested: np.ndarray
    unseen: np.ndarray
    equal: float
    contents: list[str] = field(repr=False)


def shop(path: Path) -> Shop:
    rows = sorted(rows_of_parquet(path))
    ids = [row[0] for row in rows]
    contents = [content_hash(row[2]) for row in rows]
    parts = parts_of(ids, ties_of(dict(zip(ids, contents, strict=True))))
    taken = set(data.sample((ids[at] for at in np.flatnonzero(parts != UNSEEN)), PICTURES))
    drawn = np.random.default_rng(0).permutation([at for at, one in enumerate(ids) if one in taken])
    cut = round((1 - TESTED) * len(drawn))
    learnt, tested = drawn[:cut], drawn[cut:]
    held = {contents[at] for at in learnt}
    pictures = np.stack([squeezed(row[2]) for row in rows])
    known = sorted({rows[at][1][0] for at in drawn})
    number = {name: at for at, name in enumerate(known)}
    return Shop(
        pictures,
        np.array([number.get(row[1][0], -1) for row in rows]),
        known,
        learnt,
        tested,
        np.flatnonzero(parts == UNSEEN),
        float(np.mean([contents[at] in held for at in tested])),
        contents,
    )


def squeezed(content: bytes) -> np.ndarray:
    return np.asarray(open_image(content).image.resize((SIDE, SIDE), Image.Resampling.BILINEAR))


def network(kinds: int) -> nn.Sequential:
    """Two convolutions of 32 and 64 channels, one dense layer of 128, and a score for each kind."""
    layers: list[nn.Module] = []
    for into, out in ((3, 32), (32, 64)):
        layers += [nn.Conv2d(into, out, 3), nn.ReLU(), nn.MaxPool2d(2)]
    layers += [nn.Dropout(0.25), nn.Flatten(), nn.Linear(64 * 5 * 5, 128), nn.ReLU()]
    layers += [nn.Dropout(0.5), nn.Linear(128, kinds)]
    return nn.Sequential(*layers).to(memory_format=torch.channels_last)


def inputs(pictures: np.ndarray) -> Tensor:
    floats = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
    return floats.contiguous(memory_format=torch.channels_last)


@torch.no_grad()
def said(model: nn.Sequential, pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scores (n, kinds), and unit vectors (n, 128) of the dense layer."""
    model.eval()
    dense = torch.cat([model[:-2](inputs(pictures[at : at + 500])) for at in range(0, len(pictures), 500)])
    scores = model[-1](dense).numpy()
    model.train()
    return scores, nn.functional.normalize(dense).numpy()


def right(model: nn.Sequential, one: Shop, rows: np.ndarray) -> np.ndarray:
    return said(model, one.pictures[rows])[0].argmax(1) == one.kinds[rows]


def kind_at_10(vectors: np.ndarray, kinds: np.ndarray, contents: list[str]) -> np.ndarray:
    """Share of the same kind in each picture's first ten others, pictures equal to it left out."""
    _, same = np.unique(contents, return_inverse=True)
    found = np.empty(len(vectors))
    for at in range(0, len(vectors), 1000):
        near = vectors[at : at + 1000] @ vectors.T
        near[same[at : at + 1000, None] == same[None]] = -9
        first = np.argpartition(-near, 10, axis=1)[:, :10]
        found[at : at + 1000] = (kinds[first] == kinds[at : at + 1000, None]).mean(1)
    return found


def learn(one: Shop, seed: int, work: Path) -> tuple[nn.Sequential, list[dict[str, float]]]:
    """The network after all epochs, and what it was worth every tenth; goes on from where it was stopped."""
    torch.manual_seed(seed)
    model = network(len(one.names))
    optimiser = torch.optim.Adam(model.parameters(), 1e-3)
    kept = work / f"scratch-published-{seed}.pt"
    state: dict[str, Any] = {"epoch": 0, "curve": [], "seconds": 0.0}
    if kept.is_file():
        state = torch.load(kept, weights_only=True)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        torch.set_rng_state(state["chance"])
        print(f"  goes on after epoch {state['epoch']}", flush=True)
    pixels, kinds = inputs(one.pictures[one.learnt]), torch.from_numpy(one.kinds[one.learnt])
    for epoch in range(state["epoch"] + 1, EPOCHS + 1):
        began, lost = time.perf_counter(), 0.0
        for rows in torch.randperm(len(pixels)).split(BATCH):
            loss = nn.functional.cross_entropy(model(pixels[rows]), kinds[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            lost += loss.item() * len(rows)
        state["seconds"] += time.perf_counter() - began
        if epoch % ASKED_EVERY and epoch > 1:
            continue
        parts = {"learnt": one.learnt, "tested": one.tested, "unseen": one.unseen}
        worth = {name: float(right(model, one, rows).mean()) for name, rows in parts.items()}
        state["curve"].append({"epoch": epoch, "loss": round(lost / len(pixels), 3)} | worth)
        state |= {"epoch": epoch, "model": model.state_dict(), "optimiser": optimiser.state_dict()}
        state["chance"] = torch.get_rng_state()
        torch.save(state, kept.with_suffix(".partial"))
        kept.with_suffix(".partial").replace(kept)
        told = ", ".join(f"{name} {value:.3f}" for name, value in worth.items())
        print(f"  epoch {epoch}: loss {lost / len(pixels):.2f}, {told}, {state['seconds']:.0f} s", flush=True)
    print(f"  {state['seconds'] / EPOCHS:.2f} s an epoch", flush=True)
    return model, state["curve"]


def figures_of(one: Shop, model: nn.Sequential) -> dict[str, Any]:
    everything = np.concatenate([one.learnt, one.tested])
    known = one.unseen[one.kinds[one.unseen] >= 0]
    _, vectors = said(model, one.pictures[one.unseen])
    contents = [one.contents[at] for at in one.unseen]
    rows = {
        "pictures it learnt from": one.learnt,
        "all 5,000": everything,
        "the random fifth": one.tested,
        "unseen products": one.unseen,
        "unseen products of kinds it knows": known,
    }
    accuracy = {
        name: record.interval(right(model, one, at)) | {"pictures": len(at)} for name, at in rows.items()
    }
    near = kind_at_10(vectors, one.kinds[one.unseen], contents)
    return {"accuracy": accuracy, "kind@10 among unseen products": record.interval(near)}


def main() -> int:
    data.require("fashion-small")
    found = []
    with data.work_folder() as work:
        one = shop(data.unpacked("fashion-small", work))
        print(
            f"{len(one.names)} kinds; {one.equal:.3f} of the tested pictures equal a learnt one", flush=True
        )
        for seed in SEEDS:
            model, curve = learn(one, seed, work)
            found.append({"seed": seed, "curve": curve, **figures_of(one, model)})
    figures = {"pictures": PICTURES, "side": SIDE, "epochs": EPOCHS, "batch": BATCH, "kinds": len(one.names)}
    record.write("scratch_published", figures | {"tested_equal_a_learnt": one.equal, "runs": found}, "torch")
    for run in found:
        record.table(
            ("accuracy on", "pictures", "share", "95%"),
            [
                (name, v["pictures"], f"{v['mean']:.3f}", f"{v['low']:.3f}-{v['high']:.3f}")
                for name, v in run["accuracy"].items()
            ],
        )
        near = run["kind@10 among unseen products"]
        print(f"kind@10 among unseen products {near['mean']:.3f} ({near['low']:.3f}-{near['high']:.3f})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
