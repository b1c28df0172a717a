"""The network: 107,000 weights, a stride of eight, and a view of some 150 pixels."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def _separable(given: int, made: int, dilation: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(given, given, 3, 1, dilation, dilation, groups=given, bias=False),
        nn.BatchNorm2d(given),
        nn.Conv2d(given, made, 1, bias=False),
        nn.BatchNorm2d(made),
        nn.ReLU(inplace=True),
    )


class Residual(nn.Module):
    """A depthwise separable convolution, widened inside, added to what came in."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.a = _separable(channels, 2 * channels, dilation)
        self.b = nn.Sequential(nn.Conv2d(2 * channels, channels, 1, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x: Tensor) -> Tensor:
        """What comes out is as large as what came in."""
        return torch.relu(x + self.b(self.a(x)))


def _halved(given: int, made: int) -> list[nn.Module]:
    return [nn.Conv2d(given, made, 3, 2, 1, bias=False), nn.BatchNorm2d(made), nn.ReLU(inplace=True)]


class Network(nn.Module):
    """Levels (n, 3, h, w), RGB 0 to 255, become logits of places (n, h / 8, w / 8), and of pictures (n,).

    A picture is judged by what its places most like text look like, by all places, and by their number.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(*_halved(3, 16))
        self.s2 = nn.Sequential(*_halved(16, 32), Residual(32, 1))
        self.s3 = nn.Sequential(*_halved(32, 64), *(Residual(64, dilation) for dilation in (1, 2, 4, 2)))
        self.map = nn.Conv2d(64, 1, 1)
        self.head = nn.Sequential(nn.Linear(64 + 64 + 2, 64), nn.ReLU(), nn.Linear(64, 1))

    def forward(self, levels: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of levels."""
        return self.judged((levels - 127.5) / 64)

    def judged(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The same of levels that are scaled already."""
        seen = self.s3(self.s2(self.stem(x)))
        places = self.map(seen)
        near = torch.softmax(places.flatten(2), 2)
        alike = (seen.flatten(2) * near).sum(2)
        counts = [places.amax((2, 3)) / 4, torch.sigmoid(places).mean((2, 3)) * 20]
        return places[:, 0], self.head(torch.cat([alike, seen.mean((2, 3)), *counts], 1))[:, 0]
