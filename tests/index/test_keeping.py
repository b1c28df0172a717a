"""A large index keeps what it is opened by: answers stay the same, and nothing is lost when that fails."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lookalike import keeping, settings
from lookalike.errors import BadArgument, StorageError
from lookalike.index import Index
from lookalike.ingest.report import Interrupted, StopRequested
from lookalike.store.base import Columns, KeepProgress
from lookalike.store.kept import FOLDER, kept_folders
from lookalike.store.lance import LanceStore
from lookalike.testing.grid import GridEncoder
from lookalike.testing.keeping import keep_always
from lookalike.testing.tiny_shop import tiny_shop

SHOP = tiny_shop()


@pytest.fixture(autouse=True)
def keeping_always(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_always(monkeypatch)


@pytest.fixture(scope="module")
def kept_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The tiny shop, added at once, and kept."""
    folder = tmp_path_factory.mktemp("kept") / "index"
    with pytest.MonkeyPatch.context() as patch:
        keep_always(patch)
        Index.create(folder, GridEncoder()).add(SHOP.products)
        yield folder


@pytest.fixture
def folder(kept_shop: Path, tmp_path: Path) -> Path:
    shutil.copytree(kept_shop, tmp_path / "index")
    return tmp_path / "index"


def opened(folder: Path) -> Index:
    return Index.open(folder, GridEncoder())


def answers(index: Index) -> dict[str, Any]:
    """What an index says of all its products, in many ways."""
    ids = list(index.ids)
    said: dict[str, Any] = {"ids": ids, "facets": index.facets()}
    for one in ids:
        for way in ({}, {"recipe": "look"}, {"where": "colour=blue"}, {"variants": True, "diversity": 0.5}):
            said[f"{one} {way}"] = [r.to_dict() for r in index.similar(one, **way)]
    for text in ("blue dress", "shirt", "red"):
        said[f"having {text}"] = index.facets(text=text)
        said[text] = [(r.id, r.score) for r in index.search(text=text)]
    said["products"] = [index.product(one) for one in ids]
    said["vectors"] = index.vectors()[1].tolist()
    return said


def test_answers_are_the_same_whether_the_version_was_kept_or_not(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "plain", ignore=shutil.ignore_patterns(FOLDER))
    kept, plain = opened(folder), opened(tmp_path / "plain")
    assert kept._now().snapshot.kept is not None
    assert plain._now().snapshot.kept is None
    assert answers(kept) == answers(plain)


def test_answers_are_the_same_when_products_came_changed_and_went_since(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lookalike.store.keeping._ROWS", 1000)
    index = opened(folder)
    gone = [product.id for product in SHOP.products[3:9]]
    index.remove(gone)
    changed = [replace(product, title="A blue coat") for product in SHOP.products[10:12]]
    index.add([*changed, *SHOP.products[3:5]], duplicates=False)
    shutil.copytree(folder, tmp_path / "plain", ignore=shutil.ignore_patterns(FOLDER))
    kept, plain = opened(folder), opened(tmp_path / "plain")
    told = kept._now().snapshot.kept
    assert told is not None
    assert told.products is not None
    assert plain._now().snapshot.kept is None
    assert answers(kept) == answers(plain) == answers(index)


def test_adding_and_removing_keep_what_is_new(folder: Path) -> None:
    index = opened(folder)
    first = kept_folders(folder / FOLDER)
    said: list[str] = []
    index.remove([SHOP.products[0].id])
    second = kept_folders(folder / FOLDER)
    index.add(SHOP.products[:1], keeping=lambda what, *_: said.append(what))
    assert len(first) == len(second) == len(kept_folders(folder / FOLDER)) == 1
    assert len({*first, *second, *kept_folders(folder / FOLDER)}) == 3
    assert said[0] == "columns"
    assert len(set(said)) > 1


def test_refit_keeps_what_is_missing(folder: Path) -> None:
    shutil.rmtree(folder / FOLDER)
    opened(folder).refit()
    assert kept_folders(folder / FOLDER)


def test_a_run_that_is_stopped_while_it_keeps_has_stored_all_rows(tmp_path: Path) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    index = Index.create(tmp_path / "index", GridEncoder())
    with pytest.raises(Interrupted) as stopped:
        index.add(SHOP.products, duplicates=False, fit=False, keeping=stop)
    assert stopped.value.keeping
    assert stopped.value.report.added == len(SHOP.products) == len(index)
    assert kept_folders(tmp_path / "index" / FOLDER) == []
    assert len(index.similar(SHOP.products[0].id)) > 0


def test_a_run_can_be_stopped_by_its_own_progress_while_it_keeps(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "index", GridEncoder())

    def progress(rows: int) -> None:
        if len(list((tmp_path / "index" / FOLDER).glob("*/"))):
            raise StopRequested

    with pytest.raises(Interrupted) as stopped:
        index.add(SHOP.products, duplicates=False, fit=False, progress=progress)
    assert stopped.value.keeping


def test_where_it_cannot_be_kept_the_report_says_so_and_all_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(columns: Columns, folder: Path, tell: KeepProgress) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keeping, "makers", lambda where: (full,))
    index = Index.create(tmp_path / "index", GridEncoder())
    report = index.add(SHOP.products, duplicates=False, fit=False)
    assert report.added == len(SHOP.products)
    assert [problem.reason for problem in report.problems] == ["not-kept"]
    assert "full" in report.problems[0].detail
    assert index.remove([SHOP.products[0].id]) == 1
    with pytest.raises(StorageError):
        LanceStore.open(tmp_path / "index").keep([full], lambda *_: None)


