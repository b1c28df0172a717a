"""Events become questions by one moment in time: what came before teaches, the visits after it ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.errors import BadArgument
from lookalike.evaluation.cases import Case
from lookalike.evaluation.question import Question, Visit
from lookalike.events import KINDS, Event, Kind, Log
from lookalike.verdict.visits import IN_VISIT, OF_SHOPPER, QUESTIONS, EventSplit, split_events

MINUTE, DAY = 60_000, 24 * 3600 * 1000
CUT = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp() * 1000)
IDS = [f"p{number}" for number in range(8)]


def visit(
    items: Sequence[str] | str, day: float, user: str = "", kind: Kind = "viewed", name: str = ""
) -> list[Event]:
    """One visit so many days after the cut, a minute for each product."""
    began = int(CUT + day * DAY)
    session = name or f"s{began}-{user}"
    return [
        Event(user, item, kind, began + at * MINUTE, session=session)
        for at, item in enumerate(items.split() if isinstance(items, str) else items)
    ]


def split(events: Iterable[Event], most: int | None = None, ids: Sequence[str] = IDS) -> EventSplit:
    return split_events(Log.of(events), ids, cut=CUT, most=most)


def right(question: Question, case: Case) -> set[str]:
    """The products that are right for a case, of all there are."""
    ids = [*IDS, "gone"]
    return {i for i, one in zip(ids, question.cases.truth.relevant(case, ids), strict=True) if one}


def asked(found: EventSplit, name: str) -> list[tuple[tuple[str, ...], set[str], set[str]]]:
    """Of each case what asks, what is right, and what does not count."""
    question = found.questions[name]
    return sorted((case.ask.items, right(question, case), set(case.ignore)) for case in question.cases.cases)


def test_each_product_that_is_new_in_a_visit_is_asked_for_by_what_came_before_it() -> None:
    found = split([*visit("p0 p1", -1), *visit("p0 p0 p3 p0 p1", 1)])
    assert asked(found, IN_VISIT) == [
        (("p0",), {"p3"}, {"p0"}),
        (("p0", "p3", "p0"), {"p1"}, {"p0", "p3"}),
    ]
    assert found.questions[IN_VISIT].metric == "recall_at_10"
    assert "1 March 2026, 00:00" in found.questions[IN_VISIT].said


def test_what_a_named_shopper_had_before_is_neither_asked_for_nor_counted() -> None:
    found = split([*visit("p0 p1 p2", -1, "ann"), *visit("p3 p1 p4", 1, "ann")])
    assert asked(found, IN_VISIT) == [(("p3", "p1"), {"p4"}, {"p0", "p1", "p2", "p3"})]
    assert found.questions[IN_VISIT].cases.left_out["product that the shopper had before"] == 1
    assert found.questions[IN_VISIT].cases.cases[0].ask.user == "ann"


def test_a_known_shopper_asks_for_what_the_first_visit_after_chose_and_was_not_had() -> None:
    found = split(
        [
            *visit("p2 p0 p1 p0", -2, "ann"),
            *visit("p3", -2, "bob"),
            *visit("p1 p3", 1, "ann"),
            *visit("p4", 2, "ann"),
            *visit("p0", 1, "eve"),
        ]
    )
    assert asked(found, OF_SHOPPER) == [(("p2", "p1", "p0"), {"p3"}, {"p0", "p1", "p2"})]
    assert found.questions[OF_SHOPPER].cases.left_out["shopper who came for the first time"] == 1


def test_of_a_visit_with_a_purchase_what_was_bought_is_right() -> None:
    before = [*visit("p0", -2, "ann"), *visit("p1 p2 p3 p4", -1, "bob")]
    looked, bought = visit("p1 p2 p3", 1, "ann"), visit("p2", 1.001, "ann", "bought")
    named = [Event(one.user, one.item, one.kind, one.time, session="s") for one in (*looked, *bought)]
    assert asked(split([*before, *named]), OF_SHOPPER) == [(("p0",), {"p2"}, {"p0"})]


def test_what_was_done_at_one_moment_has_no_order_and_is_right_together() -> None:
    invoice = [Event("ann", item, "bought", CUT + DAY, session="i") for item in ("p1", "p2", "p3")]
    known = visit("p0 p1 p2 p3 p4", -1, "bob")
    found = split([*known, *invoice])
    assert IN_VISIT not in found.questions
    assert "1 visit of one moment, which has no order" in found.unasked[IN_VISIT]
    later = Event("ann", "p4", "bought", CUT + DAY + MINUTE, session="i")
    assert asked(split([*known, *invoice, later]), IN_VISIT) == [
        (("p1", "p2", "p3"), {"p4"}, {"p1", "p2", "p3"})
    ]


def test_products_that_nobody_had_before_are_cold_and_judged_apart() -> None:
    found = split([*visit("p0 p1", -2, "ann"), *visit("p2", -1, "bob"), *visit("p2 p5 p6", 1, "ann")])
    question = found.questions[OF_SHOPPER]
    by_key = {case.key: case for case in question.cases.cases}
    warm, cold = ([by_key[key] for key in question.parts[part]] for part in ("warm", "cold"))
    assert [(right(question, case), set(case.ignore)) for case in warm] == [
        ({"p2"}, {"p0", "p1", "p5", "p6"})
    ]
    assert [(right(question, case), set(case.ignore)) for case in cold] == [
        ({"p5", "p6"}, {"p0", "p1", "p2"})
    ]
    assert warm[0].cluster == cold[0].cluster


def test_nothing_of_after_the_moment_is_known_before_it() -> None:
    found = split([*visit("p0 p1", -1, "ann"), *visit("p0 p2 p3", 1, "ann"), *visit("p1 p0", 2)])
    assert found.before.time.max() < CUT
    assert found.had == {"p0": 1, "p1": 1}
    assert found.shoppers == 1


def test_who_has_no_name_is_a_shopper_for_each_visit() -> None:
    found = split([*visit("p0", -3), *visit("p0 p1", -2), *visit("p0", -2, "ann"), *visit("p1", -1, "ann")])
    assert (found.had, found.shoppers) == ({"p0": 3, "p1": 2}, 3)


def test_without_a_moment_the_last_fifth_of_the_visits_asks() -> None:
    events = [event for day in range(20) for event in visit("p0 p1", day)]
    found = split_events(Log.of(events), IDS)
    assert found.cut == CUT + 16 * DAY
    assert len(found.questions[IN_VISIT].cases.cases) == 4


@pytest.mark.parametrize("cut", ["2026-03-01", datetime(2026, 3, 1, tzinfo=UTC), CUT, CUT // 1000])
def test_a_moment_is_read_as_people_write_it(cut: object) -> None:
    assert split_events(Log.of(visit("p0", 1)), IDS, cut=cut).cut == CUT  # type: ignore[arg-type]


def test_what_is_no_moment_is_refused_with_how_to_write_one() -> None:
    with pytest.raises(BadArgument, match="split events at is 'soon'") as error:
        split_events(Log.of(visit("p0", 1)), IDS, cut="soon")
    assert "2026-11-22T06:30:00Z" in error.value.next_step


def test_what_cannot_be_used_is_left_out_and_counted() -> None:
    events = [
        *visit("p0 p1 p2", -1, "ann"),
        *visit("p0 gone p2", 1, "ann"),
        Event("ann", "p1", "viewed", 1_000),
        *visit([IDS[at % 8] for at in range(201)], 2, "robot"),
        *visit("p0", 3),
        *visit("p0 p1", -1 / (24 * 60), "eve", name="long"),
        Event("eve", "p2", "viewed", CUT + MINUTE, session="long"),
        *visit("p3 p4", 4, "joe"),
    ]
    found = split(events)
    assert found.excluded == {
        "event without a time": 1,
        "event of a product that is not in the catalogue": 1,
        "visit of more than 200 events, which is no shopper's": 1,
        "event of a visit that was under way when the time was split": 2,
    }
    assert found.questions[IN_VISIT].cases.left_out["visit with one product only"] == 1
    assert [case.ask.user for case in found.questions[IN_VISIT].cases.cases] == ["joe"]


def test_to_be_shown_a_product_or_to_dislike_it_chooses_nothing() -> None:
    shown = [*visit("p1 p2", 1, "ann", "shown"), *visit("p3", 1, "ann", "disliked")]
    found = split([*visit("p0 p1 p2 p3", -1, "bob"), *visit("p0", -1, "ann"), *shown])
    assert not found.questions
    assert "nobody asks" in found.unasked[IN_VISIT]


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([], "lookalike record FILE"),
        (visit("gone away", 1), "that is in the catalogue"),
        (visit("p0 p1", 1, "ann"), "nothing teaches"),
        (visit("p0 p1", -1, "ann"), "nobody asks"),
        ([*visit("p0 p1", -1), *visit("p0", 1)], "second product"),
    ],
)
def test_where_nothing_can_be_asked_it_says_why(events: list[Event], said: str) -> None:
    found = split(events)
    assert not found.questions
    assert said in found.unasked[IN_VISIT]
    assert set(found.unasked) == set(QUESTIONS)


def test_all_at_one_moment_leaves_nothing_that_teaches() -> None:
    events = [Event(f"u{number}", "p0", "bought", CUT) for number in range(9)]
    found = split_events(Log.of(events), IDS)
    assert "nothing teaches" in found.unasked[OF_SHOPPER]


def test_two_visits_of_nobody_that_are_alike_to_the_moment_are_two() -> None:
    found = split([*visit("p0", -1), *visit("p0 p1", 1, name="one"), *visit("p0 p1", 1, name="other")])
    cases = found.questions[IN_VISIT].cases.cases
    assert len({case.key for case in cases}) == len({case.cluster for case in cases}) == 2


def test_no_name_of_a_shopper_stands_in_a_report() -> None:
    found = split([*visit("p0 p1", -1, "ann@example.org"), *visit("p0 p2 p3", 1, "ann@example.org")])
    for question in found.questions.values():
        for case in question.cases.cases:
            assert "ann" not in f"{case.key} {case.cluster} {question.to_dict()}"


def crowd(shoppers: int) -> list[Event]:
    """Shoppers with a visit of two products before, and one of four after."""
    chance = np.random.default_rng(3)
    events = []
    for number in range(shoppers):
        items = chance.permutation(IDS)
        events += visit([*items[:2]], -1 - number / 100, f"u{number}")
        events += visit([*items[2:6]], 1 + number / 100, f"u{number}")
    return events


def test_whole_shoppers_are_drawn_until_there_are_cases_enough_the_same_ones_each_time() -> None:
    events = crowd(40)
    every, some, more = (split(events, most) for most in (None, 20, 60))
    keys = [{case.key for case in one.questions[IN_VISIT].cases.cases} for one in (some, more, every)]
    assert [len(own) for own in keys] == [21, 60, 120]
    assert keys[0] < keys[1] < keys[2]
    assert some.questions[IN_VISIT].cases.left_out["visit that was not drawn"] == 33
    assert len(some.questions[OF_SHOPPER].cases.cases) == 20
    other = split_events(Log.of(events), IDS, cut=CUT, most=20, seed=1)
    assert {case.key for case in other.questions[IN_VISIT].cases.cases} != keys[0]


def test_a_sample_stays_when_the_shop_goes_on() -> None:
    events = crowd(40)
    later = split([*events, *visit("p0 p1 p2", 9, "new"), *visit("p3 p4", 8)], 10**6)
    assert {case.key for case in split(events, 20).questions[IN_VISIT].cases.cases} < {
        case.key for case in later.questions[IN_VISIT].cases.cases
    }


DONE = st.builds(
    lambda user, item, kind, minute: Event(
        user, item, kind, CUT + minute * MINUTE, session="" if user else "v"
    ),
    st.sampled_from(["", "ann", "bob", "eve"]),
    st.sampled_from([*IDS, "gone"]),
    st.sampled_from(KINDS),
    st.integers(-200, 200),
)


@given(st.lists(DONE, max_size=60))
def test_of_any_events_what_is_right_is_new_known_to_the_catalogue_and_warm_or_cold(
    events: list[Event],
) -> None:
    found = split(events)
    assert set(found.questions) | set(found.unasked) == set(QUESTIONS)
    assert not set(found.questions) & set(found.unasked)
    for question in found.questions.values():
        keys = [case.key for case in question.cases.cases]
        assert len(set(keys)) == len(keys)
        assert sorted(key for part in question.parts.values() for key in part) == sorted(keys)
        for case in question.cases.cases:
            assert isinstance(case.ask, Visit)
            wanted = right(question, case)
            assert len(wanted) == question.cases.truth.total(case) > 0
            assert not wanted & (case.ignore | set(case.ask.items) | {"gone"})
            assert set(case.ask.items) <= case.ignore
            assert wanted <= set(found.had) if case.key in question.parts.get("warm", ()) else True
            assert not wanted & set(found.had) if case.key in question.parts.get("cold", ()) else True
