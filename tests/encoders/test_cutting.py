"""Any classifier in ONNX becomes an encoder: cut at a layer, with a card drafted from the graph."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator
from PIL import Image

from lookalike.encoders.graph import Graph
from lookalike.encoders.loading import load_encoder
from lookalike.encoders.onnx import OnnxEncoder
from lookalike.errors import EncoderError

from .loopback_hub import Parts, joint, vision

WIDTH, HEIGHT = 12, 10


def classifier(
    layout: str = "NCHW", element: int = TensorProto.FLOAT, sides: tuple[object, object] = (HEIGHT, WIDTH)
) -> onnx.ModelProto:
    """Pixels → map (one convolution) → features (its means) → classes; channels last outside if NHWC."""
    parts = Parts(8)
    shape = ["n", *sides, 3] if layout == "NHWC" else ["n", 3, *sides]
    parts.inputs.append(helper.make_tensor_value_info("pixels", element, shape))
    pixels = parts.step("Cast", ["pixels"], "floats", to=TensorProto.FLOAT)
    if layout == "NHWC":
        pixels = parts.step("Transpose", [pixels], "turned", perm=[0, 3, 1, 2])
    made = parts.step("Conv", [pixels, parts.weight("filter", 5, 3, 3, 3)], "map")
    made = parts.step("Relu", [made], "map/relu")
    back = parts.step("Transpose", [made], "map/last", perm=[0, 2, 3, 1])
    parts.step("Tanh", [back], "map/last/tanh")
    means = parts.step("GlobalAveragePool", [made], "pooled")
    flat = parts.step("Flatten", [means], "features")
    parts.step("Gemm", [flat, parts.weight("classes", 5, 40), parts.weight("bias", 40)], "logits")
    parts.gives("logits", ["n", 40])
    return parts.model()


def card_text(model: Path, layout: str = "NCHW", output: str = 'name = "logits"\ndim = 40') -> str:
    return f"""
