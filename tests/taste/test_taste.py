"""A taste is several leanings, each judged against the catalogue at large; none of them is a middle."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from lookalike.index import Index
from lookalike.products import Price
from lookalike.taste.document import Declared
from lookalike.taste.ground import BRAND, COLOUR, KIND, PRICE, Ground
from lookalike.taste.history import History, Piece
from lookalike.taste.promises import misfits, promises
from lookalike.taste.taste import Leaning, Taste, lifts, seats
from lookalike.testing.planted import BLUE, RED, WHITE, plant, planted
from lookalike.view import View

KINDS = ("Home > Mugs", "Clothes > Shirts", "Clothes > Shoes", "Home > Lamps")
PALETTES = (RED, BLUE, WHITE)


@pytest.fixture(scope="module")
def view() -> View:
    """Every kind in every colour by every brand, 1 to 96 EUR; kind and department say the same."""
    items = []
    for at in range(96):
        kind = KINDS[at % 4]
        items.append(
            planted(
                f"p{at:02}",
                (1.0, at / 96),
                category=kind,
                brand=("Acme", " ACME ", "Birch", "")[at // 4 % 4],
                palette=PALETTES[at // 16 % 3],
                price=Price(Decimal(1 + at), "EUR") if at else None,
                attributes={
                    "department": kind.partition(" ")[0],
                    "season": ("Summer", "Winter")[at // 8 % 2],
                    "size": str(at % 7),
                    "note": f"number {at}",
                },
            )
        )
    return Index(plant(items))._now()


def rows(view: View, **what: str) -> list[int]:
    """The rows of a kind, a colour, or both."""
    keep = np.ones(len(view.snapshot), dtype=np.bool_)
    for field, value in what.items():
        keep &= (
            view.is_of_colour(value)
            if field == "colour"
            else np.array([value in kind for kind in view.snapshot.columns.words("category", np.arange(96))])
        )
    return np.flatnonzero(keep).tolist()


def leaning(*chosen: int) -> Leaning:
    return Leaning(np.array(chosen, dtype=np.intp), np.ones(len(chosen)))


def taste(
    view: View, *leanings: Leaning, disliked: tuple[int, ...] = (), declared: Declared | None = None
) -> Taste:
    def pieces(chosen: list[int]) -> tuple[Piece, ...]:
        return tuple(Piece(view.snapshot.ids[row], row, "liked", 0, 1.0) for row in chosen)

    liked = [row for one in leanings for row in one.rows.tolist()]
    history = History(pieces(liked), pieces(list(disliked)))
    return Taste.of(view.ground, leanings, history, declared)


def best(column: np.ndarray, count: int) -> set[int]:
    return set(np.argsort(-column, kind="stable")[:count].tolist())


def test_products_differ_in_kind_brand_colour_price_and_classes_that_the_kind_does_not_tell(
    view: View,
) -> None:
    ground = view.ground
    assert [one.name for one in ground.respects] == [KIND, BRAND, COLOUR, PRICE, "season"]
    brand = ground.respect(BRAND)
    assert brand is not None
    assert list(brand.names) == ["Acme", "Birch"]
    for one in ground.respects:
        assert one.usual.sum() == pytest.approx(1)
    assert ground.respect("department") is ground.respect("note") is None


def test_few_choices_say_little_and_many_say_more(view: View) -> None:
    kind = view.ground.respect(KIND)
    assert kind is not None
    told = [lifts(kind.counted(np.arange(0, 4 * n, 4), np.ones(n)), kind)[0] for n in (1, 3, 20)]
    assert 0 < told[0] < told[1] < told[2] < np.log(4)
    assert lifts(np.zeros(4), kind).tolist() == [0, 0, 0, 0]


def test_one_leaning_finds_what_is_of_its_kind_and_colour(view: View) -> None:
    red_mugs = rows(view, category="Mugs", colour="red")
    column, _ = taste(view, leaning(*red_mugs[:4])).told()
    assert best(column, 4) <= {*red_mugs}
    assert column.max() <= 1
    assert column.min() >= -1
    assert column[rows(view, category="Lamps", colour="blue")].max() < 0


def test_two_leanings_are_not_averaged(view: View) -> None:
    red_mugs, blue_shoes = (
        rows(view, category="Mugs", colour="red"),
        rows(view, category="Shoes", colour="blue"),
    )
    column, suits = taste(view, leaning(*red_mugs[:4]), leaning(*blue_shoes[:4])).told()
    both, crossed = {*red_mugs, *blue_shoes}, rows(view, category="Mugs", colour="blue")
    assert best(column, 8) <= both
    assert column[red_mugs].mean() > column[crossed].mean() + 0.2
    assert set(suits[red_mugs]) != set(suits[blue_shoes])


def test_a_colour_that_all_leanings_share_is_liked_in_other_kinds_too(view: View) -> None:
    mugs, shirts, shoes = (
        rows(view, category=kind, colour="red")[:3] for kind in ("Mugs", "Shirts", "Shoes")
    )
    column, _ = taste(view, leaning(*mugs), leaning(*shirts), leaning(*shoes)).told()
    red, blue = rows(view, category="Lamps", colour="red"), rows(view, category="Lamps", colour="blue")
    assert column[red].mean() > column[blue].mean() + 0.2


def test_dislikes_count_against_what_they_alone_stand_out_in(view: View) -> None:
    red, blue = rows(view, category="Mugs", colour="red"), rows(view, category="Mugs", colour="blue")
    plain, _ = taste(view, leaning(*red[:4])).told()
    against, _ = taste(view, leaning(*red[:4]), disliked=tuple(blue[:4])).told()
    assert (against - plain)[blue].mean() < (against - plain)[red].mean() - 0.1
    assert best(against, 4) <= {*red}  # the kind is liked as much as it is disliked
    alone, _ = taste(view, disliked=tuple(blue[:4])).told()
    assert alone[blue].max() < alone[rows(view, category="Lamps", colour="red")].min() <= 0


def test_declared_likes_alone_make_a_taste(view: View) -> None:
    declared = Declared.of({"kinds": ["mugs"], "colours": ["navy", "blue"]})
    column, suits = taste(view, declared=declared).told()
    assert best(column, 4) <= {*rows(view, category="Mugs", colour="blue")}
    assert set(suits) == {0}
    assert not taste(view, declared=Declared.of({"kinds": ["zebras"]}))


def test_a_thrifty_leaning_prefers_near_prices(view: View) -> None:
    column, _ = taste(view, leaning(2, 3, 5, 6, 8, 9)).told()
    dear = column[80:].mean()
    assert column[1:15].mean() > dear


def test_what_is_liked_is_named_with_the_count_of_products(view: View) -> None:
    red_mugs = rows(view, category="Mugs", colour="red")[:4]
    found = taste(view, leaning(*red_mugs))
    chosen = np.array(red_mugs)
    assert [(one.name, one.products) for one in found.likings(KIND, chosen)] == [("Home > Mugs", 4)]
    assert [(one.name, one.products) for one in found.likings(COLOUR, chosen)] == [("red", 4)]


def test_seats_go_by_weight_and_none_to_what_weighs_nothing() -> None:
    assert seats([3.0, 1.0], 4) == [3, 1]
    assert seats([1.0, 1.0, 1.0], 3) == [1, 1, 1]
    assert seats([5.0, 0.0], 3) == [3, 0]
    assert seats([], 3) == []


def test_one_product_beside_a_taste_has_no_share_of_its_own(view: View) -> None:
    assert taste(view, leaning(0, 4, 8), leaning(2)).shares() == [2.0, 0.0]
    assert taste(view, leaning(0), leaning(2)).shares() == [1.0, 1.0]
    assert taste(view, leaning(*range(0, 44, 4)), leaning(2, 6)).shares() == [10.0, 0.0]


def test_promises_are_masks_that_hold_exactly(view: View) -> None:
    declared = Declared.of(
        {
            "brands": {"avoid": ["acme"]},
            "kinds": {"avoid": ["home"]},
            "colours": {"avoid": ["red", "nothing"]},
            "budget": {"max": 50, "currency": "EUR"},
        }
    )
    gates = promises(declared, view.snapshot.columns, view.ground)
    assert set(gates) == {"avoided", "budget"}
    columns = view.snapshot.columns
    words = columns.words("brand", np.arange(96))
    for row in range(96):
        avoided = (
            words[row].strip().casefold() == "acme"
            or KINDS[row % 4].startswith("Home")
            or bool(view.is_of_colour("red")[row])
        )
        assert gates["avoided"][row] == (not avoided)
        assert gates["budget"][row] == (1 <= row <= 49)
    assert promises(Declared(), columns, view.ground) == {}


def test_what_does_not_fit_loses_and_what_says_nothing_does_not(view: View) -> None:
    columns = view.snapshot.columns
    sizes = misfits(Declared.of({"sizes": ["3"]}), columns)
    assert sizes is not None
    assert [row for row in range(21) if sizes[row] == 0] == [3, 6 + 4, 17]
    assert misfits(Declared.of({"gender": "women"}), columns) is None
    assert Ground.of(view.snapshot, view.kinds).respect("size") is None


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("dress", "Dresses"),
        ("Dresses", "Dress"),
        ("watch", "Watches"),
        ("scarf", "Scarves"),
        ("glove", "Gloves"),
    ],
)
def test_one_thing_avoided_is_all_of_its_kind_avoided(said: str, kind: str) -> None:
    items = [
        planted("a", (1.0, 0.0), category=f"Wear > {kind}"),
        planted("b", (0.0, 1.0), category="Wear > Capes"),
    ]
    view = Index(plant(items))._now()
    gates = promises(Declared.of({"kinds": {"avoid": [said, "cap"]}}), view.snapshot.columns, view.ground)
    assert [view.snapshot.ids[row] for row in np.flatnonzero(gates["avoided"])] == ["b"]


def test_an_avoided_brand_is_avoided_however_its_accents_are_written() -> None:
    items = [planted("a", (1.0, 0.0), brand="Cafe\u0301 Zoe\u0308"), planted("b", (0.0, 1.0), brand="Acme")]
    view = Index(plant(items))._now()
    gates = promises(Declared.of({"brands": {"avoid": ["CAFÉ Zoë"]}}), view.snapshot.columns, view.ground)
    assert [view.snapshot.ids[row] for row in np.flatnonzero(gates["avoided"])] == ["b"]
