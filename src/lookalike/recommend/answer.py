"""What a question gets, for people and for machines: a document, a data frame, pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lookalike.errors import BadArgument
from lookalike.recommend.recommendation import Recommendation, Shelf
from lookalike.recommend.sheet import answer_html, sheet_html

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, repr=False)
class Answer(Shelf):
    """Recommendations, best first.

    ``complete`` says that every product that matches is among them, or folded into one that is.
    """

    def to_pandas(self) -> pd.DataFrame:
        """A data frame, a row per product: id, score, how close, evidence, fields, the table's other columns.

        ``attrs["nothing_close"]`` says that none of them is close.

        Raises `BadArgument` when pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError:
            raise BadArgument(
                "pandas is not installed.", next_step="Install it with: pip install 'lookalike[pandas]'"
            ) from None
        rows = [_frame_row(result) for result in self.results] or None
        frame = pd.DataFrame(rows, columns=self._columns())
        frame.attrs["nothing_close"] = self.nothing_close
        return frame

    def _columns(self) -> list[str]:
        seen = dict.fromkeys(_FRAME)
        for result in self.results:
            seen.update(dict.fromkeys(_frame_row(result)))
        return list(seen)

    def to_html(self, title: str = "") -> str:
        """The answer as one page of pictures that opens offline."""
        return sheet_html({"": self}, title or _heading(self))

    def __repr__(self) -> str:
        best = ", ".join(f"{result.id!r} {result.score:.3f}" for result in self.results[:3])
        more = ", ..." if len(self) > 3 else ""
        close = "; none of them close" if self.nothing_close else ""
        return f"Answer({len(self)} products: {best}{more}{close})"

    def _repr_html_(self) -> str:
        return answer_html(self)


def _heading(answer: Shelf) -> str:
    return f"Nearest to {answer.asked().caption}" if answer.asked is not None else "What there is"


_FRAME = (
    "id",
    "score",
    "look",
    "colour",
    "similarity",
    "closeness",
    "same_product",
    "title",
    "brand",
    "category",
    "price",
    "currency",
    "availability",
    "copies",
    "variants",
    "sentence",
)


def _frame_row(result: Recommendation) -> dict[str, Any]:
    product, price = result.product, result.product.price
    fields = {
        "title": product.title,
        "brand": product.brand,
        "category": product.category,
        "price": float("nan") if price is None or price.number is None else price.number,
        "currency": "" if price is None else price.currency,
        "availability": product.availability,
        "copies": list(result.copies),
        "variants": list(result.variants),
        "sentence": result.sentence,
        "group": product.group,
        "link": product.link,
    }
    table = {name: value for name, value in product.attributes.items() if name not in fields}
    honest = {
        "similarity": _number(result.similarity),
        "closeness": _number(result.closeness),
        "same_product": _number(result.same_product),
    }
    return {"id": product.id, "score": result.score, **result.evidence, **honest, **fields, **table}


def _number(known: float | None) -> float:
    return float("nan") if known is None else known
