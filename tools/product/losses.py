"""What the trained half learns from: labels, titles, two views of a picture, and the frozen half itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from product.pictures import LABELS, Photograph

WEIGHTS = {
    "kind": 1.0,
    "gender": 0.5,
    "colour": 0.7,
    "group": 0.2,
    "usage": 0.2,
    "season": 0.1,
    "garment": 0.5,
    "like": 0.6,
    "kinds": 0.0,
    "views": 0.6,
    "titles": 0.5,
    "kept": 1.0,
}
_SCALE = 16.0
_SMOOTHING = 0.05
_FEWEST = 4
_UNKNOWN = -1


class Targets:
    """Labels and titles of photographs as numbers; -1 where a label is missing or too rare to learn."""

    def __init__(self, photos: Sequence[Photograph]) -> None:
        self.values: dict[str, list[str]] = {}
        self.codes: dict[str, np.ndarray] = {}
        for name in LABELS:
            counts = Counter(photo.labels[name] for photo in photos if name in photo.labels)
            self.values[name] = sorted(value for value, count in counts.items() if count >= _FEWEST)
            place = {value: at for at, value in enumerate(self.values[name])}
            self.codes[name] = np.array([place.get(p.labels.get(name, ""), _UNKNOWN) for p in photos])
        words = Counter(word for photo in photos for word in set(words_of(photo.title)))
        self.words = sorted(word for word, count in words.items() if count >= _FEWEST)
        place = {word: at + 1 for at, word in enumerate(self.words)}
        self.titles = [[place[word] for word in words_of(photo.title) if word in place] for photo in photos]


def words_of(title: str) -> list[str]:
    """A title's words and neighbouring pairs of words, lower case."""
    single = re.findall(r"[a-z0-9]+", title.lower())
    return single + [f"{one} {other}" for one, other in pairwise(single)]


class Heads(nn.Module):
    """A cosine classifier for each label over the vector, and a vector for each word."""

    def __init__(self, targets: Targets, dim: int) -> None:
        super().__init__()
        self.classes = nn.ParameterDict(
            {name: nn.Parameter(torch.randn(len(values), dim)) for name, values in targets.values.items()}
        )
        self.words = nn.EmbeddingBag(len(targets.words) + 1, dim, mode="mean", padding_idx=0)

    def label_loss(self, name: str, vectors: Tensor, codes: Tensor) -> Tensor:
        """Cross entropy of one label over cosines; rows of code -1 have none."""
        known = codes >= 0
        if not known.any():
            return vectors.new_zeros(())
        scores = _SCALE * vectors[known] @ functional.normalize(self.classes[name], dim=1).T
        return functional.cross_entropy(scores, codes[known], label_smoothing=_SMOOTHING)

    def title_vectors(self, titles: Sequence[Sequence[int]]) -> Tensor:
        """Unit vectors of titles, given as numbers of words: the mean of their words' vectors."""
        longest = max(map(len, titles)) or 1
        padded = torch.tensor([[*title, *([0] * (longest - len(title)))] for title in titles])
        return functional.normalize(self.words(padded), dim=1)


def contrast(one: Tensor, other: Tensor, same: Tensor, temperature: float) -> Tensor:
    """Each row finds its own row of the other, and back; pairs marked in ``same`` (n, n) count neither way.

    Source: van den Oord et al., "Representation Learning with Contrastive Predictive Coding", 2018, eq. 4;
    both directions as in Radford et al., 2021, section 2.3.
    """
    scores = one @ other.T / temperature
    neither = same & ~torch.eye(len(one), dtype=torch.bool)
    scores = scores.masked_fill(neither, -1e4)
    own = torch.arange(len(one))
    return (functional.cross_entropy(scores, own) + functional.cross_entropy(scores.T, own)) / 2


def likeness(vectors: Tensor, codes: Tensor, temperature: float) -> Tensor:
    """Rows of equal code are near, all others far.

    Source: Khosla et al., "Supervised Contrastive Learning", 2020, eq. 2.
    """
    scores = vectors @ vectors.T / temperature
    itself = torch.eye(len(vectors), dtype=torch.bool)
    log = scores - torch.logsumexp(scores.masked_fill(itself, -1e4), dim=1, keepdim=True)
    like = (codes[:, None] == codes[None]) & (codes[:, None] >= 0) & ~itself
    count = like.sum(dim=1)
    found = count > 0
    if not found.any():
        return vectors.new_zeros(())
    return -((log * like).sum(dim=1)[found] / count[found]).mean()


def kept(vectors: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """Who is near whom is as the frozen network sees it, by the divergence of the two orders.

    Source: Fang et al., "SEED: Self-supervised Distillation for Visual Representation", 2021, section 3.2,
    within a batch.
    """
    itself = torch.eye(len(vectors), dtype=torch.bool)
    ours = functional.log_softmax((vectors @ vectors.T / temperature).masked_fill(itself, -1e4), dim=1)
    theirs = functional.softmax((teacher @ teacher.T / temperature).masked_fill(itself, -1e4), dim=1)
    return functional.kl_div(ours, theirs, reduction="batchmean")
