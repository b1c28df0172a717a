"""What lists are beside right: how much of the catalogue they show, how new, how varied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lookalike.evaluation.bootstrap import Estimate


@dataclass(frozen=True)
class Beyond:
    """Of lists of ten, by those who asked. What cannot be told is None.

    ``coverage`` is the share of the products to be found that stand in any list, ``top`` the share of all
    places that the tenth of the products takes that is shown most. ``novelty`` is the mean
    self-information in
    bits of what is shown, by how many shoppers had it. ``diversity`` is one less the mean cosine between
    members
    of a list, by the looks of the index whatever is judged. ``across`` is the share of a list of another kind
    than what asked, ``kinds`` how many kinds stand in one.
    """

    coverage: float
    top: float
    novelty: Estimate | None
    diversity: Estimate | None
    across: Estimate | None
    kinds: Estimate | None

    def to_dict(self) -> dict[str, Any]:
        """The measures as one JSON-ready document."""
        told = {name: getattr(self, name) for name in ("novelty", "diversity", "across", "kinds")}
        estimates = {name: None if one is None else one.to_dict() for name, one in told.items()}
        return {"coverage": round(self.coverage, 4), "top": round(self.top, 4), **estimates}
