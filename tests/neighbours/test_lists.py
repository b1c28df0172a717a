"""Lists of neighbours are made of parts by whoever is there, and count as none where files are missing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from lookalike.neighbours import listing, lists
from lookalike.neighbours.graph import Graph
from lookalike.neighbours.listing import Part, Sorted, Sorting, own_hands, write_lists
from lookalike.neighbours.lists import Lists
from lookalike.neighbours.nearest import Nearest
from lookalike.neighbours.shadows import Shadow
from lookalike.stacked import Stacked
from lookalike.vectors import Floats, unit

COUNT, DIM = 900, 20
"""Twenty is no multiple of what the library turns."""


def nothing(*_: object) -> None:
    """Nobody is told."""


@pytest.fixture(scope="module")
def looks() -> Floats:
    return unit(np.random.default_rng(0).normal(size=(COUNT, DIM)))[0]


@pytest.fixture(scope="module", autouse=True)
def small_parts() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for module in (listing, lists):
            patch.setattr(module, "PART", 250)
        yield


@pytest.fixture(scope="module")
def made(looks: Floats, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lists of which the last part was done first."""
    path = tmp_path_factory.mktemp("made") / "lists"

    def backwards(sorting: Sorting, parts: Iterator[Part]) -> Iterator[Sorted]:
        return reversed([sorting.sort(part) for part in parts])

    write_lists(path, looks, backwards, nothing)
    return path


def test_every_picture_is_in_a_list_at_its_own_place(made: Path, looks: Floats) -> None:
    found = Lists.mapped(made, DIM, COUNT)
    assert found is not None
    assert len(found) == COUNT
    everything = found.near(looks[0], COUNT)
    assert everything is not None
    assert sorted(everything.tolist()) == list(range(COUNT))
    for row in (0, 249, 250, 600, COUNT - 1):
        near = found.near(looks[row], 1)
        assert near is not None
        assert near.tolist() == [row]


def test_vectors_are_not_kept_once_more(made: Path) -> None:
    assert not (made / "data").exists()
    assert sum(file.stat().st_size for file in made.rglob("*")) < 4 * COUNT * DIM + 50_000


def test_lists_that_are_deleted_under_a_reader_leave_exact_answers(
    made: Path, looks: Floats, tmp_path: Path
) -> None:
    shutil.copytree(made, tmp_path / "lists")
    found = Lists.mapped(tmp_path / "lists", DIM, 1)
    nearest = Nearest(Stacked(looks), Shadow.of(looks), found)
    shutil.rmtree(tmp_path / "lists")
    assert found is not None
    found.deepen(COUNT)  # lists that were not read yet
    assert nearest.approximate(looks[3], 12) is None
    assert nearest.top(looks[3], 12)[0] == 3


def test_what_is_no_lists_is_none(made: Path, looks: Floats, tmp_path: Path) -> None:
    assert Lists.mapped(tmp_path / "nowhere", DIM, 8) is None
    graph = Graph.empty(DIM, 64)
    assert graph is not None
    graph.add(np.arange(COUNT), looks, nothing)
    graph.save(tmp_path / "graph")
    assert Lists.mapped(tmp_path / "graph", DIM, 8) is None
    shutil.copytree(made, tmp_path / "lists")
    shutil.rmtree(tmp_path / "lists" / "_indices")
    assert Lists.mapped(tmp_path / "lists", DIM, 8) is None


@pytest.mark.parametrize("spoilt", [bytes, lambda size: b"\xff" * size])
def test_lists_whose_manifest_is_damaged_are_none_though_the_library_panics(
    made: Path, tmp_path: Path, spoilt: Callable[[int], bytes]
) -> None:
    shutil.copytree(made, tmp_path / "lists")
    for manifest in (tmp_path / "lists" / "_versions").glob("*.manifest"):
        whole = manifest.read_bytes()
        manifest.write_bytes(spoilt(len(whole) - 200) + whole[-200:])
    assert Lists.mapped(tmp_path / "lists", DIM, 8) is None


def test_hands_that_fail_leave_nothing(looks: Floats, tmp_path: Path) -> None:
    def failing(sorting: Sorting, parts: Iterator[Part]) -> Iterator[Sorted]:
        yield sorting.sort(next(parts))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_lists(tmp_path / "lists", looks, failing, nothing)
    assert not [*tmp_path.iterdir()]
    write_lists(tmp_path / "lists", looks, own_hands, nothing)
    assert Lists.mapped(tmp_path / "lists", DIM, 8) is not None