name = "classifier"
sha256 = "{hashlib.sha256(model.read_bytes()).hexdigest()}"
[input]
name = "pixels"
width = {WIDTH}
height = {HEIGHT}
layout = "{layout}"
resize = "stretch"
mean = [100, 110, 120]
scale = [0.02, 0.01, 0.03]
[output]
{output}
"""


def written(folder: Path, model: onnx.ModelProto, layout: str = "NCHW", **card: str) -> Path:
    path = folder / "classifier.onnx"
    onnx.save(model, path)
    path.with_suffix(".toml").write_text(card_text(path, layout, **card), encoding="utf-8")
    return path


def picture() -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)


def expected(model: onnx.ModelProto, layer: str, layout: str = "NCHW") -> np.ndarray:
    """The layer as the reference implementation of ONNX reckons it in the whole graph."""
    if layer not in [value.name for value in model.graph.output]:
        model.graph.output.append(onnx.ValueInfoProto(name=layer))
    pixels = ((picture() - np.array([100, 110, 120])) * [0.02, 0.01, 0.03]).astype(np.float32)[None]
    pixels = pixels if layout == "NHWC" else pixels.transpose(0, 3, 1, 2)
    return ReferenceEvaluator(model).run([layer], {"pixels": pixels})[0]


def load(path: Path, layer: str = "") -> OnnxEncoder:
    encoder = load_encoder(f"onnx:{path}#{layer}" if layer else f"onnx:{path}")
    assert isinstance(encoder, OnnxEncoder)
    return encoder


def refused(path: object, layer: str = "") -> str:
    with pytest.raises(EncoderError) as caught:
        load_encoder(f"onnx:{path}#{layer}" if layer else f"onnx:{path}")
    assert "\n" not in caught.value.message + caught.value.next_step and caught.value.next_step
    return str(caught.value)


def agrees(one: np.ndarray, other: np.ndarray) -> bool:
    return (
        one.shape == other.shape and float(one @ other / np.linalg.norm(one) / np.linalg.norm(other)) > 0.9999
    )


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
@pytest.mark.parametrize(
    ("layer", "places"),
    [
        ("features", None),
        ("pooled", (2, 3)),
        ("map", (2, 3)),
        ("map/relu", (2, 3)),
        ("map/last", (1, 2)),
        ("map/last/tanh", (1, 2)),
    ],
)
def test_a_vector_is_taken_as_it_is_and_of_a_map_the_mean_over_its_places(
    tmp_path: Path, layout: str, layer: str, places: tuple[int, int] | None
) -> None:
    path = written(tmp_path, classifier(layout), layout)
    wanted = expected(classifier(layout), layer, layout)
    wanted = wanted if places is None else wanted.mean(axis=places)
    encoder = load(path, layer)
    assert encoder.space.dim == 5
    assert agrees(encoder.encode(picture()[None])[0], wanted[0])


def test_of_tokens_the_first_is_taken_or_as_the_card_says_their_mean(tmp_path: Path) -> None:
    model = vision(side=16)
    path = tmp_path / "tokens.onnx"
    onnx.save(model, path)
    pixels = np.random.default_rng(1).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    feed = {"pixel_values": pixels.astype(np.float32).transpose(2, 0, 1)[None]}
    tokens = ReferenceEvaluator(model).run(["last_hidden_state"], feed)[0][0]
    for extra, wanted in (
        ("", tokens[0]),
        ('pool = "first"', tokens[0]),
        ('pool = "mean"', tokens.mean(axis=0)),
    ):
        text = card_text(path, output=f'name = "last_hidden_state"\ndim = 12\n{extra}')
        text = text.replace('"pixels"', '"pixel_values"').replace("[100, 110, 120]", "[0, 0, 0]")
        text = text.replace("[0.02, 0.01, 0.03]", "[1, 1, 1]").replace("width = 12", "width = 16")
        path.with_suffix(".toml").write_text(text.replace("height = 10", "height = 16"), encoding="utf-8")
        assert agrees(load(path).encode(pixels[None])[0], wanted)
        assert agrees(load(path, "last_hidden_state").encode(pixels[None])[0], wanted)


def test_a_card_may_name_a_layer_itself(tmp_path: Path) -> None:
    path = written(tmp_path, classifier(), output='name = "features"\ndim = 5')
    assert load(path).space == load(path, "features").space
    assert "its output features is 5 numbers" in refused(
        written(tmp_path, classifier(), output='name = "features"\ndim = 6')
    )


def test_every_layer_is_a_space_of_its_own_and_the_output_is_that_of_the_whole_file(tmp_path: Path) -> None:
    path = written(tmp_path, classifier())
    spaces = [load(path, layer).space.fingerprint for layer in ("map", "map/relu", "features", "logits")]
    assert len(set(spaces)) == 4
    assert load(path).space.fingerprint == spaces[3]


def test_the_name_loads_the_same_layer_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, classifier())
    monkeypatch.chdir(tmp_path)
    encoder = load_encoder("onnx:classifier.onnx#map/relu")
    monkeypatch.chdir("/")
    assert encoder.name == f"onnx:{path}#map/relu"
    assert load_encoder(encoder.name).space == encoder.space


def test_a_path_may_hold_the_sign_that_parts_it_from_the_layer(tmp_path: Path) -> None:
    folder = tmp_path / "no #1"
    folder.mkdir()
    path = written(folder, classifier())
    assert load(path).space.dim == 40
    assert load(path, "features").space.dim == 5
    assert "No layer is named" in refused(f"{path}#")
    assert "There is no file" in refused(folder / "other.onnx", "features")


def test_a_cut_file_holds_only_what_leads_to_the_layer(tmp_path: Path) -> None:
    whole = joint()
    graph = Graph(whole.SerializeToString(), "joint")
    assert [value.name for value in graph.inputs] == ["pixel_values", "input_ids", "attention_mask"]
    cut = onnx.load_model_from_string(graph.cut("image_embeds"))
    onnx.checker.check_model(cut, full_check=True)
    assert [value.name for value in cut.graph.input] == ["pixel_values"]
    assert [value.name for value in cut.graph.output] == ["image_embeds"]
    assert all(tensor.name.startswith("v.") for tensor in cut.graph.initializer)
    assert not any(node.output[0].startswith("t.") for node in cut.graph.node)
    words = Graph(graph.cut("text_embeds"), "words")
    assert {value.name for value in words.inputs} == {"input_ids", "attention_mask"}


def test_what_a_graph_inside_a_step_takes_from_outside_is_kept() -> None:
    parts = Parts(2)
    parts.inputs.append(helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 3, 4, 4]))
    doubled = parts.step("Add", ["pixels", "pixels"], "doubled")
    branches = {}
    for name, operator in (("then_branch", "Relu"), ("else_branch", "Neg")):
        value = helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
        branches[name] = helper.make_graph([helper.make_node(operator, [doubled], [name])], name, [], [value])
    parts.step("If", [parts.constant("always", np.array(True))], "chosen", **branches)
    parts.step("Neg", ["chosen"], "last")
    parts.gives("last", ["n", 3, 4, 4])
    cut = Graph(parts.model().SerializeToString(), "inside").cut("chosen")
    assert len(onnx.load_model_from_string(cut).graph.node) == 2
    ones = np.ones((1, 3, 4, 4), np.float32)
    assert np.array_equal(onnxruntime.InferenceSession(cut).run(None, {"pixels": ones})[0], 2 * ones)


@pytest.mark.parametrize(
    ("layer", "told"),
    [
        ("feature", "Near it are: features"),
        ("map/rel", "map/relu"),
        ("zzz", "Its last ones are: map/last/tanh, pooled, features, logits"),
        ("pixels", "no layer 'pixels'"),
        ("filter", "no layer 'filter'"),
    ],
)
def test_a_layer_that_is_not_there_is_told_its_neighbours(tmp_path: Path, layer: str, told: str) -> None:
    message = refused(written(tmp_path, classifier()), layer)
    assert told in message and "has no layer" in message


def test_a_layer_named_like_a_step_is_told_what_the_step_gives(tmp_path: Path) -> None:
    model = classifier()
    next(node for node in model.graph.node if node.op_type == "Relu").name = "/block/act"
    assert "Near it are: map/relu" in refused(written(tmp_path, model), "/block/act")


def test_layers_that_make_no_vector_of_a_picture_are_refused(tmp_path: Path) -> None:
    model = classifier()
    model.graph.node.append(helper.make_node("Neg", ["bias"], ["constant"]))
    model.graph.node.append(helper.make_node("Shape", ["map"], ["shape"]))
    model.graph.node.append(helper.make_node("ReduceSum", ["map"], ["sum"], keepdims=0))
    path = written(tmp_path, model)
    assert "made of weights alone" in refused(path, "constant")
    assert "is of int64, not float32" in refused(path, "shape")
    assert "which no pooling makes a vector of" in refused(path, "sum")


def test_weights_beside_the_graph_are_found_there_and_are_part_of_the_space(tmp_path: Path) -> None:
    path = tmp_path / "classifier.onnx"
    beside = {"save_as_external_data": True, "location": "classifier.data", "size_threshold": 100}
    onnx.save(classifier(), path, **beside)
    path.with_suffix(".toml").write_text(card_text(path), encoding="utf-8")
    encoder = load(path, "features")
    assert agrees(encoder.encode(picture()[None])[0], expected(classifier(), "features")[0])
    assert agrees(load(path).encode(picture()[None])[0], expected(classifier(), "logits")[0])
    data = path.with_suffix(".data")
    halved = np.frombuffer(data.read_bytes(), np.float32) / 2
    data.write_bytes(halved.tobytes())
    assert load(path, "map").space != load(written(tmp_path, classifier()), "map").space
    onnx.save(classifier(), path, **beside)
    path.with_suffix(".toml").write_text(card_text(path), encoding="utf-8")
    data.unlink()
    assert "classifier.data is missing" in refused(path)


def test_weights_outside_of_the_folder_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "classifier.onnx"
    onnx.save(classifier(), path, save_as_external_data=True, location="classifier.data", size_threshold=100)
    path.write_bytes(path.read_bytes().replace(b"classifier.data", b"../../etc/passw"))
    path.with_suffix(".toml").write_text(card_text(path), encoding="utf-8")
    assert "outside of its folder" in refused(path)


def test_a_network_that_does_not_fit_into_memory_says_so(tmp_path: Path) -> None:
    model = classifier()
    model.graph.initializer.append(onnx.numpy_helper.from_array(np.array([2**44]), "sides"))
    model.graph.node.append(helper.make_node("ReduceSum", ["features"], ["one"], keepdims=0))
    model.graph.node.append(helper.make_node("Expand", ["one", "sides"], ["huge"]))
    model.graph.node.append(helper.make_node("ReduceMax", ["huge"], ["most"]))
    assert "not enough memory" in refused(written(tmp_path, model), "most")


def test_a_file_cut_short_anywhere_is_refused(tmp_path: Path) -> None:
    content = classifier().SerializeToString()
    path = tmp_path / "classifier.onnx"
    for length in range(0, len(content) - 1, 97):
        path.write_bytes(content[:length])
        path.with_suffix(".toml").write_text(card_text(path), encoding="utf-8")
        refused(path, "features")


@pytest.mark.parametrize("layer", ["", "features", "map"])
def test_a_file_without_a_card_gets_one_to_check_that_loads(tmp_path: Path, layer: str) -> None:
    path = tmp_path / "classifier.onnx"
    onnx.save(classifier(), path)
    with pytest.raises(EncoderError) as caught:
        load(path, layer)
    assert "classifier.toml" in caught.value.next_step
    assert caught.value.to_dict()["card"] == caught.value.card
    path.with_suffix(".toml").write_text(caught.value.card, encoding="utf-8")
    encoder = load(path)
    how = encoder.card.preprocessing
    assert (how.width, how.height, how.layout) == (WIDTH, HEIGHT, "NCHW")
    assert how.mean == (123.675, 116.28, 103.53)
    assert encoder.space.dim == (5 if layer else 40)
    assert load(path, layer or "logits").space == encoder.space


def test_a_drafted_card_says_what_the_graph_does_not(tmp_path: Path) -> None:
    path = tmp_path / "any.onnx"
    onnx.save(classifier("NHWC", TensorProto.UINT8, ("h", "w")), path)
    with pytest.raises(EncoderError) as caught:
        load(path)
    lines = caught.value.card.splitlines()
    assert 'layout = "NHWC"' in lines and not any(line.startswith("mean") for line in lines)
    assert any(line.startswith("width = 224  # the graph takes any") for line in lines)
    assert "dim = 40" in lines
    path.with_suffix(".toml").write_text(caught.value.card, encoding="utf-8")
    assert load(path).encode(np.zeros((1, 224, 224, 3), np.uint8)).shape == (1, 40)


def test_no_card_is_drafted_for_a_graph_without_a_picture(tmp_path: Path) -> None:
    path = tmp_path / "joint.onnx"
    onnx.save(joint(), path)
    message = refused(path, "logits_per_image")
    assert "has no card" in message and "A card is TOML" in message
    path.write_bytes(b"PK\x03\x04 not a network")
    assert "is not an ONNX file" in refused(path)


def test_the_card_is_shown_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from lookalike.cli.main import main

    path = tmp_path / "classifier.onnx"
    onnx.save(classifier(), path)
    with pytest.raises(SystemExit) as left:
        main(["create", "--index", str(tmp_path / "index"), "--encoder", f"onnx:{path}#features"])
    shown = capsys.readouterr().err
    assert left.value.code == 2
    assert '[output]\nname = "features"\ndim = 5\n' in shown
    assert not (tmp_path / "index").exists()


def test_one_picture_becomes_one_vector_whatever_its_size(tmp_path: Path) -> None:
    encoder = load(written(tmp_path, classifier()), "map")
    pixels = encoder.prepare(Image.new("RGB", (333, 77), (9, 9, 9)))
    assert encoder.encode(np.stack([pixels, pixels])).shape == (2, 5)
