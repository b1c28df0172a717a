"""Adding products from the page in a real browser: what is sent, how far it is, what came of it."""

from __future__ import annotations

import base64
import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lookalike import Index
from lookalike.service.config import ServiceConfig
from lookalike.testing.grid import GridEncoder
from lookalike.testing.serving import listening
from lookalike.testing.tiny_shop import tiny_shop, write_tiny_shop

from .cards import expect

FOLDER = """
files => {
  const entry = (path, content) => {
    const name = path.split("/").at(-1);
    const bytes = content && Uint8Array.from(atob(content), letter => letter.charCodeAt(0));
    const below = Object.keys(files).filter(one => one.startsWith(path + "/"));
    const children = [...new Set(below.map(one => one.slice(path.length + 1).split("/")[0]))];
    return {
      name, fullPath: "/" + path, isFile: Boolean(content), isDirectory: !content,
      file: done => done(new File([bytes], name)),
      createReader: () => {
        let left = children.map(child => `${path}/${child}`);
        return {readEntries: done => {
          const some = left.slice(0, 2);
          left = left.slice(2);
          done(some.map(one => entry(one, files[one])));
        }};
      },
    };
  };
  const root = Object.keys(files)[0].split("/")[0];
  const items = [{kind: "file", webkitGetAsEntry: () => entry(root, files[root])}];
  const drop = new DragEvent("drop", {bubbles: true, cancelable: true});
  Object.defineProperty(drop, "dataTransfer", {value: {items, types: ["Files"], files: []}});
  document.querySelector(".drop").dispatchEvent(drop);
}
"""
"""Drop a folder; entries come two at a time, as a browser gives them a hundred at a time."""


@pytest.fixture
def shop_index(shop_folder: Path, tmp_path: Path) -> Index:
    """A copy for each test, which may write in it."""
    return Index.open(shutil.copytree(shop_folder, tmp_path / "shop"), GridEncoder())


@pytest.fixture
def shop(shop_index: Index) -> Iterator[str]:
    """The address of a service over it."""
    with listening(shop_index) as address:
        yield address


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny shop's table and pictures in a folder."""
    return write_tiny_shop(tmp_path_factory.mktemp("upload") / "shop").parent


def table(catalogue: Path, prefix: str, count: int = 3) -> tuple[list[dict[str, str]], list[str]]:
    """The first rows of the table under ids of their own, and the pictures they name."""
    with (catalogue / "products.csv").open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))[:count]
    fields = [name for name in rows[0] if "image" in name]
    named = [row[name] for row in rows for name in fields if row[name]]
    pictures = sorted({one.strip() for cell in named for one in cell.split(",")})
    return [{**row, "id": prefix + row["id"]} for row in rows], pictures


