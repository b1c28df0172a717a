"""An encoder with a second output tells which kind of product a picture shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from lookalike.encoders.card import KindNames, read_card
from lookalike.encoders.card_text import write_card
from lookalike.encoders.folder import write_encoder
from lookalike.encoders.headed import headed
from lookalike.encoders.kinds import load_kinds
from lookalike.encoders.loading import load_encoder
from lookalike.errors import EncoderError

from .conftest import MakeModel, tiny_graph

NAMES = ("red things", "green things", "blue things")


def picture(red: int, green: int, blue: int) -> Image.Image:
    return Image.new("RGB", (16, 12), (red, green, blue))


@pytest.fixture
def path(tmp_path: Path, make_model: MakeModel) -> Path:
    """The halves of a picture, and how red, green and blue it is: a tenth of the sum over both."""
    graph = tiny_graph("NHWC", TensorProto.UINT8)
    weights = np.concatenate([np.eye(3), np.eye(3)]).astype(np.float32) / 10
    graph.graph.initializer.append(numpy_helper.from_array(weights, "weights"))
    graph.graph.node.append(helper.make_node("MatMul", ["vector", "weights"], ["scores"]))
    graph.graph.output.append(helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", 3]))
    card = read_card(make_model().with_suffix(".toml"))
    card = replace(card, kinds=KindNames("scores", NAMES))
    return write_encoder(tmp_path / "own", "own", graph.SerializeToString(), card)


def refused(name: str) -> str:
    with pytest.raises(EncoderError) as caught:
        load_kinds(name)
    assert "\n" not in caught.value.message + caught.value.next_step and caught.value.next_step
    return str(caught.value)


def test_a_file_is_told_as_its_picture_is(path: Path, tmp_path: Path) -> None:
    kinds, shown = load_kinds(f"onnx:{path}"), picture(40, 60, 50)
    shown.save(tmp_path / "shown.png")
    assert kinds.predict(str(tmp_path / "shown.png")) == kinds.predict(shown)


def test_the_likeliest_kinds_come_first_with_their_probabilities(path: Path) -> None:
    kinds = load_kinds(f"onnx:{path}")
    assert kinds.names == NAMES
    told = kinds.predict(picture(40, 60, 50), k=2)
    assert [name for name, _ in told] == ["green things", "blue things"]
    powers = np.exp([8.0, 12.0, 10.0])
    assert [likely for _, likely in told] == pytest.approx(
        [powers[1] / powers.sum(), powers[2] / powers.sum()]
    )
    assert kinds.probabilities([picture(1, 2, 3), picture(250, 0, 0)]).sum(axis=1) == pytest.approx([1, 1])
    assert kinds.probabilities([]).shape == (0, 3)
    assert len(kinds.predict(picture(1, 2, 3), k=99)) == 3 and kinds.predict(picture(1, 2, 3), k=0) == []


def test_two_pictures_are_of_one_kind_as_likely_as_their_draws_agree(path: Path) -> None:
    kinds = load_kinds(f"onnx:{path}")
    assert kinds.same_kind(picture(250, 0, 0), picture(240, 9, 0)) == pytest.approx(1)
    assert kinds.same_kind(picture(250, 0, 0), picture(0, 250, 0)) == pytest.approx(0, abs=1e-6)
    assert kinds.same_kind(picture(50, 50, 50), picture(9, 9, 9)) == pytest.approx(1 / 3)


def test_its_vectors_are_those_of_the_first_output(path: Path, make_model: MakeModel) -> None:
    own, plain = load_encoder(f"onnx:{path}"), load_encoder(f"onnx:{make_model()}")
    batch = own.prepare(picture(10, 20, 30))[None]
    assert np.array_equal(own.encode(batch), plain.encode(batch))


def test_a_head_behind_it_still_tells_kinds(path: Path, tmp_path: Path) -> None:
    model, card = headed(load_encoder(f"onnx:{path}"), np.zeros(6), np.eye(6)[:, :4], "again")
    again = write_encoder(tmp_path / "again", "again", model, card)
    onnx.checker.check_model(onnx.load(again), full_check=True)
    one, other = load_kinds(f"onnx:{again}"), load_kinds(f"onnx:{path}")
    assert one.predict(picture(1, 2, 3)) == other.predict(picture(1, 2, 3))


def test_cut_at_a_layer_it_tells_none(path: Path) -> None:
    assert "does not tell kinds" in refused(f"onnx:{path}#left_mean")
    assert "does not tell kinds" in refused("imagenet")


@pytest.mark.parametrize(
    ("kinds", "complaint"),
    [
        (KindNames("absent", NAMES), "its outputs are vector, scores; the card says absent for kinds"),
        (KindNames("scores", NAMES[:2]), "is 3 numbers of float32; the card names 2 kinds"),
        (KindNames("vector", NAMES), "is 6 numbers of float32; the card names 3 kinds"),
        (KindNames("scores", ()), "kinds.names must be a list of names"),
        (KindNames("scores", ("", "a", "b")), "kinds.names must be a list of names"),
        (KindNames("scores", ("a", "a", "b")), "holds a name twice"),
        (KindNames("", NAMES), "kinds.output must be given"),
    ],
)
def test_a_card_that_tells_of_other_kinds_is_refused(path: Path, kinds: KindNames, complaint: str) -> None:
    card = path.with_suffix(".toml")
    card.write_text(write_card(replace(read_card(card), kinds=kinds)), encoding="utf-8")
    assert complaint in refused(f"onnx:{path}")
