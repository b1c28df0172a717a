"""A linear map behind any ONNX encoder: the graph gives what the map makes of the encoder's vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from lookalike.encoders.base import ImageEncoder
from lookalike.encoders.folder import write_encoder
from lookalike.encoders.headed import headed, onnx_of
from lookalike.encoders.loading import load_encoder
from lookalike.encoders.onnx import OnnxEncoder
from lookalike.errors import BadArgument, EncoderError
from lookalike.testing.grid import GridEncoder
from lookalike.vectors import Floats, stored, unit

from .conftest import MakeModel
from .loopback_hub import Hub
from .test_cutting import card_text, classifier, load, picture, written

OUT = 7


def head_for(dim: int, seed: int = 0) -> tuple[Floats, Floats, Floats]:
    rng = np.random.default_rng(seed)
    sizes = (dim,), (dim, OUT), (OUT,)
    mean, matrix, bias = (rng.normal(size=size).astype(np.float32) for size in sizes)
    return mean, matrix, bias


def with_head(encoder: ImageEncoder, folder: Path, name: str = "own", seed: int = 0) -> OnnxEncoder:
    mean, matrix, bias = head_for(encoder.space.dim, seed)
    model, card = headed(encoder, mean, matrix, name, bias=bias)
    onnx.checker.check_model(onnx.load_from_string(model), full_check=True)
    return load(write_encoder(folder / name, name, model, card))


def wanted(encoder: ImageEncoder, batch: np.ndarray, seed: int = 0) -> Floats:
    mean, matrix, bias = head_for(encoder.space.dim, seed)
    found: Floats = (unit(encoder.encode(batch))[0] - mean) @ matrix + bias
    return found


def refused(act: object, *given: object, **named: object) -> str:
    with pytest.raises((EncoderError, BadArgument)) as caught:
        act(*given, **named)  # type: ignore[operator]
    assert "\n" not in caught.value.message + caught.value.next_step and caught.value.next_step
    return str(caught.value)


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
@pytest.mark.parametrize("layer", ["", "features", "pooled", "map", "map/relu", "map/last", "map/last/tanh"])
def test_the_graph_gives_what_the_map_makes_of_unit_vectors_of_the_encoder(
    tmp_path: Path, layout: str, layer: str
) -> None:
    encoder = load(written(tmp_path, classifier(layout), layout), layer)
    own = with_head(encoder, tmp_path)
    batch = np.stack([picture(), 255 - picture(), picture()[::-1]])
    assert np.allclose(own.encode(batch), wanted(encoder, batch), atol=1e-5)
    assert own.space.dim == OUT and own.space.encoder == "own"
    assert own.head is not None and own.head.over == encoder.space.fingerprint


@pytest.mark.parametrize("pool", ["first", "mean"])
def test_tokens_are_pooled_as_the_card_says(tmp_path: Path, pool: str) -> None:
    tokens = helper.make_node("Reshape", ["pixels", "sides"], ["tokens"])
    shape = onnx.numpy_helper.from_array(np.array([0, 30, 12], np.int64), "sides")
    graph = helper.make_graph(
        [tokens],
        "tokens",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 3, 10, 12])],
        [helper.make_tensor_value_info("tokens", TensorProto.FLOAT, ["n", 30, 12])],
        [shape],
    )
    path = tmp_path / "tokens.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    text = card_text(path, output=f'name = "tokens"\ndim = 12\npool = "{pool}"')
    path.with_suffix(".toml").write_text(text, encoding="utf-8")
    encoder = load(path)
    own = with_head(encoder, tmp_path)
    assert np.allclose(own.encode(picture()[None]), wanted(encoder, picture()[None]), atol=1e-5)


def of_version(folder: Path, version: int) -> OnnxEncoder:
    """One convolution, written in a version of the standard set of operators."""
    graph = helper.make_graph(
        [helper.make_node("Conv", ["pixels", "filter"], ["map"])],
        "versions",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 3, 10, 12])],
        [helper.make_tensor_value_info("map", TensorProto.FLOAT, None)],
        [onnx.numpy_helper.from_array(np.ones((5, 3, 3, 3), np.float32), "filter")],
    )
    path = folder / "versions.onnx"
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", version)], ir_version=8)
    onnx.save(model, path)
    text = card_text(path, output='name = "map"\ndim = 5')
    path.with_suffix(".toml").write_text(text, encoding="utf-8")
    return load(path)


@pytest.mark.parametrize("version", [8, 13, 18, 22])
def test_a_graph_of_any_version_of_the_operators_since_8_works(tmp_path: Path, version: int) -> None:
    encoder = of_version(tmp_path, version)
    found = with_head(encoder, tmp_path).encode(picture()[None])
    assert np.allclose(found, wanted(encoder, picture()[None]), atol=1e-5)


def test_a_graph_in_older_operators_is_refused(tmp_path: Path) -> None:
    mean, matrix, _ = head_for(5)
    assert "version 7 of the operators" in refused(headed, of_version(tmp_path, 7), mean, matrix, "own")


@pytest.mark.parametrize("name", ["product", "imagenet"])
def test_the_encoders_of_the_package_take_a_head(tmp_path: Path, name: str) -> None:
    encoder = load_encoder(name)
    own = with_head(encoder, tmp_path)
    width, height = encoder.size
    batch = np.random.default_rng(5).integers(0, 256, (2, height, width, 3), dtype=np.uint8)
    assert np.allclose(own.encode(batch), wanted(encoder, batch), atol=1e-4)
    assert onnx_of(encoder).card.licence == own.card.licence and own.card.licence


def test_an_encoder_of_the_hub_takes_a_head_and_every_pixel_still(tmp_path: Path, hub: Hub) -> None:
    encoder = load_encoder("hub:owner/clip")
    hub.requests.clear()
    own = with_head(encoder, tmp_path)
    assert hub.requests == []  # all is in the cache
    width, height = encoder.size
    batch = np.random.default_rng(5).integers(0, 256, (2, height, width, 3), dtype=np.uint8)
    assert np.allclose(own.encode(batch), wanted(encoder, batch), atol=1e-4)
    assert own.whole_pictures and own.card.preprocessing == onnx_of(encoder).card.preprocessing


def test_a_head_behind_a_head_works_and_names_nothing_twice(tmp_path: Path, make_model: MakeModel) -> None:
    first = with_head(load_encoder(f"onnx:{make_model()}"), tmp_path, "first")
    second = with_head(first, tmp_path, "second", seed=1)
    batch = np.random.default_rng(5).integers(0, 256, (2, 8, 8, 3), dtype=np.uint8)
    assert np.allclose(second.encode(batch), wanted(first, batch, seed=1), atol=1e-5)
    assert second.head is not None and second.head.over == first.space.fingerprint


def test_stored_vectors_are_mapped_to_what_the_graph_gives(tmp_path: Path, make_model: MakeModel) -> None:
    encoder = load_encoder(f"onnx:{make_model()}")
    own = with_head(encoder, tmp_path)
    batch = np.random.default_rng(5).integers(0, 256, (20, 8, 8, 3), dtype=np.uint8)
    assert own.head is not None
    looks, norms = own.head.mapped(stored(unit(encoder.encode(batch))[0]))
    expected, lengths = unit(own.encode(batch))
    assert np.allclose(looks, expected, atol=2e-3) and np.allclose(norms, lengths, rtol=2e-3)
    assert np.array_equal(looks, stored(looks))


def test_a_picture_without_a_vector_gets_the_one_of_nothing(tmp_path: Path, make_model: MakeModel) -> None:
    encoder = load_encoder(f"onnx:{make_model()}")
    black = np.zeros((1, 8, 8, 3), np.uint8)
    assert not encoder.encode(black).any()
    assert np.allclose(with_head(encoder, tmp_path).encode(black), wanted(encoder, black), atol=1e-6)


def test_weights_beside_the_graph_are_taken_into_it(tmp_path: Path) -> None:
    path = tmp_path / "classifier.onnx"
    beside = {"save_as_external_data": True, "location": "classifier.data", "size_threshold": 100}
    onnx.save(classifier(), path, **beside)
    path.with_suffix(".toml").write_text(card_text(path), encoding="utf-8")
    encoder = load(path, "features")
    own = with_head(encoder, tmp_path)
    expected = wanted(encoder, picture()[None])
    (tmp_path / "classifier.data").unlink()
    assert np.allclose(own.encode(picture()[None]), expected, atol=1e-5)
    assert sorted(file.name for file in (tmp_path / "own").iterdir()) == ["own.onnx", "own.toml"]
    mean, matrix, _ = head_for(5)
    assert "cannot be read" in refused(headed, encoder, mean, matrix, "again")


def test_a_graph_that_changed_since_it_was_loaded_is_not_gone_on_from(make_model: MakeModel) -> None:
    model = make_model()
    encoder = load_encoder(f"onnx:{model}")
    model.write_bytes(model.read_bytes() + b"\x00")
    mean, matrix, _ = head_for(6)
    assert "is not the file of its card" in refused(headed, encoder, mean, matrix, "own")


def test_what_cannot_be_a_head_is_refused(make_model: MakeModel) -> None:
    encoder = load_encoder(f"onnx:{make_model()}")
    mean, matrix, bias = head_for(6)
    assert "vectors of 6 numbers" in refused(headed, encoder, mean[:5], matrix, "own")
    assert "vectors of 6 numbers" in refused(headed, encoder, mean, matrix[:5], "own")
    assert "vectors of 6 numbers" in refused(headed, encoder, mean, matrix[:, :0], "own")
    assert "vectors of 6 numbers" in refused(headed, encoder, mean, matrix, "own", bias=bias[:3])
    assert "not finite" in refused(headed, encoder, mean, matrix * np.nan, "own")


def test_an_encoder_that_is_no_graph_is_refused() -> None:
    encoder = GridEncoder()
    mean, matrix, _ = head_for(encoder.space.dim)
    assert "grid is not an ONNX graph" in refused(headed, encoder, mean, matrix, "own")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('mean = "head.mean"', 'mean = "head.matrix"', "are no head of 7 numbers"),
        ('matrix = "head.matrix"', 'matrix = "absent"', "its weights head.mean and absent"),
        ('bias = "head.bias"', 'bias = "head.mean"', "are no head of 7 numbers"),
        ('over = "', 'over = 3 # "', "head.over must be given, as text"),
        ("[head]", "[head]\nunder = 1", "head.under is not a field of a card"),
    ],
)
def test_a_card_that_tells_of_another_head_is_refused(
    tmp_path: Path, make_model: MakeModel, old: str, new: str, complaint: str
) -> None:
    own = with_head(load_encoder(f"onnx:{make_model()}"), tmp_path)
    card = tmp_path / "own" / "own.toml"
    text = card.read_text(encoding="utf-8")
    assert old in text
    card.write_text(text.replace(old, new), encoding="utf-8")
    assert complaint in refused(load_encoder, own.name)
