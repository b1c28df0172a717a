"""Lookalike: a visual product recommender.

The public names below are loaded when first used, so that ``import lookalike`` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from lookalike.catalog import Catalog, open_catalog
    from lookalike.errors import LookalikeError
    from lookalike.index import Index
    from lookalike.ingest.report import IngestReport
    from lookalike.products import PictureSource, Price, Product
    from lookalike.recommend.answer import Answer
    from lookalike.recommend.recommendation import Recommendation

_HOMES = {
    "Answer": "lookalike.recommend.answer",
    "Catalog": "lookalike.catalog",
    "Index": "lookalike.index",
    "IngestReport": "lookalike.ingest.report",
    "LookalikeError": "lookalike.errors",
    "PictureSource": "lookalike.products",
    "Price": "lookalike.products",
    "Product": "lookalike.products",
    "Recommendation": "lookalike.recommend.recommendation",
    "open_catalog": "lookalike.catalog",
}

__all__ = [
    "Answer",
    "Catalog",
    "Index",
    "IngestReport",
    "LookalikeError",
    "PictureSource",
    "Price",
    "Product",
    "Recommendation",
    "open_catalog",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'lookalike' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
