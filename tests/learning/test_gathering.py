"""What a catalogue teaches: which columns, which pictures, which visits, and what is kept apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lookalike.errors import PictureError, TrainingError
from lookalike.events import Event, Log
from lookalike.fetching import Fetcher
from lookalike.index import Index
from lookalike.learning.gathering import Taught, gathered, require_teaching
from lookalike.products import PictureSource, Product
from lookalike.store.memory import MemoryStore
from lookalike.testing.grid import GridEncoder
from lookalike.training.lessons import CHOOSE, LEARN, UNSEEN, Lessons

from .conftest import products

Change = Callable[[int, Product], Product]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> list[Product]:
    return list(products(tmp_path_factory.mktemp("pictures"), 90))


@pytest.fixture(scope="module")
def plain(drawn: list[Product]) -> Index:
    return made(drawn)


@pytest.fixture(scope="module")
def toned(drawn: list[Product]) -> Index:
    """The same products with tones of four sorts, none of which is like another."""
    change = labelled(
        cased=lambda at: ("Dark", "dark ", "light")[at % 3],
        equal=lambda at: "dark",
        own=lambda at: f"tone {at}",
        few=lambda at: ("dark", "light")[at % 2] if at < 20 else "",
    )
    return made(drawn, change)


def made(drawn: Sequence[Product], change: Change = lambda _, product: product) -> Index:
    encoder = GridEncoder()
    index = Index(MemoryStore(encoder.space, encoder.name), encoder)
    index.add([change(at, product) for at, product in enumerate(drawn)], duplicates=False, fit=False)
    return index


def learnt_from(
    index: Index, labels: Sequence[str] | None = None, log: Log | None = None, most: int | None = None
) -> tuple[Lessons, Taught]:
    now = index._now()
    newest = lambda: now.reader  # noqa: E731
    lessons, _, taught = gathered(now, GridEncoder(), Fetcher(), newest, labels=labels, most=most, log=log)
    require_teaching(lessons)
    return lessons, taught


def labelled(**columns: Callable[[int], str]) -> Change:
    def change(at: int, product: Product) -> Product:
        return replace(product, attributes={name: said(at) for name, said in columns.items()})

    return change


def refused(index: Index, labels: Sequence[str] | None = None) -> str:
    with pytest.raises(TrainingError) as caught:
        learnt_from(index, labels)
    assert "\n" not in str(caught.value)
    assert caught.value.next_step
    return caught.value.message


def test_the_category_comes_first_then_the_colour_and_what_all_say_alike_is_left_out(
    drawn: list[Product],
) -> None:
    change = labelled(
        season=lambda at: ("summer", "winter")[at // 6 % 2],
        colour=lambda at: ("red", "blue", "green")[at // 7 % 3],
        shelf=lambda at: ("hollow", "flat")[at % 6 // 3],  # the category tells it
        made=lambda at: "by hand",
        year=lambda at: str(2000 + at % 5),
    )
    lessons, taught = learnt_from(made(drawn, change))
    assert [*lessons.labels] == ["category", "colour", "season"]
    assert [*lessons.tags] == ["shelf"]
    assert taught.labels["colour"].kinds == 3


def test_named_columns_are_taken_in_their_order_as_they_are_named(plain: Index) -> None:
    lessons, _ = learnt_from(plain, labels=["Season", "category"])
    assert [*lessons.labels] == ["season", "category"]
    assert [*learnt_from(plain, labels=["none"])[0].labels] == []


def test_a_recipe_of_one_column_is_measured_by_the_others(plain: Index) -> None:
    lessons, taught = learnt_from(plain, labels=["season", "category"], most=1)
    assert [*lessons.labels] == ["season"]
    assert [*lessons.tags] == [*taught.tags] == ["category"]


def test_labels_that_differ_in_case_alone_are_one(toned: Index) -> None:
    _, taught = learnt_from(toned, ["cased"])
    assert taught.labels["cased"].kinds == 2


def test_every_part_is_there_and_no_group_or_picture_is_in_two(drawn: list[Product]) -> None:
    shared = drawn[30].pictures

    def change(at: int, product: Product) -> Product:
        return replace(product, pictures=shared) if 30 <= at < 36 else product

    lessons, taught = learnt_from(made(drawn, change))
    assert taught.parts == {
        "learn": len(lessons.products_in(LEARN)),
        "choose": len(lessons.products_in(CHOOSE)),
        "unseen": len(lessons.products_in(UNSEEN)),
    }
    assert min(taught.parts.values()) > 0
    assert len(set(lessons.parts[30:36].tolist())) == 1
    assert lessons.copies["p030"] == {f"p0{at}" for at in range(31, 36)}
    for name in set(lessons.groups) - {""}:
        rows = [row for row, group in enumerate(lessons.groups) if group == name]
        assert len({int(lessons.parts[row]) for row in rows}) == 1


def test_a_picture_that_very_many_show_is_nobodys_and_ties_nothing(
    drawn: list[Product], tmp_path: Path
) -> None:
    sizes = PictureSource(str(drawn[0].pictures[0].uri))

    def change(at: int, product: Product) -> Product:
        if at < 5:
            return replace(product, pictures=(sizes,))
        return replace(product, pictures=(*product.pictures, sizes))

    lessons, taught = learnt_from(made(drawn, change))
    assert taught.everywhere == 90
    assert lessons.ids[0] == "p005"
    assert len(lessons.product) == len(lessons) == 85
    assert min(taught.parts.values()) > 0


def test_pictures_open_in_the_order_of_their_vectors(drawn: list[Product]) -> None:
    def change(at: int, product: Product) -> Product:
        return replace(product, pictures=(*product.pictures, *drawn[-1 - at].pictures)) if at % 2 else product

    lessons, _ = learnt_from(made(drawn, change))
    encoder = GridEncoder()
    for row in (0, 1, 2, 50, len(lessons.product) - 1):
        look = encoder.encode(encoder.prepare(lessons.open(row, None))[None])[0]
        assert look @ lessons.looks[row] / np.linalg.norm(look) == pytest.approx(1, abs=1e-3)


def test_a_picture_that_holds_something_else_now_is_not_learnt_from(tmp_path: Path) -> None:
    own = list(products(tmp_path, 60))
    lessons, _ = learnt_from(made(own))
    Path(own[0].pictures[0].uri).write_bytes(Path(own[1].pictures[0].uri).read_bytes())
    with pytest.raises(PictureError, match="something else"):
        lessons.open(0, None)


def test_pictures_given_as_bytes_are_opened_from_the_index(drawn: list[Product]) -> None:
    def change(at: int, product: Product) -> Product:
        return replace(product, pictures=(PictureSource("", Path(product.pictures[0].uri).read_bytes()),))

    lessons, _ = learnt_from(made(drawn, change))
    assert lessons.open(3, None).size == (32, 32)


def test_visits_become_rows_of_what_one_shopper_had_together(plain: Index) -> None:
    seen = [
        ("ann", "p003"),
        ("ann", "p005"),
        ("ann", "p003"),
        ("bob", "p009"),
        ("cy", "p001"),
        ("cy", "gone"),
    ]
    log = Log.of([Event(user, item, "viewed", at) for at, (user, item) in enumerate(seen)])
    lessons, taught = learnt_from(plain, log=log)
    assert [sorted(session) for session in lessons.sessions] == [[3, 5]]
    assert taught.sessions == 1


def test_a_column_that_is_not_there_is_named_with_those_that_are(plain: Index) -> None:
    with pytest.raises(TrainingError, match="no column 'flavour'") as caught:
        learnt_from(plain, labels=["flavour"])
    assert "category" in caught.value.next_step


def test_one_class_only_teaches_nothing(toned: Index) -> None:
    assert "says the same" in refused(toned, ["equal"])


def test_classes_of_one_product_each_teach_nothing(toned: Index) -> None:
    assert "of their own" in refused(toned, ["own"])


def test_labels_that_most_products_lack_are_too_few(toned: Index) -> None:
    assert "too few" in refused(toned, ["few"])


def test_a_few_products_are_too_few(drawn: list[Product]) -> None:
    assert "too few" in refused(made(drawn[:40]))


def test_products_of_which_nothing_is_said_teach_nothing(drawn: list[Product]) -> None:
    bare = lambda _, product: Product(product.id, product.pictures)  # noqa: E731
    assert "Nothing is said" in refused(made(drawn[:60], bare))


def test_a_catalogue_of_one_group_cannot_be_split(drawn: list[Product]) -> None:
    one_group = lambda _, product: replace(product, group="all")  # noqa: E731
    assert "kept apart" in refused(made(drawn[:60], one_group))