def as_csv(rows: list[dict[str, str]]) -> bytes:
    sink = io.StringIO()
    writer = csv.DictWriter(sink, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return sink.getvalue().encode()


def figures(page: Any) -> dict[str, int]:
    """The figures of the report, once it is there."""
    page.wait_for_selector(".report .figure")
    pairs: list[list[str]] = page.eval_on_selector_all(
        ".figure",
        "all => all.map(one => [one.dataset.figure, one.querySelector('dd').textContent])",
    )
    return {name: int(count.replace(",", "")) for name, count in pairs}


def test_a_table_with_one_bad_row_is_sent_and_accounted_for(visit: Any) -> None:
    data = "data:image/jpeg;base64," + base64.b64encode(next(iter(tiny_shop().photos.values()))).decode()
    rows = [
        {"id": "csv-1", "title": "A lamp", "image_link": data},
        {"id": "csv-2", "title": "A lamp without its picture", "image_link": "data:image/jpeg;base64,AAAA"},
    ]
    page = visit("/add")
    page.set_input_files(
        ".upload-files", {"name": "lamps.csv", "mimeType": "text/csv", "buffer": as_csv(rows)}
    )
    page.get_by_role("heading", name="Ready to send").wait_for()
    page.get_by_text("2 rows · 3 columns").wait_for()
    expect(page.locator(".upload-sheet th")).to_have_text(["id", "title", "image_link"])
    page.locator(".send").click()
    assert figures(page) == {"added": 1, "updated": 0, "unchanged": 0, "reported": 1}
    row = page.locator(".problems-table tbody tr")
    expect(row).to_have_count(1)
    assert row.locator("td[data-name=Row]").inner_text() == "2"
    assert row.locator("td[data-name=Product]").inner_text() == "csv-2"
    page.wait_for_url("**job=**")
    with page.expect_download() as coming:
        page.get_by_text("Download report.csv").click()
    report = list(csv.DictReader(Path(coming.value.path()).read_text(encoding="utf-8").splitlines()))
    assert [(one["row"], one["id"]) for one in report] == [("2", "csv-2")]
    page.reload()
    assert figures(page)["added"] == 1
    page.get_by_role("link", name="See the shop").click()
    page.wait_for_url(lambda url: url.endswith("/"))
    page.goto("/product/csv-1")
    page.get_by_role("heading", name="A lamp", level=1).wait_for()


def test_a_dropped_folder_is_sent_with_the_pictures_in_it(visit: Any, catalogue: Path) -> None:
    rows, pictures = table(catalogue, "folder-")
    files = {"shop/products.csv": as_csv(rows), "shop/.DS_Store": b"x", "shop/notes.txt": b"not sent"}
    files |= {f"shop/{name}": (catalogue / name).read_bytes() for name in pictures}
    page = visit("/add")
    page.evaluate(FOLDER, {path: base64.b64encode(data).decode() for path, data in files.items()})
    page.get_by_role("heading", name="Ready to send").wait_for()
    assert page.locator(".part-head h2").all_inner_texts() == ["products.csv", f"{len(pictures)} pictures"]
    assert "Left behind: notes.txt." in page.locator(".upload-preview").inner_text()
    page.locator(".send").click()
    assert figures(page) == {"added": 3, "updated": 0, "unchanged": 0, "reported": 0}


def test_a_chosen_folder_is_taken_to_its_bottom(visit: Any, catalogue: Path) -> None:
    page = visit("/add")
    page.set_input_files(".upload-folder", catalogue)
    page.get_by_role("heading", name="Ready to send").wait_for()
    count = sum(1 for path in catalogue.rglob("*.*") if path.suffix in (".jpg", ".png", ".webp"))
    assert page.locator(".part-head h2").all_inner_texts() == ["products.csv", f"{count} pictures"]


def test_pictures_alone_become_products(visit: Any, catalogue: Path) -> None:
    pictures = sorted((catalogue / "images").glob("*.png"))[:2]
    given = [
        {"name": f"alone-{at}.png", "mimeType": "image/png", "buffer": path.read_bytes()}
        for at, path in enumerate(pictures)
    ]
    page = visit("/add")
    page.set_input_files(".upload-files", given)
    page.get_by_text("each picture becomes a product").wait_for()
    page.locator(".send").click()
    assert figures(page) == {"added": 2, "updated": 0, "unchanged": 0, "reported": 0}
    page.goto("/add")
    last = page.locator(".jobs-list .job").first
    expect(last.locator(".job-state")).to_have_text("Done")
    last.click()
    assert figures(page)["added"] == 2


def test_pictures_chosen_one_by_one_are_found_and_the_missing_one_is_announced(
    visit: Any, catalogue: Path
) -> None:
    photos = sorted((catalogue / "images").glob("*.png"))[2:4]
    rows = [{"id": f"flat-{at}", "image": f"pics/flat-{at}.png"} for at in range(5)]
    given = [{"name": "flat.csv", "mimeType": "text/csv", "buffer": as_csv(rows)}]
    given += [
        {"name": f"flat-{at}.png", "mimeType": "image/png", "buffer": path.read_bytes()}
        for at, path in enumerate(photos)
    ]
    page = visit("/add")
    page.set_input_files(".upload-files", given)
    page.get_by_text("3 pictures named in flat.csv are not among the files.").wait_for()
    page.locator(".send").click()
    assert figures(page) == {"added": 2, "updated": 0, "unchanged": 0, "reported": 3}
    assert [text.split("\n") for text in page.locator(".reason-chip").all_inner_texts()[1:]] == [
        ["Picture not sent", "3"]
    ]
    detail = page.locator(".problems-table td[data-name='What is wrong']").first.inner_text()
    assert detail.startswith("pics/flat-2.png was not among the files sent; send it too")


def test_one_known_picture_beside_a_broken_one_is_not_called_no_change(visit: Any, catalogue: Path) -> None:
    data = sorted((catalogue / "images").glob("*.png"))[4].read_bytes()
    known = {"name": "known.png", "mimeType": "image/png", "buffer": data}
    broken = {"name": "broken.png", "mimeType": "image/png", "buffer": b"no picture"}
    page = visit("/add")
    for given, title in (
        ([known], "Everything is in the shop"),
        ([known, broken], "Nothing new could be added"),
    ):
        page.goto("/add")
        page.set_input_files(".upload-files", given)
        page.locator(".send").click()
        page.get_by_role("heading", name=title).wait_for()
    assert figures(page) == {"added": 0, "updated": 0, "unchanged": 1, "reported": 1}
    assert page.locator(".report > .soft").inner_text().startswith("2 files · ")


def test_a_table_of_unknown_columns_asks_which_hold_what(visit: Any, serious: Any) -> None:
    data = "data:image/jpeg;base64," + base64.b64encode(next(iter(tiny_shop().photos.values()))).decode()
    rows = [{"colour": "red", "ware no": "odd-1", "look": data}]
    page = visit("/add")
    page.set_input_files(".upload-files", {"name": "odd.csv", "mimeType": "text/csv", "buffer": as_csv(rows)})
    page.locator(".send").click()
    page.get_by_role("heading", name="Which columns hold the id and the picture?").wait_for()
    page.get_by_text("The columns of odd.csv are: colour, ware no, look.").wait_for()
    assert "map" not in page.locator(".upload-stage").inner_text()
    assert page.get_by_label("Column with the id").input_value() == "ware no"
    assert page.get_by_label("Column with the picture").input_value() == "look"
    assert serious(page) == []
    page.get_by_role("button", name="Send again").click()
    assert figures(page) == {"added": 1, "updated": 0, "unchanged": 0, "reported": 0}
    visit.forgive("400")
    page.goto("/product/odd-1")
    page.locator("h1").first.wait_for()


def test_of_several_tables_one_is_chosen(visit: Any, catalogue: Path) -> None:
    rows, _ = table(catalogue, "which-")
    tables = [
        {"name": name, "mimeType": "text/csv", "buffer": as_csv(rows)}
        for name in ("spring.csv", "autumn.csv")
    ]
    page = visit("/add")
    page.set_input_files(".upload-files", tables)
    page.get_by_role("heading", name="Which table lists the products?").wait_for()
    assert page.locator(".send").count() == 0
    page.get_by_role("button", name="autumn.csv").click()
    expect(page.locator(".part-head h2")).to_have_text(["autumn.csv"])
    expect(page.locator(".send")).to_contain_text("Send 1 file,")


def test_files_that_are_no_catalogue_are_turned_away_before_they_are_sent(visit: Any) -> None:
    page = visit("/add")
    page.set_input_files(
        ".upload-files", {"name": "letter.docx", "mimeType": "application/x", "buffer": b"words"}
    )
    page.get_by_role("heading", name="Nothing here can be added").wait_for()
    page.get_by_role("button", name="Choose other files").click()
    page.get_by_role("heading", name="Add products").wait_for()


def test_a_table_that_cannot_be_read_shows_the_services_answer(visit: Any) -> None:
    page = visit("/add")
    page.set_input_files(
        ".upload-files", {"name": "broken.parquet", "mimeType": "application/x", "buffer": b"PAR1 not really"}
    )
    page.locator(".send").click()
    page.wait_for_selector(".notice-title")
    assert page.locator(".notice-text").inner_text() != ""
    visit.forgive("400")


def test_problems_are_filtered_by_reason(visit: Any, catalogue: Path) -> None:
    rows, _ = table(catalogue, "bad-", 4)
    bad = [{**rows[0], "id": "bad-x"}, {**rows[1], "id": ""}, rows[2], rows[2]]
    bad[0] = {name: ("images/none.jpg" if "image" in name else cell) for name, cell in bad[0].items()}
    given = [{"name": "products.csv", "mimeType": "text/csv", "buffer": as_csv(bad)}]
    page = visit("/add")
    page.set_input_files(".upload-files", given)
    page.locator(".send").click()
    counts = figures(page)
    assert counts["reported"] == 4
    chips = page.locator(".reason-chip")
    rows_shown = page.locator(".problems-table tbody tr")
    expect(rows_shown).to_have_count(4)
    some = int(chips.nth(1).locator(".reason-count").inner_text())
    assert 0 < some < 4
    chips.nth(1).locator("input").check()
    expect(rows_shown).to_have_count(some)
    reasons = page.locator(".problems-table tbody td[data-name=Reason]").all_inner_texts()
    assert len(set(reasons)) == 1


def test_a_running_job_is_found_again_by_its_address_and_stopped(visit: Any) -> None:
    job = {
        "id": "1", "state": "running", "kind": "add", "name": "products.csv", "done": 150, "total": 600,
        "rate": 42.5, "seconds_left": 10.6, "report": None, "error": None,
        "created": "2026-11-21T20:00:00Z", "started": "2026-11-21T20:00:00Z", "finished": None,
    }  # fmt: skip
    asked: list[str] = []

    def answer(route: Any) -> None:
        asked.append(route.request.method)
        if route.request.method == "DELETE":
            job["state"] = "stopped"
        route.fulfill(json={"job": job})

    page = visit("/photo")
    page.route("**/v1/jobs/1", answer)
    page.goto("/add?job=1")
    page.get_by_text("150 of 600 products · 42.5 a second · 11 s left").first.wait_for()
    bar = page.get_by_role("progressbar", name="Adding products")
    assert bar.evaluate("bar => [bar.value, bar.max]") == [150, 600]
    page.wait_for_function("() => document.title.startsWith('25%')")
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("heading", name="Stopped").wait_for()
    assert asked[0] == "GET"
    assert "DELETE" in asked


def test_an_unknown_job_is_explained(visit: Any) -> None:
    page = visit("/add?job=none")
    page.wait_for_selector(".notice-title")
    assert page.locator(".notice-code").inner_text().startswith("unknown-job")
    visit.forgive("404")


def test_a_visitor_who_may_not_write_is_told_where_products_are_added(visit: Any, serious: Any) -> None:
    page = visit("/photo")
    page.route(
        "**/v1/session", lambda route: route.fulfill(json={"read": True, "write": False, "keys": False})
    )
    page.goto("/add")
    page.get_by_role("heading", name="Products are added elsewhere").wait_for()
    assert page.get_by_role("button", name="Choose files").count() == 0
    assert serious(page) == []


def test_writing_that_needs_a_key_asks_for_it(visit: Any, serving: Any, shop_index: Index) -> None:
    with serving(shop_index, ServiceConfig(write_keys=("write-me",), read_keys=("read-me",))) as address:
        visit.address = address
        page = visit("/add")
        field = page.get_by_label("Write key")
        field.fill("wrong")
        page.get_by_role("button", name="Continue").click()
        page.get_by_text("This key is not known.").wait_for()
        field.fill("read-me")
        page.get_by_role("button", name="Continue").click()
        page.get_by_text("This key may only read.").wait_for()
        field.fill("write-me")
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("heading", name="Add products").wait_for()
        visit.close()
    visit.forgive("401", "403")