def test_what_another_process_kept_is_taken_up_without_a_new_version(folder: Path) -> None:
    kept = folder / FOLDER
    shutil.move(kept, folder.with_name("aside"))
    index = opened(folder)
    said, version = answers(index), index.loaded[0]
    assert index._now().snapshot.kept is None
    opened(folder)._keep(None)
    assert index.refresh() == version
    now = index._now()
    assert now.snapshot.kept is not None
    assert now is index._now()
    assert index.loaded == (version, kept_folders(folder / FOLDER)[0].name)
    assert answers(index) == said


def test_who_stops_the_keeping_after_a_removal_has_removed_and_is_told(folder: Path) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    index = opened(folder)
    told: list[Any] = []
    gone = SHOP.products[0].id
    assert index.remove([gone], keeping=stop, failed=told.append) == 1
    assert gone not in index
    assert [problem.reason for problem in told] == ["not-kept"]


def test_a_removal_after_which_nothing_can_be_kept_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StorageError("The disk is full.", next_step="Free some space.")

    monkeypatch.setattr(LanceStore, "keep", full)
    told: list[Any] = []
    opened(folder).remove([SHOP.products[0].id], failed=told.append)
    assert "The disk is full." in told[0].detail


def test_the_way_back_tells_what_it_keeps_and_keeps_though_nothing_could_be_learnt(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise StorageError("No room for what was learnt.", next_step="Free some space.")

    index = opened(folder)
    index.rebuild(GridEncoder("other"))
    before = kept_folders(folder / FOLDER)
    said: list[str] = []
    monkeypatch.setattr(Index, "_fit", refuse)
    report = index.rebuild_back(keeping=lambda what, *_: said.append(what))
    assert [problem.reason for problem in report.problems] == ["not-fitted"]
    assert said[0] == "columns"
    assert kept_folders(folder / FOLDER) != before


@pytest.mark.parametrize(
    ("stated", "memory", "way"),
    [
        ("", 4e9, "graph"),
        ("", 3e9, "lists"),
        ("", None, "graph"),
        ("graph", 1, "graph"),
        ("lists", 4e9, "lists"),
    ],
)
def test_neighbours_are_found_by_lists_where_a_graph_would_fill_half_the_memory(
    monkeypatch: pytest.MonkeyPatch, stated: str, memory: float | None, way: str
) -> None:
    monkeypatch.setenv("LOOKALIKE_NEIGHBOURS", stated)
    monkeypatch.setattr(settings, "memory", lambda: memory)
    assert keeping.way_for(1_000_000, 256) == way


def test_what_neighbours_are_not_found_by_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOKALIKE_NEIGHBOURS", "tree")
    with pytest.raises(BadArgument, match="LOOKALIKE_NEIGHBOURS"):
        keeping.way_for(1, 1)
    assert (settings.memory() or 1 << 30) > 1 << 20
