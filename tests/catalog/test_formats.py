"""Folders, JSON and Parquet, and how a path is told to be one of them."""

import gzip
import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lookalike.catalog import catalog_of, open_catalog
from lookalike.errors import CatalogError
from lookalike.products import PictureSource, Problem, Product


def folder_of(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return root


def ids(path: Path, **options) -> list[str]:
    return [item.id for item in open_catalog(path, **options) if isinstance(item, Product)]


def test_a_folder_gives_stems_as_ids_and_folders_as_categories(tmp_path):
    folder_of(tmp_path, "shoes/1.jpg", "shoes/2.PNG", "hats/3.webp", "top.jpg", "shoes/notes.txt")
    catalog = open_catalog(tmp_path)
    found = {item.id: item.category for item in catalog}
    assert found == {"1": "shoes", "2": "shoes", "3": "hats", "top": ""}
    assert catalog.rows == 4


def test_stems_that_clash_carry_their_folder_and_only_these(tmp_path):
    folder_of(tmp_path, "a/1.jpg", "b/1.jpg", "b/2.jpg", "c/3.jpg", "c/3.png")
    assert ids(tmp_path) == ["a/1", "b/1", "2", "c/3.jpg", "c/3.png"]


def test_hidden_files_and_loops_of_links_are_passed_over(tmp_path):
    folder_of(tmp_path, "a/1.jpg", ".hidden/2.jpg", "a/.3.jpg")
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert ids(tmp_path) == ["1"]


@pytest.mark.skipif(os.name == "nt", reason="names on this system are always text")
def test_a_file_name_that_is_no_text_is_reported(tmp_path):
    folder_of(tmp_path, "1.jpg")
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.jpg")).touch()
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    found = list(open_catalog(tmp_path))
    assert [type(item) for item in found] == [Product, Problem]


def test_a_folder_that_cannot_be_read_is_reported(tmp_path, monkeypatch):
    folder_of(tmp_path, "a/1.jpg", "b/2.jpg")
    scandir = os.scandir

    def refusing(path):
        if Path(path).name == "b":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    product, problem = open_catalog(tmp_path)
    assert isinstance(product, Product)
    assert isinstance(problem, Problem)
    assert (problem.row, problem.id, problem.reason) == (2, "b", "unreadable")


def test_a_table_of_something_else_among_pictures_is_told_how_to_pass_over(tmp_path):
    folder_of(tmp_path, "hats/1.jpg")
    (tmp_path / "classes.csv").write_text("number,meaning\n1,hats\n")
    with pytest.raises(CatalogError) as caught:
        open_catalog(tmp_path)
    assert "format folder" in caught.value.next_step


def test_a_folder_with_one_table_is_that_table(tmp_path):
    folder_of(tmp_path, "images/7.png")
    (tmp_path / "styles.csv").write_text("id,productDisplayName\n7,Hat\n8,Gone\n")
    catalog = open_catalog(tmp_path)
    assert catalog.name == f"{tmp_path.name}/styles.csv"
    uris = [item.pictures[0].uri for item in catalog]
    assert uris == [str(tmp_path / "images" / "7.png"), str(tmp_path / "images" / "8.jpg")]
    assert ids(tmp_path, format="folder") == ["7"]


def test_of_several_tables_the_one_called_products_is_taken_and_others_are_ambiguous(tmp_path):
    for name in ("customers.csv", "orders.csv"):
        (tmp_path / name).write_text("id,image\n1,a.jpg\n")
    with pytest.raises(CatalogError, match=r"customers\.csv, orders\.csv"):
        open_catalog(tmp_path)
    (tmp_path / "products.csv").write_text("id,image\n9,a.jpg\n")
    assert ids(tmp_path) == ["9"]


def test_pictures_sorted_into_folders_by_the_start_of_the_id_are_found(tmp_path):
    folder_of(tmp_path, "images/010/0108775015.jpg")
    (tmp_path / "articles.csv").write_text(
        "article_id,product_code,prod_name,product_type_name\n0108775015,0108775,Top,Vest top\n"
    )
    (product,) = open_catalog(tmp_path / "articles.csv")
    assert isinstance(product, Product)
    assert (product.id, product.group, product.title, product.category) == (
        "0108775015",
        "0108775",
        "Top",
        "Vest top",
    )
    assert product.pictures[0].uri == str(tmp_path / "images/010/0108775015.jpg")


def test_details_beside_a_table_are_merged_and_broken_ones_counted(tmp_path):
    folder_of(tmp_path, "images/1.jpg", "images/2.jpg", "styles/x")
    (tmp_path / "styles.csv").write_text("id,gender,productDisplayName\n1,Men,Tee\n2,Men,Cap\n")
    document = {
        "id": 1, "gender": "Women", "brandName": "Acme", "price": 900.0, "discountedPrice": 700,
        "variantName": "Tee v2", "articleAttributes": {"Fit": "Slim"},
        "productDescriptors": {"description": {"value": "<p>Soft &amp; light</p>"}},
    }  # fmt: skip
    (tmp_path / "styles" / "1.json").write_text(json.dumps({"data": document}))
    (tmp_path / "styles" / "2.json").write_text("{broken")
    catalog = open_catalog(tmp_path)
    first, second = catalog
    assert isinstance(first, Product)
    assert isinstance(second, Product)
    assert (first.brand, str(first.price), first.description) == ("Acme", "700.00", "Soft & light")
    assert dict(first.attributes) == {
        "gender": "Men", "variantName": "Tee v2", "Fit": "Slim", "regular_price": "900.00",
    }  # fmt: skip
    assert second.title == "Cap"
    assert sum(catalog.notes.values()) == 1


def test_an_id_that_is_a_path_reads_no_file_elsewhere(tmp_path):
    folder_of(tmp_path, "shop/images/1.jpg", "shop/styles/1.json")
    (tmp_path / "secret.json").write_text('{"brandName": "leak"}')
    (tmp_path / "shop" / "styles.csv").write_text("id,productDisplayName\n../../secret,Tee\n")
    (product,) = open_catalog(tmp_path / "shop")
    assert isinstance(product, Product)
    assert product.brand == ""


def test_json_lines_flatten_objects_and_take_lists_of_pictures(tmp_path):
    path = tmp_path / "shop.jsonl"
    lines = [
        {"id": 7, "name": "Hat", "price": {"amount": 12.5, "currency": "EUR"}, "images": ["a.jpg", "b.jpg"],
         "size": {"w": 1, "deep": {"x": 2}}},
        {"id": "008", "image": {"url": "https://h/c.jpg"}, "tags": ["x", "y"]},
    ]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, lines)) + "\nnot json\n[1]\n")
    first, second, third, fourth = open_catalog(path)
    assert isinstance(first, Product)
    assert isinstance(second, Product)
    assert (first.id, first.title, str(first.price)) == ("7", "Hat", "12.50 EUR")
    assert [Path(p.uri).name for p in first.pictures] == ["a.jpg", "b.jpg"]
    assert dict(first.attributes) == {"size.w": "1", "size.deep": '{"x": 2}'}
    assert (second.id, second.pictures[0].uri, second.attributes["tags"]) == (
        "008",
        "https://h/c.jpg",
        "x, y",
    )
    assert [(p.row, p.reason) for p in (third, fourth) if isinstance(p, Problem)] == [
        (3, "malformed"), (4, "malformed"),
    ]  # fmt: skip


