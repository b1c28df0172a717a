"""How fast each weight learns, and when."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from torch import nn


@dataclass(frozen=True)
class Rates:
    """How fast a network is trained.

    ``rate`` is the highest learning rate of AdamW, reached after the share ``warmup`` of all steps and then
    lowered along a cosine. ``decay`` is its weight decay. ``layer_decay`` is by how much slower the first
    weights learn than the last, ``frozen`` the share of weights, from the input on, that stay as they are.
    """

    rate: float
    decay: float = 0.05
    warmup: float = 0.1
    layer_decay: float = 1.0
    frozen: float = 0.0


@runtime_checkable
class Deep(Protocol):
    """A network that says how far from its input each parameter is."""

    def depths(self) -> dict[str, float]:
        """By parameter's name, 0 at the picture to 1 at the vector."""
        ...


_CRITERION = 4.0  # directions of kinds have unit length and start nearly at random: they learn faster
_LAST = 0.01  # of the highest rate, at the end


def groups(network: nn.Module, criterion: nn.Module, plan: Rates) -> list[dict[str, Any]]:
    """Groups of parameters for an optimiser; ``share`` is what the rate at a step is multiplied by.

    Parameters of the first ``plan.frozen`` of the way from input to output need no gradient any more, so
    that no step is reckoned back through them. Numbers added or scaled by (one axis) are not decayed.
    """
    found: list[dict[str, Any]] = []
    depths = _depths(network)
    for name, parameter in network.named_parameters():
        way = depths[name]
        if not parameter.requires_grad or way < plan.frozen:
            parameter.requires_grad_(False)
            continue
        share = plan.layer_decay ** (1 - way)
        decay = plan.decay if parameter.ndim > 1 else 0.0
        found.append({"params": [parameter], "share": share, "weight_decay": decay})
    judging = [parameter for parameter in criterion.parameters() if parameter.requires_grad]
    if judging:
        found.append({"params": judging, "share": _CRITERION, "weight_decay": 0.0})
    return found


def _depths(network: nn.Module) -> dict[str, float]:
    """By parameter where it is between input (0) and output (1), as the network says or in its order."""
    if isinstance(network, Deep):
        return network.depths()
    names = [name for name, _ in network.named_parameters()]
    return {name: at / max(1, len(names) - 1) for at, name in enumerate(names)}


def rate_at(step: int, steps: int, plan: Rates) -> float:
    """The learning rate of a step, counted from 0, of ``steps``: up in a line, then down along a cosine."""
    rising = plan.warmup * steps
    if step < rising:
        return plan.rate * (step + 1) / (rising + 1)
    way = (step - rising) / max(1.0, steps - rising)
    return plan.rate * (_LAST + (1 - _LAST) * 0.5 * (1 + math.cos(math.pi * way)))
