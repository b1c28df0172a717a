"""What a merchant ties to a product by hand: columns of other products' ids, by the names they go by.

The names are those of the product tables of Shopify (its metafields of related and complementary products),
WooCommerce (Upsells, Cross-sells) and Adobe Commerce, formerly Magento (related_skus, upsell_skus,
crosssell_skus).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from lookalike.neighbours.columns import ProductColumns
from lookalike.vectors import Rows

Tie = Literal["crosssell", "related", "upsell"]

NAMES: Final[Mapping[str, Tie]] = {
    "crosssell": "crosssell",
    "crosssells": "crosssell",
    "crosssellskus": "crosssell",
    "crosssellids": "crosssell",
    "complementary": "crosssell",
    "complementaryproducts": "crosssell",
    "goeswith": "crosssell",
    "related": "related",
    "relatedskus": "related",
    "relatedids": "related",
    "relatedproducts": "related",
    "upsell": "upsell",
    "upsells": "upsell",
    "upsellskus": "upsell",
    "upsellids": "upsell",
}
"""Columns of ids, by their names without anything but letters, and what they mean."""

ABOUT: Final = frozenset(
    (
        "crosssellposition",
        "relatedposition",
        "upsellposition",
        "relatedproductsdisplay",
        "relatedproductssettings",
    )
)
"""Columns that say something of such links, and nothing of the product."""

_METAFIELD = re.compile(r"product_recommendation\.(\w+)")
_BETWEEN = re.compile(r"[,;|\n]")
_NO_LETTER = re.compile(r"[^a-z]")
_PREFIX = re.compile(r"^(id:|gid://shopify/\w+/)", re.IGNORECASE)
_MOST = 200  # links of one product that are read


@dataclass(frozen=True, slots=True)
class Link:
    """A product (its row) that is tied to another, and how."""

    row: int
    tie: Tie


def tie_of(name: str) -> Tie | None:
    """What a column of this name ties; None where it is no column of links."""
    return NAMES.get(_plain(name))


def is_link(name: str) -> bool:
    """Whether a column of this name is about links: it says nothing that products could be compared by."""
    plain = _plain(name)
    return plain in NAMES or plain in ABOUT


def _plain(name: str) -> str:
    found = _METAFIELD.search(name.casefold())
    return _NO_LETTER.sub("", found[1] if found else name.casefold())


class Links:
    """The links of the products of one catalogue."""

    def __init__(self, columns: ProductColumns, row_of: Mapping[str, int]) -> None:
        self._row_of = row_of
        self._columns = columns
        named = [(tie_of(name), coded) for name, coded in columns.attributes().items()]
        told = [(tie, coded) for tie, coded in named if tie is not None]
        order: Sequence[Tie] = ("crosssell", "related", "upsell")
        self._told = sorted(told, key=lambda entry: order.index(entry[0]))

    def of(self, row: int) -> list[Link]:
        """What is tied to a product, cross-sells first, each once; ids that nothing has are passed over.

        An id is that of a product, or the name of a group, which is tied with all its products.
        """
        found: dict[int, Link] = {}
        for tie, coded in self._told:
            code = int(coded.codes[row])
            for text in _ids(coded.values[code]) if code >= 0 else ():
                for other in self._rows(text):
                    if other != row:
                        found.setdefault(other, Link(other, tie))
        return list(found.values())

    def _rows(self, text: str) -> list[int]:
        for name in (text, _PREFIX.sub("", text)):
            if name in self._row_of:
                return [self._row_of[name]]
            if rows := self._group(name):
                return rows
        return []

    def _group(self, name: str) -> list[int]:
        group = self._columns.text("group")
        if group is None or name not in group.values:
            return []
        rows: Rows = np.flatnonzero(group.codes == group.values.index(name))
        return [int(row) for row in rows]


def _ids(text: str) -> Iterator[str]:
    """The ids of a cell: separated by commas, semicolons, bars or lines, or a list as JSON writes it."""
    plain = text.strip().strip("[]")
    for part in _BETWEEN.split(plain)[:_MOST]:
        if name := part.strip().strip("\"'").strip():
            yield name
