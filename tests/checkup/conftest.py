"""A small index in memory, and a way to let its doctor have found what a test says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from lookalike.checkup import kept
from lookalike.checkup.kept import Examined, Kept, Run
from lookalike.doctor.finding import KINDS, Finding, Unjudged
from lookalike.index import Index
from lookalike.products import Price, Product
from lookalike.store.memory import MemoryStore
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop

PICTURES = [product.pictures[0].data or b"" for product in tiny_shop().products[:6]]

PRODUCTS = (
    Product(
        "007",
        PICTURES[0],
        "Red mug",
        "A mug",
        "Acme",
        "Mugs",
        Price(Decimal("12.50"), "EUR"),
        "in stock",
        "g1",
        attributes={"colour": "blue", "season": "summer"},
    ),
    Product("8", PICTURES[1], "Blue mug", category="Mugs", price=Price(Decimal("1250"), "USD"), group="g1"),
    Product("=9", PICTURES[2], "Bowl", category="Bowls", attributes={"colour": "green"}),
    Product("10", PICTURES[3], "Blue bowl", category="Bowls"),
)

Found = Callable[..., None]


@pytest.fixture
def index() -> Index:
    encoder = GridEncoder()
    made = Index(MemoryStore(encoder.space, encoder.name), encoder)
    made.add(PRODUCTS, duplicates=False, fit=False)
    return made


@pytest.fixture
def found(index: Index) -> Found:
    """Lets an examination of all kinds have found these, at a time, in the version that is now."""

    def note(*findings: Finding, at: int = 1000, unjudged: tuple[Unjudged, ...] = ()) -> None:
        run = Run(at, index.manifest.version, len(index), index.manifest.pictures, 1.5)
        news = Examined(tuple(KINDS), findings, unjudged, run)
        index._store.notes.change(kept.NAME, lambda data: Kept.from_bytes(data).renewed(news).to_bytes())

    return note
