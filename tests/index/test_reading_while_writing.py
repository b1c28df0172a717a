"""Many threads ask while a process writes: no question fails, and no answer mixes two versions."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from lookalike.index import Index
from lookalike.products import Price, Product
from lookalike.store.base import Columns, VersionGone
from lookalike.store.lance import LanceStore
from lookalike.store.lance_reader import LanceReader
from lookalike.testing.samples import SPACE, sample_picture

CHILD = Path(__file__).with_name("retitling_child.py")
IDS = [f"{number:02}" for number in range(40)]


@pytest.fixture
def index_path(tmp_path: Path) -> Path:
    """Forty products; every title and every price is the number of the version, here 1."""
    store = LanceStore.create(tmp_path / "index", SPACE, "test")
    products = [
        Product(i, title="state 1", price=Price(Decimal(1), "EUR"), group="g" if i < "03" else "")
        for i in IDS
    ]
    with store.writer() as writer:
        writer.commit(products, {i: [sample_picture(i, seed=int(i))] for i in IDS})
    return tmp_path / "index"


def said(index: Index) -> list[Callable[[], tuple[set[str], int]]]:
    """Questions; each gives the titles of its answer and the version that answered."""

    def similar() -> tuple[set[str], int]:
        answer = index.similar("07", k=20, weights={"look": 1, "colour": 1})
        assert len(answer) == 20
        return {result.product.title for result in answer}, answer.version

    def searched() -> tuple[set[str], int]:
        answer = index.search(text="state", k=40, variants=True)
        assert len(answer) == 40
        return {result.product.title for result in answer}, answer.version

    def browsed() -> tuple[set[str], int]:
        page = index.browse("price>=1EUR", sort="title", limit=15, offset=20)
        assert (page.total, len(page)) == (40, 15)
        return {listed.product.title for listed in page}, page.version

    def counted() -> tuple[set[str], int]:
        facets = index.facets()
        assert facets["total"] == 40
        price = facets["price"][0]
        assert price["min"] == price["max"]
        assert index.variants("01") == ["00", "02"]
        return {f"state {price['min']:.0f}"}, int(price["min"])

    def fetched() -> tuple[set[str], int]:
        titles = {product.title for product in index.products(IDS).values()}
        assert index.picture("05", 0).data == sample_picture("05", seed=5).thumbnail
        return titles, int(min(titles).split()[1])

    return [similar, searched, browsed, counted, fetched]


def ask_until(done: threading.Event, question: Callable[[], tuple[set[str], int]], wrong: list[str]) -> None:
    last = 0
    try:
        while not done.is_set():
            titles, version = question()
            if titles != {f"state {version}"}:
                wrong.append(f"{question.__name__}: {titles} in version {version}")
            if version < last:
                wrong.append(f"{question.__name__}: {version} after {last}")
            last = version
    except BaseException as error:
        wrong.append(f"{question.__name__}: {error!r}")


@pytest.mark.parametrize("follow", [True, False], ids=["following", "refreshed"])
def test_each_answer_is_of_one_version_and_none_fails(index_path: Path, follow: bool) -> None:
    index = Index.open(index_path, follow=follow)
    wrong: list[str] = []
    done = threading.Event()
    threads = [
        threading.Thread(target=ask_until, args=(done, ask, wrong), daemon=True) for ask in said(index)
    ]
    command = [sys.executable, str(CHILD), str(index_path), "12"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        for thread in threads:
            thread.start()
        versions = set()
        while child.poll() is None:
            versions.add(index.refresh() if not follow else index.manifest.version)
        done.set()
        for thread in threads:
            thread.join(30)
        assert child.communicate()[1] == ""
    assert not wrong, wrong[:3]
    assert len(versions) > 3
    assert index.refresh() == 13
    assert index.product("07").title == "state 13"


def test_an_index_that_does_not_follow_stays_at_its_version_until_refreshed(
    index_path: Path,
) -> None:
    still, following = Index.open(index_path, follow=False), Index.open(index_path)
    assert still.similar("07", k=1).version == following.similar("07", k=1).version == 1
    twin = replace(sample_picture("new"), look=sample_picture("07", seed=7).look)
    with LanceStore.open(index_path).writer() as writer:
        writer.commit([Product("new")], {"new": [twin]}, remove=["08"])
    assert still.similar("07", k=1).version == 1
    assert "08" in still
    assert "new" not in still
    assert following.similar("07", k=1).ids == ["new"]
    assert still.refresh() == 2
    assert still.refresh() == 2
    assert still.similar("07", k=1).ids == ["new"]
    assert "08" not in still


def test_a_version_that_is_cleaned_away_while_it_is_loaded_is_left_for_a_newer_one(
    index_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = [True, True, False]
    columns = LanceReader.columns

    def cleaned_away(reader: LanceReader) -> Columns:
        if gone.pop(0):
            raise VersionGone
        return columns(reader)

    monkeypatch.setattr(LanceReader, "columns", cleaned_away)
    assert len(Index.open(index_path)) == 40
    assert not gone


def test_what_was_made_of_a_version_is_right_in_the_next(index_path: Path) -> None:
    """Colours, words and bounds are taken over where they hold, and made anew where they do not."""
    index = Index.open(index_path)
    wish = {"look": 1.0, "colour": 1.0}
    index.similar("07", weights=wish)
    index.browse("colour=red", text="state", sort="title")
    index.facets()
    with LanceStore.open(index_path).writer() as writer:
        writer.commit(
            [Product("00a", title="other"), Product("03", title="renamed")],
            {
                "00a": [sample_picture("00a", seed=90)],
                "09": [sample_picture("09", seed=91), sample_picture("09", 1, seed=92)],
            },
            remove=["02", "11"],
        )
    fresh = Index.open(index_path)
    for asking in ("07", "09", "00a"):
        assert index.similar(asking, weights=wish, k=50) == fresh.similar(asking, weights=wish, k=50)
    for name in ("red", "blue", "green", "white"):
        assert index.browse(f"colour={name}").to_dict() == fresh.browse(f"colour={name}").to_dict()
    for text in ("state", "renamed", "other"):
        assert (
            index.browse(text=text, sort="title").to_dict() == fresh.browse(text=text, sort="title").to_dict()
        )
    assert index.facets("colour=red") == fresh.facets("colour=red")
