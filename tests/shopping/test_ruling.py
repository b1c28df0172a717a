"""An index keeps a shop's rules, and its answers follow them on the shelves that they are for."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from lookalike.asking.ruled import ruled, step
from lookalike.asking.similar import similar_query
from lookalike.asking.wishes import Wishes
from lookalike.errors import BadArgument, BadRules
from lookalike.index import Index
from lookalike.products import Price
from lookalike.recommend.answer import Answer
from lookalike.recommend.remarks import remarks
from lookalike.store.memory import MemoryStore
from lookalike.testing.planted import plant, planted

HATS, SHOES = "Hats", "Shoes"


def angle(degrees: float) -> tuple[float, float]:
    return (float(np.cos(np.radians(degrees))), float(np.sin(np.radians(degrees))))


def store() -> MemoryStore:
    """A hat that asks, three hats and two shoes, each further from it than the one before; lamps on the
    other side.
    """
    price = Price(Decimal(20), "EUR")
    lamps = [planted(f"lamp{at}", angle(at), category="Lamps") for at in range(100, 260, 5)]
    return plant(
        [
            *lamps,
            planted("asks", angle(0), category=HATS, title="straw hat", brand="Acme", price=price),
            planted("hat1", angle(10), category=HATS, title="felt hat", brand="Acme", price=price),
            planted("hat2", angle(20), category=HATS, title="wool hats", brand="Birch"),
            planted("hat3", angle(30), category=HATS, title="paper hat", availability="out of stock"),
            planted("shoe1", angle(40), category=SHOES, title="red shoe", brand="Birch"),
            planted("shoe2", angle(50), category=SHOES, title="red sandal", brand="Acme"),
        ]
    )


def rule(settings: str, name: str = "one") -> str:
    return f"[[rule]]\nname = '{name}'\n{settings}\n"


def moment(*when: int) -> int:
    return round(datetime(*when, tzinfo=UTC).timestamp() * 1000)  # type: ignore[arg-type]


def look_alikes(index: Index, **wishes: object) -> Answer:
    return index.similar("asks", recipe="look", where="category!=Lamps", **wishes)  # type: ignore[arg-type]


def test_without_rules_nothing_is_said_of_them() -> None:
    answer = look_alikes(Index(store()))
    assert answer.ids == ["hat1", "hat2", "hat3", "shoe1", "shoe2"]
    assert not {"rules", "pins"} & answer.explain.keys()
    assert Index(store()).rules is None


def test_each_action_does_what_it_says() -> None:
    index = Index(store())
    index.set_rules(
        rule("action='pin'\nids=['shoe2']\nplace=2", "a")
        + rule("action='exclude'\nwhere='title~paper'", "b")
        + rule("action='bury'\nids=['hat1']\nby=10", "c")
        + rule("action='boost'\nwhere='category=Shoes'\nby=5", "d")
    )
    answer = look_alikes(index)
    assert answer.ids == ["shoe1", "shoe2", "hat2", "hat1"]
    assert answer.explain["rules"] == [
        {"name": "a", "action": "pin", "products": 1},
        {"name": "b", "action": "exclude", "products": 1},
        {"name": "c", "action": "bury", "products": 1, "by": 10.0},
        {"name": "d", "action": "boost", "products": 2, "by": 5.0},
    ]
    assert answer.explain["pins"] == [{"id": "shoe2", "place": 2, "shown": True}]
    assert answer.explain["left_out"]["rules"] == 1


def test_rules_hold_for_whoever_asks_the_same_store_and_until_they_are_cleared() -> None:
    shared = store()
    writing, reading = Index(shared), Index(shared)
    assert look_alikes(reading).ids[0] == "hat1"
    text = "# heroes\n" + rule("action='pin'\nids=['shoe2']")
    writing.set_rules(text)
    assert reading.rules == text
    assert look_alikes(reading).ids[0] == "shoe2"
    writing.set_rules(None)
    assert look_alikes(reading).ids[0] == "hat1"
    assert reading.rules is None


def test_an_index_that_does_not_follow_takes_rules_when_it_is_refreshed() -> None:
    shared = store()
    reading = Index(shared, follow=False)
    look_alikes(reading)
    Index(shared).set_rules(rule("action='pin'\nids=['shoe2']"))
    assert look_alikes(reading).ids[0] == "hat1"
    reading.refresh()
    assert look_alikes(reading).ids[0] == "shoe2"


def test_rules_are_told_of_the_catalogue_as_it_is_now() -> None:
    index = Index(store())
    (said,) = index.set_rules(rule("action='exclude'\nids=['hat1', 'hat9']"))
    assert (said["products"], said["unknown"]) == (1, ["hat9"])
    index.remove(["hat1"])
    (said,) = index.check_rules()
    assert (said["products"], said["unknown"]) == (0, ["hat1", "hat9"])
    assert "hat1" not in look_alikes(index).ids


def test_a_rule_is_for_its_shelves() -> None:
    index = Index(store())
    index.set_rules(rule("action='exclude'\nids=['hat1']\nshelves=['search']"))
    assert "hat1" in look_alikes(index).ids
    assert "hat1" not in index.search(text="hat").ids


def test_a_rule_is_for_the_products_that_ask() -> None:
    index = Index(store())
    index.set_rules(rule("action='exclude'\nids=['hat2']\nfor='category=Hats price<=50EUR'"))
    assert "hat2" not in look_alikes(index).ids
    assert "hat2" in index.similar("hat3").ids  # it has no price
    assert "hat2" in index.similar("shoe1").ids
    assert "hat2" in index.search(text="hat").ids  # no product asks


def test_a_rule_is_for_the_words_that_are_typed_in_whatever_number() -> None:
    index = Index(store())
    index.set_rules(rule("action='pin'\nids=['shoe2']\nwords='Hats'"))
    assert index.search(text="felt hat").ids[0] == "shoe2"
    assert index.search(text="red shoe").ids[0] == "shoe1"
    assert look_alikes(index).ids[0] == "hat1"


def test_a_rule_has_its_time() -> None:
    index = Index(store())
    index.set_rules(rule("action='pin'\nids=['shoe2']\nfrom=2026-12-01\nuntil=2026-12-24"))
    view = index._now()
    query = similar_query(view, "asks", "main", Wishes.of(recipe="look"))
    assert ruled(query, view, "similar", moment(2026, 11, 30)) is query
    assert ruled(query, view, "similar", moment(2026, 12, 24, 12)).pins == {1: view.snapshot.row("shoe2")}
    assert ruled(query, view, "similar", moment(2026, 12, 25)) is query
    (said,) = index.check_rules(now=moment(2026, 12, 2))
    assert said["active"]
    assert (said["from"], said["until"]) == ("2026-12-01", "2026-12-24")


def test_two_rules_that_want_one_place_get_one_each_and_lifts_add_up() -> None:
    index = Index(store())
    index.set_rules(
        rule("action='pin'\nids=['shoe2']", "a")
        + rule("action='pin'\nids=['shoe1', 'shoe2']", "b")
        + rule("action='boost'\nids=['hat3']\nby=1", "c")
        + rule("action='boost'\nwhere='category=Hats'\nby=0.5", "d")
    )
    answer = look_alikes(index)
    assert answer.ids[:3] == ["shoe2", "shoe1", "hat3"]
    lifts = {result.id: result.evidence.get("rules") for result in answer}
    assert lifts["hat3"] == pytest.approx(3 * (lifts["hat1"] or 0), abs=2e-5)
    assert lifts["shoe2"] is None


def test_what_is_sold_out_is_not_pinned_where_stock_comes_first() -> None:
    index = Index(store())
    index.set_rules(rule("action='pin'\nids=['hat3']"))
    assert look_alikes(index).ids[0] == "hat3"
    answer = look_alikes(index, stock="first")
    assert answer.ids[-1] == "hat3"
    assert answer.explain["pins"] == [{"id": "hat3", "place": 1, "shown": False, "why": "stock"}]


def test_a_lift_of_one_is_as_much_as_near_neighbours_are_nearer_than_others() -> None:
    index = Index(store())
    view = index._now()
    look = view.scales["look"]
    alone = similar_query(view, "asks", "main", Wishes.of(recipe="look"))
    assert step(alone, view) == pytest.approx(look.high - look.low)
    far = similar_query(view, "asks", "main", Wishes.of(metric="euclidean"))
    apart = np.sqrt(2 - 2 * look.low) - np.sqrt(2 - 2 * look.high)
    assert step(far, view) == pytest.approx(apart, rel=1e-6)


def test_rules_with_mistakes_leave_those_before_as_they_were() -> None:
    index = Index(store())
    good = rule("action='exclude'\nids=['hat1']")
    index.set_rules(good)
    with pytest.raises(BadRules):
        index.set_rules(good + rule("action='pin'", "two"))
    with pytest.raises(BadRules) as caught:
        index.set_rules(rule("action='exclude'\nwhere='season=summer'"))
    assert "line 1: The catalogue has no column 'season'." in caught.value.message
    assert index.rules == good


def test_a_rule_on_a_column_that_has_gone_hinders_no_answer_and_says_so() -> None:
    index = Index(store())
    index._store.notes.write("rules.toml", rule("action='boost'\nwhere='season=summer'").encode())
    answer = look_alikes(index)
    assert answer.ids[0] == "hat1"
    (said,) = answer.explain["rules"]
    assert said["products"] == 0 and said["problem"].startswith("The catalogue has no column 'season'.")


def test_rules_that_can_no_longer_be_read_are_not_passed_over_in_silence() -> None:
    index = Index(store())
    index._store.notes.write("rules.toml", b"[[rule]]\naction = 'exclud'\n")
    answer = look_alikes(index)
    assert answer.ids[0] == "hat1"
    (said,) = answer.explain["rules"]
    assert said["problem"].startswith("The kept rules cannot be read, and none applies (line 1: The rule has")
    assert said["problem"] in remarks(answer)
    assert [one["problem"] for one in index.search(text="hat").explain["rules"]] == [said["problem"]]
    with pytest.raises(BadRules):
        index.check_rules()
    index.set_rules(None)
    assert "rules" not in look_alikes(index).explain


def test_rules_come_from_a_file_or_a_text(tmp_path: Path) -> None:
    index = Index(store())
    file = tmp_path / "rules.toml"
    file.write_text(rule("action='exclude'\nids=['hat1']"), encoding="utf-8-sig")
    index.set_rules(file)
    assert "hat1" not in look_alikes(index).ids
    index.set_rules(str(file))
    assert index.rules == rule("action='exclude'\nids=['hat1']")
    index.set_rules("")
    assert index.rules is None
    for wrong in (tmp_path, tmp_path / "none.toml", "none.toml"):
        with pytest.raises(BadArgument):
            index.set_rules(wrong)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadArgument):
        index.set_rules(file)


def test_a_product_that_asks_is_not_pinned_beside_itself() -> None:
    index = Index(store())
    index.set_rules(rule("action='pin'\nids=['asks']"))
    assert look_alikes(index).explain["pins"] == [{"id": "asks", "place": 1, "shown": False, "why": "itself"}]
