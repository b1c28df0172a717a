"""The plain way to index pictures, for comparison: ResNet50 in PyTorch, one picture a call."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn

MEAN = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
SCALE = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)


def convolution(inside: int, outside: int, size: int, stride: int = 1) -> list[nn.Module]:
    return [nn.Conv2d(inside, outside, size, stride, size // 2, bias=False), nn.BatchNorm2d(outside)]


class Block(nn.Module):
    """Three convolutions beside a short cut (He et al., Deep residual learning, 2015, figure 5)."""

    def __init__(self, inside: int, width: int, stride: int) -> None:
        super().__init__()
        self.path = nn.Sequential(
            *convolution(inside, width, 1),
            nn.ReLU(inplace=True),
            *convolution(width, width, 3, stride),
            nn.ReLU(inplace=True),
            *convolution(width, 4 * width, 1),
        )
        changes = stride > 1 or inside != 4 * width
        self.short = nn.Sequential(*convolution(inside, 4 * width, 1, stride)) if changes else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Pictures (n, channels, height, width) to their next description."""
        return torch.relu_(self.path(x) + self.short(x))


def network() -> nn.Module:
    """50 layers without the classifier (the same paper, table 1); random weights take as long as trained."""
    layers: list[nn.Module] = [*convolution(3, 64, 7, 2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)]
    inside = 64
    for width, depth in ((64, 3), (128, 4), (256, 6), (512, 3)):
        for at in range(depth):
            layers.append(Block(inside, width, 2 if at == 0 and width > 64 else 1))
            inside = 4 * width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()


def encode(path: Path, model: nn.Module) -> Any:
    with Image.open(path) as picture:
        pixels = np.array(picture.convert("RGB").resize((224, 224)))
    batch = (torch.from_numpy(pixels).permute(2, 0, 1).float() / 255 - MEAN) / SCALE
    with torch.no_grad():
        return model(batch[None])[0].numpy()


def seconds(paths: list[Path], threads: int | None = None) -> tuple[float, float]:
    """How long all pictures take, by the clock and of processors, after a few to warm up.

    Vectors are kept in a list. ``threads`` is torch's default unless given.
    """
    if threads is not None:
        torch.set_num_threads(threads)
    model = network()
    for path in paths[:5]:
        encode(path, model)
    start, busy = time.perf_counter(), time.process_time()
    vectors = [encode(path, model) for path in paths]
    taken = time.perf_counter() - start, time.process_time() - busy
    assert len(vectors) == len(paths) and vectors[0].shape == (2048,)
    return taken
