"""What an index answers, on vectors planted by hand: every neighbour is known."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.errors import BadArgument, UnknownProduct
from lookalike.index import Index
from lookalike.products import Price, Product
from lookalike.store.memory import MemoryStore
from lookalike.testing.planted import BLUE, RED, plant, planted
from lookalike.vectors import Space


def angle(degrees: float, length: float = 1.0) -> tuple[float, float]:
    """A vector of a given direction and length: the nearer the angles, the more alike."""
    return (float(length * np.cos(np.radians(degrees))), float(length * np.sin(np.radians(degrees))))


def euros(amount: str) -> Price:
    return Price(Decimal(amount), "EUR")


def shop() -> Index:
    return Index(
        plant(
            [
                planted("asks", angle(0), angle(90), palette=BLUE, group="g1", category="Shoes"),
                planted("near", angle(10), palette=RED, category="Shoes", price=euros("80")),
                planted("far", angle(50), palette=BLUE, category="Hats", price=euros("20"), brand="Birch"),
                planted("variant", angle(1), palette=RED, group="g1", category="Shoes"),
                planted("second", angle(120), angle(20), category="Hats", attributes={"Season": "Summer"}),
                planted("behind", angle(180), category="Lamps", price=euros("20")),
            ]
        )
    )


def test_the_nearest_come_first_with_their_cosines() -> None:
    answer = shop().similar("asks", recipe="look")
    assert answer.ids == ["near", "second", "far", "behind"]
    assert [round(result.score, 3) for result in answer] == [0.985, 0.94, 0.643, -1.0]


def test_the_product_and_its_variants_are_left_out_unless_asked_for() -> None:
    assert "variant" not in shop().similar("asks").ids
    assert shop().similar("asks", variants=True).ids[0] == "variant"
    assert "asks" not in shop().similar("asks", variants=True).ids


def test_several_pictures_are_one_product_and_its_best_picture_counts() -> None:
    answer = shop().similar("asks")
    assert answer.ids.count("second") == 1
    (second,) = [result for result in answer if result.product.id == "second"]
    assert second.evidence["picture"] == 1


def test_the_main_picture_asks_unless_all_do() -> None:
    assert shop().similar("asks", k=1).ids == ["near"]
    assert shop().similar("asks", k=2, pictures="all").ids == ["near", "second"]
    scores = {
        result.product.id: result.score for result in shop().similar("asks", pictures="all", recipe="look")
    }
    assert scores["second"] == pytest.approx(np.cos(np.radians(20)), abs=2e-4)
    assert scores["behind"] == pytest.approx(0.0, abs=2e-4)


def test_a_distance_orders_by_length_too_and_a_cosine_does_not() -> None:
    index = Index(
        plant([planted("q", angle(0)), planted("long", angle(5, 9.0)), planted("short", angle(30, 1.0))])
    )
    assert index.similar("q").ids == ["long", "short"]
    answer = index.similar("q", metric="euclidean")
    assert answer.ids == ["short", "long"]
    assert answer[0].evidence["distance"] == pytest.approx(2 * np.sin(np.radians(15)), abs=1e-3)
    assert answer[0].score == pytest.approx(-answer[0].evidence["distance"])


def test_weights_bring_the_same_colour_forward() -> None:
    assert shop().similar("asks", k=1, weights={"look": 1, "colour": 1}).ids == ["far"]
    assert shop().similar("asks", k=1, weights={"look": 1, "colour": 0}).ids == ["near"]
    by_colour = shop().similar("asks", weights={"colour": 1})
    assert by_colour.ids[0] == "far"
    assert by_colour[0].score == pytest.approx(1.0)


def test_a_weighed_score_is_the_weighted_mean_of_its_evidence() -> None:
    for result in shop().similar("asks", weights={"look": 3, "colour": 1}):
        mean = (3 * result.evidence["look"] + result.evidence["colour"]) / 4
        assert result.score == pytest.approx(mean, abs=1e-4)


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        ("category=Hats", ["second", "far"]),
        ("price<=50", ["far", "behind"]),
        ("colour=blue", ["far"]),
        ("brand=Birch", ["far"]),
        ("season=Summer", ["second"]),
        ("attributes.season=Summer", ["second"]),
        ("category=Nothing", []),
    ],
)
def test_a_wish_is_kept_and_the_answer_says_that_it_is_all_there_is(where: str, ids: list[str]) -> None:
    answer = shop().similar("asks", where=where)
    assert answer.ids == ids
    assert answer.complete
    assert answer.explain["matching"] == len(ids)


def test_an_answer_cut_at_k_says_that_there_is_more() -> None:
    answer = shop().similar("asks", k=2)
    assert not answer.complete
    assert answer.explain["matching"] == 4
    assert answer.explain["left_out"] == {"filter": 0, "itself": 1, "variants": 1, "copies": 0, "excluded": 0}


def test_weights_of_any_size_weigh_alike() -> None:
    small = shop().similar("asks", weights={"look": 1, "colour": 1})
    huge = shop().similar("asks", weights={"look": 1e308, "colour": 1e308})
    assert [(r.id, r.score) for r in small] == [(r.id, r.score) for r in huge]


def test_columns_that_differ_in_case_or_look_like_a_prefix_are_found() -> None:
    index = Index(
        plant(
            [
                planted("a", angle(0)),
                planted("b", angle(1), attributes={"Fit": "slim", "fit": "wide", "attributes.size": "M"}),
            ]
        )
    )
    for where in (
        "Fit=slim",
        "fit=wide",
        "attributes.size=M",
        "attributes.Fit=slim",
        "attributes.attributes.size=M",
    ):
        assert index.select(where) == ["b"], where


def test_excluded_products_do_not_come_back() -> None:
    assert shop().similar("asks", exclude=["near", "unheard of"]).ids == ["second", "far", "behind"]


def test_equal_scores_are_ordered_by_id() -> None:
    index = Index(plant([planted(i, angle(0)) for i in ("q", "b", "a", "d", "c")]))
    assert index.similar("q", k=3).ids == ["a", "b", "c"]


def test_a_product_without_a_picture_neither_answers_nor_breaks_the_answer() -> None:
    store = plant([planted("a", angle(0)), planted("b", angle(5))])
    with store.writer() as writer:
        writer.commit([Product("bare")])
    index = Index(store)
    assert index.similar("a").ids == ["b"]
    assert index.similar("bare").ids == []
    assert index.product("bare").id == "bare"
    assert index.vectors()[0] == ["a", "b"]


def test_an_empty_index_answers_with_nothing() -> None:
    index = Index(MemoryStore(Space("none", "none", 4), "none"))
    assert len(index) == 0
    assert index.ids == []
    with pytest.raises(UnknownProduct):
        index.similar("a")


def test_what_is_removed_is_in_no_later_answer() -> None:
    index = shop()
    assert index.remove(["near"]) == 1
    assert index.similar("asks", k=1).ids == ["second"]
    assert "near" not in index
    with pytest.raises(UnknownProduct, match="near"):
        index.similar("near")


def test_removing_an_unknown_product_removes_nothing() -> None:
    index = shop()
    with pytest.raises(UnknownProduct, match="nobody"):
        index.remove(["near", "nobody"])
    assert "near" in index


def test_similarities_are_cosines_of_main_pictures_in_the_order_asked() -> None:
    matrix = shop().similarities(["asks", "far", "behind"])
    expected = [[np.cos(np.radians(a - b)) for b in (0, 50, 180)] for a in (0, 50, 180)]
    assert np.allclose(matrix, expected, atol=1e-3)


def test_vectors_come_with_their_ids() -> None:
    ids, matrix = shop().vectors()
    assert ids == sorted(["asks", "near", "far", "variant", "second", "behind"])
    assert matrix.shape == (6, 2)
    assert np.allclose(matrix[ids.index("far")], angle(50), atol=1e-3)


def test_whole_numbers_are_taken_for_ids() -> None:
    index = Index(plant([planted("10007", angle(0)), planted("00042", angle(5)), planted("x", angle(9))]))
    assert index.similar(10007, exclude=[42]).ids == ["00042", "x"]
    assert 10007 in index
    assert 42 not in index
    assert index.similarities([10007, "x"]).shape == (2, 2)
    assert index.product(np.int64(10007)).id == "10007"


@pytest.mark.parametrize(
    ("wanted", "near"),
    [("42", "00042"), ("a002", "A002"), ("hat/A002", "A002"), ("A003", "A002"), ("zzzzzzz", "3 ids")],
)
def test_an_id_that_is_not_there_is_answered_with_those_near_it(wanted: str, near: str) -> None:
    index = Index(
        plant([planted("00042", angle(0)), planted("A002", angle(5)), planted("red-mug", angle(9))])
    )
    with pytest.raises(UnknownProduct) as caught:
        index.similar(wanted)
    assert near in caught.value.next_step


def test_products_are_selected_by_the_same_filters() -> None:
    assert shop().select("category=Shoes") == ["asks", "near", "variant"]
    assert len(shop().select()) == 6


@pytest.mark.parametrize("wrong", [5.5, None, ["asks"], b"asks"])
def test_what_is_no_id_is_refused(wrong: Any) -> None:
    with pytest.raises(BadArgument, match="no product id"):
        shop().similar(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"k": 0},
        {"k": -1},
        {"k": 10**6},
        {"k": 2.5},
        {"weights": {"smell": 1}},
        {"weights": {"look": -1}},
        {"weights": {"look": 0}},
        {"weights": {"look": float("nan")}},
        {"metric": "manhattan"},
        {"metric": "euclidean", "weights": {"look": 1, "colour": 1}},
        {"pictures": "some"},
        {"weights": ["look"]},
        {"weights": {"look": "much"}},
        {"weights": "look"},
        {"exclude": None},
    ],
)
def test_a_wrong_argument_is_refused_with_a_next_step(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadArgument) as caught:
        shop().similar("asks", **wrong)
    assert caught.value.next_step


def test_an_answer_is_a_document_a_frame_and_pictures() -> None:
    answer = shop().similar("asks", k=2, recipe="look")
    document = answer.to_dict()
    assert set(document) == {"results", "complete", "nothing_close", "instead", "explain"}
    own = {"id", "score", "product", "evidence", "why", "sentence", "copies", "variants"}
    assert set(document["results"][0]) == own | {"similarity", "closeness", "same_product"}
    assert document["results"][0]["product"]["price"] == {"amount": 80.0, "currency": "EUR"}
    frame = answer.to_pandas()
    assert frame["id"].tolist() == ["near", "second"]
    assert frame["price"].iloc[0] == 80.0
    assert np.isnan(frame["price"].iloc[1])
    assert frame["Season"].iloc[1] == "Summer"
    assert [result.id for result in answer] == ["near", "second"]
    assert repr(answer) == "Answer(2 products: 'near' 0.985, 'second' 0.940)"
    assert answer.to_html().startswith("<!doctype html>")
    html = answer._repr_html_()
    assert html.count("<li") == 2
    assert "data:image/jpeg;base64," in html


def test_an_empty_answer_is_a_frame_too() -> None:
    frame = shop().similar("asks", where="category=Nothing").to_pandas()
    assert list(frame.columns[:4]) == ["id", "score", "look", "colour"]
    assert len(frame) == 0


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 359), st.integers(1, 3)), min_size=2, max_size=12),
    st.integers(1, 12),
)
def test_answers_are_those_of_a_plain_loop(products: list[tuple[int, int]], k: int) -> None:
    items = [
        planted(f"{number:02}", *(angle(start + 37 * extra) for extra in range(pictures)))
        for number, (start, pictures) in enumerate(products)
    ]
    index = Index(plant(items))
    ids, _ = index.vectors()
    looks = {item.product.id: np.array(item.vectors, dtype=np.float64) for item in items}
    scores = {i: (looks[i] @ looks["00"][0]).max() for i in ids if i != "00"}
    answer = index.similar("00", k=k)
    assert len(answer) == min(k, len(scores))
    got = [scores[i] for i in answer.ids]
    assert np.allclose(got, sorted(scores.values(), reverse=True)[:k], atol=2e-3)
