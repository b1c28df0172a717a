"""Whatever the bytes of a file: an error that says so, or rows that add up."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.catalog import open_catalog
from lookalike.errors import CatalogError
from lookalike.products import Problem, Product

TABLE_BYTES = st.lists(
    st.sampled_from(
        [b"id", b"image", b"title", b",", b";", b"\t", b"|", b'"', b"\n", b"\r", b"\r\n", b"\x00", b"a.jpg",
         b"007", b" ", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe9", b"\x80", b"{", b"}", b"[", b"]", b":",
         b'{"id":"1"}',          b"http://h/a.jpg", b"12,50 \xe2\x82\xac"]
    ),
    max_size=60,
).map(b"".join)  # fmt: skip


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".json"])
@given(tail=st.one_of(st.binary(max_size=200), TABLE_BYTES), headed=st.booleans())
def test_any_bytes_give_rows_that_add_up_or_one_error(ending, tail, headed):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"shop{ending}"
        path.write_bytes((b"id,title,image\n" if headed else b"") + tail)
        try:
            found = list(open_catalog(path))
        except CatalogError as error:
            assert error.next_step
            return
        assert found
        products = [item for item in found if isinstance(item, Product)]
        problems = [item for item in found if isinstance(item, Problem)]
        assert [item.row for item in found] == list(range(1, len(products) + len(problems) + 1))
        assert len({product.id for product in products}) == len(products)
        for product in products:
            assert product.pictures or product.says_something
            product.metadata_hash()
            "".join([product.id, *product.attributes.values(), *(p.uri for p in product.pictures)]).encode()


@given(st.lists(st.from_regex(r"[0-9]{1,12}", fullmatch=True), min_size=1, unique=True))
def test_every_id_of_digits_comes_back_as_it_was_written(ids):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shop.csv"
        path.write_text("id,image\n" + "".join(f"{product_id},x.jpg\n" for product_id in ids))
        assert [product.id for product in open_catalog(path)] == ids


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1), min_size=1, max_size=20
    )
)
def test_titles_survive_writing_by_the_rules_of_csv(titles):
    import csv

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shop.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "title", "image"])
            writer.writerows([[str(n), title, "x.jpg"] for n, title in enumerate(titles)])
        found = [item for item in open_catalog(path) if isinstance(item, Product)]
        assert [product.title for product in found] == [title.strip("\ufeff") for title in titles]
