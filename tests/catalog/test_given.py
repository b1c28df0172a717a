"""Products made in Python: what no index could hold is one reported row, and what is no product an error."""

import os
from decimal import Decimal
from pathlib import Path

import pytest

from lookalike.catalog import catalog_of
from lookalike.errors import CatalogError
from lookalike.products import PictureSource, Price, Problem, Product


class Odd(Product):
    """A product whose pictures nobody converted."""

    def __post_init__(self) -> None:
        pass


@pytest.mark.parametrize(
    ("made", "field"),
    [
        *((Product("1", **{name: wrong}), name)
          for name in ("title", "description", "brand", "category", "availability", "group", "link")
          for wrong in (None, 5)),
        (Product("1", title="\ud800"), "title"),
        (Product("\ud800"), "id"),
        (Product("1", attributes={"size": "\ud800"}), "attributes"),
        (Product("1", pictures=("\udcff.jpg",)), "pictures"),
        (Product("1", price=12.5), "price"),
        (Product("1", price=Price(12.5)), "amount"),
        (Product("1", price=Price(Decimal("NaN"))), "amount"),
        (Product("1", price=Price(Decimal("Infinity"))), "amount"),
        (Product("1", price=Price(Decimal(1), None)), "currency"),
        (Product("1", attributes=None), "attributes"),
        (Product("1", attributes=["size"]), "attributes"),
        (Product("1", attributes={"size": 5}), "attributes"),
        (Product("1", attributes={5: "size"}), "attributes"),
        (Product("1", pictures=(PictureSource(None),)), "pictures"),
        (Product("1", pictures=(PictureSource("a.jpg", "text"),)), "pictures"),
        (Odd("1", pictures=("a.jpg",)), "pictures"),
        (Odd("1", pictures=None), "pictures"),
        (Product("1", row="first"), "row"),
    ],
)  # fmt: skip
def test_a_field_that_no_index_could_hold_is_one_problem_that_names_it(made, field):
    problem, sound = catalog_of([made, Product("2")])
    assert isinstance(problem, Problem)
    assert problem.reason == "malformed"
    assert field in problem.detail
    problem.detail.encode()
    problem.id.encode()
    assert isinstance(sound, Product)


@pytest.mark.parametrize(
    "made",
    [
        [Product("1"), {"id": "2"}],
        ["1", "2"],
        {"1": Product("1")},
        iter([{"id": "1"}]),
        5,
        Product("1"),
        [None],
    ],
)
def test_what_is_no_product_is_told_what_to_give(made):
    with pytest.raises(CatalogError) as caught:
        list(catalog_of(made))
    assert "open_catalog(path)" in caught.value.next_step
    assert "Product(id=..., pictures=(...))" in caught.value.next_step
    assert "\n" not in str(caught.value)


def test_a_list_with_something_else_in_it_gives_no_product_at_all():
    with pytest.raises(CatalogError):
        next(iter(catalog_of([Product("1"), {"id": "2"}])))


def test_relative_paths_mean_the_folder_they_were_given_in(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    uris = ["a.jpg", "b/../c.jpg", "/d.jpg", "http://h/e.jpg", "file:///f.jpg", "s3://g/h.jpg", ""]
    pictures = (*map(PictureSource, uris), PictureSource("bytes.jpg", b"x"))
    (product,) = catalog_of([Product("1", pictures)])
    assert isinstance(product, Product)
    here = Path.cwd()
    assert [picture.uri for picture in product.pictures] == [
        os.path.join(here, "a.jpg"), os.path.join(here, "c.jpg"), *uris[2:], "bytes.jpg",  # noqa: PTH118
    ]  # fmt: skip
    assert product.pictures[-1].data == b"x"
