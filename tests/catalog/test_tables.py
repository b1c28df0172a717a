"""Text tables in the shapes that shops send them."""

import gzip
from pathlib import Path

import pytest

from lookalike.catalog import open_catalog
from lookalike.catalog.csv import sniffed_delimiter
from lookalike.errors import CatalogError
from lookalike.products import Problem, Product


def write(folder: Path, text: str | bytes, name: str = "shop.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def products(path: Path, **options) -> list[Product]:
    return [item for item in open_catalog(path, **options) if isinstance(item, Product)]


def problems(path: Path, **options) -> list[Problem]:
    return [item for item in open_catalog(path, **options) if isinstance(item, Problem)]


def test_leading_zeros_of_an_id_are_kept(tmp_path):
    assert products(write(tmp_path, "id,image\n00123,a.jpg\n"))[0].id == "00123"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_delimiter_is_recognised(tmp_path, delimiter):
    rows = [["id", "title", "image"], ["1", "Red shirt", "a.jpg"], ["2", "Blue shirt", "b.jpg"]]
    path = write(tmp_path, "\n".join(delimiter.join(row) for row in rows))
    assert [(p.id, p.title) for p in products(path)] == [("1", "Red shirt"), ("2", "Blue shirt")]


def test_semicolons_win_over_commas_inside_decimal_prices(tmp_path):
    path = write(tmp_path, "id;title;price;image\n1;Hut, rot;12,50 EUR;a.jpg\n2;Hut, blau;9,00 EUR;b.jpg\n")
    found = products(path)
    assert [str(p.price) for p in found] == ["12.50 EUR", "9.00 EUR"]
    assert found[0].title == "Hut, rot"


def test_a_header_with_known_names_decides_when_rows_hold_more_of_another_sign(tmp_path):
    assert sniffed_delimiter(["id\ttitle\timage\n", "1\ta, b, c, d\tx.jpg\n"]) == "\t"


def test_a_first_line_naming_the_delimiter_is_obeyed(tmp_path):
    assert products(write(tmp_path, "sep=;\nid;image\n1;a.jpg\n"))[0].id == "1"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32"]
)
def test_encodings_are_told_apart(tmp_path, encoding):
    path = write(tmp_path, "id,title,image\n1,Größe für Café,a.jpg\n".encode(encoding))
    assert products(path)[0].title == "Größe für Café"


def test_windows_bytes_late_in_a_file_are_read_though_the_start_was_plain(tmp_path):
    lines = ["id,title,image"] + [f"{n},plain,{n}.jpg" for n in range(2000)] + ["x,Café,x.jpg"]
    path = write(tmp_path, "\n".join(lines).encode("cp1252"))
    assert products(path)[-1].title == "Café"


def test_bare_commas_of_names_are_joined_again_when_the_name_is_the_only_free_text(tmp_path):
    (tmp_path / "images").mkdir()
    path = write(
        tmp_path, "id,articleType,productDisplayName\n5,Tshirts,Tee, White, Long sleeve\n", "styles.csv"
    )
    product = products(path)[0]
    assert product.title == "Tee, White, Long sleeve"
    assert product.category == "Tshirts"


def test_bare_commas_in_a_name_that_is_not_last_move_no_other_cell(tmp_path):
    product = products(write(tmp_path, "id,title,image\n5,Tee, White,a.jpg\n"))[0]
    assert (product.title, Path(product.pictures[0].uri).name) == ("Tee, White", "a.jpg")


def test_too_many_cells_are_malformed_when_two_columns_could_have_held_the_comma(tmp_path):
    found = problems(write(tmp_path, "id,title,image,description\n5,Tee, White,a.jpg,Soft\n"))
    assert [(p.reason, p.id, p.row) for p in found] == [("malformed", "5", 1)]


def test_empty_cells_at_the_end_of_a_row_are_nothing(tmp_path):
    assert len(products(write(tmp_path, "id,title,image,description\n5,Tee,a.jpg,Soft,,\n"))) == 1


def test_a_cell_may_hold_line_ends_inside_quotes(tmp_path):
    path = write(tmp_path, 'id,description,image\n1,"first\nsecond, third",a.jpg\n2,x,b.jpg\n')
    assert [p.description for p in products(path)] == ["first\nsecond, third", "x"]


def test_a_quote_never_closed_costs_one_row_and_not_the_rest(tmp_path):
    lines = ["id,title,image", '1,"never closed,a.jpg'] + [f"{n},fine,{n}.jpg" for n in range(2, 900)]
    path = write(tmp_path, "\n".join(lines))
    assert [(p.row, p.reason) for p in problems(path)] == [(1, "malformed")]
    assert [p.id for p in products(path)] == [str(n) for n in range(2, 900)]


