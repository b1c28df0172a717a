"""The network of a flow as a torch module; `lookalike.imagining.flow.Flow` runs what it has learnt."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from lookalike.imagining.flow import FREQUENCIES, Flow, scale_of, waves
from lookalike.vectors import Floats


class FlowNetwork(nn.Module):
    """Foretells where straight lines from noise to data end; data and conditions as `Flow` has them."""

    spread: Tensor
    waves: Tensor

    def __init__(self, given: int, spread: Floats, width: int, blocks: int) -> None:
        """For conditions of ``given`` numbers, and data with these deviations (d,).

        ``width`` is how many numbers flow through each of the ``blocks``, twice as many within.
        """
        super().__init__()
        data = len(spread)
        self.time = nn.Sequential(nn.Linear(2 * FREQUENCIES, width), nn.SiLU(), nn.Linear(width, width))
        self.enter = nn.Linear(data + given, width)
        self.blocks = nn.ModuleList([_Block(width) for _ in range(blocks)])
        self.level = nn.LayerNorm(width, elementwise_affine=False)
        self.leave = nn.Linear(width, data)
        self.direct = nn.Linear(given, data)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.direct.weight)
        own = torch.from_numpy(spread / scale_of(spread))
        self.register_buffer("spread", own, persistent=False)
        self.register_buffer("waves", torch.from_numpy(waves()), persistent=False)

    def forward(self, at: Tensor, time: Tensor, said: Tensor) -> Tensor:
        """The ends (n, data) of lines that are ``at`` points at times (n,), under conditions (n, given)."""
        likely = ((time[:, None] * self.spread) ** 2 + (1 - time[:, None]) ** 2).rsqrt()
        angles = time[:, None] * self.waves
        when = functional.silu(self.time(torch.cat([angles.sin(), angles.cos()], dim=1)))
        found = self.enter(torch.cat([at * likely, said], dim=1))
        for block in self.blocks:
            found = block(found, when)
        ends: Tensor = (self.leave(self.level(found)) + self.direct(said)) * self.spread
        return ends

    def weights(self) -> dict[str, Floats]:
        """What is learnt, as `Flow.weights`."""
        return {name: value.detach().float().cpu().numpy() for name, value in self.state_dict().items()}


class _Block(nn.Module):
    """A residual block that is told the time."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.level = nn.LayerNorm(width, elementwise_affine=False)
        self.told = nn.Linear(width, 2 * width)
        self.widen = nn.Linear(width, 2 * width)
        self.narrow = nn.Linear(2 * width, width)
        nn.init.zeros_(self.told.weight)
        nn.init.zeros_(self.narrow.weight)

    def forward(self, values: Tensor, when: Tensor) -> Tensor:
        gain, shift = self.told(when).chunk(2, dim=1)
        inner = functional.silu(self.widen(self.level(values) * (1 + gain) + shift))
        found: Tensor = values + self.narrow(inner)
        return found


def flow_of(network: FlowNetwork, mean: Floats, spread: Floats, middle: Floats, width: Floats) -> Flow:
    """The flow that a network has learnt, of data and conditions of such ranges."""
    parts = (np.asarray(one, dtype=np.float32) for one in (mean, spread, middle, width))
    return Flow(network.weights(), *parts)
