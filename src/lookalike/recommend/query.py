"""What is asked of a recommender: vectors, evidence, wishes and a count. No pixels."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np

from lookalike.errors import BadArgument
from lookalike.filters import Filter
from lookalike.neighbours.exact import Metric
from lookalike.neighbours.snapshot import Search
from lookalike.recommend.scales import Scale
from lookalike.vectors import Floats, Mask, Rows

LARGEST_K = 10_000
EVIDENCE = (
    "look",
    "colour",
    "content",
    "words",
    "taste",
    "behaviour",
    "popular",
    "together",
    "style",
    "links",
)
"""What a score can be made of."""

_LIGHTEST = 1e-6
"""The least that evidence can weigh, as a share of the heaviest: a score has seven digits."""

GIVING_WAY = frozenset(("kind",))
"""Gates that are wishes, and may give way where nothing passes; every other gate is a promise."""

Stock = Literal["any", "first"]
"""Whether what is sold out stays in its place or comes last."""


class Partly(Protocol):
    """Evidence, at most 1, that is worked out for the products that are looked at."""

    @property
    def said(self) -> Mask:
        """Of which products it says something, (p,)."""
        ...

    def __getitem__(self, rows: Rows, /) -> Floats:
        """What it says of c products, (c,), NaN where it says nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Query:
    """A question to one snapshot of p products.

    ``looks`` (m, dim) are unit vectors with their lengths ``norms`` (m,); ``colours`` (c, dim) unit colour
    vectors. ``given`` is evidence that was made elsewhere, columns (p,) by name, NaN where it says nothing of
    a product; ``beside`` are columns (p,) that are only reported. ``weights`` name the evidence that makes
    the score, told by ``scales`` where there are any. ``seed`` is the product that asks and ``examples`` ask
    with it: they are left out of the answer together with their variants and copies. Of the variants of one
    style the best stays, and of products that show the same picture; ``variants`` lets all of the first in,
    ``duplicates`` all of the others, and ``own_variants`` the best variant of what asks. ``gates`` are masks
    (p,) of what may be in the answer, by the reason for leaving out the rest. ``diversity`` (0 to 1),
    ``stock`` and ``per_brand`` put the best in another order, or leave some out. ``explain`` is what there is
    to say of how the question was read; its "unmet" are sentences of what cannot be had. ``typed`` are the
    words that asked, folded. The last terms of ``where`` are those of ``but``: what is to be otherwise.
    ``lift`` (p,) is added to the scores, and ``pins`` are rows by the places, from 1, that they are to have
    where all else lets them be in the answer.
    ``search`` is how the best are found, None as the snapshot has it. ``called`` is how a sentence names what
    asks, where that is neither a product nor a photo.
    """

    looks: Floats
    norms: Floats
    colours: Floats
    k: int = 12
    weights: Mapping[str, float] = field(default_factory=lambda: {"look": 1.0})
    metric: Metric = "cosine"
    where: Filter = field(default_factory=Filter)
    exclude: frozenset[str] = frozenset()
    seed: str | None = None
    examples: frozenset[str] = frozenset()
    variants: bool = False
    own_variants: bool = False
    duplicates: bool = False
    given: Mapping[str, Floats | Partly] = field(default_factory=dict)
    beside: Mapping[str, Floats] = field(default_factory=dict)
    scales: Mapping[str, Scale] = field(default_factory=dict)
    gates: Mapping[str, Mask] = field(default_factory=dict)
    diversity: float = 0.0
    stock: Stock = "any"
    per_brand: int | None = None
    explain: Mapping[str, Any] = field(default_factory=dict)
    typed: Sequence[str] = ()
    but: Filter = field(default_factory=Filter)
    lift: Floats | None = None
    pins: Mapping[int, int] = field(default_factory=dict)
    search: Search | None = None
    called: str = ""

    def __post_init__(self) -> None:
        check_k(self.k)
        if self.metric not in ("cosine", "euclidean"):
            raise BadArgument(f"There is no metric {self.metric!r}.", next_step="Choose cosine or euclidean.")
        if self.metric == "euclidean" and self.weights.keys() != {"look"}:
            other = next(name for name in self.weights if name != "look")
            raise BadArgument(
                f"A Euclidean distance has no common scale with {other}.",
                next_step="Use the metric cosine, or weigh look alone.",
            )


def check_k(k: int) -> None:
    """Raise `BadArgument` unless ``k`` is a count that can be answered."""
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or not 1 <= k <= LARGEST_K:
        raise BadArgument(f"k is {k!r}.", next_step=f"Ask for 1 to {LARGEST_K} products.")


def check_weights(
    weights: Mapping[str, float] | str | None, among: Sequence[str] = EVIDENCE
) -> dict[str, float]:
    """Weights by evidence, those that are zero left out; text is parsed, None means the first of ``among``.

    One below a millionth of the heaviest is raised to that; where the heaviest is above a million, or below
    a millionth, they are told as shares of it. Raises `BadArgument` for a name that is not in ``among``, a
    negative or infinite weight, or nothing but zeros.
    """
    if weights is None:
        return {among[0]: 1.0}
    if isinstance(weights, str):
        weights = parse_weights(weights)
    if not isinstance(weights, Mapping):
        raise BadArgument(f"weights is {weights!r}.", next_step='Write {"look": 1, "colour": 0.5}.')
    for name, weight in weights.items():
        if name not in among:
            raise BadArgument(
                f"There is no evidence {name!r} to weigh.", next_step=f"Weigh {' and '.join(among)}."
            )
        if not _is_weight(weight):
            raise BadArgument(
                f"The weight of {name} is {str(weight)[:80]}.", next_step="Give a number from 0 up."
            )
    used = {name: float(weight) for name, weight in weights.items() if weight > 0}
    if not used:
        raise BadArgument("Every weight is zero.", next_step=f"Weigh at least one: {', '.join(among)}.")
    heaviest = max(used.values())
    if not _LIGHTEST <= heaviest <= 1 / _LIGHTEST:  # only how they compare counts
        used = {name: weight / heaviest for name, weight in used.items()}
        heaviest = 1.0
    return {name: max(weight, _LIGHTEST * heaviest) for name, weight in used.items()}


def _is_weight(given: object) -> bool:
    """Whether this is a number from 0 up that a float can hold."""
    if not isinstance(given, int | float | np.number):
        return False
    try:
        return math.isfinite(given) and bool(given >= 0)
    except OverflowError:  # a whole number of hundreds of digits
        return False


def parse_weights(text: str) -> dict[str, float]:
    """Read ``look=1,colour=0.5``. Raises `BadArgument` for anything else."""
    weights: dict[str, float] = {}
    for part in text.split(","):
        name, _, value = part.partition("=")
        try:
            weights[name.strip().replace("color", "colour")] = float(value)
        except ValueError:
            raise BadArgument(
                f"{part.strip()!r} is not a weight.", next_step="Write for example look=1,colour=0.5"
            ) from None
    return weights
