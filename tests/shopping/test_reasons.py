"""What is said of a shelf is true: of the same kind, of what stands in the way, and of what is new."""

from __future__ import annotations

import time
from decimal import Decimal

import numpy as np
import pytest

from lookalike.events import Event
from lookalike.index import Index
from lookalike.products import Price
from lookalike.testing.planted import plant, planted

THINGS = ("bag", "clock", "candle", "plate", "lamp")
STYLES = ("retro spot", "vintage rose", "silver star", "wooden heart")


def did(index: Index, user: str, *items: str, days: float = 1.0) -> None:
    begin = int(time.time() * 1000 - days * 24 * 3600 * 1000)
    index._records.append([Event(user, item, "bought", begin + at) for at, item in enumerate(items)])


def hats_and_mugs() -> Index:
    """Hats and mugs that all look alike, 10 to 17 EUR."""
    return Index(
        plant(
            [
                planted(
                    f"{kind}{at}",
                    (1.0, at / 50, 0.0),
                    title=f"{kind} {at}",
                    category=f"{kind}s",
                    price=Price(Decimal(10 + at), "EUR"),
                )
                for kind in ("Hat", "Mug")
                for at in range(8)
            ]
            + [planted(f"far{at}", (0.0, at / 9, 1.0), category="Sofas") for at in range(20)]
        )
    )


@pytest.fixture(scope="module")
def gifts() -> Index:
    """Forty gifts without pictures that ten visits know each, and two that nobody has seen yet.

    Ann bought three in the style of one of these.
    """
    known = [
        planted(f"{size} {style} {thing}", title=f"{size} {style} {thing}")
        for style in STYLES
        for thing in THINGS
        for size in ("large", "small")
    ]
    new = planted("new", title="retro spot mug")
    other = planted("other", title="garden hose")
    pictured = planted("pictured", (1.0, 0.0, 0.0), title="brick")
    index = Index(plant([*known, new, other, pictured]))
    chance = np.random.default_rng(5)
    ids = [gift.product.id for gift in known]
    now = int(time.time() * 1000)
    events = [
        Event(f"u{user}", item, "bought", now - user * 3600 * 1000)
        for user in range(100)
        for item in chance.choice(ids, 4, replace=False).tolist()
    ]
    index._records.append(events)
    did(index, "ann", *(f"large retro spot {thing}" for thing in ("bag", "clock", "plate")))
    return index


def test_only_a_product_of_the_same_kind_is_said_to_be_looked_like() -> None:
    index = hats_and_mugs()
    did(index, "ann", "Hat0", "Hat1")
    kinds = {
        one.product.category: {reason.kind for reason in one.why} for one in index.recommend("ann", k=14)
    }
    assert "look" in kinds["Hats"]
    assert "look" not in kinds["Mugs"]


def test_what_is_owned_is_named_only_where_it_alone_stands_in_the_way() -> None:
    index = hats_and_mugs()
    did(index, "ann", "Hat0", "Hat1")
    dear = index.recommend("ann", where="price<=5EUR")
    assert len(dear) == 0
    assert not any("owned" in said for said in dear.explain["unmet"])
    owned = index.recommend("ann", where="price<=11EUR category=Hats")
    assert len(owned) == 0
    assert owned.explain["unmet"][0] == "What matches is owned."


def test_a_new_product_without_a_picture_comes_among_what_is_known_when_it_is_like_what_was_chosen(
    gifts: Index,
) -> None:
    answer = gifts.recommend("ann", k=10)
    assert "new" in answer.ids
    assert "other" not in answer.ids
    assert "content" in answer.explain["shopper"]["sources"]
    new = next(one for one in answer if one.id == "new")
    assert new.evidence["content"] > 0.5
    assert "behaviour" not in new.evidence  # nobody did anything with it
    (reason,) = (reason for reason in new.why if reason.kind == "content")
    assert reason.text.startswith("Like ")
    assert reason.text.endswith(", which you bought")


def test_without_pictures_the_likest_new_product_comes_first_among_new_ones(gifts: Index) -> None:
    known = [i for i in gifts._now().snapshot.ids if i not in ("new", "other", "pictured")]
    assert gifts.recommend("ann", exclude=known).ids[0] == "new"


@pytest.mark.parametrize("chosen", [("Hat0",), ("Hat0", "Mug3", "Hat2")])
def test_where_everything_chosen_has_a_picture_what_is_said_asks_nothing(chosen: tuple[str, ...]) -> None:
    index = hats_and_mugs()
    did(index, "ann", *chosen)
    assert "content" not in index.recommend("ann").explain["weights"]
