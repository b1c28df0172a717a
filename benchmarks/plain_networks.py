"""What the networks of the plain ways say of pictures: one as ImageNet left it, and one of the shop's own.

The second is the network that tutorials teach from nothing (`scratch_published`), on 28x28 pixels.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import data
import numpy as np
import numpy.typing as npt
import published_network
import torch
from PIL import Image
from scratch_published import BATCH, SIDE, inputs, network, said
from torch import nn

from lookalike.evaluation.pictures import open_shown
from lookalike.vectors import Floats

STEPS = 7_500  # batches; 60 epochs of the 4,000 pictures that tutorials learn from
MOST = 5_000
TOLD = 500


def published_looks(name: str, pictures: Sequence[Any], work: Path) -> Floats:
    """What the network of ImageNet says of pictures (n, 1280), of any length, one a call; kept in the work
    folder by name and by what a sample shows."""
    digest = hashlib.sha256(str(len(pictures)).encode())
    for shown in pictures[:: max(1, len(pictures) // 8)]:
        digest.update(open_shown(shown).tobytes())
    kept = work / "looks" / "published" / f"{name}-{digest.hexdigest()[:16]}.npy"
    if not kept.is_file():
        model, found = published_network.network(), []
        for at, shown in enumerate(pictures):
            found.append(published_network.look(open_shown(shown), model))
            if (at + 1) % TOLD == 0 or at + 1 == len(pictures):
                print(f"  {name}: {at + 1:,} of {len(pictures):,} pictures", flush=True)
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(".partial.npy")
        np.save(partial, np.stack(found))
        partial.rename(kept)
    vectors: Floats = np.load(kept)
    return vectors


@dataclass(frozen=True)
class Own:
    """A network taught from nothing: what it says of a picture's kind, and its dense layer as a vector."""

    model: nn.Sequential
    kinds: Sequence[str]
    pictures: int

    def told(self, pictures: Sequence[Any]) -> tuple[Floats, npt.NDArray[np.intp]]:
        """Unit vectors (n, 128), and the number of the kind that it takes each for (n,)."""
        scores, vectors = said(self.model, np.stack([squeezed(shown) for shown in pictures]))
        return vectors, scores.argmax(1)

    def numbers(self, names: Sequence[str]) -> npt.NDArray[np.intp]:
        """The numbers of kinds by name (n,); -1 for one that it was never shown."""
        known = {name: at for at, name in enumerate(self.kinds)}
        return np.array([known.get(name, -1) for name in names])


def squeezed(shown: Any) -> npt.NDArray[np.uint8]:
    return np.asarray(open_shown(shown).resize((SIDE, SIDE), Image.Resampling.BILINEAR))


def taught(name: str, pictures: Mapping[str, Any], kinds: Mapping[str, str], work: Path) -> Own:
    """The shop's own network, from at most `MOST` of its pictures, drawn by hash; kept in the work folder."""
    torch.set_num_threads(1)
    ids = data.sample((i for i in pictures if kinds[i]), MOST)
    names = sorted({kinds[i] for i in ids})
    model = network(len(names))
    kept = work / f"plain-own-{name}-{len(ids)}-{STEPS}.pt"
    if kept.is_file():
        model.load_state_dict(torch.load(kept, weights_only=True))
        return Own(model, names, len(ids))
    number = {kind: at for at, kind in enumerate(names)}
    pixels = inputs(np.stack([squeezed(pictures[i]) for i in ids]))
    right = torch.tensor([number[kinds[i]] for i in ids])
    torch.manual_seed(0)
    model = network(len(names))
    optimiser = torch.optim.Adam(model.parameters(), 1e-3)
    chance, rows = torch.Generator().manual_seed(0), torch.empty(0, dtype=torch.long)
    for step in range(STEPS):
        if len(rows) < 2:
            rows = torch.randperm(len(pixels), generator=chance)
        now, rows = rows[:BATCH], rows[BATCH:]
        loss = nn.functional.cross_entropy(model(pixels[now]), right[now])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if (step + 1) % TOLD == 0:
            print(f"  {name}, own network: step {step + 1:,} of {STEPS:,}, loss {loss:.2f}", flush=True)
    torch.save(model.state_dict(), kept.with_suffix(".partial"))
    kept.with_suffix(".partial").rename(kept)
    return Own(model, names, len(ids))