def test_a_row_without_the_id_column_takes_no_other_column_for_it(tmp_path):
    path = tmp_path / "shop.jsonl"
    path.write_text('{"id": "1", "sku": "s", "image": "a.jpg"}\n{"sku": "t", "image": "b.jpg"}\n')
    assert [item.reason for item in open_catalog(path) if isinstance(item, Problem)] == ["no-id"]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_list_of_objects_in_one_document_is_read(tmp_path, wrapped, packed, indent):
    items = [{"id": "1", "image": "a.jpg"}, {"id": "2", "image": "b.jpg"}]
    data = json.dumps({"version": 1, "products": items} if wrapped else items, indent=indent).encode()
    path = tmp_path / ("shop.json.gz" if packed else "shop.json")
    path.write_bytes(gzip.compress(data) if packed else data)
    assert ids(path) == ["1", "2"]


def test_parquet_with_picture_bytes_gives_the_bytes(tmp_path):
    path = tmp_path / "shop.parquet"
    front = [
        {"bytes": b"one", "path": "1.jpg"},
        {"bytes": b"two", "path": None},
        {"bytes": None, "path": "3.jpg"},
    ]
    pq.write_table(pa.table({"id": pa.array([1, 2, 3]), "front": front, "price": [1.5, None, 2.0]}), path)
    first, second, third = (item for item in open_catalog(path) if isinstance(item, Product))
    assert [first.id, second.id, third.id] == ["1", "2", "3"]
    assert first.pictures == (PictureSource("1.jpg", b"one"),)
    assert second.pictures == (PictureSource("shop.parquet#2", b"two"),)
    assert third.pictures == (PictureSource(str(tmp_path / "3.jpg")),)
    assert str(first.price) == "1.50"


