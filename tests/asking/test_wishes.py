"""Wishes are read and refused in one place, before anything is looked for."""

from __future__ import annotations

from typing import Any

import pytest

from lookalike.asking.wishes import RECIPES, Wishes, weighted_ids
from lookalike.errors import BadArgument, BadFilter


@pytest.mark.parametrize(
    ("wrong", "step"),
    [
        ({"recipe": "soup"}, f"Choose {', '.join(RECIPES[:-1])} or {RECIPES[-1]}."),
        ({"recipe": 5}, "Choose"),
        ({"recipe": ["look"]}, "Choose"),
        ({"metric": "manhattan"}, "Choose cosine or euclidean."),
        ({"stock": "last"}, "Choose any or first."),
        ({"stock": None}, "Choose any or first."),
        ({"variants": "yes"}, "Choose false or true."),
        ({"duplicates": 1}, "Choose false or true."),
        ({"diversity": -0.1}, "Give a number from 0 to 1."),
        ({"diversity": 1.01}, "Give a number from 0 to 1."),
        ({"diversity": float("nan")}, "Give a number from 0 to 1."),
        ({"diversity": 10**400}, "Give a number from 0 to 1."),
        ({"diversity": "0.5"}, "Give a number from 0 to 1."),
        ({"diversity": True}, "Give a number from 0 to 1."),
        ({"per_brand": 0}, "Give a whole number from 1 up"),
        ({"per_brand": 1.5}, "Give a whole number from 1 up"),
        ({"per_brand": True}, "Give a whole number from 1 up"),
        ({"per_brand": "2"}, "Give a whole number from 1 up"),
        ({"k": 0}, "Ask for 1 to"),
    ],
    ids=str,
)
def test_what_is_no_wish_is_refused_with_what_can_be_said_instead(wrong: dict[str, Any], step: str) -> None:
    with pytest.raises(BadArgument) as refused:
        Wishes.of(**wrong)
    assert refused.value.next_step.startswith(step)


def test_what_is_to_be_otherwise_is_promised_as_all_else_is() -> None:
    query = Wishes.of(where="brand=Acme", but="colour=blue price<=50").query({"look": 1.0})
    assert [str(term) for term in query.where.terms] == ["brand=Acme", "colour=blue", "price<=50"]
    assert query.but.terms == query.where.terms[1:]
    assert query.own_variants
    assert not Wishes.of(where="colour=blue").query({"look": 1.0}).own_variants


@pytest.mark.parametrize("wrong", ["price<=", "(", 5])
def test_a_wish_that_cannot_be_read_is_refused(wrong: Any) -> None:
    with pytest.raises(BadFilter):
        Wishes.of(but=wrong)


@pytest.mark.parametrize(
    ("text", "weighted"),
    [
        ("a", {"a": 1.0}),
        ("a=0.5", {"a": 0.5}),
        ("b=2", {"b=2": 1.0}),
        ("b=2=3", {"b=2": 3.0}),
        ("c=d", {"c=d": 1.0}),
        ("=5", {"=5": 1.0}),
    ],
)
def test_a_text_is_an_id_first_and_then_an_id_with_a_weight(text: str, weighted: dict[str, float]) -> None:
    assert weighted_ids([text], {"a", "b=2"}) == weighted
