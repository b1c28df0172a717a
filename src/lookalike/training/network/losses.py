"""What a network is told is wrong: kinds taken for each other, or like pictures that are far apart."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

Verdict = tuple[Tensor, float | None]
"""The loss, and the share of right answers in the first column, where there were any."""


class Classify(nn.Module):
    """Softmax over cosines to one direction a kind, for each column by itself.

    The directions have the length of vectors, so what is learnt is the cosine that retrieval goes by
    (normalised softmax: Zhai and Wu, "Classification is a Strong Baseline for Deep Metric Learning", 2019).
    A picture without a label in a column says nothing there.
    """

    def __init__(
        self,
        dim: int,
        counts: Sequence[int],
        scale: float = 16.0,
        smoothing: float = 0.0,
        shares: Sequence[float] | None = None,
    ) -> None:
        """``counts`` are how many kinds each column has, ``shares`` how much each column counts."""
        super().__init__()
        self.scale, self.smoothing = scale, smoothing
        self.shares = list(shares or [1.0] * len(counts))
        self.kinds = nn.ParameterList(nn.Parameter(torch.randn(count, dim) / dim**0.5) for count in counts)

    def scores(self, vectors: Tensor) -> list[Tensor]:
        """Cosines times scale, (n, kinds) a column, of vectors (n, dim) of any length."""
        unit = functional.normalize(vectors.float(), dim=1)
        return [self.scale * unit @ functional.normalize(kinds, dim=1).T for kinds in self.kinds]

    def forward(self, vectors: Tensor, values: Tensor) -> Verdict:
        """Loss of vectors (n, dim) whose kinds are ``values`` (n, columns), -1 for unknown."""
        loss, right = vectors.sum() * 0.0, None
        for column, scores in enumerate(self.scores(vectors)):
            known = values[:, column] >= 0
            if not bool(known.any()):
                continue
            wanted = values[known, column]
            own = functional.cross_entropy(scores[known], wanted, label_smoothing=self.smoothing)
            loss = loss + own * (self.shares[column] / sum(self.shares))
            if column == 0:
                right = float((scores[known].argmax(dim=1) == wanted).float().mean())
        return loss, right

    def start_from(self, vectors: Tensor, values: Tensor) -> None:
        """Begin with the mean direction of each kind's vectors (n, dim)."""
        unit = functional.normalize(vectors.float(), dim=1)
        with torch.no_grad():
            for column, kinds in enumerate(self.kinds):
                sums = torch.zeros_like(kinds)
                known = values[:, column] >= 0
                sums.index_add_(0, values[known, column], unit[known])
                told = sums.norm(dim=1) > 0
                kinds[told] = functional.normalize(sums[told], dim=1)


class Contrast(nn.Module):
    """Pictures that share a label nearer to each other than to all others, for each column by itself.

    Supervised contrastive loss (Khosla et al., 2020) against the batch and the vectors of the ``memory``
    last pictures (cross-batch memory: Wang et al., 2020): small batches hold few pairs that are alike.
    """

    past: Tensor
    past_values: Tensor

    def __init__(self, dim: int, columns: int, heat: float = 0.1, memory: int = 2048) -> None:
        super().__init__()
        self.heat = heat
        self.register_buffer("past", torch.zeros(memory, dim))
        self.register_buffer("past_values", torch.full((memory, columns), -1, dtype=torch.int64))

    def forward(self, vectors: Tensor, values: Tensor) -> Verdict:
        """Loss of vectors (n, dim) whose kinds are ``values`` (n, columns), -1 for unknown."""
        unit = functional.normalize(vectors.float(), dim=1)
        near = unit @ torch.cat([unit, self.past]).T / self.heat
        itself = torch.eye(len(unit), near.shape[1], dtype=torch.bool, device=near.device)
        everybody = torch.cat([values, self.past_values])
        losses, right = [], None
        for column in range(values.shape[1]):
            known = (everybody[:, column] >= 0) & ~itself
            alike = known & (values[:, column, None] == everybody[None, :, column])
            asked = alike.any(dim=1) & (values[:, column] >= 0)
            if not bool(asked.any()):
                continue
            said = near[asked].masked_fill(~known[asked], -torch.inf)
            told = (said - said.logsumexp(dim=1, keepdim=True)).masked_fill(~alike[asked], 0.0)
            losses.append(-(told.sum(dim=1) / alike[asked].sum(dim=1)).mean())
            if column == 0:
                nearest = said.argmax(dim=1, keepdim=True)
                right = float(alike[asked].gather(1, nearest).float().mean())
        if self.training:
            self._remember(unit.detach(), values)
        return (torch.stack(losses).mean() if losses else vectors.sum() * 0.0), right

    def _remember(self, unit: Tensor, values: Tensor) -> None:
        kept = len(self.past)
        self.past = torch.cat([unit, self.past])[:kept]
        self.past_values = torch.cat([values, self.past_values])[:kept]
