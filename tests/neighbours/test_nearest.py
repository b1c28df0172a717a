"""The nearest are the nearest, whoever may be shown, whatever has come or gone, however they are found."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.neighbours import listing, lists, making
from lookalike.neighbours.graph import Graph
from lookalike.neighbours.lists import Lists
from lookalike.neighbours.making import make_nearest
from lookalike.neighbours.nearest import Nearest
from lookalike.neighbours.plan import FILES, LINES, PLAN, RECALL, read_plan
from lookalike.neighbours.shadows import SLACK
from lookalike.stacked import Stacked
from lookalike.vectors import Floats, Mask, Rows, best, unit

DIM = 40
BASE = 6000


def clustered(count: int, seed: int, dim: int = DIM) -> Floats:
    """Unit vectors in groups, as the goods of a shop are."""
    chance = np.random.default_rng(seed)
    centres = np.random.default_rng(0).normal(size=(60, dim))
    return unit(centres[chance.integers(0, 60, count)] + 0.6 * chance.normal(size=(count, dim)))[0]


def by_hand(vectors: Stacked, look: Floats, count: int, keep: Mask | None = None) -> Rows:
    """The nearest, found by comparing with each."""
    cosines = np.einsum("ij,j->i", vectors.whole, look)
    if keep is not None:
        cosines = np.where(keep, cosines, np.float32(np.nan))
    return best(cosines, count)[0]


def nothing(*_: object) -> None:
    """Nobody is told."""


@pytest.fixture(scope="module")
def looks() -> Floats:
    return clustered(BASE, 1)


@pytest.fixture(scope="module", autouse=True)
def small_parts() -> Iterator[None]:
    """Lists are made in three parts."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (listing, lists):
            patch.setattr(module, "PART", 2500)
        yield


@pytest.fixture(scope="module", params=["graph", "lists"])
def way(request: pytest.FixtureRequest) -> str:
    """What finds the nearest approximately."""
    found: str = request.param
    return found


@pytest.fixture(scope="module")
def kept(way: str, looks: Floats, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    plan = make_nearest(folder, looks, nothing, way)
    assert plan is not None
    assert plan.way == way
    return folder


@pytest.fixture(scope="module")
def changed(looks: Floats) -> Stacked:
    """300 came, 1,000 went, and all of them changed places."""
    chance = np.random.default_rng(5)
    places = chance.permutation(BASE + 300)[: BASE - 700]
    return Stacked(looks, clustered(300, 2), places.astype(np.intp))


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 999),
    share=st.sampled_from([1.0, 0.9, 0.5, 0.1, 0.01, 0.001]),
    count=st.sampled_from([1, 12, 40]),
    with_kept=st.booleans(),
    moved=st.booleans(),
)
def test_top_is_what_comparing_with_each_finds(
    looks: Floats,
    changed: Stacked,
    kept: Path,
    seed: int,
    share: float,
    count: int,
    with_kept: bool,
    moved: bool,
) -> None:
    vectors = changed if moved else Stacked(looks)
    nearest = Nearest.of(vectors, kept if with_kept else None)
    chance = np.random.default_rng(seed)
    keep = chance.random(len(vectors)) < share
    for look in (clustered(1, seed)[0], vectors[np.array([seed])][0]):
        assert nearest.top(look, count, keep).tolist() == by_hand(vectors, look, count, keep).tolist()
        assert nearest.top(look, count).tolist() == by_hand(vectors, look, count).tolist()


def test_equal_pictures_stand_in_the_order_of_their_rows(looks: Floats) -> None:
    vectors = Stacked(np.concatenate([looks, looks[:50].repeat(30, axis=0)]))
    found = Nearest.of(vectors).top(looks[7], 31)
    assert found.tolist() == [7, *range(BASE + 7 * 30, BASE + 8 * 30)]


def test_pictures_that_are_all_alike_are_found_too() -> None:
    vectors = Stacked(np.full((5000, 16), 0.25, dtype=np.float32))
    assert Nearest.of(vectors).top(vectors[np.array([0])][0], 12).tolist() == list(range(12))


def test_a_filter_that_nobody_passes_finds_nothing(looks: Floats) -> None:
    assert len(Nearest.of(Stacked(looks)).top(looks[0], 12, np.zeros(BASE, np.bool_))) == 0


@pytest.mark.parametrize("with_kept", [False, True])
def test_bounds_are_never_below_the_cosine_in_any_order_of_rows(
    changed: Stacked, kept: Path, with_kept: bool
) -> None:
    nearest = Nearest.of(changed, kept if with_kept else None)
    some = np.array([3, 1, 5000])
    for look in clustered(5, 8):
        cosines = changed.whole @ look
        assert (nearest.bounds(look) >= cosines - SLACK).all()
        assert nearest.bounds(look, some).tolist() == nearest.bounds(look)[some].tolist()
        for bounds in nearest.nearing(look):
            assert (bounds >= cosines - SLACK).all()


def test_nearly_all_of_the_nearest_are_found_and_put_in_order(looks: Floats, kept: Path) -> None:
    nearest = Nearest.of(Stacked(looks), kept)
    found = 0
    for look in clustered(100, 9):
        rows = nearest.approximate(look, 12)
        assert rows is not None
        assert (np.diff(looks[rows] @ look) <= 1e-5).all()
        found += len(np.intersect1d(rows, by_hand(nearest.vectors, look, 12)))
    assert found / 1200 >= RECALL


