"""Several files of one kind are one catalogue."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from lookalike.catalog import as_catalog, open_catalog
from lookalike.cli.main import main
from lookalike.errors import CatalogError
from lookalike.products import Problem, Product
from lookalike.testing.tiny_shop import write_tiny_shop

ROWS = [{"id": str(n), "title": f"Mug {n}", "image": f"{n}.jpg"} for n in range(1, 6)]


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    """A table of these rows, in the form of its ending."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    else:
        lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
        path.write_text("".join(f"{line}\n" for line in lines))
    return path


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_a_list_and_a_pattern_are_the_table_that_their_rows_make_in_one_file(
    tmp_path: Path, ending: str
) -> None:
    whole = [*open_catalog(write(tmp_path / f"whole.{ending}", ROWS))]
    files = [write(tmp_path / f"{name}.{ending}", rows) for name, rows in (("a", ROWS[:2]), ("b", ROWS[2:]))]
    for stated in (files, [str(tmp_path / f"[ab].{ending}")], str(tmp_path / f"?.{ending}"), tuple(files)):
        catalog = as_catalog(stated)
        assert [*catalog] == whole
        assert catalog.rows == 5
    assert [item.id for item in open_catalog([files[1], files[0], files[1]])] == ["3", "4", "5", "1", "2"]


def test_a_folder_of_parts_is_the_list_of_them(tmp_path: Path) -> None:
    files = [write(tmp_path / f"{n}.parquet", ROWS[n : n + 1]) for n in range(3)]
    assert [*open_catalog(tmp_path)] == [*open_catalog(files)]


def test_what_is_reported_names_the_file_and_the_row_in_it(tmp_path: Path) -> None:
    first = write(tmp_path / "a.csv", ROWS[:3])
    second = write(tmp_path / "b.csv", [ROWS[3], ROWS[1], {**ROWS[4], "id": ""}])
    found = [item for item in open_catalog([first, second]) if isinstance(item, Problem)]
    assert [(item.row, item.reason, item.detail) for item in found] == [
        (5, "repeated-id", "b.csv, row 2: The id stands in a.csv, row 2 already."),
        (6, "no-id", "b.csv, row 3: The row has no id."),
    ]


def test_pictures_lie_beside_their_own_file_and_one_mapping_is_for_all(tmp_path: Path) -> None:
    one = write(tmp_path / "one" / "p.csv", [{"ref": "1", "foto": "a.jpg"}])
    rows = [{"foto": "b.jpg", "size": "XL", "ref": "2"}, {"foto": "c.jpg", "size": "M", "ref": ""}]
    two = write(tmp_path / "two" / "p.csv", rows)
    catalog = open_catalog([one, two], {"ref": "id", "foto": "picture", "size": "attribute"})
    first, second, problem = catalog
    assert isinstance(first, Product)
    assert isinstance(second, Product)
    assert first.pictures[0].uri == str(tmp_path / "one" / "a.jpg")
    assert second.pictures[0].uri == str(tmp_path / "two" / "b.jpg")
    assert second.attributes == {"size": "XL"}
    assert isinstance(problem, Problem)
    assert problem.detail.startswith(f"{two}, row 2: ")


def test_files_that_are_no_one_catalogue_are_refused_by_name(tmp_path: Path) -> None:
    good = write(tmp_path / "good.csv", ROWS)
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and then nothing")
    (tmp_path / "empty.csv").touch()
    for others, said in (
        ([tmp_path / "none*.csv"], r"No file matches .*none\*\.csv"),
        ([tmp_path / "gone.csv"], "no file or folder .*gone.csv"),
        ([write(tmp_path / "other.jsonl", ROWS)], "good.csv is csv and .*other.jsonl is jsonl"),
        ([tmp_path], "is a folder"),
        ([tmp_path / "empty.csv"], "empty.csv is empty"),
        ([write(tmp_path / "b.csv", [{"number": "7", "image": "7.jpg"}])], "b.csv has no column 'id'"),
    ):
        with pytest.raises(CatalogError, match=said) as error:
            open_catalog([good, *others])
        assert error.value.next_step
    with pytest.raises(CatalogError, match=r"broken\.parquet is not a readable"):
        open_catalog([write(tmp_path / "good.parquet", ROWS), tmp_path / "broken.parquet"])
    with pytest.raises(CatalogError, match="No file is named"):
        open_catalog([])


def test_the_command_line_adds_and_follows_several_files(tmp_path: Path) -> None:
    lines = write_tiny_shop(tmp_path).read_text(encoding="utf-8").splitlines()
    (tmp_path / "products.csv").unlink()
    for name, rows in (("a", lines[1:5]), ("b", lines[5:9])):
        (tmp_path / f"{name}.csv").write_text("\n".join([lines[0], *rows]), encoding="utf-8")
    where = ["--index", str(tmp_path / "index"), "--json"]
    run = CliRunner()
    added = run.invoke(
        main, ["add", str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "--no-duplicates", "--no-fit", *where]
    )
    assert json.loads(added.stdout)["added"] == 8
    followed = run.invoke(main, ["sync", str(tmp_path / "?.csv"), "--no-duplicates", "--no-fit", *where])
    assert json.loads(followed.stdout)["unchanged"] == 8
    missing = run.invoke(main, ["add", str(tmp_path / "*.tsv"), *where])
    assert missing.exit_code == 2
