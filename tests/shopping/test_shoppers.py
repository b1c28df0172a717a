"""What is known of a shopper can be read, corrected and erased, and promises hold on every result."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lookalike.errors import BadArgument, CatalogError
from lookalike.events import Event, Kind
from lookalike.index import Index
from lookalike.products import Price
from lookalike.recommend.answer import Answer
from lookalike.testing.planted import BLUE, RED, plant, planted

DAY = 24 * 3600 * 1000
KINDS = ("Hats", "Shoes", "Lamps")
BRANDS = ("Acme", "Birch", "Cedar", "Dune")


def shop() -> Index:
    """Sixty products of three kinds, looks in three directions, four brands, two colours, 10 to 69 EUR."""
    items = []
    for at in range(60):
        angle = np.radians(120 * (at % 3) + at / 4)
        items.append(
            planted(
                f"p{at:02}",
                (float(np.cos(angle)), float(np.sin(angle)), 0.2),
                title=f"Product {at}",
                category=KINDS[at % 3],
                brand=BRANDS[at % 4],
                price=Price(Decimal(10 + at), "EUR"),
                palette=RED if at % 5 else BLUE,
                attributes={
                    "gender": ("Women", "Men", "Unisex")[at // 20],
                    "size": "S, M" if at % 2 else "L",
                },
            )
        )
    return Index(plant(items))


def did(index: Index, user: str, kind: Kind, *items: str, days: float = 1.0, weight: float = 1.0) -> None:
    begin = int(time.time() * 1000 - days * DAY)
    index._records.append([Event(user, item, kind, begin + at, weight) for at, item in enumerate(items)])


def everything(answer: Answer) -> set[str]:
    """All ids in an answer, folded ones included."""
    return {i for one in answer for i in (one.id, *one.copies, *one.variants)}


def test_a_document_says_what_was_learned_and_from_how_much() -> None:
    index = shop()
    did(index, "ann", "liked", "p00", "p03", "p12")
    did(index, "ann", "viewed", "p06", "gone")
    document = index.shoppers.get("ann")
    assert document["user"] == "ann"
    assert document["known"] == "history"
    learned = document["learned"]
    assert [(one["name"], one["from"]) for one in learned["kinds"]] == [("Hats", 4)]
    assert learned["brands"][0]["name"] == "Acme"  # two of four, and the other two differ
    assert learned["price"] == {"low": 10.0, "high": 22.0, "currency": "EUR"}
    assert {item["id"] for item in learned["items"]} == {"p00", "p03", "p12", "p06"}
    assert learned["attributes"]["gender"][0]["name"] == "Women"
    assert document["forgotten"] == []
    assert json.loads(json.dumps(document)) == document


def test_somebody_unknown_has_a_document_that_says_so() -> None:
    document = shop().shoppers.get("nobody")
    assert document["known"] == "nothing"
    assert document["learned"]["items"] == document["learned"]["kinds"] == []
    assert document["declared"]["budget"] is None


def test_what_is_forgotten_no_longer_counts_and_owned_stays_owned() -> None:
    index = shop()
    did(index, "ann", "bought", "p00", "p03")
    did(index, "ann", "liked", "p01")
    document = index.shoppers.put("ann", {"forgotten": ["p00", "p03"]})
    assert [one["name"] for one in document["learned"]["kinds"]] == ["Shoes"]
    assert [item["id"] for item in document["learned"]["items"]] == ["p01"]
    answer = index.recommend("ann", k=60, seen=True)
    assert not {"p00", "p03"} & everything(answer)
    assert index.shoppers.put("ann", {"forgotten": []})["learned"]["kinds"][0]["name"] == "Hats"


def test_declared_likes_lift_where_nothing_was_done() -> None:
    index = shop()
    index.shoppers.put("ann", {"declared": {"kinds": {"like": ["lamp"]}, "brands": ["Birch"]}})
    answer = index.recommend("ann", k=3)
    assert answer.explain["shopper"]["known"] == "profile"
    assert {one.product.category for one in answer} == {"Lamps"}
    assert {one.product.brand for one in answer} == {"Birch"}
    assert "By Birch, a brand you like" in [reason.text for reason in answer[0].why]


def test_each_part_of_a_document_that_is_sent_replaces_what_was_and_the_others_stay() -> None:
    index = shop()
    index.shoppers.put("ann", {"declared": {"gender": "women", "sizes": [38, "M"]}, "forgotten": ["p00"]})
    document = index.shoppers.put(
        "ann", {"user": "ann", "declared": {"budget": {"max": "40", "currency": "eur"}}}
    )
    assert document["declared"]["gender"] == ""
    assert document["declared"]["budget"] == {"max": 40.0, "currency": "EUR"}
    assert document["forgotten"] == ["p00"]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"learned": {}}, "'learned' cannot be set"),
        ({"known": "history"}, "'known' cannot be set"),
        ({"user": "bob"}, "is of 'bob'"),
        ({"declared": {"shoe": 1}}, "'shoe' cannot be set in declared"),
        ({"declared": {"brands": {"love": []}}}, "'love' cannot be set in brands"),
        ({"declared": {"brands": {"like": ["acme"], "avoid": ["Acme"]}}}, "liked and avoided"),
        ({"declared": {"brands": {"avoid": 3.5}}}, "brands.avoid is 3.5"),
        ({"declared": {"budget": {"max": -1}}}, "The budget is -1"),
        ({"declared": {"budget": {"max": True}}}, "The budget is True"),
        ({"declared": {"budget": {"max": "1e999"}}}, "The budget is '1e999'"),
        ({"declared": {"budget": {"max": 5, "currency": "euros"}}}, "in 'EUROS'"),
        ({"declared": {"sizes": [True]}}, "sizes holds True"),
        ({"declared": []}, "declared is []"),
        ({"forgotten": {}}, "forgotten is {}"),
        ([], "document is []"),
    ],
)
def test_what_cannot_be_set_is_refused_and_changes_nothing(document: Any, said: str) -> None:
    index = shop()
    index.shoppers.put("ann", {"forgotten": ["p00"]})
    with pytest.raises(BadArgument) as error:
        index.shoppers.put("ann", document)
    assert said in error.value.message
    assert error.value.next_step
    assert index.shoppers.get("ann")["forgotten"] == ["p00"]


@pytest.mark.parametrize("user", ["", "  ", None, True, "x" * 1001])
def test_what_is_no_id_of_a_shopper_is_refused(user: Any) -> None:
    with pytest.raises(BadArgument, match="no shopper's id"):
        shop().shoppers.get(user)


def test_what_is_avoided_and_the_budget_hold_on_every_result() -> None:
    index = shop()
    chance = np.random.default_rng(5)
    for number in range(12):
        user = f"u{number}"
        did(index, user, "liked", *(f"p{at:02}" for at in chance.choice(60, 6, replace=False)))
        brand, kind = BRANDS[int(chance.integers(4))], KINDS[int(chance.integers(3))]
        most = int(chance.integers(12, 70))
        declared = {
            "brands": {"avoid": [brand.upper()]},
            "kinds": {"avoid": [kind]},
            "colours": {"avoid": ["blue"]},
            "budget": {"max": most, "currency": "EUR"},
        }
        index.shoppers.put(user, {"declared": declared})
        for one in index.recommend(user, k=60, seen=True, variants=True, duplicates=True):
            assert one.product.brand != brand
            assert one.product.category != kind
            assert one.product.price is not None
            assert one.product.price.amount <= most
            assert int(one.id[1:]) % 5  # every fifth is blue


def test_a_budget_of_zero_leaves_nothing_and_says_why() -> None:
    index = shop()
    index.shoppers.put("ann", {"declared": {"budget": {"max": 0, "currency": "EUR"}}})
    answer = index.recommend("ann")
    assert len(answer) == 0
    assert answer.explain["unmet"] == ["Nothing here costs 0.00 EUR or less, which is this shopper's budget."]


def test_a_budget_in_another_currency_cannot_be_kept_by_a_price_in_euros() -> None:
    index = shop()
    index.shoppers.put("ann", {"declared": {"budget": {"max": 1000, "currency": "USD"}}})
    assert len(index.recommend("ann")) == 0
    index.shoppers.put("ann", {"declared": {"budget": {"max": 20}}})
    assert len(index.recommend("ann", k=60)) == 11


def test_gender_and_sizes_put_what_does_not_fit_behind_and_leave_nothing_out() -> None:
    index = shop()
    index.shoppers.put("ann", {"declared": {"gender": "Female", "sizes": ["m"]}})
    answer = index.recommend("ann", k=60)
    assert len(answer) == 60
    fits = [
        "S" in one.product.attributes["size"] and one.product.attributes["gender"] != "Men" for one in answer
    ]
    assert fits[:5] == [True] * 5


def test_owned_never_comes_returned_may_and_seen_only_where_it_is_asked_for() -> None:
    index = shop()
    did(index, "ann", "bought", "p00", "p03", days=9)
    did(index, "ann", "returned", "p03", days=5)
    did(index, "ann", "viewed", "p06", days=2)
    did(index, "ann", "disliked", "p09", days=2)
    did(index, "ann", "shown", "p12", days=1)
    plain = everything(index.recommend("ann", k=60))
    assert plain.isdisjoint({"p00", "p03", "p06", "p09"})
    assert "p12" in plain  # nobody chose to look at it
    seen = everything(index.recommend("ann", k=60, seen=True))
    assert {"p03", "p06"} <= seen
    assert seen.isdisjoint({"p00", "p09"})
    did(index, "ann", "bought", "p03", days=1)
    assert "p03" not in everything(index.recommend("ann", k=60, seen=True))


def test_who_did_more_than_is_read_at_once_still_gets_nothing_owned() -> None:
    index = shop()
    did(index, "ann", "bought", "p00", days=50)
    did(index, "ann", "viewed", *(f"other{at}" for at in range(2_100)))
    assert "p00" not in everything(index.recommend("ann", k=60, seen=True))


def test_the_last_word_of_a_shopper_holds() -> None:
    index = shop()
    did(index, "ann", "disliked", "p00", days=9)
    did(index, "ann", "liked", "p00", days=1)
    assert index.shoppers.get("ann")["learned"]["items"][0]["kind"] == "liked"
    assert "p00" in everything(index.recommend("ann", k=60, seen=True))
    did(index, "bob", "liked", "p00", days=9)
    did(index, "bob", "disliked", "p00", days=1)
    assert index.shoppers.get("bob")["learned"]["kinds"] == []
    assert "p00" not in everything(index.recommend("bob", k=60, seen=True))


def test_erasing_says_what_went_and_leaves_nothing() -> None:
    index = shop()
    did(index, "ann", "liked", "p00", "p03")
    index.shoppers.put("ann", {"declared": {"gender": "women"}})
    assert list(index.shoppers) == ["ann"]
    assert index.shoppers.erase("ann") == {"user": "ann", "events": 2, "profile": True}
    assert index.shoppers.get("ann") == shop().shoppers.get("ann")
    assert list(index.shoppers) == []
    assert index.shoppers.erase("ann") == {"user": "ann", "events": 0, "profile": False}


def test_reasons_are_true_of_the_shopper_and_the_product() -> None:
    index = shop()
    did(index, "ann", "liked", "p00", "p03", "p12")
    did(index, "ann", "bought", "p24")
    answer = index.recommend("ann", k=5)
    for one in answer:
        texts = {reason.kind: reason for reason in one.why}
        assert one.product.category == "Hats"
        assert texts["kind"].text == "Hats, like 4 of what you chose"
        assert texts["look"].value in {"p00", "p03", "p12", "p24"}
        assert f"Product {int(str(texts['look'].value)[1:])}" in texts["look"].text
        verb = "bought" if texts["look"].value == "p24" else "liked"
        assert texts["look"].text.endswith(f"which you {verb}")
        assert one.sentence.startswith(texts["look"].text)
        assert (one.similarity, one.closeness, one.same_product) == (None, None, None)
    assert answer.explain["shopper"]["sources"] == ["look", "taste", "popular"]


def test_other_wishes_hold_for_shoppers_too() -> None:
    index = shop()
    did(index, "ann", "liked", "p00", "p03", "p12")
    answer = index.recommend("ann", k=60, where="category=Shoes price<=30", exclude=["p01"])
    assert {one.product.category for one in answer} == {"Shoes"}
    assert "p01" not in answer.ids
    assert max(int(i[1:]) for i in answer.ids) <= 20
    assert (
        max(np.bincount([BRANDS.index(r.product.brand) for r in index.recommend("ann", k=6, per_brand=2)]))
        == 2
    )
    with pytest.raises(BadArgument):
        index.recommend("ann", k=0)
    with pytest.raises(BadArgument):
        index.recommend("ann", diversity=2)


def test_a_rule_of_the_shop_holds_for_shoppers_and_no_promise_breaks_by_it() -> None:
    index = shop()
    did(index, "ann", "bought", "p00")
    index.set_rules(
        '[[rule]]\nname = "season"\naction = "pin"\nids = ["p01", "p00"]\nshelves = ["recommend"]\n'
    )
    answer = index.recommend("ann", k=4)
    assert answer.ids[0] == "p01"
    assert "p00" not in everything(answer)
    assert answer.explain["rules"]
    index.set_rules('[[rule]]\nname = "none"\naction = "exclude"\nwhere = "category=Hats"\n')
    assert "Hats" not in {one.product.category for one in index.recommend("ann", k=60)}


def test_profiles_come_from_a_table_and_what_cannot_be_read_is_listed(tmp_path: Path) -> None:
    table = tmp_path / "profiles.csv"
    table.write_text(
        "Customer ID;Sex;Size;Favourite Brands;colors;Categories;Budget;avoid-brands\n"
        "ann;women;M|L;Acme|Birch;red;Hats;50 EUR;Cedar\n"
        ";men;;;;;;\n"
        "bob;;;;;;a lot;\n"
        "cleo;;;Acme;;;;acme\n"
        "dan;;;;;;€20;\n"
        "eve;;;;;;;;too;many\n",
        encoding="utf-8",
    )
    index = shop()
    index.shoppers.put("ann", {"forgotten": ["p00"]})
    report = index.shoppers.add(table)
    assert (report.rows, report.stored) == (6, 2)
    assert [(one.row, one.id, one.reason) for one in report.problems] == [
        (2, "", "no-user"),
        (3, "bob", "bad-profile"),
        (4, "cleo", "bad-profile"),
        (6, "", "malformed"),
    ]
    assert report.rows == report.stored + len(report.to_dict()["problems"])
    declared = index.shoppers.get("ann")["declared"]
    assert declared == {
        "gender": "women",
        "sizes": ["M", "L"],
        "brands": {"like": ["Acme", "Birch"], "avoid": ["Cedar"]},
        "colours": {"like": ["red"], "avoid": []},
        "kinds": {"like": ["Hats"], "avoid": []},
        "budget": {"max": 50.0, "currency": "EUR"},
    }
    assert index.shoppers.get("ann")["forgotten"] == ["p00"]
    assert index.shoppers.get("dan")["declared"]["budget"] == {"max": 20.0, "currency": "EUR"}


def test_profiles_come_as_rows_too() -> None:
    index = shop()
    report = index.shoppers.add([{"user_id": "ann", "brands": ["Acme"], "budget": 0}, {"brand": "x"}])
    assert (report.rows, report.stored) == (2, 1)
    assert index.shoppers.get("ann")["declared"]["budget"]["max"] == 0


def test_a_table_without_shoppers_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "profiles.csv"
    table.write_text("brand,size\nAcme,M\n", encoding="utf-8")
    with pytest.raises(CatalogError, match="no column of shoppers"):
        shop().shoppers.add(table)
    with pytest.raises(CatalogError, match="cannot be read"):
        shop().shoppers.add(tmp_path / "missing.csv")


def test_profiles_of_no_use_are_refused_or_reported() -> None:
    index = shop()
    for wrong in ("\x00", 5):
        with pytest.raises(BadArgument):
            index.shoppers.add(wrong)  # type: ignore[arg-type]
    report = index.shoppers.add([{}, None, {"user": "u" * 1001}, {"user": "u" * 1000}])  # type: ignore[list-item]
    assert (report.rows, report.stored, len(report.problems)) == (4, 1, 3)
    assert index.shoppers.get("u" * 1000)["user"] == "u" * 1000