def test_what_is_gone_is_never_found_and_what_came_is(changed: Stacked, kept: Path) -> None:
    nearest = Nearest.of(changed, kept)
    came = np.flatnonzero(changed.places >= BASE) if changed.places is not None else np.empty(0)
    found = 0
    for row in came[:100].tolist():
        rows = nearest.approximate(changed[np.array([row])][0], 12)
        assert rows is not None
        assert rows[0] == row
        assert len(rows) == 12
        found += len(np.intersect1d(rows, by_hand(changed, changed[np.array([row])][0], 12)))
    assert found / 1200 >= RECALL


def test_where_nearly_all_has_gone_more_is_looked_at(looks: Floats, kept: Path) -> None:
    left = np.arange(0, BASE, 200, dtype=np.intp)
    nearest = Nearest.of(Stacked(looks, None, left), kept)
    rows = nearest.approximate(looks[3], 12)
    assert rows is not None
    assert len(rows) == 12


def test_where_nothing_is_kept_there_is_nothing_approximate(looks: Floats, tmp_path: Path) -> None:
    nearest = Nearest.of(Stacked(looks), tmp_path)
    assert nearest.approximate(looks[0], 12) is None
    assert nearest.plan is None
    assert len(nearest.top(looks[0], 12)) == 12


@pytest.mark.parametrize("damaged", ["", PLAN, LINES])
def test_a_damaged_file_is_as_good_as_none(
    looks: Floats, kept: Path, way: str, tmp_path: Path, damaged: str
) -> None:
    shutil.copytree(kept, tmp_path, dirs_exist_ok=True)
    file = tmp_path / (damaged or FILES[way])
    if file.is_dir():
        file = max(file.rglob("*.idx"), key=lambda one: one.stat().st_size)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    nearest = Nearest.of(Stacked(looks), tmp_path)
    assert (nearest.plan is None) == (damaged != LINES)
    assert nearest.top(looks[4], 12).tolist() == by_hand(nearest.vectors, looks[4], 12).tolist()


def test_what_is_of_vectors_of_another_length_is_not_believed(kept: Path, way: str) -> None:
    finder = Graph if way == "graph" else Lists
    assert finder.mapped(kept / FILES[way], DIM, 64) is not None
    assert finder.mapped(kept / FILES[way], DIM + 1, 64) is None


def test_a_plan_of_other_pictures_is_not_believed(kept: Path) -> None:
    assert read_plan(kept, BASE) is not None
    assert read_plan(kept, BASE + 1) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"recall": float("nan")},
        {"recall": "much"},
        {"recall": 2},
        {"exact": None},
        {"approximate": float("inf")},
        {"depth": 0},
        {"depth": -1},
        {"depth": 1.5},
        {"depth": 10**30},
    ],
)
def test_a_plan_that_nobody_can_have_measured_is_not_believed(
    looks: Floats, kept: Path, tmp_path: Path, wrong: dict[str, object]
) -> None:
    shutil.copytree(kept, tmp_path, dirs_exist_ok=True)
    said = json.loads((tmp_path / PLAN).read_bytes())
    (tmp_path / PLAN).write_text(json.dumps(said | wrong))
    nearest = Nearest.of(Stacked(looks), tmp_path)
    assert nearest.plan is None
    assert nearest.approximate(looks[4], 12) is None


def test_what_a_version_before_has_mapped_is_taken_over(looks: Floats, changed: Stacked, kept: Path) -> None:
    before = Nearest.of(Stacked(looks), kept)
    after = Nearest.of(changed, kept, before)
    assert after.plan is before.plan
    assert after.top(looks[0], 12).tolist() == by_hand(changed, looks[0], 12).tolist()


def test_without_the_library_nothing_is_made_but_shadows(
    looks: Floats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "usearch.index", None)
    assert make_nearest(tmp_path, looks, nothing) is None
    assert not (tmp_path / FILES["graph"]).exists()
    nearest = Nearest.of(Stacked(looks), tmp_path)
    assert nearest.top(looks[4], 12).tolist() == by_hand(nearest.vectors, looks[4], 12).tolist()


def test_making_it_tells_how_far_it_is_and_can_be_stopped(looks: Floats, way: str, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        if done > 3000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_nearest(tmp_path, looks, stop, way)
    assert told[0] == (0, BASE)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert not (tmp_path / FILES[way]).exists()
    assert Nearest.of(Stacked(looks), tmp_path).plan is None


def test_what_finds_too_few_is_not_kept(tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    finder: type[Graph | Lists] = Graph if way == "graph" else Lists
    honest = finder.near
    for depths in ("_DEPTHS", "_PROBES"):
        monkeypatch.setattr(making, depths, (64,))
    monkeypatch.setattr(finder, "near", lambda *asked: honest(*asked)[::2])  # type: ignore[index]
    assert make_nearest(tmp_path, clustered(2000, 3), nothing, way) is None
    assert not (tmp_path / FILES[way]).exists()


def test_threads_may_ask_at_once(looks: Floats, kept: Path) -> None:
    nearest = Nearest.of(Stacked(looks), kept)
    asked = clustered(60, 4)
    alone = [nearest.approximate(look, 12) for look in asked]
    wrong: list[int] = []

    def ask() -> None:
        for at, look in enumerate(asked):
            found, known = nearest.approximate(look, 12), alone[at]
            if found is None or known is None or found.tolist() != known.tolist():
                wrong.append(at)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
