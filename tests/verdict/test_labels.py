"""Questions from labels: which columns can be asked of, who asks, and why others cannot."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from lookalike.errors import BadArgument
from lookalike.index import Index
from lookalike.products import Product
from lookalike.verdict.labels import ALL, label_columns, label_questions, question_of
from lookalike.verdict.visits import QUESTIONS

from .known_shop import KINDS, PRODUCTS, drawn, made, panel, tagged


@pytest.fixture(scope="module")
def products(tmp_path_factory: pytest.TempPathFactory) -> list[Product]:
    return drawn(tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="module")
def toned(products: list[Product]) -> Index:
    return made(
        products,
        tagged(
            cased=lambda at: ("Dark", "dark ", "light")[at // 3 % 3],
            equal=lambda at: "dark",
            own=lambda at: f"tone {at}",
            few=lambda at: ("dark", "light")[at // 2 % 2] if at < 10 else "",
            none=lambda at: "",
            photo=lambda at: ("in a studio", "outside")[at // 5 % 2],
        ),
    )


def asked(index: Index, names: list[str] | None) -> tuple[list[str], dict[str, str]]:
    columns, flaws = label_columns(index._now().snapshot, names)
    return [one.name for one in columns], flaws


def questions(index: Index, names: list[str]) -> tuple[dict[str, int], dict[str, str]]:
    own = panel(index, labels=names)
    found, unasked = label_questions(own, own.ids)
    return {name: len(one.cases.cases) for name, one in found.items()}, unasked


def test_without_names_the_category_and_what_says_something_new_are_asked_of(toned: Index) -> None:
    assert asked(toned, None) == (["category", "cased", "photo", "few"], {})


def test_a_table_without_labels_can_be_asked_of_no_column(products: list[Product]) -> None:
    bare = made(products, lambda _, product: replace(product, category=""))
    names, flaws = asked(bare, None)
    assert not names
    assert "No column of the table has labels that products share." in flaws["labels"]


def test_a_label_that_all_have_is_no_question(toned: Index) -> None:
    names, flaws = asked(toned, ["equal", "category"])
    assert names == ["category"]
    assert "every answer would be right" in flaws["equal"]


def test_a_label_of_its_own_in_every_row_is_no_question(toned: Index) -> None:
    names, flaws = asked(toned, ["own"])
    assert not names
    assert "no answer could be right" in flaws["own"]


def test_a_column_that_is_not_there_is_refused_with_those_that_are(toned: Index) -> None:
    with pytest.raises(BadArgument, match="no column 'flavour'") as caught:
        asked(toned, ["flavour"])
    assert "cased" in caught.value.next_step


@pytest.mark.parametrize("name", ["id", "title"])
def test_what_names_a_product_is_no_label(toned: Index, name: str) -> None:
    with pytest.raises(BadArgument, match="no label that products share"):
        asked(toned, [name])


def test_colour_means_the_table_s_own_whatever_it_is_called(products: list[Product]) -> None:
    dyed = made(
        products, tagged(color=lambda at: ("red", "blue", "green")[at % 3], size=lambda at: "SML"[at % 3])
    )
    assert asked(dyed, ["colour"]) == asked(dyed, ["color"]) == (["color"], {})


def test_colours_measured_on_the_pictures_are_no_label(toned: Index) -> None:
    with pytest.raises(BadArgument, match="no column of colours"):
        asked(toned, ["colour"])


def test_neither_case_nor_blanks_count(toned: Index) -> None:
    found, _ = questions(toned, ["cased"])
    assert found == {"cased": PRODUCTS}


def test_who_has_no_label_does_not_ask(toned: Index) -> None:
    found, _ = questions(toned, ["few"])
    assert found == {"few": 10}


def test_several_columns_are_asked_of_together_too(toned: Index) -> None:
    found, unasked = questions(toned, ["category", "cased"])
    both = Counter((at % len(KINDS), at // 3 % 3 == 2) for at in range(PRODUCTS))
    sharing = sum(count for count in both.values() if count > 1)
    assert 0 < sharing < PRODUCTS
    assert found == {"category": PRODUCTS, "cased": PRODUCTS, ALL: sharing}
    assert not unasked


def test_where_no_two_share_all_labels_the_reason_is_counted(products: list[Product]) -> None:
    index = made(products, tagged(shelf=lambda at: f"shelf {at // len(KINDS)}"))
    found, unasked = questions(index, ["category", "shelf"])
    assert found == {"category": PRODUCTS, "shelf": PRODUCTS}
    assert f"{PRODUCTS} products have labels that no other product has" in unasked[ALL]


def test_a_column_called_like_another_question_keeps_apart() -> None:
    assert question_of("photo") == "column photo"
    assert [question_of(name) for name in QUESTIONS] == [f"column {name}" for name in QUESTIONS]
    assert question_of("copy: mirrored") == "column copy: mirrored"
    assert question_of("category") == "category"


def test_more_labels_than_a_training_tells_apart_are_told_apart(products: list[Product]) -> None:
    snapshot = made(products, tagged(style=lambda at: f"style {at // 2}"))._now().snapshot
    (column,), _ = label_columns(snapshot, ["style"])
    assert len(column.values) == PRODUCTS // 2
