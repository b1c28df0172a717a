"""Teach the network on text drawn over photographs, on this machine's processors.

In an environment of its own: ``pip install '.[tools]'``, then

    cd tools && python -m lettering.train --pictures FOLDER --fonts FOLDER --to network.pt

FOLDER of --pictures holds photographs of products, in folders of any depth (here: clothing-cc0, twice as
often as the others, the Grocery Store Dataset and fashion-300); those whose name hashes to an odd number are
left for judging. FOLDER of --fonts holds TrueType fonts (here: 70 files of 26 families of Fontsource, SIL
Open Font Licence). The one that is shipped was taught for 22 minutes on two processors, and from there
10 more with ``--rate 1e-3``. ``lettering.export`` makes the ONNX file of the result.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import random
import time
from multiprocessing.queues import Queue
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.nn import functional

from lettering.drawing import HEIGHT, WIDTH, Drawing, decoded, weights
from lettering.network import Network

BATCH = 32
OFTEN = {"clothing-cc0": 2.0}
STRIDE = 8


def backgrounds(folder: Path, half: int = 0) -> list[Path]:
    """The photographs of one half, by the hash of their names."""
    files = [file for file in sorted(folder.rglob("*")) if file.suffix.lower() in (".jpg", ".jpeg", ".png")]
    return [
        file for file in files if hashlib.blake2b(file.name.encode(), digest_size=1).digest()[0] % 2 == half
    ]


def drawn(batches: Queue, seed: int, files: list[Path], fonts: Path) -> None:
    """Put batches into a queue, for ever: pictures, where text is, and which of it is picture."""
    chance, drawing, pictures = random.Random(seed), Drawing(fonts), decoded(files)
    often = weights(files, OFTEN)
    while True:
        chosen = chance.choices(pictures, often, k=BATCH)
        levels, text, there = zip(
            *(drawing.sample(chance, Image.fromarray(one)) for one in chosen), strict=True
        )
        cells = (BATCH, HEIGHT // STRIDE, STRIDE, WIDTH // STRIDE, STRIDE)
        places = np.stack(text).reshape(cells).max((2, 4)) > 127
        batches.put((np.stack(levels), places, np.stack(there).reshape(cells).min((2, 4))))


def loss_of(network: Network, batch: tuple[np.ndarray, ...]) -> torch.Tensor:
    """Cross-entropy of places, those with text counting twice, and of pictures."""
    levels, places, there = (torch.from_numpy(one).float() for one in batch)
    found, odds = network(levels.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last))
    each = functional.binary_cross_entropy_with_logits(
        found, places, reduction="none", pos_weight=torch.tensor(2.0)
    )
    whole = functional.binary_cross_entropy_with_logits(odds, places.amax((1, 2)))
    return 2 * (each * there).sum() / there.sum() + whole


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for name in ("pictures", "fonts", "to"):
        arguments.add_argument(f"--{name}", type=Path, required=True)
    arguments.add_argument("--minutes", type=float, default=22)
    arguments.add_argument("--rate", type=float, default=2e-3)
    arguments.add_argument("--taught", type=Path, help="a network to go on from")
    chosen = arguments.parse_args()
    torch.manual_seed(1)
    files = backgrounds(chosen.pictures)
    batches: Queue = multiprocessing.Queue(12)
    for seed in (0, 1) if chosen.taught is None else (10, 11):
        work = (batches, seed, files, chosen.fonts)
        multiprocessing.Process(target=drawn, args=work, daemon=True).start()
    network = Network()
    if chosen.taught:
        network.load_state_dict(torch.load(chosen.taught))
    steps = torch.optim.AdamW(network.parameters(), chosen.rate, weight_decay=1e-3)
    began, done, mean = time.monotonic(), 0, 0.0
    while (share := (time.monotonic() - began) / 60 / chosen.minutes) < 1:
        for group in steps.param_groups:
            group["lr"] = (
                chosen.rate * min(1, (done + 1) / 100) * max(0.02, 0.5 * (1 + np.cos(np.pi * share)))
            )
        loss = loss_of(network, batches.get())
        steps.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        steps.step()
        done, mean = done + 1, 0.98 * mean + 0.02 * loss.item()
        if done % 100 == 0:
            print(f"{share:.0%}, step {done:,}, loss {mean:.3f}", flush=True)
            torch.save(network.state_dict(), chosen.to)
    torch.save(network.state_dict(), chosen.to)


if __name__ == "__main__":
    main()
