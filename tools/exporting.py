"""From a network to the ONNX file and the card of a built-in encoder: projection, precision, reference."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)

from lookalike.encoders.card import Preprocessing
from lookalike.encoders.reference import reference_picture

SCORES = (
    ("fashion: kind@10", "fashion-small: same kind", "precision_at_10"),
    ("fashion: kind, gender, colour@10", "fashion-small: same kind, gender and colour", "precision_at_10"),
    (
        "phone picture: R@1",
        "fashion-300 as a phone takes it: the product among fashion-small",
        "hit_rate_at_1",
    ),
    ("clothes: class@10", "clothing-cc0: same class, among the unseen", "precision_at_10"),
    ("grocery photo: R@1", "grocery: photo to product", "hit_rate_at_1"),
    ("grocery, other photo: R@1", "grocery: photo to photo of the same product", "hit_rate_at_1"),
    ("drawn shop: kind@10", "drawn shop: same kind", "precision_at_10"),
    ("drawn shop, street photo: R@1", "drawn shop: street photo to product", "hit_rate_at_1"),
)
"""Scores on a card: their name there, and the question and metric of benchmarks/encoders.py."""


class Calibration(CalibrationDataReader):
    """Prepared pictures, one a feed, for the ranges of activations."""

    def __init__(self, pictures: Iterable[np.ndarray]) -> None:
        self._feeds = iter([{"pixels": picture[None]} for picture in pictures])

    def get_next(self) -> dict[str, np.ndarray] | None:
        """The next feed, or None."""
        return next(self._feeds, None)


def merged(raw: Path, plain: Path) -> Path:
    """The graph with constants folded and paddings merged into convolutions."""
    settings = onnxruntime.SessionOptions()
    settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    settings.optimized_model_filepath = str(plain)
    onnxruntime.InferenceSession(str(raw), settings, providers=["CPUExecutionProvider"])
    return plain


def session(path: Path) -> onnxruntime.InferenceSession:
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), settings, providers=["CPUExecutionProvider"])


def vectors(path: Path, pictures: Iterable[np.ndarray]) -> np.ndarray:
    run = session(path)
    return np.concatenate([run.run(None, {"pixels": picture[None]})[0] for picture in pictures])


def directions(classifier: np.ndarray, features: Sequence[np.ndarray], dim: int, share: float) -> np.ndarray:
    """The orthonormal directions kept, shape (numbers, dim), each with a fixed sign.

    ``share`` of what the classifier looks at, W'W of its centred weights (classes, numbers), the rest how the
    pictures vary, each set of ``features`` (n, numbers) with the same say.
    """
    centred = classifier - classifier.mean(axis=0)
    looked_at = centred.T @ centred
    varied = [np.cov(part.astype(np.float64).T, bias=True) for part in features]
    spread = np.mean([part / np.trace(part) for part in varied], axis=0)
    mixed = share * looked_at / np.trace(looked_at) + (1 - share) * spread
    kept = np.linalg.eigh(mixed)[1][:, ::-1][:, :dim]
    signs = np.sign(kept[np.abs(kept).argmax(axis=0), np.arange(dim)])
    return (kept * signs).astype(np.float32)


def with_projection(model: onnx.ModelProto, kept: np.ndarray) -> onnx.ModelProto:
    """The graph whose output ``vector`` is projected on the directions kept, shape (numbers, dim)."""
    graph = model.graph
    last = next(node for node in graph.node if "vector" in node.output)
    last.output[list(last.output).index("vector")] = "features"
    graph.initializer.append(numpy_helper.from_array(kept, "directions"))
    graph.node.append(helper.make_node("MatMul", ["features", "directions"], ["vector"], name="projection"))
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["n", kept.shape[1]]))
    onnx.checker.check_model(model)
    return model


def write(
    plain: Path, target: Path, precision: str, calibration: Iterable[np.ndarray], floats: str = "$none"
) -> None:
    """``plain`` at int8, fp16 or fp32; large weights outside of convolutions at half precision.

    Convolutions whose name begins with ``floats``, a regular expression, stay as they are.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if precision == "int8":
        convolutions = [node.name for node in onnx.load(plain).graph.node if node.op_type == "Conv"]
        quantize_static(
            str(plain), str(target), Calibration(calibration),
            quant_format=QuantFormat.QDQ, activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
            per_channel=True, calibrate_method=CalibrationMethod.MinMax,
            op_types_to_quantize=["Conv", "Add", "Clip"],
            nodes_to_exclude=[name for name in convolutions if re.match(floats, name)],
            extra_options={"TensorQuantOverrides": seven_bits(onnx.load(plain))},
        )  # fmt: skip
        model = onnx.load(target)
    else:
        model = onnx.load(plain)
    if precision != "fp32":
        halve(model)
    onnx.save(model, target)


