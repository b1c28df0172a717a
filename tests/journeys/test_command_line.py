"""What a shop's engineer does in a terminal, by the built-in encoder; in real processes where they matter."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from PIL import Image

from lookalike.cli.main import main
from lookalike.index import Index
from lookalike.testing.tiny_shop import tiny_shop

Run = Callable[..., subprocess.CompletedProcess[str]]


def document(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_folder_of_pictures_is_added_and_asked_with_the_default_index(
    lookalike: Run, tmp_path: Path, shop_table: Path
) -> None:
    shop = tiny_shop()
    for product in shop.products[:8]:
        folder = tmp_path / "mine" / shop.kind[product.id]
        folder.mkdir(parents=True, exist_ok=True)
        data = product.pictures[0].data
        assert data is not None
        (folder / f"{product.id}.png").write_bytes(data)
    added = lookalike("add", "mine")
    assert added.returncode == 0, added.stderr
    assert "8 rows: 8 added" in added.stdout
    assert (tmp_path / "lookalike-index").is_dir()
    similar = lookalike("similar", "0007", "-k", "3")
    assert similar.returncode == 0
    assert len(similar.stdout.splitlines()) == 4
    assert "0007" not in [line.split()[1] for line in similar.stdout.splitlines()[1:]]


def test_a_table_is_added_queried_changed_and_taken_away(
    process: Run, tmp_path: Path, shop_table: Path
) -> None:
    report = document(process("add", shop_table, "--index", "ix", "--json"))
    assert report["rows"] == report["indexed"] == len(tiny_shop().products)
    again = document(process("add", shop_table, "--index", "ix", "--json"))
    assert (again["unchanged"], again["pictures"]["encoded"]) == (report["rows"], 0)
    answer = document(process("similar", "m2", "--index", "ix", "-k", "5", "--json"))
    assert len(answer["results"]) == 5
    assert set(answer) == {"results", "complete", "nothing_close", "instead", "explain"}
    product = document(process("product", "0007", "--index", "ix", "--json"))
    assert product["id"] == "0007"
    assert product["price"] == {"amount": 19.9, "currency": "EUR"}
    assert product["colours"][0]["name"] == "red"
    removed = document(process("remove", "m2", "m3", "--index", "ix", "--json"))
    assert removed == {"removed": 2}
    info = document(process("info", "--index", "ix", "--json"))
    assert info["products"] == report["rows"] - 2
    gone = process("similar", "m2", "--index", "ix")
    assert gone.returncode == 2


def test_copies_come_first_and_kinds_stay_together(index_path: Path) -> None:
    shop = tiny_shop()
    index = Index.open(index_path)
    for product_id, copies in shop.copies.items():
        assert set(index.similar(product_id, k=len(copies), duplicates=True).ids) == copies
    kinds = [shop.kind[index.similar(i, k=1, variants=True).ids[0]] == shop.kind[i] for i in index.ids]
    assert sum(kinds) >= 0.9 * len(kinds)


def test_the_table_says_what_is_folded_and_how_to_see_it(lookalike: Run, made_index: Path) -> None:
    lines = lookalike("similar", "b6", "-k", "60", "--index", made_index).stdout.splitlines()
    row = {line.split()[1]: line for rank, line in enumerate(lines[1:], 1) if line.split()[0] == str(rank)}
    assert "+2 copies, +2 variants" in row["m2"]
    assert "+1 copy, +1 variant" in row["t5"]
    assert "+" not in row["b5"]
    assert lines[len(row) + 1].startswith("The first: Alike: closer than 66 of 100 best matches")
    assert lines[-2:] == [
        "4 products folded into those that show the same picture, 14 variants folded into the best of their "
        "style; --duplicates and --variants show them.",
        f"These are all that match: {len(row)}, and 18 folded.",
    ]
    own = lookalike("similar", "m1", "--index", made_index).stdout.splitlines()
    assert own[-1].endswith(
        "2 products with the picture that asks left out; --duplicates and --variants show them."
    )
    whole = lookalike("similar", "b6", "-k", "60", "--duplicates", "--index", made_index).stdout
    assert "same picture" not in whole
    assert "m1-ter" in whole


def test_a_customers_photo_finds_the_kind_of_its_product(
    lookalike: Run, tmp_path: Path, index_path: Path
) -> None:
    shop = tiny_shop()
    found = 0
    for name, data in shop.photos.items():
        (tmp_path / name).write_bytes(data)
        index = Index.open(index_path)
        kinds = [shop.kind[i] for i in index.search(tmp_path / name, k=3).ids]
        found += shop.kind[shop.photo_of[name]] in kinds
    assert found >= len(shop.photos) - 2
    name = next(iter(shop.photos))
    answer = document(lookalike("search", "--image", name, "--index", index_path, "-k", "3", "--json"))
    assert [result["id"] for result in answer["results"]] == Index.open(index_path).search(
        tmp_path / name, k=3
    ).ids


def test_wishes_are_kept_on_the_command_line(lookalike: Run, index_path: Path) -> None:
    answer = document(
        lookalike(
            "similar",
            "0007",
            "--index",
            index_path,
            "--where",
            "colour=red price<=100EUR",
            "--where",
            "category!=Mugs",
            "--exclude",
            "0007-bis",
            "--weights",
            "look=1,colour=0.5",
            "--json",
        )
    )
    assert answer["results"]
    assert answer["explain"]["weights"] == {"look": 1.0, "colour": 0.5}
    for result in answer["results"]:
        assert result["product"]["price"]["currency"] == "EUR"
        assert result["product"]["price"]["amount"] <= 100
        assert "Mugs" not in result["product"]["category"]
        assert result["id"] != "0007-bis"


def test_a_contact_sheet_is_one_file_that_needs_nothing_else(
    lookalike: Run, tmp_path: Path, index_path: Path
) -> None:
    done = lookalike("similar", "0100", "--index", index_path, "-k", "4", "--sheet", "out/sheet.html")
    assert done.returncode == 0
    page = (tmp_path / "out" / "sheet.html").read_text()
    assert page.count("data:image/jpeg;base64,") == 5
    assert "http" not in page.replace("http-equiv", "")
    assert "0100" in page


def test_vectors_are_exported_for_other_tools(lookalike: Run, tmp_path: Path, index_path: Path) -> None:
    files = document(lookalike("export", "v.npy", "--index", index_path, "--json"))["files"]
    assert files == ["v.npy", "v.ids.json"]
    matrix = np.load(tmp_path / "v.npy")
    names = json.loads((tmp_path / "v.ids.json").read_text())
    assert matrix.shape == (len(names), Index.open(index_path).manifest.space.dim)
    assert np.allclose(np.linalg.norm(matrix, axis=1), 1, atol=1e-5)
    document(lookalike("export", "v.parquet", "--index", index_path, "--json"))
    table = pq.read_table(tmp_path / "v.parquet")
    assert table.column_names == ["id", "position", "norm", "vector"]
    assert np.allclose(np.stack(table["vector"].to_pylist()), matrix)


def test_the_index_proves_itself(lookalike: Run, index_path: Path) -> None:
    report = document(lookalike("verify", "--index", index_path, "--json"))
    assert report["ok"]
    assert report["found"] == report["sampled"] == Index.open(index_path).manifest.pictures


def test_a_feed_is_followed(lookalike: Run, tmp_path: Path, shop_table: Path, index_path: Path) -> None:
    with shop_table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    kept = rows[3:]
    kept[0] = {**kept[0], "price": "1.00 EUR"}
    for row in kept:
        for column in ("image_link", "additional_image_link"):
            row[column] = ",".join(str(shop_table.parent / name) for name in row[column].split(",") if name)
    feed = tmp_path / "feed.csv"
    with feed.open("w", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(kept)
    report = document(lookalike("sync", feed, "--index", index_path, "--json"))
    assert (report["removed"], report["updated"], report["pictures"]["encoded"]) == (3, 1, 0)
    feed.write_text("\n".join(feed.read_text().splitlines()[:5]) + "\n")
    refused = lookalike("sync", feed, "--index", index_path)
    assert refused.returncode == 2
    assert "--yes" in refused.stderr
    assert document(lookalike("sync", feed, "--index", index_path, "--yes", "--json"))["unchanged"] == 4


def test_bad_rows_are_listed_and_decide_the_exit_status(lookalike: Run, tmp_path: Path) -> None:
    pictures = tmp_path / "p"
    pictures.mkdir()
    for number in range(6):
        Image.new("RGB", (60, 80), (40 * number, 90, 200 - 30 * number)).save(pictures / f"{number}.png")
    (pictures / "cut.png").write_bytes((pictures / "1.png").read_bytes()[:60])
    (pictures / "zero.png").write_bytes(b"")
    (pictures / "text.png").write_text("not a picture")
    (pictures / "folder.png").mkdir()
    names = [*(f"{n}.png" for n in range(6)), "cut.png", "zero.png", "text.png", "folder.png", "none.png"]
    rows = [f"{Path(name).stem},p/{name},one" for name in names]
    rows += [",p/1.png,without id", "bare,,", "0,p/0.png,again"]
    (tmp_path / "t.csv").write_text("id,image,title\n" + "\n".join(rows) + "\n")
    done = lookalike("add", "t.csv", "--report", "bad.csv", "--json")
    assert done.returncode == 3
    report = json.loads(done.stdout)
    assert (report["rows"], report["indexed"], report["reported"]) == (14, 6, 8)
    with (tmp_path / "bad.csv").open(newline="") as file:
        reasons = {row["id"]: row["reason"] for row in csv.DictReader(file)}
    assert reasons == {
        "cut": "truncated",
        "zero": "empty",
        "text": "not-a-picture",
        "folder": "directory",
        "none": "missing",
        "": "no-id",
        "bare": "no-picture",
        "0": "repeated-id",
    }
    assert lookalike("add", "t.csv", "--tolerate", "60%").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("similar", "x", "--index", "nowhere"), "nowhere"),
        (("similar", "no such id"), "no such id"),
        (("similar", "0007", "--where", "price<=cheap"), "cheap"),
        (("similar", "0007", "--where", "season=Summer"), "season"),
        (("similar", "0007", "-k", "0"), "k is 0"),
        (("similar", "0007", "--weights", "look"), "look"),
        (("similar", "0007", "--sheet", "/proc/none/sheet.html"), "cannot be written"),
        (("search", "--image", "none.jpg"), "none.jpg"),
        (("remove", "no such id"), "no such id"),
        (("add", "none.csv"), "none.csv"),
        (("add", ".", "--tolerate", "lots"), "lots"),
        (("add", ".", "--encoder", "resnet-of-mine"), "resnet-of-mine"),
        (("export", "vectors.txt"), ".npy"),
        (("similar", "0007", "-k", "many"), "many"),
        (("similar", "--nonsense"), "--nonsense"),
        (("verify", "--sample", "0"), "sample"),
        (("product",), "ID"),
        (("search",), "photo"),
        (("search", "nowhere.jpg"), "nowhere.jpg"),
        (("search", "!!!"), "word"),
        (("search", "red", "--crop", "0,0,1,1"), "crop"),
        (("search", "--image", "picture.png", "--crop", "0.5,0.5,0.6,0.5"), "outside"),
        (("search", "--image", "picture.png", "--crop", "nan,0,1,1"), "finite"),
        (("list", "--sort", "size"), "size"),
        (("list", "--sort", "relevance"), "relevant"),
        (("list", "--offset", "-1"), "offset"),
        (("list", "--facets", "--where", "season=Summer"), "season"),
        (("search", "--image", "picture.png\nand more"), "and more"),
        (("add", ".", "--wait", "-1"), "wait"),
        (("add", ".", "--report", "./report.csv"), "report.csv"),
        (("add", ".", "--report", "picture.png"), "picture.png"),
        (("similar", "0007", "--sheet", "picture.png"), "something else"),
        (("similar", "0007", "--sheet", "INDEX/manifest.json"), "inside the index"),
        (("verify", "--index", "."), "."),
    ],
)
def test_a_mistake_gets_one_line_and_exit_2(
    made_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "picture.png").write_bytes(tiny_shop().products[0].pictures[0].data or b"")
    arguments = tuple(word.replace("INDEX", str(made_index)) for word in arguments)
    given = arguments if "--index" in arguments else (*arguments, "--index", str(made_index))
    done = CliRunner().invoke(main, given)
    assert done.exit_code == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    errors = CliRunner().invoke(main, [*given, "--json"])
    assert set(json.loads(errors.stdout)["error"]) == {"code", "message", "next_step"}


def test_output_that_goes_nowhere_is_no_fault(lookalike: Run, made_index: Path, tmp_path: Path) -> None:
    command = f"{sys.executable} -m lookalike"
    for shell, status in (
        (f"{command} info --index {made_index} | true; exit ${{PIPESTATUS[0]}}", 1),
        (f"{command} info --index {made_index} >&-", 0),
        (f"{command} info --index {made_index} > /dev/full", 2),
        (f"PYTHONIOENCODING=cp1252 {command} list --index {made_index} --json > out.json", 0),
    ):
        done = subprocess.run(
            ["bash", "-c", shell], check=False, cwd=tmp_path, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == status, (shell, done.stderr)
        assert len(done.stderr.splitlines()) == (status > 1), done.stderr
    assert json.loads((tmp_path / "out.json").read_text(encoding="cp1252"))["total"] == 42


def test_without_a_verb_all_verbs_are_listed_and_a_slip_is_told_what_it_is_near_to(process: Run) -> None:
    bare = process()
    assert bare.returncode == 2
    assert {"add", "similar", "serve"} <= {
        line.split()[0] for line in bare.stderr.splitlines() if line.strip()
    }
    assert "Did you mean serve?" in process("srve").stderr


def test_products_are_listed(lookalike: Run, made_index: Path) -> None:
    listed = document(lookalike("list", "--index", made_index, "--where", "category=Mugs", "--json"))
    shop = tiny_shop()
    assert [p["id"] for p in listed["products"]] == sorted(i for i in shop.kind if shop.kind[i] == "Mugs")
    assert listed["total"] == len(listed["products"])


def test_products_are_listed_by_words_and_order_page_after_page(lookalike: Run, made_index: Path) -> None:
    def listed(*options: str) -> Any:
        return document(lookalike("list", "--index", made_index, "--json", *options))

    word = tiny_shop().products[0].title.split()[0]
    having = sorted(p.id for p in tiny_shop().products if p.title.lower().startswith(word.lower()))
    assert {p["id"] for p in listed("--text", word.upper(), "-k", "500")["products"]} >= set(having)
    dearest = [p["price"] for p in listed("--sort=-price", "-k", "500")["products"] if p["price"]]
    for currency in {price["currency"] for price in dearest}:
        amounts = [price["amount"] for price in dearest if price["currency"] == currency]
        assert amounts == sorted(amounts, reverse=True)
    first, second = (
        listed("--sort", "title", "-k", "5"),
        listed("--sort", "title", "-k", "5", "--offset", "5"),
    )
    both = listed("--sort", "title", "-k", "10")
    assert first["products"] + second["products"] == both["products"]
    searched = document(lookalike("search", word, "--index", made_index, "-k", "3", "--json"))
    assert {result["id"] for result in searched["results"]} & set(having)


def test_facets_are_printed_as_the_filters_they_are(lookalike: Run, made_index: Path) -> None:
    counted = document(lookalike("list", "--facets", "--index", made_index, "--json"))
    shown = lookalike("list", "--facets", "--index", made_index, "-k", "2").stdout.splitlines()
    terms = [line.rsplit(None, 1) for line in shown if "=" in line]
    assert len(terms) >= 4
    for term, count in terms:
        found = document(
            lookalike("list", "--where", term.strip(), "--index", made_index, "--json", "-k", "1")
        )
        assert found["total"] == int(count.replace(",", "")), term
    assert shown[-1].startswith(f"{counted['total']} products")


def start(tmp_path: Path, *arguments: str | Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "lookalike", *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


def many_pictures(folder: Path, count: int) -> None:
    folder.mkdir()
    rng = np.random.default_rng(5)
    for number in range(count):
        pixels = rng.integers(0, 256, (6, 5, 3), dtype=np.uint8)
        Image.fromarray(pixels).resize((100, 120), Image.Resampling.BICUBIC).save(folder / f"{number:04}.jpg")


def products_in(path: Path) -> int:
    try:
        return len(Index.open(path))
    except Exception:
        return 0


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_stopped_goes_on_where_it_was(
    lookalike: Run, tmp_path: Path, end: signal.Signals
) -> None:
    many_pictures(tmp_path / "many", 600)
    process = start(tmp_path, "add", "many", "--index", "ix")
    try:
        deadline = time.monotonic() + 90
        while products_in(tmp_path / "ix") == 0 and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        os.kill(process.pid, end)
        process.communicate(timeout=60)
    finally:
        process.kill()
    stored = products_in(tmp_path / "ix")
    assert 0 < stored <= 600
    if end is signal.SIGINT and stored < 600:
        assert process.returncode == 130
    report = document(lookalike("add", "many", "--index", "ix", "--json"))
    assert report["unchanged"] == stored
    assert report["pictures"]["encoded"] == 600 - stored
    assert products_in(tmp_path / "ix") == 600


def test_a_second_writer_is_told_who_writes(process: Run, index_path: Path, shop_table: Path) -> None:
    from lookalike.store.lance import LanceStore

    with LanceStore.open(index_path).writer():
        done = process("add", shop_table, "--index", index_path, "--wait", "0.2")
        reading = process("similar", "0007", "--index", index_path)
    assert done.returncode == 2
    assert str(os.getpid()) in done.stderr
    assert reading.returncode == 0
