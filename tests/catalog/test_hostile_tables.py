"""Tables that are endless, mislabelled or badly named cost their own row, and are named readably."""

import gzip
import io
import random
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from lookalike.catalog import open_catalog
from lookalike.errors import CatalogError
from lookalike.products import Problem, Product


def refusal(path: Path, **options) -> CatalogError:
    with pytest.raises(CatalogError) as caught:
        open_catalog(path, **options)
    said = str(caught.value)
    assert said.isprintable(), ascii(said)
    return caught.value


def test_a_line_longer_than_is_read_is_a_problem_and_not_a_product_without_its_end(tmp_path):
    path = tmp_path / "shop.csv"
    columns = [f"c{number}" for number in range(30)]
    path.write_text(
        ",".join(["id", "image", *columns, "title"])
        + "\n1,a.jpg," + ",".join(["x" * 60_000] * 30) + ",Long\n2,b.jpg," + "," * 30 + "Short\n"
    )  # fmt: skip
    problem, product = open_catalog(path)
    assert isinstance(problem, Problem)
    assert (problem.row, problem.reason) == (1, "malformed")
    assert f"{1 << 20:,} characters" in problem.detail
    assert isinstance(product, Product)
    assert (product.id, product.title) == ("2", "Short")


@pytest.mark.parametrize("over", [0, 1])
def test_a_last_line_of_just_the_limit_is_whole(tmp_path, over):
    path = tmp_path / "shop.csv"
    cells = ",".join(["x" * 100_000] * 10)
    start = "1,a.jpg," + cells + ","
    header = ",".join(["id", "image", *(f"c{number}" for number in range(11))])
    path.write_text(f"{header}\n{start}{'y' * ((1 << 20) - len(start) + over)}")
    (item,) = open_catalog(path)
    assert isinstance(item, Problem if over else Product)


def test_a_json_line_longer_than_is_read_is_told_so(tmp_path, monkeypatch):
    monkeypatch.setattr("lookalike.catalog.jsonl.LONGEST_LINE", 1000)
    path = tmp_path / "shop.jsonl"
    path.write_text(
        '{"id": "1", "image": "a.jpg"}\n{"id": "2", "image": "b.jpg", "title": "%s"}\n' % ("x" * 1000)
    )
    product, problem = open_catalog(path)
    assert isinstance(product, Product)
    assert isinstance(problem, Problem)
    assert "1,000 characters" in problem.detail


def picture(form: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, form)
    return out.getvalue()


def packed_as_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


def parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"id": ["1"]}), out)
    return out.getvalue()


@pytest.mark.parametrize("name", ["shop.csv", "shop.jsonl", "shop.tsv"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (packed_as_zip(), "zip"),
        (gzip.compress(gzip.compress(b"id,image\n1,a.jpg\n")), "gzip"),
        (picture("JPEG"), "JPEG"),
        (picture("PNG"), "PNG"),
        (picture("WEBP"), "WebP"),
        (b"%PDF-1.7\n%\xe2\xe3\n", "PDF"),
        (random.Random(3).randbytes(5000), "no text"),
        (random.Random(4).randbytes(300), "no text"),
    ],
    ids=["zip", "gzip twice", "JPEG", "PNG", "WebP", "PDF", "noise", "little noise"],
)
def test_what_is_only_called_a_table_is_told_by_its_first_bytes(tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)
    error = refusal(path)
    assert "is not a text table" in error.message
    assert said in error.message


def test_a_parquet_file_read_as_csv_is_told_what_it_is(tmp_path):
    (tmp_path / "shop.csv").write_bytes(parquet())
    assert "Parquet" in refusal(tmp_path / "shop.csv", format="csv").message


def test_control_characters_of_names_and_cells_are_escaped(tmp_path):
    path = tmp_path / "a\x1b[31mb.csv"
    path.write_text("ref\x07no,col\nA\x1b1,x\nA2,y\n")
    message = refusal(path).message
    assert r"a\x1b[31mb.csv" in message
    assert r"ref\x07no" in message
    assert r"\n" in refusal(tmp_path / "no\nsuch.csv").message


def test_a_mapping_the_wrong_way_round_is_shown_the_right_way(tmp_path):
    path = tmp_path / "shop.csv"
    path.write_text("Ref-Nr.,image\n1,a.jpg\n")
    assert "Write COLUMN=FIELD: Ref-Nr.=id" in refusal(path, mapping={"id": "Ref-Nr."}).next_step
    pq.write_table(pa.table({"ref no": ["1"], "image": ["a.jpg"]}), tmp_path / "shop.parquet")
    error = refusal(tmp_path / "shop.parquet", mapping={"ID": "ref no"})
    assert "Write COLUMN=FIELD: 'ref no'=ID" in error.next_step
    assert "columns are" in refusal(path, mapping={"id": "nothing"}).next_step
