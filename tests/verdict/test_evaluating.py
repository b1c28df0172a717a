"""An index is asked how good a recommender is: what is asked, what is left out and why, what is refused."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from lookalike.errors import BadArgument
from lookalike.events import Event, Log
from lookalike.index import Index
from lookalike.products import Product
from lookalike.store.memory import MemoryStore
from lookalike.testing.grid import GridEncoder
from lookalike.verdict import asking
from lookalike.verdict.report import Evaluation
from lookalike.verdict.structure import OTHER, PHOTO, VARIANTS

from .known_shop import KINDS, OF_A_KIND, PRODUCTS, Change, drawn, made, tagged

DAY = 86_400_000
BEGAN = 1_700_000_000_000
TOO_FEW = 10


@pytest.fixture(scope="module")
def products(tmp_path_factory: pytest.TempPathFactory) -> list[Product]:
    return drawn(tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="module")
def index(products: list[Product]) -> Index:
    def change(at: int, product: Product) -> Product:
        return replace(product, group=f"g{at // 12}-{at % 6}")

    return made(products, both(change, tagged(shelf=lambda at: f"shelf {at // 10}", same=lambda at: "yes")))


def both(first: Change, second: Change) -> Change:
    return lambda at, product: second(at, first(at, product))


def visits(count: int = 40, *more: Event) -> Log:
    """Shoppers who look at the products of one kind, one after the other, a visit a day."""

    def seen(day: int, step: int) -> Event:
        item = f"p{step * len(KINDS) + day % len(KINDS):02}"
        return Event(f"u{day % 7}", item, "viewed", BEGAN + day * DAY + 60_000 * step, session=f"s{day}")

    return Log.of([*(seen(day, step) for day in range(count) for step in range(OF_A_KIND)), *more])


def test_everything_is_asked_that_can_be(index: Index) -> None:
    found = index.evaluate(most=3, events=visits())
    about = {one.about for one in found.measured.questions.values()}
    assert about == {"labels", "structure", "events"}
    assert {"category", "shelf", "all labels", VARIANTS, PHOTO, "copy: mirrored"} <= {
        *found.measured.questions
    }
    assert found.measured.unasked == {OTHER: "No product has a further picture of its own."}
    assert {*found.standing.results} == {*found.measured.questions}
    assert json.loads(json.dumps(found.to_dict()))["subject"] == "encoder:grid"


def test_the_figures_are_those_that_the_pictures_were_drawn_for(index: Index) -> None:
    found = index.evaluate(labels="category", questions="category")
    values = found.standing.results["category"].values
    assert values["precision_at_10"].mean == pytest.approx((OF_A_KIND - 1) / 10)
    assert values["recall_at_10"].mean == values["map_at_r"].mean == 1
    assert found.measured.products == PRODUCTS
    assert found.measured.seconds > 0


def test_events_are_answered_by_the_whole_recipe_where_nobody_is_named(index: Index) -> None:
    found = index.evaluate(questions="events", events=visits())
    assert "next in visit" in found.standing.results
    assert all("recipe:recommend" in one.note for one in found.standing.results.values())
    assert found.standing.subject == "encoder:grid"
    own = index.evaluate("encoder:grid", questions="events", events=visits())
    assert all("recipe:recommend" not in one.note for one in own.standing.results.values())


def test_without_events_the_reason_is_told(index: Index) -> None:
    found = index.evaluate(questions="events,category")
    assert [*found.standing.results] == ["category"]
    assert "lookalike record" in found.measured.unasked["next in visit"]


def test_events_of_products_that_are_not_there_are_counted(index: Index) -> None:
    stray = [Event("u1", "gone", "viewed", BEGAN + at) for at in range(4)]
    found = index.evaluate(questions="events", events=visits(40, *stray))
    assert found.measured.excluded["event of a product that is not in the catalogue"] == 4


@pytest.mark.parametrize(
    ("wanted", "asked"),
    [
        ("labels", ["category", "shelf", "all labels"]),
        ("all labels", ["all labels"]),
        ("shelf", ["shelf"]),
        ([PHOTO, VARIANTS], [VARIANTS, PHOTO]),
        ("copy: half size, category", ["category", "copy: half size"]),
    ],
)
def test_questions_are_picked_by_sort_or_by_name(
    index: Index, wanted: str | Sequence[str], asked: list[str]
) -> None:
    found = index.evaluate(questions=wanted, most=3)
    assert [*found.measured.questions] == asked


def test_labels_that_are_named_are_asked_beside_other_questions(index: Index) -> None:
    found = index.evaluate(questions=PHOTO, labels=["shelf"], most=3)
    assert [*found.measured.questions] == ["shelf", PHOTO]


def test_one_label_for_all_and_labels_of_ones_own_are_told_and_left_out(index: Index) -> None:
    found = index.evaluate(labels="category,same", questions="labels")
    assert [*found.measured.questions] == ["category"]
    assert "every answer would be right" in found.measured.unasked["same"]


def test_where_nobody_can_be_asked_anything_the_reasons_are_told(index: Index) -> None:
    with pytest.raises(BadArgument, match="every answer would be right"):
        index.evaluate(labels="same", questions="same")


@pytest.mark.parametrize("wanted", ["flavour", "copy: sideways"])
def test_a_question_that_there_is_not_is_refused(index: Index, wanted: str) -> None:
    with pytest.raises(BadArgument, match="no question") as caught:
        index.evaluate(questions=wanted)
    assert PHOTO in caught.value.next_step


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"most": 0}, "most is 0"),
        ({"most": True}, "most is True"),
        ({"seed": -1}, "seed is -1"),
        ({"labels": " , "}, "No column is named"),
        ({"questions": []}, "No question is named"),
        ({"labels": "flavour"}, "no column 'flavour'"),
        ({"labels": "fla\nvour"}, "no column"),
        ({"labels": [1]}, "A column is no text"),
    ],
)
def test_what_makes_no_sense_is_refused(index: Index, wrong: dict[str, object], said: str) -> None:
    with pytest.raises(BadArgument, match=said):
        index.evaluate(**wrong)  # type: ignore[arg-type]


def test_an_empty_index_is_refused() -> None:
    encoder = GridEncoder()
    with pytest.raises(BadArgument, match="Only 0 products with a picture"):
        Index(MemoryStore(encoder.space, encoder.name), encoder).evaluate()


def test_lists_of_ten_are_not_asked_of_ten_products(products: list[Product]) -> None:
    with pytest.raises(BadArgument, match="too few for lists of 10"):
        made(products[:TOO_FEW]).evaluate(questions="labels,structure")
    found = made(products[: TOO_FEW + 2]).evaluate(questions="category")
    assert found.standing.results["category"].values["precision_at_10"].mean == pytest.approx(0.1)


def test_a_shop_of_one_picture_is_refused(products: list[Product]) -> None:
    alike = made(products, lambda _, product: replace(product, pictures=products[0].pictures))
    with pytest.raises(BadArgument, match="30 × product with no picture but one that many show"):
        alike.evaluate(questions="labels,structure")


def test_a_column_with_a_comma_in_its_name_is_asked_of_in_quotes(products: list[Product]) -> None:
    index = made(products, tagged(**{"size, shape": lambda at: f"{at % 3}"}))
    found = index.evaluate(labels='category, "size, shape"', questions="labels").standing.results
    assert [*found] == ["category", "size, shape", "all labels"]


def test_a_shop_without_pictures_is_judged_by_events(products: list[Product]) -> None:
    bare = made(products, lambda _, product: replace(product, pictures=()))
    found = bare.evaluate("recipe:popular", questions="events", events=visits())
    assert found.measured.products == 0
    assert found.standing.results["next in visit"].values["recall_at_10"].cases > 0


def test_most_says_how_many_ask(index: Index) -> None:
    found = index.evaluate(questions=["category", PHOTO], most=4)
    assert {len(one.cases.cases) for one in found.measured.questions.values()} == {4}


def test_who_is_told_may_stop_and_hears_what_is_done(index: Index) -> None:
    told: list[str] = []

    class Enough(Exception):
        pass

    def tell(doing: str, done: int, total: int) -> None:
        assert 0 <= done <= total
        told.append(doing)
        if doing.startswith("Asking"):
            raise Enough

    with pytest.raises(Enough):
        index.evaluate(questions="category", progress=tell)
    assert "Choosing what to ask" in told


def test_the_same_is_measured_again_the_same_way(index: Index) -> None:
    first, again = (values(index.evaluate(questions=[PHOTO, "category"], most=5)) for _ in range(2))
    assert first == again


def values(found: Evaluation) -> dict[str, dict[str, float]]:
    return {
        name: {metric: own.mean for metric, own in one.values.items()}
        for name, one in found.standing.results.items()
    }


def test_another_encoder_is_asked_among_products_whose_pictures_can_be_had(tmp_path: Path) -> None:
    index = made(drawn(tmp_path))
    (tmp_path / "05.png").unlink()
    found = index.compare("encoder:grid", Upside("upside"), questions="category")
    assert found.measured.products == PRODUCTS - 1
    assert found.measured.excluded == {"product whose picture cannot be opened": 1}
    assert found.changes[0]["category"]["precision_at_10"].mean == 0


def test_where_many_pictures_have_to_be_looked_at_a_sample_of_families_may_be_found(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "SAMPLE", 15)
    found = index.compare("encoder:grid", Upside("upside"), questions="category,variants")
    assert found.measured.sample
    assert 15 <= found.measured.products < PRODUCTS
    shown = {i for one in found.standings for own in one.results["category"].lists.values() for i in own}
    assert len(shown) <= found.measured.products
    whole = index.compare("encoder:grid", "recipe:look", questions="category")
    assert not whole.measured.sample and whole.measured.products == PRODUCTS


class Upside(GridEncoder):
    """Sees the same in another order."""

    def encode(self, batch):  # type: ignore[no-untyped-def]
        return super().encode(batch)[:, ::-1].copy()
