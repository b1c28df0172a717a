"""No brand has more than so many products in an answer."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from lookalike.recommend.stages.brands import at_most


def test_the_first_of_each_brand_stay() -> None:
    assert at_most(["Cole", "Cole", "Acme", "Cole", "Acme"], 2).tolist() == [0, 1, 2, 4]


def test_a_brand_is_the_same_in_other_letters() -> None:
    assert at_most(["Acme", "ACME ", " acme"], 1).tolist() == [0]


def test_a_product_without_a_brand_always_stays() -> None:
    assert at_most(["", " ", "Acme", "", "Acme"], 1).tolist() == [0, 1, 2, 3]


@given(st.lists(st.sampled_from(["Acme", "Cole", "Birch", ""]), max_size=30), st.integers(1, 4))
def test_a_product_is_left_out_only_when_its_brand_is_full(brands: list[str], most: int) -> None:
    stays = at_most(brands, most).tolist()
    assert stays == sorted(set(stays))
    counts = Counter(brands[at] for at in stays if brands[at])
    assert all(count <= most for count in counts.values())
    for at in set(range(len(brands))) - set(stays):
        assert [brands[other] for other in stays if other < at].count(brands[at]) == most
