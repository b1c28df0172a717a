"""What is said of an answer: how the words were read, what the stages did, and what was folded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from lookalike.products import Product
from lookalike.recommend.answer import Answer
from lookalike.recommend.recommendation import Instead, Recommendation
from lookalike.recommend.remarks import folded_into, folding, percent, remarks, warning
from lookalike.recommend.sheet import answer_html

ONE = Recommendation(Product("a", title="Shoe"), 0.5, {"look": 0.5}, similarity=0.5, closeness=0.25)


def answer_of(explain: Mapping[str, object], far: bool = False, instead: Sequence[Instead] = ()) -> Answer:
    return Answer(() if instead else (ONE,), True, explain, None, None, {}, far, tuple(instead))


@pytest.mark.parametrize(
    ("explain", "said"),
    [
        ({}, []),
        (
            {"words": {"unknown": ["qwx"], "read_as": ["sneekers was read as sneakers"], "colours": []}},
            ["sneekers was read as sneakers.", "This catalogue knows nothing of “qwx”."],
        ),
        (
            {"kind": {"name": "Shoes", "from": "label", "share": 1}},
            ["Of the kind “Shoes”, as it is labelled."],
        ),
        (
            {"kind": {"name": "Shoes", "from": "neighbours", "share": 0.84}},
            ["Of the kind “Shoes”, as 84% of its neighbours are."],
        ),
        ({"recipe_because": "It has no picture"}, ["It has no picture."]),
        ({"kind": None, "recipe_because": None, "stages": []}, []),
        ({"stages": [{"stage": "collapse", "in": 9, "out": 5}]}, []),
        (
            {"stages": [{"stage": "stock", "in": 9, "out": 9, "moved": 2, "sold_out": 2}]},
            ["What is in stock comes first."],
        ),
        ({"stages": [{"stage": "stock", "in": 9, "out": 9, "moved": 0, "sold_out": 0}]}, []),
        (
            {"stages": [{"stage": "brands", "in": 9, "out": 5, "moved": 4, "per_brand": 2}]},
            ["At most 2 of a brand."],
        ),
        (
            {"stages": [{"stage": "diversity", "in": 9, "out": 9, "moved": 1, "dial": 0.5}]},
            ["Chosen to differ from one another: 1 place changed."],
        ),
    ],
)
def test_remarks_tell_what_was_read_and_done(explain: dict[str, object], said: list[str]) -> None:
    answer = answer_of(explain)
    assert remarks(answer) == said
    if said:
        assert " ".join(said) in answer_html(answer)


def test_variants_and_copies_folded_are_told_apart() -> None:
    one = Recommendation(Product("a"), 0.5, {}, copies=("b",), variants=("c", "d"))
    assert folded_into(one) == "+1 copy, +2 variants"
    assert folded_into(ONE) == ""
    told = folding(answer_of({"folded": 3, "folded_by": {"copies": 1, "variants": 2}, "left_out": {}}))
    copies, variants = told.split(", ")
    assert copies == "1 product folded into one that shows the same picture"
    assert variants == "2 variants folded into the best of their style"


def test_nothing_close_stands_before_the_results() -> None:
    assert warning(answer_of({}, far=True)) == "Nothing here is close; these are the nearest."
    html = answer_html(answer_of({"nothing_close": "Nothing is <close>."}, far=True))
    assert html.index("Nothing is &lt;close&gt;.") < html.index("Shoe")
    assert warning(answer_of({})) == ""


def test_a_sheet_shows_how_close_a_result_is_and_dims_what_is_far() -> None:
    html = answer_html(answer_of({"closeness": {"neighbours": 10, "nothing_close_below": 0.4}}))
    assert 'class="track" aria-hidden="true"><i style="width:25%">' in html
    far = answer_html(answer_of({"closeness": {"neighbours": 10, "nothing_close_below": 0.6}}))
    assert 'class="track distant"' in far


def test_a_sheet_without_results_shows_what_there_is_instead() -> None:
    other = Instead("Without price<=5 there are 12, from 14.99 EUR.", None, None, 12, (ONE,))
    html = answer_html(answer_of({"unmet": ["Nothing has price<=5."]}, instead=[other]))
    assert html.index("Nothing in the catalogue matches.") < html.index("Nothing has price&lt;=5.")
    assert html.index("Without price&lt;=5 there are 12, from 14.99 EUR.") < html.index("Shoe")


@pytest.mark.parametrize(("share", "text"), [(None, ""), (0.0, "0%"), (0.947, "94%"), (1.0, "99%")])
def test_a_closeness_in_a_table_is_never_all(share: float | None, text: str) -> None:
    assert percent(share) == text
