"""Whatever a catalogue lacks, it is examined to its end, and the doctor says what it could not judge."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from decimal import Decimal
from random import Random

import pytest
from PIL import Image

from lookalike.doctor.finding import KINDS
from lookalike.index import Index
from lookalike.products import Price, Product
from lookalike.store.memory import MemoryStore
from lookalike.testing.grid import GridEncoder

from .conftest import PICTURES

MANY = 60


def drawn(width: int, height: int, seed: int) -> bytes:
    """A picture of five rectangles of chance."""
    chance = Random(seed)
    image = Image.new("RGB", (width, height), tuple(chance.randrange(256) for _ in range(3)))
    for _ in range(5):
        left, top = chance.randrange(width), chance.randrange(height)
        box = (left, top, min(width, left + 1 + chance.randrange(width)), min(height, top + 1 + height // 2))
        image.paste(tuple(chance.randrange(256) for _ in range(3)), box)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def many(make: Callable[[int], Product]) -> list[Product]:
    return [make(n) for n in range(MANY)]


SHOPS: dict[str, list[Product]] = {
    "empty": [],
    "one": [Product("1", PICTURES[0])],
    "ten without labels": [Product(str(n), drawn(50, 60, n)) for n in range(10)],
    "one label": many(lambda n: Product(str(n), drawn(50, 60, n), category="A", attributes={"colour": "x"})),
    "labels all different": many(
        lambda n: Product(str(n), drawn(50, 60, n), f"t{n}", category=f"c{n}", attributes={"colour": f"v{n}"})
    ),
    "words alone": many(lambda n: Product(str(n), (), f"title {n}", category="AB"[n % 2])),
    "one picture for all": many(
        lambda n: Product(str(n), PICTURES[0], f"title {n}", category="A", price=Price(Decimal(n), "EUR"))
    ),
    "pixels": many(lambda n: Product(str(n), drawn(1, 1, n), f"title {n}", category="AB"[n % 2])),
    "long and strange": many(
        lambda n: Product(
            f"ü{n}\u200b",
            tuple(drawn(40, 50, 10 * n + at) for at in range(n % 3)),
            "word " * 300 + str(n),
            "text " * 2000,
            category="a > " * 40 + str(n % 3),
            price=Price(Decimal(10) ** (n % 11), "EUR" if n % 3 else ""),
            group=f"g{n % 7}",
            attributes={"色": "红蓝"[n % 2], "x" * 200: "y" * 3000},
        )
    ),
}


@pytest.mark.parametrize("name", SHOPS)
def test_an_odd_catalogue_is_examined_to_its_end(name: str) -> None:
    encoder = GridEncoder()
    index = Index(MemoryStore(encoder.space, encoder.name), encoder)
    index.add(SHOPS[name], duplicates=False, fit=False)
    found = index.doctor.examine(confidence=0)
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["counts"] == found.counts
    assert all(one.says and 0 <= one.confidence <= 1 for one in found)
    assert all(one.why.endswith((".", "?")) for one in found.unjudged)
    assert set(found.kinds) == set(KINDS)
    if name in ("empty", "one", "ten without labels", "words alone", "labels all different"):
        assert "wrong-tag" in {one.kind for one in found.unjudged}
