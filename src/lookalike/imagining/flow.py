"""Flows: small networks that make a vector of noise into one of a kind that was learnt, under a condition.

Flow matching (Lipman et al., "Flow matching for generative modeling", 2023, section 4) along straight lines
from noise to data; the network foretells the data and not the velocity, since what it has to tell of is small
beside the space it lies in (Li and He, "Back to basics: let denoising generative models denoise", 2025,
section 4). The networks are so small that numpy runs them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lookalike.vectors import Floats

FREQUENCIES = 32
"""Waves that the time is told by, each as a sine and a cosine."""

_FASTEST = 1000.0
_EPSILON = 1e-5  # as in torch.nn.LayerNorm
_LAST = 0.999  # of the way: at its end no noise is left to divide by


@dataclass(frozen=True, eq=False)
class Flow:
    """A learnt flow of vectors of ``data`` numbers under conditions of ``given`` numbers.

    ``weights`` are those of `lookalike.training.generator.network.FlowNetwork` by its names, float32.
    ``mean`` and ``spread`` (data,) are the data's means and deviations; conditions are brought to their range
    with ``middle`` (given,) and ``width`` (given,).
    """

    weights: Mapping[str, Floats]
    mean: Floats
    spread: Floats
    middle: Floats
    width: Floats

    @property
    def given(self) -> int:
        """How many numbers a condition has."""
        return len(self.middle)

    @property
    def data(self) -> int:
        """How many numbers are made."""
        return len(self.mean)

    def sample(self, conditions: Floats, noise: Floats, *, steps: int = 24, guidance: float = 1.0) -> Floats:
        """Vectors (n, data), one for each condition (n, given), of standard normal noise (n, data).

        ``steps`` are those of Heun's method. With a ``guidance`` above 1 what the condition says counts more
        than it does among what was learnt from, at the price of variety (Ho and Salimans, "Classifier-free
        diffusion guidance", 2022).
        """
        said = (conditions - self.middle) / self.width
        at: Floats = noise.astype(np.float32)
        times = np.linspace(0, _LAST, steps + 1, dtype=np.float32)
        for now, then in pairwise(times):
            speed = self._velocity(at, now, said, guidance)
            if then < _LAST:
                ahead = self._velocity(at + (then - now) * speed, then, said, guidance)
                speed = (speed + ahead) / np.float32(2)
            at = at + (then - now) * speed
        return (at * self._scale + self.mean).astype(np.float32)

    @property
    def _scale(self) -> np.float32:
        """One number for all: noise is as strong in every direction, and the data keep their shape."""
        return scale_of(self.spread)

    def _velocity(self, at: Floats, time: np.float32, said: Floats, guidance: float) -> Floats:
        if guidance == 1:
            return (self.foretold(at, time, said) - at) / (1 - time)
        both = self.foretold(np.concatenate([at, at]), time, np.concatenate([said, np.zeros_like(said)]))
        ends, unsaid = np.split(both, 2)  # at once: to read the weights takes longer than to reckon with them
        return (unsaid + np.float32(guidance) * (ends - unsaid) - at) / (1 - time)

    def foretold(self, at: Floats, time: np.float32, said: Floats) -> Floats:
        """Where (n, data) lines end that are ``at`` some points (n, data) at a ``time`` from 0 to 1.

        In units of the network, as are conditions (n, given).
        """
        own = self.spread / self._scale
        likely = 1 / np.sqrt((time * own) ** 2 + (1 - time) ** 2)
        angles = np.full((1, 1), time, np.float32) * waves()  # the time is the same for all
        when = np.concatenate([np.sin(angles), np.cos(angles)], axis=1)
        when = _swish(self._linear("time.2", _swish(self._linear("time.0", when))))
        found = self._linear("enter", np.concatenate([at * likely, said], axis=1))
        for block in range(self._blocks):
            gain, shift = np.split(self._linear(f"blocks.{block}.told", when), 2, axis=1)
            inner = _levelled(found) * (1 + gain) + shift
            inner = _swish(self._linear(f"blocks.{block}.widen", inner))
            found = found + self._linear(f"blocks.{block}.narrow", inner)
        last = self._linear("leave", _levelled(found)) + self._linear("direct", said)
        return (last * own).astype(np.float32)

    @property
    def _blocks(self) -> int:
        return sum(name.endswith("narrow.weight") for name in self.weights)

    def _linear(self, name: str, values: Floats) -> Floats:
        found: Floats = values @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]
        return found


def scale_of(spread: Floats) -> np.float32:
    """By how much data are divided so that they are about as strong as noise, from their deviations (d,)."""
    return np.float32(max(float(np.sqrt(np.mean(np.square(spread)))), 1e-6))


def waves() -> Floats:
    """The frequencies that a time is told by, (`FREQUENCIES`,)."""
    return np.exp(np.linspace(0, np.log(_FASTEST), FREQUENCIES)).astype(np.float32)


def _swish(values: Floats) -> Floats:
    found: Floats = values / (1 + np.exp(-np.clip(values, -60, 60)))
    return found


def _levelled(values: Floats) -> Floats:
    centred = values - values.mean(axis=1, keepdims=True)
    found: Floats = centred / np.sqrt(np.square(centred).mean(axis=1, keepdims=True) + _EPSILON)
    return found
