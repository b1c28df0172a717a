"""Each plot is a picture with something drawn on it."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lookalike.errors import BadArgument, StorageError
from lookalike.index import Index
from lookalike.store.memory import MemoryStore
from lookalike.testing.grid import GridEncoder
from lookalike.testing.planted import plant, planted
from lookalike.testing.tiny_shop import tiny_shop

pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def laid_out() -> Index:
    encoder = GridEncoder()
    index = Index(MemoryStore(encoder.space, encoder.name), encoder)
    few = [replace(one, brand="", availability="", attributes={}) for one in tiny_shop().products]
    index.add(few, duplicates=False, fit=False)  # few columns: each plot takes a while
    index.explore.lay_out()
    return index


def test_every_chart_and_every_colour_of_the_map_is_a_picture(laid_out: Index, tmp_path: Path) -> None:
    ids = laid_out.ids[:5]
    files = laid_out.explore.png(tmp_path / "plots", ids)
    names = {path.stem for path in files}
    charts, found = laid_out.explore.counts().charts, laid_out.explore.map()
    assert found is not None
    assert len(files) == len(names) == len(charts) + len(found.paints) + 2
    assert {"matrix", "map-pictures", "map-category", "map-price", "counts-category"} <= names
    for path in files:
        with Image.open(path) as image:
            assert image.format == "PNG" and min(image.size) >= 300
            pixels = np.asarray(image.convert("L"))
        assert pixels.std() > 5, path.name  # something is drawn


def test_the_matrix_is_bright_where_products_are_alike(tmp_path: Path) -> None:
    index = Index(
        plant([planted(name, look) for name, look in (("a", [1.0, 0]), ("b", [1.0, 0]), ("c", [0, 1.0]))])
    )
    matrix = next(path for path in index.explore.png(tmp_path, ["a", "b", "c"]) if path.stem == "matrix")
    with Image.open(matrix) as image:
        pixels = np.asarray(image.convert("RGB")).astype(int)
    bright = (np.abs(pixels - (253, 231, 37)).max(axis=2) < 20).sum()
    dark = (np.abs(pixels - (68, 1, 84)).max(axis=2) < 20).sum()
    assert 1.0 < bright / dark < 1.6  # five cells of nine and a bit of the scale, against four


def test_odd_names_are_drawn_and_written(tmp_path: Path) -> None:
    odd = ["$x$ & <b>", "../up", "Größe 🙂", "a" * 300]
    items = [
        planted(
            str(at), [1.0, at % 5], title=odd[at % 4], category=odd[at % 4], attributes={"a/b $": odd[at % 4]}
        )
        for at in range(40)
    ]
    index = Index(plant(items))
    index.explore.lay_out()
    files = index.explore.png(tmp_path, ["0", "1"])
    assert {path.parent for path in files} == {tmp_path}
    assert all(path.is_file() for path in files)


def test_without_matplotlib_it_is_told_what_to_install(
    laid_out: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(BadArgument, match=r"lookalike\[plots\]"):
        laid_out.explore.png(tmp_path)


def test_a_folder_that_cannot_be_written_is_refused(laid_out: Index, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError):
        laid_out.explore.png(tmp_path / "file")


def test_an_empty_catalogue_has_no_plots(tmp_path: Path) -> None:
    assert Index(MemoryStore(GridEncoder().space, "grid")).explore.png(tmp_path) == []


def test_a_selection_without_pictures_has_no_plot_of_its_matrix(tmp_path: Path) -> None:
    index = Index(plant([planted("a", [1.0, 0]), planted("bare")]))
    assert "matrix" not in {path.stem for path in index.explore.png(tmp_path, ["bare"])}


@pytest.mark.filterwarnings("error")
def test_values_that_begin_with_an_underscore_have_a_legend(tmp_path: Path) -> None:
    items = [planted(f"{at}", [1.0, 0.1 * at], category=f"_{at % 2}") for at in range(6)]
    index = Index(plant(items))
    index.explore.lay_out()
    assert (tmp_path / "map-category.png") in index.explore.png(tmp_path)
