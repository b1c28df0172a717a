"""What is fitted on a catalogue: at the end of indexing where it is due, safely, and no answer needs it."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from lookalike.cli.main import main
from lookalike.fitted.fitted import Fitted
from lookalike.index import Index
from lookalike.ingest.report import Interrupted, StopRequested
from lookalike.products import PictureSource, Price, Product
from lookalike.store.lance import LanceStore
from lookalike.store.lance_writer import LanceWriter
from lookalike.store.memory import MemoryStore
from lookalike.testing.grid import GridEncoder
from lookalike.words.word_map import WordMap

CHILD = Path(__file__).with_name("fitting_child.py")
COLOURS = {"red": (200, 30, 30), "blue": (30, 30, 200), "green": (30, 160, 60), "white": (240, 240, 240)}
KINDS = {"dress": (10, 0, 20, 30), "belt": (0, 12, 30, 18)}


add = partial(Index.add, duplicates=False)
"""Adding, without looking for copies."""


def picture(colour: str, kind: str, number: int) -> bytes:
    """A drawing in which the kind is where the colour is; the number stands in a corner."""
    image = Image.new("RGB", (32, 32), (120, 120, 120))
    image.paste(COLOURS[colour], KINDS[kind])
    image.paste((number * 5 % 256, 0, 0), (30, 30, 32, 32))
    sink = io.BytesIO()
    image.save(sink, "PNG")
    return sink.getvalue()


def shop(count: int, start: int = 0) -> list[Product]:
    made = []
    for number in range(start, start + count):
        colour, kind = [*COLOURS][number % 4], [*KINDS][number // 4 % 2]
        shown = PictureSource(data=picture(colour, kind, number))
        made.append(Product(f"{number:03}", (shown,), title=f"{colour} {kind} no{number}"))
    return made


@pytest.fixture
def index() -> Index:
    grid = GridEncoder()
    return Index(MemoryStore(grid.space, grid.name), grid)


@pytest.fixture
def on_disk(tmp_path: Path) -> Index:
    """Forty products in a folder, fitted."""
    index = Index.create(tmp_path / "index", GridEncoder())
    add(index, shop(40))
    return index


def fitted(index: Index) -> Fitted:
    return Fitted.read(index._store.notes, index.manifest)


def words(index: Index) -> str:
    return index.manifest.fitted["words"]


def notes(index: Index) -> list[str]:
    return sorted(name for name in index._store.notes.names() if name.endswith((".fitted", ".seen")))


def test_adding_ends_with_what_words_look_like_and_what_is_close(index: Index) -> None:
    add(index, shop(40))
    spoken = fitted(index).words
    assert spoken is not None
    looks = {
        i: index._store.reader().pictures([i])[i][0].look[None] for i in ("000", "004", "003")
    }  # red dress, red belt, white dress
    direction = spoken.direction(spoken.terms(["red", "dress"]))
    assert direction is not None
    near = {i: float(direction.cosines(look, spoken.lengths(look))[0]) for i, look in looks.items()}
    assert near["000"] > 0.8 > max(near["004"], near["003"])
    close = fitted(index).closeness
    assert close is not None and close.neighbours == 40
    stands = index.info()["fitted"]["words"]
    assert stands == {"version": words(index), "products": 40, "changed": 0.0, "problem": ""}


def test_what_was_fitted_is_read_once_for_all_versions_that_name_it(index: Index) -> None:
    add(index, shop(40))
    before = index._now()
    add(index, [replace(shop(1)[0], title="red dress, new")])
    after = index._now()
    assert after is not before
    assert after.fitted.words is before.fitted.words is not None


def test_it_is_fitted_anew_when_over_a_tenth_of_the_texts_changed(index: Index) -> None:
    add(index, shop(40))
    first = words(index)
    priced = [replace(product, price=Price(Decimal(5))) for product in shop(40)]
    add(index, priced)
    assert words(index) == first
    add(index, [replace(product, title="a scarf") for product in shop(4)])
    assert words(index) == first
    assert index.info()["fitted"]["words"]["changed"] == 0.1
    add(index, [replace(product, title="a scarf") for product in shop(5)])
    assert words(index) != first
    assert index.info()["fitted"]["words"]["changed"] == 0.0


def test_products_that_came_and_went_count_as_changed(index: Index) -> None:
    add(index, shop(40))
    first = words(index)
    add(index, shop(4, start=40))
    assert words(index) == first
    add(index, shop(4, start=44))
    second = words(index)
    assert second != first
    index.sync(shop(42), max_removed=1, duplicates=False)
    third = words(index)
    assert third != second


def test_too_few_products_teach_nothing_and_that_is_said(index: Index) -> None:
    assert [one.why for one in index.refit()] == [
        "There are fewer than 20 products with words and a picture.",
        "There are fewer than 20 products with a picture, variants and copies counted once.",
    ]
    report = add(index, shop(15))
    assert report.problems == ()
    assert index.manifest.fitted == {}
    silent = [replace(product, title="") for product in shop(30)]
    add(index, silent)
    assert set(index.manifest.fitted) == {"closeness"}


def test_a_shop_that_lost_its_words_loses_their_map(index: Index) -> None:
    add(index, shop(30))
    add(index, [replace(product, title="") for product in shop(30)])
    assert set(index.manifest.fitted) == {"closeness"}
    assert fitted(index).words is None


def test_fitting_can_be_left_out_and_is_made_up_for_by_the_next_run(index: Index) -> None:
    add(index, shop(30), fit=False)
    assert index.manifest.fitted == {}
    assert fitted(index).words is None and fitted(index).closeness is None
    report = add(index, shop(30))
    assert report.unchanged == 30
    assert set(index.manifest.fitted) == {"words", "closeness"}
    version = index.manifest.version
    index.sync(shop(30), duplicates=False)
    assert index.manifest.version == version


def test_refit_learns_anew_and_says_what_of(index: Index) -> None:
    add(index, shop(30))
    version, told = index.manifest.version, []
    fits = index.refit(progress=lambda done, total: told.append((done, total)))
    assert [(one.name, one.products, one.why) for one in fits] == [("words", 30, ""), ("closeness", 30, "")]
    assert told == [(0, 30), (30, 30)] * 2
    assert (index.manifest.version, index.manifest.products) == (version + 1, 30)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, StopRequested])
def test_a_fit_that_is_stopped_leaves_all_rows_stored(index: Index, stop: type[BaseException]) -> None:
    def stopping(*_: int) -> None:
        raise stop

    with pytest.raises(Interrupted) as stopped:
        add(index, shop(30), fitting=stopping)
    assert stopped.value.fitting and stopped.value.report.added == 30
    assert len(index) == 30
    assert index.similar("000", k=1).ids and index.manifest.fitted == {}
    add(index, shop(1))
    assert set(index.manifest.fitted) == {"words", "closeness"}


def test_a_fit_that_cannot_be_published_is_a_problem_of_the_run_and_no_more(
    on_disk: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = WordMap.fitted
    before = words(on_disk)
    writers: list[AbstractContextManager[LanceWriter]] = []
    with ThreadPoolExecutor(1) as pool:

        def held_up(*args: object) -> WordMap:
            writer = other.writer()
            pool.submit(writer.__enter__).result()
            writers.append(writer)
            return real(*args)  # type: ignore[arg-type]

        other = LanceStore.open(on_disk.path or "")
        monkeypatch.setattr(WordMap, "fitted", held_up)
        monkeypatch.setattr("lookalike.upkeep._FIT_WAIT", 0.05)
        report = add(on_disk, shop(30, start=50))
        writers[0].__exit__(None, None, None)
    assert report.added == 30
    assert [(p.reason, p.fatal) for p in report.problems] == [("not-fitted", False)]
    assert words(on_disk) == before and fitted(on_disk).words is not None


@pytest.mark.parametrize("harm", ["torn", "gone", "other"])
def test_a_damaged_note_costs_no_answer_and_is_told(on_disk: Index, harm: str) -> None:
    note = (on_disk.path or Path()) / "notes" / f"words-{words(on_disk)}.fitted"
    data = note.read_bytes()
    if harm == "gone":
        note.unlink()
    else:
        note.write_bytes(data[:-9] if harm == "torn" else data[:50] + b"\xff" + data[51:])
    index = Index.open(on_disk.path or "", GridEncoder())
    assert fitted(index).words is None and fitted(index).closeness is not None
    assert len(index.similar("000", k=3)) == 3
    report = index.verify(5)
    assert not report.ok and not report.tables and "words" in report.fitted[0]
    assert index.info()["fitted"]["words"]["problem"] == "Its note is missing or damaged."
    again = add(index, shop(41))
    assert again.added == 1
    assert fitted(index).words is not None and index._now().fitted.words is not None
    assert index.verify(5).ok


def test_what_an_index_without_fitted_things_says_of_them(on_disk: Index) -> None:
    path = (on_disk.path or Path()) / "manifest.json"
    old = json.loads(path.read_text())
    del old["fitted"]
    for pair in (old["pair"], *old["earlier"]):
        del pair[3:]
    path.write_text(json.dumps(old))
    index = Index.open(on_disk.path or "", GridEncoder())
    assert index.manifest.fitted == {} and fitted(index).words is None
    assert index.verify(5).ok
    add(index, shop(40))
    assert set(index.manifest.fitted) == {"words", "closeness"}


def test_another_encoder_has_its_own_and_the_way_back_has_the_first(index: Index) -> None:
    add(index, shop(30))
    first = index.manifest.fitted
    index.rebuild(GridEncoder("other"))
    other = index.manifest.fitted
    assert not set(first.values()) & set(other.values())
    assert fitted(index).words is not None and fitted(index).closeness is not None
    index.rebuild_back()
    assert index.manifest.fitted == first
    assert fitted(index).words is not None


def test_two_that_fit_at_once_do_no_harm(on_disk: Index) -> None:
    path = on_disk.path or ""
    both = [Index.open(path, GridEncoder()) for _ in range(2)]
    version = on_disk.manifest.version
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda one: [fit.why for fit in one.refit()], both))
    assert found == [["", ""]] * 2
    assert on_disk.manifest.version == version + 2
    assert fitted(on_disk).words is not None and on_disk.verify(5).ok


def test_a_process_that_is_killed_while_it_fits_has_stored_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "index"
    add(Index.create(path, GridEncoder()), shop(40), fit=False)
    command = [sys.executable, str(CHILD), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None and child.stdout.readline() == "fitting\n"
        child.send_signal(signal.SIGKILL)
    index = Index.open(path, GridEncoder())
    assert len(index) == 41 and index.manifest.fitted == {}
    assert "a scarf" in {product.title for product in index.products(["new"]).values()}
    add(index, shop(1))
    assert fitted(index).words is not None
    assert len(notes(index)) == 4 and index.verify(5).ok


def test_the_command_says_what_was_fitted_and_why_not(
    on_disk: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ["--index", str(on_disk.path)]
    monkeypatch.setattr("lookalike.questions.load_made_with", lambda *_: GridEncoder())
    done = CliRunner().invoke(main, ["refit", *place, "--json"])
    assert [(fit["name"], fit["fitted"]) for fit in json.loads(done.stdout)["fits"]] == [
        ("words", True),
        ("closeness", True),
    ]
    on_disk.remove([f"{number:03}" for number in range(30)])
    done = CliRunner().invoke(main, ["refit", *place])
    assert "words: not fitted. There are fewer than 20 products with words and a picture." in done.stdout
    shown = CliRunner().invoke(main, ["info", *place]).stdout
    assert "words     not fitted" in shown