def seven_bits(model: onnx.ModelProto) -> dict[str, list[dict[str, object]]]:
    """Keep the weights of dense convolutions within 64, so that the sum of two products fits 16 bits.

    Only then do CPUs without VNNI, which add in 16 bits there, give the same numbers as those with it. The
    depthwise convolutions are added in 32 bits everywhere and keep all eight bits.
    """
    override = {"quant_type": QuantType.QInt8, "axis": 0, "symmetric": True, "reduce_range": True}
    dense = [
        node.input[1]
        for node in model.graph.node
        if node.op_type == "Conv" and not any(item.name == "group" and item.i > 1 for item in node.attribute)
    ]
    return {name: [dict(override)] for name in dense}


def halve(model: onnx.ModelProto) -> None:
    """Keep large float weights in half precision, cast back when the graph is loaded."""
    graph = model.graph
    for tensor in list(graph.initializer):
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < 1024:
            continue
        name = tensor.name
        graph.initializer.remove(tensor)
        graph.initializer.append(numpy_helper.from_array(values.astype(np.float16), f"{name}_half"))
        cast = helper.make_node("Cast", [f"{name}_half"], [name], name=f"{name}_cast", to=TensorProto.FLOAT)
        graph.node.insert(0, cast)
    onnx.checker.check_model(model)


def agreement(one: np.ndarray, other: np.ndarray) -> str:
    """Cosines of the same pictures' vectors from two files, in words."""
    cosines = (one * other).sum(axis=1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)
    return f"mean {cosines.mean():.5f}, lowest {cosines.min():.5f} of {len(cosines)}"


def scores(results: Path | None, encoder: str) -> dict[str, float]:
    """What benchmarks/encoders.py found of an encoder; nothing without its results."""
    if results is None:
        return {}
    questions = json.loads(results.read_text(encoding="utf-8"))["questions"]
    return {
        name: questions[question]["metrics"][metric]["means"][encoder]["mean"]
        for name, question, metric in SCORES
    }


def write_card(
    target: Path, how: Preprocessing, texts: Mapping[str, str], scores: Mapping[str, float]
) -> None:
    """The card beside ``target``; ``texts`` are the card's fields of text, name first."""
    picture = reference_picture(how.width, how.height)
    vector = vectors(target, [picture])[0]
    numbers = ",\n  ".join(
        ", ".join(f"{value:.5f}" for value in vector[at : at + 8]) for at in range(0, len(vector), 8)
    )
    described = "\n".join(f'{name} = "{text}"' for name, text in texts.items() if name != "name")
    listed = "".join(f'"{name}" = {value}\n' for name, value in scores.items())
    target.with_suffix(".toml").write_text(f'''name = "{texts["name"]}"
file = "{target.name}"
sha256 = "{hashlib.sha256(target.read_bytes()).hexdigest()}"
{described}

[input]
name = "pixels"
width = {how.width}
height = {how.height}
layout = "{how.layout}"
colour_order = "{how.colour_order}"
resize = "{how.resize}"
trim = {how.trim}
pad = {list(how.pad)}
interpolation = "{how.interpolation}"

[output]
name = "vector"
dim = {len(vector)}

[reference]
vector = [
  {numbers},
]
{f"{chr(10)}[scores]{chr(10)}{listed}" if listed else ""}''', encoding="utf-8")  # fmt: skip