def test_structs_in_parquet_are_spread_like_objects_in_json(tmp_path):
    path = tmp_path / "shop.parquet"
    prices = [{"amount": 0.0, "currency": "EUR"}, None]
    pq.write_table(pa.table({"id": ["1", "2"], "image": ["a.jpg", "b.jpg"], "price": prices}), path)
    assert [str(item.price) for item in open_catalog(path) if isinstance(item, Product)] == [
        "0.00 EUR",
        "None",
    ]


def test_several_pictures_in_one_parquet_row_are_all_taken(tmp_path):
    path = tmp_path / "shop.parquet"
    images = [[{"bytes": b"a", "path": None}, {"bytes": b"b", "path": None}]]
    pq.write_table(pa.table({"id": [7.0], "images": images}), path)
    (product,) = open_catalog(path)
    assert isinstance(product, Product)
    assert product.id == "7"
    assert [(p.uri, p.data) for p in product.pictures] == [
        ("shop.parquet#1.1", b"a"),
        ("shop.parquet#1.2", b"b"),
    ]


def test_parts_of_a_table_in_one_folder_are_read_in_order(tmp_path):
    for part, first in enumerate((1, 3)):
        table = pa.table({"id": [str(first), str(first + 1)], "image": ["https://h/a.jpg"] * 2})
        pq.write_table(table, tmp_path / f"train-{part}.parquet")
    catalog = open_catalog(tmp_path)
    assert catalog.rows == 4
    assert [(item.id, item.row) for item in catalog if isinstance(item, Product)] == [
        ("1", 1), ("2", 2), ("3", 3), ("4", 4),
    ]  # fmt: skip


def test_a_damaged_part_of_a_parquet_file_costs_its_rows_only(tmp_path):
    path = tmp_path / "shop.parquet"
    count = 300
    table = pa.table(
        {"id": [f"{n:08d}" for n in range(count)], "image": [f"https://h/{n}.jpg" for n in range(count)]}
    )
    pq.write_table(table, path, row_group_size=100, compression="gzip", use_dictionary=False)
    data = bytearray(path.read_bytes())
    group = pq.ParquetFile(path).metadata.row_group(1).column(0)
    start = group.data_page_offset
    data[start : start + group.total_compressed_size] = b"\xff" * group.total_compressed_size
    path.write_bytes(data)
    found = list(open_catalog(path))
    assert len(found) == count
    assert [item.row for item in found if isinstance(item, Problem)] == list(range(101, 201))


def test_a_parquet_file_is_known_by_its_first_bytes(tmp_path):
    pq.write_table(pa.table({"id": ["1"], "image": ["https://h/a.jpg"]}), tmp_path / "shop.data")
    assert ids(tmp_path / "shop.data") == ["1"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("shop.parquet", b"PAR1 and then nothing", "not a readable Parquet"),
        ("shop.bin", b"\x01\x02\x03", "format"),
        ("one.jpg", b"\xff\xd8", "single picture"),
        ("shop.xlsx", b"PK\x03\x04", "spreadsheet"),
        ("shop.json", b"{broken", "not readable JSON"),
        ("shop.json", b'{"a": 1, \n"b": 2}', "no list"),
        ("shop.csv", b"", "empty"),
        ("shop.csv.gz", b"\x1f\x8bbroken", "cannot be read"),
    ],
)
def test_what_is_no_catalogue_is_refused_with_a_next_step(tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CatalogError, match=said) as caught:
        open_catalog(path)
    assert caught.value.next_step


def test_nothing_there_an_empty_folder_and_an_unknown_format_are_refused(tmp_path):
    with pytest.raises(CatalogError, match="no file or folder"):
        open_catalog(tmp_path / "nope.csv")
    with pytest.raises(CatalogError, match="holds no pictures"):
        open_catalog(tmp_path)
    with pytest.raises(CatalogError, match="not known"):
        open_catalog(tmp_path, format="xml")


def test_products_made_in_python_are_a_catalogue_too():
    made = [Product("1", (PictureSource("a.jpg"),)), Product("1", (PictureSource("b.jpg"),))]
    catalog = catalog_of(made, name="mine")
    assert [type(item) for item in catalog] == [Product, Problem]
    assert [type(item) for item in catalog] == [Product, Problem]
    assert catalog.name == "mine"
    assert [type(item) for item in catalog_of(iter(made))] == [Product, Problem]


def test_products_that_no_index_could_hold_are_problems():
    made = [Product(""), Product("  "), Product(7.5), Product("a", title="\ud800"), Product("b")]
    assert [getattr(item, "reason", "") for item in catalog_of(made)] == [
        "no-id",
        "no-id",
        "no-id",
        "malformed",
        "",
    ]
