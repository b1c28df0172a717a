"""A shop whose kinds show in the top of its pictures and nowhere else, and recipes that look there or not."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from lookalike.encoders.head import Head
from lookalike.encoders.headed import headed
from lookalike.index import Index
from lookalike.products import PictureSource, Product
from lookalike.training.learnt import Learnt, Recipe, Tell, Wishes
from lookalike.training.lessons import Lessons

SIDE = 8
KINDS = ("bowl", "cup", "jug", "lamp", "mug", "vase")
PRODUCTS = 150
TOP = range(SIDE * 3)  # the numbers of a vector that the top row of a picture gives
REST = range(SIDE * 3, SIDE * SIDE * 3)


def picture(number: int) -> Image.Image:
    """Colours by kind in the top row, half as strong as those by chance below."""
    chance = np.random.default_rng(number)
    cells = chance.integers(0, 256, (SIDE, SIDE, 3))
    kind = np.random.default_rng(1000 + number % len(KINDS)).integers(0, 256, (SIDE, 3))
    cells[0] = 128 + (kind - 128) // 2 + chance.integers(-9, 10, (SIDE, 3))
    return Image.fromarray(np.kron(cells, np.ones((4, 4, 1))).astype(np.uint8))


def write_grid(folder: Path) -> Path:
    """An encoder of the colours on a grid of 8 by 8, as differences from grey, in ONNX, with its card."""
    nodes = [
        helper.make_node("Cast", ["pixels"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("Flatten", ["floats"], ["flat"]),
        helper.make_node("Sub", ["flat", "grey"], ["vector"]),
    ]
    graph = helper.make_graph(
        nodes,
        "grid",
        [helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["n", SIDE, SIDE, 3])],
        [helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["n", SIDE * SIDE * 3])],
        [numpy_helper.from_array(np.array([128], np.float32), "grey")],
    )
    model = folder / "grid.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8), model)
    model.with_suffix(".toml").write_text(
        f'name = "grid"\nsha256 = "{hashlib.sha256(model.read_bytes()).hexdigest()}"\n'
        f'[input]\nname = "pixels"\nwidth = {SIDE}\nheight = {SIDE}\nlayout = "NHWC"\nresize = "stretch"\n'
        f'interpolation = "box"\n[output]\nname = "vector"\ndim = {SIDE * SIDE * 3}\n',
        encoding="utf-8",
    )
    return model


def products(folder: Path, count: int = PRODUCTS) -> Iterator[Product]:
    """Products with a kind, a season that tells nothing, and every tenth in a group with the next."""
    for number in range(count):
        file = folder / f"{number:03}.png"
        picture(number).save(file)
        yield Product(
            f"p{number:03}",
            (PictureSource(str(file)),),
            f"A {KINDS[number % 6]}",
            category=KINDS[number % 6],
            group=f"g{number // 10}" if number % 10 < 2 else "",
            attributes={"season": ("summer", "winter")[number // 6 % 2], "made": "by hand"},
        )


@pytest.fixture(scope="session")
def grid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The encoder's file."""
    return write_grid(tmp_path_factory.mktemp("grid"))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, grid: Path) -> Path:
    """The shop's index; nobody writes to it."""
    folder = tmp_path_factory.mktemp("shop")
    index = Index.create(folder / "index", f"onnx:{grid}")
    (folder / "pictures").mkdir()
    index.add(list(products(folder / "pictures")), duplicates=False, fit=False)
    return folder / "index"


@pytest.fixture
def shop(tmp_path: Path, built: Path) -> Index:
    """An index of the shop of one's own."""
    return Index.open(shutil.copytree(built, tmp_path / "index"))


def looks_at(cells: range, *, knows: bool = True) -> Recipe:
    """A recipe whose encoder looks at some cells only; ``knows``: it has the vectors of all pictures."""

    def recipe(lessons: Lessons, wishes: Wishes, tell: Tell) -> Learnt:
        matrix = np.eye(SIDE * SIDE * 3, dtype=np.float32)[:, cells.start : cells.stop]
        mean = np.zeros(len(matrix), np.float32)
        model, card = headed(lessons.encoder, mean, matrix, "looking")
        head = Head("", mean, matrix, np.zeros(matrix.shape[1], np.float32))
        tell("Looking hard", 1, 1)
        return Learnt(model, card, head.mapped(lessons.looks)[0] if knows else None)

    return recipe
