"""How the kept and the learnt part become one vector: fitted after training, on the pictures for choices."""

from __future__ import annotations

from dataclasses import dataclass

import exporting
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from product import network

KEPT, LEARNT = 192, 64
CLASSIFIER_SHARE = 0.5
WHITENED = 0.5
LEAST, MOST = 0.7, 2.5
_TEMPERATURE = 3.0
_FOREIGN = 0.15
_STEEPNESS = 2.0
_SHRINKAGE = 1.0


@dataclass(frozen=True, slots=True)
class Fitted:
    """The numbers of the join.

    ``kept`` (1280, KEPT) are directions of the frozen features, ``learnt`` (dim, LEARNT) maps the trained
    vector. ``odds`` (1000,), ``centre`` and ``spread`` make the gate.
    """

    kept: np.ndarray
    learnt: np.ndarray
    odds: np.ndarray
    centre: float
    spread: float


class Product(nn.Module):
    """uint8 pictures (n, side, side, 3) to vectors (n, KEPT + LEARNT), as long as the kept part is.

    How much the learnt part weighs depends on the picture: up to ``MOST`` times the kept part where the
    ImageNet classifier sees what it sees in the goods learnt from, down to ``LEAST`` where it does not. What
    was learnt from clothes has little to say about groceries.
    """

    def __init__(self, look: network.Look, fitted: Fitted) -> None:
        super().__init__()
        original = network.pretrained()
        self.trunk, self.tail, self.look = network.Trunk(original), network.Tail(original), look
        self.classifier = original._fc
        self.kept = nn.Parameter(torch.from_numpy(fitted.kept.astype(np.float32)))
        self.learnt = nn.Parameter(torch.from_numpy(fitted.learnt.astype(np.float32)))
        self.odds = nn.Parameter(torch.from_numpy(fitted.odds.astype(np.float32)[:, None]))
        self.centre, self.spread = fitted.centre, fitted.spread

    def forward(self, pixels: Tensor) -> Tensor:
        """The two parts side by side, each with its weight."""
        values = self.trunk(pixels)
        features = self.tail(values)
        projected = features @ self.kept
        length = projected.norm(dim=1, keepdim=True)
        kept = projected / length
        learnt = functional.normalize(self.look(values) @ self.learnt, dim=1)
        seen = torch.softmax(self.classifier(features) / _TEMPERATURE, dim=1) @ self.odds
        familiar = torch.sigmoid((seen - self.centre) * (_STEEPNESS / self.spread))
        weight = LEAST + (MOST - LEAST) * familiar
        share = length * torch.rsqrt(1 + weight * weight)
        return torch.cat([kept * share, learnt * (weight * share)], dim=1)


def fit(features: np.ndarray, of_clothes: np.ndarray, learnt: np.ndarray, looks: list[str]) -> Fitted:
    """Fit the join.

    ``features`` (n, 1280) are the frozen network's of the pictures learnt from, ``of_clothes`` (n,) which of
    them are phone photographs; ``learnt`` (m, dim) the trained vectors of the fashion pictures for choices,
    ``looks`` (m) their kind, gender and colour as one text.
    """
    original = network.pretrained()
    weights = original._fc.weight.detach().numpy().astype(np.float64)
    sets = [features[of_clothes], features[~of_clothes]]
    kept = exporting.directions(weights, sets, KEPT, CLASSIFIER_SHARE)
    with torch.no_grad():
        scores = original._fc(torch.from_numpy(features.astype(np.float32)))
        opinions = torch.softmax(scores / _TEMPERATURE, dim=1).numpy().astype(np.float64)
    odds = np.log(opinions.mean(axis=0) * opinions.shape[1])
    seen = opinions @ odds
    return Fitted(kept, whitened(learnt, looks), odds, float(np.quantile(seen, _FOREIGN)), float(seen.std()))


def whitened(vectors: np.ndarray, looks: list[str]) -> np.ndarray:
    """The map that evens out how much pictures of one look differ, and keeps the directions most used.

    Source: within-class covariance normalisation, Hatch, Kajarekar, Stolcke, "Within-class covariance
    normalization for SVM-based speaker recognition", 2006, section 3, with the covariance shrunk to its mean.
    """
    vectors = vectors.astype(np.float64)
    rests = []
    for look in sorted(set(looks)):
        same = vectors[np.array([other == look for other in looks])]
        if len(same) > 1:
            rests.append(same - same.mean(axis=0))
    rest = np.concatenate(rests)
    spread, axes = np.linalg.eigh(rest.T @ rest / len(rest))
    even = axes @ np.diag((spread + _SHRINKAGE * spread.mean()) ** -WHITENED) @ axes.T
    mapped = vectors @ even
    mapped /= np.linalg.norm(mapped, axis=1, keepdims=True)
    used = np.linalg.eigh(mapped.T @ mapped)[1][:, ::-1][:, :LEARNT]
    signs = np.sign(used[np.abs(used).argmax(axis=0), np.arange(LEARNT)])
    return even @ (used * signs)
