"""Sheets: what a generator makes of some words, a row for each, at the end of some epochs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from lookalike.errors import unwritable
from lookalike.images import thumbnail
from lookalike.imagining.eigenpictures import Pixels
from lookalike.imagining.generator import Generator
from lookalike.mapped import replacing
from lookalike.training.generator.material import Prompt

SAMPLES = 8
"""Pictures of each text."""

_NAME = re.compile(r"epoch-(\d+)\.jpg")


def is_shown(epoch: int) -> bool:
    """Whether a sheet is made at the end of an epoch: at the first, and whenever there are twice as many."""
    return epoch & (epoch - 1) == 0


def samples(generator: Generator, prompts: Sequence[Prompt]) -> Pixels:
    """Pictures (prompts, `SAMPLES`, side, side, 3), of the same chance at each epoch."""
    found = [generator.imagine(prompt.look, SAMPLES, seed=0) for prompt in prompts]
    side = generator.patterns.side
    return np.stack(found) if found else np.empty((0, SAMPLES, side, side, 3), np.uint8)


def jpeg(pixels: Pixels) -> bytes:
    """One picture (height, width, 3) as a file."""
    return thumbnail(Image.fromarray(pixels), max(pixels.shape[:2]))


def write_sheet(folder: Path, epoch: int, made: Pixels) -> None:
    """Write samples as one JPEG, a row for each text. Raises `StorageError`."""
    rows = [np.concatenate([*own], axis=1) for own in made]
    path = folder / f"epoch-{epoch:03}.jpg"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            file.write(jpeg(np.concatenate(rows)))
    except OSError as error:
        raise unwritable(path, error) from None


def sheets_in(folder: Path) -> dict[int, Path]:
    """The sheets of a folder, by their epochs, in order."""
    named = ((_NAME.fullmatch(path.name), path) for path in folder.glob("epoch-*.jpg"))
    return dict(sorted((int(name[1]), path) for name, path in named if name))