def test_inches_in_a_name_are_no_quotation(tmp_path):
    path = write(tmp_path, 'id,title,image\n1,Pan 5" black,a.jpg\n2,Pan 7" black,b.jpg\n')
    assert [p.title for p in products(path)] == ['Pan 5" black', 'Pan 7" black']


def test_quotes_after_a_blank_are_quotes(tmp_path):
    path = write(tmp_path, 'id, title, image\n1, "Hat, red", a.jpg\n')
    assert products(path)[0].title == "Hat, red"


def test_a_cell_longer_than_the_limit_costs_its_own_row(tmp_path):
    path = write(tmp_path, "id,title,image\n1," + "x" * 3_000_000 + ",a.jpg\n2,ok,b.jpg\n")
    assert [p.row for p in problems(path)] == [1]
    assert [p.id for p in products(path)] == ["2"]


def test_nul_characters_are_left_out(tmp_path):
    assert products(write(tmp_path, b"id,title,image\n1,a\x00b,a.jpg\n"))[0].title == "ab"


def test_blank_lines_are_no_rows(tmp_path):
    path = write(tmp_path, "\nid,image\n\n1,a.jpg\n,\n\n2,b.jpg\n\n")
    assert [p.row for p in products(path)] == [1, 2]


def test_rows_without_id_or_picture_and_repeated_ids_are_reported(tmp_path):
    found = problems(write(tmp_path, "id,title,image\n1,A,a.jpg\n,B,b.jpg\n3,,\n1,D,d.jpg\n"))
    assert [(p.row, p.id, p.reason) for p in found] == [
        (2, "", "no-id"), (3, "3", "no-picture"), (4, "1", "repeated-id"),
    ]  # fmt: skip
    assert "row 1" in found[2].detail


def test_a_packed_table_reads_like_a_plain_one(tmp_path):
    path = write(tmp_path, gzip.compress(b"id,image\n1,a.jpg\n"), "shop.csv.gz")
    assert products(path)[0].id == "1"


def test_a_packed_table_cut_short_is_reported_where_it_ends(tmp_path):
    whole = gzip.compress("".join(["id,image\n", *(f"{n},{n}.jpg\n" for n in range(20_000))]).encode(), 1)
    path = write(tmp_path, whole[: len(whole) // 2], "shop.csv.gz")
    found = problems(path)
    assert [p.reason for p in found] == ["malformed"]
    assert found[0].row == len(products(path)) + 1 > 5000


@pytest.mark.parametrize("content", ["", "id,image\n", "\n\n", "﻿"])
def test_a_table_without_rows_is_refused(tmp_path, content):
    with pytest.raises(CatalogError):
        open_catalog(write(tmp_path, content))


def test_a_table_without_id_column_shows_its_columns_and_what_to_type(tmp_path):
    path = write(tmp_path, "ref no,colour,image\nA1,red,a.jpg\nA2,red,b.jpg\n")
    with pytest.raises(CatalogError) as caught:
        open_catalog(path)
    assert "ref no (A1 / A2)" in caught.value.message
    assert "colour (red / red)" in caught.value.message
    assert "--map 'ref no'=id" in caught.value.next_step
    assert [p.id for p in products(path, mapping={"ref no": "id"})] == ["A1", "A2"]


def test_a_table_without_picture_column_shows_which_could_be_it(tmp_path):
    with pytest.raises(CatalogError) as caught:
        open_catalog(write(tmp_path, "id,foto1b\n1,a.jpg\n2,b.jpg\n"))
    assert "--map foto1b=picture" in caught.value.next_step


def test_two_missing_columns_are_told_at_once(tmp_path):
    with pytest.raises(CatalogError) as caught:
        open_catalog(write(tmp_path, "colour,foto,nummer\nred,a.jpg,17\nred,b.jpg,18\n"))
    assert "--map nummer=id --map foto=picture" in caught.value.next_step


def test_a_table_without_a_header_line_is_told_to_have_one(tmp_path):
    with pytest.raises(CatalogError) as caught:
        open_catalog(write(tmp_path, "1,Red shirt,a.jpg\n2,Blue shirt,b.jpg\n"))
    assert "header line" in caught.value.next_step


@pytest.mark.parametrize("mapping", [{"nope": "id"}, {"id": "colour"}, {"id": "title", "image": "title"}])
def test_a_mapping_that_fits_nothing_is_refused(tmp_path, mapping):
    with pytest.raises(CatalogError):
        open_catalog(write(tmp_path, "id,image\n1,a.jpg\n"), mapping=mapping)


def test_a_catalogue_can_be_read_twice_and_knows_about_how_long_it_is(tmp_path):
    catalog = open_catalog(write(tmp_path, "id,image\n1,a.jpg\n2,b.jpg"))
    assert catalog.rows == 2
    assert list(catalog) == list(catalog)
    assert len(list(catalog)) == 2
