from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lookalike.evaluation.split import families, hash_split, held_out, product_families, ties_of


def test_ties_make_families_by_others_too() -> None:
    family = families("abcdef", [["a", "b"], ["c", "b"], ["f", "e", "outside"]])
    assert family == {"a": "a", "b": "a", "c": "a", "d": "d", "e": "e", "f": "e"}


@given(st.lists(st.lists(st.integers(0, 30), min_size=2, max_size=4), max_size=12), st.floats(0.1, 0.9))
def test_no_family_is_ever_on_both_sides(ties: list[list[int]], share: float) -> None:
    family = families(map(str, range(31)), [[str(i) for i in tie] for tie in ties])
    here, apart = hash_split(family, share)
    assert sorted(here + apart) == sorted(family)
    assert not {family[i] for i in here} & {family[i] for i in apart}


def test_a_split_takes_about_its_share_and_never_changes_its_mind() -> None:
    family = {str(i): str(i) for i in range(4000)}
    here, apart = hash_split(family, 0.2)
    assert 0.17 < len(apart) / 4000 < 0.23
    smaller = {i: i for i in list(family)[:100]}
    assert set(hash_split(smaller, 0.2)[1]) == set(apart) & set(smaller)
    assert set(hash_split(family, 0.1)[1]) < set(apart)
    assert set(hash_split(family, 0.2, salt="again")[1]) != set(apart)
    assert not set(here) & set(apart)


def test_products_that_share_a_value_are_tied_and_an_empty_value_ties_nothing() -> None:
    assert ties_of({"a": "x", "b": "", "c": "x", "d": ""}) == [["a", "c"]]
    assert ties_of({"a": ["1", "2"], "b": ["2", "2"], "c": [], "d": ["3", ""], "e": [""]}) == [["a", "b"]]


def test_variants_and_products_that_show_one_picture_are_a_family_by_one_call() -> None:
    family = product_families(
        ["red", "blue", "copy", "other"],
        groups={"red": "style-1", "blue": "style-1", "other": ""},
        contents={"red": ["p1"], "blue": ["p2", "p3"], "copy": ["p3"], "other": ["p4"]},
    )
    assert family == {"red": "blue", "blue": "blue", "copy": "blue", "other": "other"}
    assert product_families(["a", "b"]) == {"a": "a", "b": "b"}


def test_what_is_held_out_is_the_far_side_of_the_split_with_its_copies() -> None:
    ids = [str(i) for i in range(500)]
    ties = [[str(i), str(i + 250)] for i in range(100)]
    apart = held_out(ids, ties)
    assert apart == set(hash_split(families(ids, ties), 0.2)[1])
    assert all((one in apart) == (other in apart) for one, other in ties)
    few = held_out(ids[200:300], ties)
    assert few == apart & set(ids[200:300])
