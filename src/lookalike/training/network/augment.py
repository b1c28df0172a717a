"""Pictures as they might have been taken: a little nearer, mirrored, in another light."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True)
class Augment:
    """What may change in a picture without changing what it shows.

    ``size`` is the (height, width) that comes out. ``zoom`` is how much nearer or, half as much, farther a
    picture may be, ``stretch`` by how much its proportions may change, ``light`` how much brighter or darker
    it may get; colours shift by a fifth of that, so that a red shirt stays red.
    """

    size: tuple[int, int]
    flip: bool = True
    zoom: float = 0.25
    stretch: float = 0.05
    light: float = 0.15

    def __call__(self, pixels: Tensor, chance: torch.Generator) -> Tensor:
        """uint8 (n, *size, 3) of uint8 pictures (n, height, width, 3); ``chance`` is on the processor."""
        count = len(pixels)
        drawn = torch.rand(count, 10, generator=chance).to(pixels.device)
        across = drawn * 2 - 1
        scale = 1 - self.zoom + drawn[:, 0] * 1.5 * self.zoom
        wide, high = scale * (1 + across[:, 1] * self.stretch), scale * (1 - across[:, 1] * self.stretch)
        place = torch.zeros(count, 2, 3, device=pixels.device)
        mirror = torch.where(drawn[:, 2] < 0.5, -1.0, 1.0) if self.flip else torch.ones_like(wide)
        place[:, 0, 0], place[:, 1, 1] = wide * mirror, high
        place[:, 0, 2], place[:, 1, 2] = across[:, 3] * (1 - wide), across[:, 4] * (1 - high)
        grid = functional.affine_grid(place, [count, 3, *self.size], align_corners=False)
        seen = functional.grid_sample(
            pixels.permute(0, 3, 1, 2).float(), grid, padding_mode="border", align_corners=False
        )
        brighter = 1 + self.light * (across[:, 5:6] + across[:, 6:9] / 5)
        contrast = (1 + self.light * across[:, 9])[:, None, None, None]
        middle = seen.mean(dim=(1, 2, 3), keepdim=True)
        lit = ((seen - middle) * contrast + middle) * brighter[:, :, None, None]
        return lit.round_().clamp_(0, 255).to(torch.uint8).permute(0, 2, 3, 1)
