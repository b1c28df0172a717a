"""Tastes planted in the tiny shop come back as the right shelf: warm, cold, changed, contradicting."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from lookalike.events import Event, Kind
from lookalike.index import Index
from lookalike.recommend.answer import Answer
from lookalike.testing.tiny_shop import tiny_shop

SHOP = tiny_shop()
DAY = 24 * 3600 * 1000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tastes") / "index"
    Index.create(path).add(SHOP.products, duplicates=True, fit=False)
    return path


@pytest.fixture
def index(folder: Path, tmp_path: Path) -> Index:
    """The shop without any events."""
    return Index.open(folder, events=str(tmp_path))


def did(index: Index, user: str, kind: Kind, items: Iterable[str], days: float = 1.0) -> None:
    """One thing done with one product after the other, a minute apart, so many days ago."""
    begin = int(time.time() * 1000 - days * DAY)
    index._records.append([Event(user, item, kind, begin + at * 60_000) for at, item in enumerate(items)])


def kinds(answer: Answer) -> list[str]:
    return [SHOP.kind[i] for i in answer.ids]


def test_a_shopper_of_one_kind_gets_the_rest_of_it_first(index: Index) -> None:
    did(index, "sami", "liked", SHOP.tastes["sami"].liked)
    answer = index.recommend("sami", k=8)
    assert answer.ids[:2] == ["s7", "s6"]  # the others are variants of what sami liked
    assert set(index.recommend("sami", k=3, variants=True).ids) == {"0100", "s7", "s6"}
    assert answer.explain["shopper"]["known"] == "history"


def test_a_thrifty_shopper_of_two_kinds_gets_what_is_cheap_of_both(index: Index) -> None:
    taste = SHOP.tastes["thea"]
    did(index, "thea", "liked", taste.liked)
    answer = index.recommend("thea", k=2, variants=True)
    assert set(answer.ids) <= taste.fitting
    assert set(kinds(answer)) == {"Mugs", "T-shirts"}
    assert index.recommend("thea", k=1).ids == ["m4"]


def test_a_shopper_of_a_colour_gets_more_of_it_than_there_is_by_chance(index: Index) -> None:
    did(index, "ruth", "liked", SHOP.tastes["ruth"].liked)
    answer = index.recommend("ruth", k=1)
    assert SHOP.colour[answer.ids[0]] == "red"
    learned = index.shoppers.get("ruth")["learned"]
    assert [colour["name"] for colour in learned["colours"]] == ["red"]
    assert learned["colours"][0]["from"] == len(SHOP.tastes["ruth"].liked)


def test_a_shopper_of_blue_and_green_furniture_gets_the_other_lamp_first(index: Index) -> None:
    did(index, "uwe", "liked", SHOP.tastes["uwe"].liked)
    answer = index.recommend("uwe", k=5)
    assert answer.ids[0] == "l4"
    assert "c3" in answer.ids


def test_a_shopper_who_changed_gets_the_new_taste(index: Index) -> None:
    did(index, "kim", "liked", ["0100", "s4", "s6", "s7"], days=200)
    did(index, "kim", "liked", ["l1", "l3"], days=1)
    assert kinds(index.recommend("kim", k=2)) == ["Table lamps", "Table lamps"] or kinds(
        index.recommend("kim", k=1)
    ) == ["Table lamps"]
    did(index, "lee", "liked", ["l1", "l3"], days=200)
    did(index, "lee", "liked", ["0100", "s4", "s6"], days=1)
    assert kinds(index.recommend("lee", k=1)) == ["Sneakers"]


def test_two_tastes_at_once_share_a_shelf_and_no_middle_of_them_comes(index: Index) -> None:
    did(index, "mo", "liked", ["m1", "m4", "0100", "s4"])
    answer = index.recommend("mo", k=3)
    assert sorted(answer.ids) == ["m5", "s6", "s7"]  # all that is left of both


def test_who_likes_and_dislikes_one_kind_gets_what_is_like_the_liked_of_it(index: Index) -> None:
    did(index, "noa", "liked", ["0007", "t6", "0009"])
    did(index, "noa", "disliked", ["0008", "t5"])
    answer = index.recommend("noa", k=40)
    assert not {"0008", "t5"} & {i for one in answer for i in (one.id, *one.copies, *one.variants)}
    shirts = [i for i in answer.ids if SHOP.kind[i] == "T-shirts"]
    assert answer.ids[0] in shirts
    blue = index.shoppers.get("noa")["learned"]["colours"]
    assert "blue" not in [colour["name"] for colour in blue]


def test_behaviour_leads_on_what_is_known_and_looks_on_what_is_new(index: Index) -> None:
    for number in range(40):
        did(index, f"other{number}", "viewed", ["0100", "w1"] if number % 2 else ["w1", "0100"])
        did(index, f"else{number}", "viewed", ["00", "b6"])
    did(index, "pat", "viewed", ["0100"], days=0.01)
    answer = index.recommend("pat", k=45)
    assert answer.ids[0] == "w1"
    assert answer[0].why[0].kind == "behaviour"
    assert answer[0].why[0].value == "0100"
    assert answer.ids.index("s6") < answer.ids.index("b6")  # new and like it, before known and unlike it
    assert "behaviour" not in answer[answer.ids.index("s6")].evidence


def test_one_shopper_who_had_two_things_does_not_tie_them(index: Index) -> None:
    did(index, "other", "viewed", ["0100", "w1"])
    did(index, "pat", "viewed", ["0100"], days=0.01)
    answer = index.recommend("pat", k=3)
    assert kinds(answer) == ["Sneakers"] * 3


def test_a_visit_without_an_account_works_from_its_last_products_and_nothing_is_kept(index: Index) -> None:
    before = index._records.revision()
    answer = index.recommend(recent=["m1", "m2"], k=2)
    assert set(answer.ids) == {"m4", "m5"}
    assert answer.explain["shopper"]["known"] == "session"
    assert "nothing of it is kept" in answer.explain["shopper"]["because"]
    assert index._records.revision() == before
    assert list(index.shoppers) == []


def test_what_a_visit_looks_at_now_comes_before_what_a_shopper_liked_long_ago(index: Index) -> None:
    did(index, "kim", "liked", ["0100", "s4"], days=300)
    assert kinds(index.recommend("kim", k=1, recent=["l1", "l3"])) == ["Table lamps"]


def test_a_shopper_of_whom_nothing_is_known_gets_different_kinds(index: Index) -> None:
    answer = index.recommend("nobody", k=9)
    assert len(set(kinds(answer))) == 9
    assert answer.explain["shopper"]["known"] == "nothing"
    assert "Nothing is known of this shopper, or of any other" in answer.explain["shopper"]["because"]
    assert answer.ids == index.recommend(k=9).ids


def test_what_is_popular_comes_first_of_its_kind_and_a_popular_kind_comes_twice(index: Index) -> None:
    for number in range(20):
        did(index, f"u{number}", "bought", ["m2", "m4", "c3"] if number < 15 else ["m4"])
    answer = index.recommend(k=4)
    assert answer.ids[0] == "m4"
    assert set(answer.ids[:3]) == {"m4", "c3", "m2"}
    assert answer[0].sentence.startswith("Popular now")
    assert "popular" in answer.explain["shopper"]["because"]
    assert index.recommend(k=12, where="category=Chairs").ids[0] == "c3"


def test_what_is_sold_out_comes_last_where_nothing_is_known(index: Index) -> None:
    for number in range(20):
        did(index, f"u{number}", "bought", ["b5", "b6"])
    assert "b5" not in index.recommend(k=9).ids


def test_products_that_are_gone_or_were_never_there_are_passed_over(index: Index) -> None:
    did(index, "sami", "liked", ["0100", "gone", "never"])
    answer = index.recommend("sami", k=2)
    assert kinds(answer) == ["Sneakers"] * 2
    assert "2 others are not in the catalogue" in answer.explain["shopper"]["because"]
    did(index, "tom", "bought", ["gone"])
    assert index.recommend("tom", k=1).explain["shopper"]["known"] == "nothing"
    assert index.recommend(recent=["gone"], k=1).explain["shopper"]["known"] == "nothing"


def test_the_same_shopper_gets_the_same_shelf(index: Index) -> None:
    did(index, "mo", "liked", ["m1", "m4", "0100", "s4"])
    assert index.recommend("mo").ids == index.recommend("mo").ids
