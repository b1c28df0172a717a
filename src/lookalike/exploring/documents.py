"""What there is to look at, as the page and machines read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np

from lookalike.vectors import Floats


@dataclass(frozen=True)
class Bar:
    """One bar: what it counts, and how many. ``where`` is the filter that finds these, "" where there is
    none."""

    name: str
    count: int
    where: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The bar as one JSON-ready document."""
        return {"name": self.name, "count": self.count, "where": self.where}


@dataclass(frozen=True)
class Chart:
    """Counts of one thing. ``kind`` is "values" (most first, the rest as one) or "histogram" (in order).

    ``unit`` is of a histogram's bounds, such as EUR. ``missing`` products say nothing, ``distinct`` is how
    many different values there are in all.
    """

    name: str
    kind: Literal["values", "histogram"]
    bars: Sequence[Bar]
    missing: int
    distinct: int
    unit: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The chart as one JSON-ready document."""
        return {
            "name": self.name,
            "kind": self.kind,
            "bars": [bar.to_dict() for bar in self.bars],
            "missing": self.missing,
            "distinct": self.distinct,
            "unit": self.unit,
        }


@dataclass(frozen=True)
class Counts:
    """What is in the catalogue: ``charts`` of categories, colours, prices, pictures a product and the
    like."""

    products: int
    pictures: int
    version: int
    charts: Sequence[Chart]

    def to_dict(self) -> dict[str, Any]:
        """The counts as one JSON-ready document."""
        return {
            "products": self.products,
            "pictures": self.pictures,
            "version": self.version,
            "charts": [chart.to_dict() for chart in self.charts],
        }


@dataclass(frozen=True)
class Matrix:
    """How alike some products look: cosine of each with each, (n, n), rows in the order of ``ids``.

    ``unpictured`` were asked for and have no picture: they are left out.
    """

    ids: Sequence[str]
    titles: Sequence[str]
    values: Floats = field(repr=False)
    unpictured: Sequence[str] = ()

    def to_dict(self) -> dict[str, Any]:
        """The matrix as one JSON-ready document, rounded to 5 decimals."""
        values = np.round(self.values.astype(np.float64), 5).tolist()
        return {
            "ids": list(self.ids),
            "titles": list(self.titles),
            "values": values,
            "unpictured": list(self.unpictured),
        }


@dataclass(frozen=True)
class Paint:
    """A column to colour the map by: for each product the place of its value in ``values``, -1 for none.

    ``values`` come most frequent first. Where they have colours of their own, ``tints`` are these, measured
    colours or a ramp of numbers, and the values come in their order. Where ``folded`` is not 0, the last
    value stands for so many rarer ones.
    """

    name: str
    values: Sequence[str]
    codes: Sequence[int] = field(repr=False)
    tints: Sequence[str] = ()
    folded: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The column as one JSON-ready document."""
        return {
            "name": self.name,
            "values": list(self.values),
            "codes": list(self.codes),
            "tints": list(self.tints),
            "folded": self.folded,
        }


@dataclass(frozen=True)
class CatalogMap:
    """Where products lie beside those that look like them: p points (p, 2), each coordinate from 0 to 1.

    ``method`` says how it was laid out, such as "t-SNE", ``version`` is the version of the catalogue it was
    laid out on; ``placed`` products came later and lie where those lie that they look like most.
    """

    ids: Sequence[str] = field(repr=False)
    titles: Sequence[str] = field(repr=False)
    points: Floats = field(repr=False)
    paints: Sequence[Paint]
    method: str
    version: int
    seconds: float
    placed: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The map as one JSON-ready document; points rounded to 5 decimals, x of all, then y of all."""
        x, y = np.round(self.points.astype(np.float64), 5).T.tolist() if len(self.ids) else ([], [])
        return {
            "ids": list(self.ids),
            "titles": list(self.titles),
            "x": x,
            "y": y,
            "paints": [paint.to_dict() for paint in self.paints],
            "method": self.method,
            "version": self.version,
            "seconds": round(self.seconds, 2),
            "placed": self.placed,
            "settings": dict(self.settings),
        }


@dataclass(frozen=True)
class MapStanding:
    """How far a map that was laid out on a ``version`` is still that of the catalogue.

    ``placed`` of its ``products`` came since; ``stale`` where so much has changed that another is worth it.
    """

    products: int
    placed: int
    version: int
    stale: bool
    method: str
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """The standing as one JSON-ready document."""
        return {**asdict(self), "seconds": round(self.seconds, 2)}
