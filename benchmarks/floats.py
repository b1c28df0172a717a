"""An int8 encoder's twin in floats: the same weights and the same ranges, with nothing rounded in between.

Every pair that rounds (QuantizeLinear, DequantizeLinear) becomes the bounds of its range, since a rounding
step also cuts off: there an activation that cuts at 6 is hidden. Weights are multiplied out.
"""

from __future__ import annotations

import hashlib
import re
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper

Array = npt.NDArray[Any]


def twin(name: str, folder: Path) -> Path:
    """The twin of the built-in encoder ``name`` with a card beside it, written into ``folder``."""
    cards = resources.files("lookalike.encoders") / "cards"
    path = folder / f"{name}-floats.onnx"
    onnx.save(in_floats(onnx.load_from_string((cards / f"{name}.onnx").read_bytes())), path)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    card = (cards / f"{name}.toml").read_text(encoding="utf-8")
    card = re.sub(r"\n\[reference\].*", "\n", card, flags=re.DOTALL)
    card = re.sub(r'^sha256 = ".*"', f'sha256 = "{found}"', card, flags=re.MULTILINE)
    card = card.replace(f'"{name}.onnx"', f'"{path.name}"').replace(
        f'name = "{name}"', f'name = "{name}-floats"'
    )
    path.with_suffix(".toml").write_text(card, encoding="utf-8")
    return path


def in_floats(model: onnx.ModelProto) -> onnx.ModelProto:
    """The graph without rounding."""
    graph = model.graph
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:  # large floats lie in half precision
        if node.op_type == "Cast" and node.input[0] in weights:
            weights[node.output[0]] = weights[node.input[0]].astype(np.float32)
    kept: list[onnx.NodeProto] = []
    known: dict[str, Array] = {}
    called: dict[str, str] = {}
    for node in graph.node:
        if node.op_type == "QuantizeLinear":
            lowest, highest = f"{node.name}_lowest", f"{node.name}_highest"
            known[lowest], known[highest] = _range(*(weights[name] for name in node.input[1:]))
            kept.append(helper.make_node("Clip", [node.input[0], lowest, highest], [node.output[0]]))
        elif node.op_type == "DequantizeLinear" and node.input[0] in weights:
            known[node.output[0]] = _multiplied(node, *(weights[name] for name in node.input))
        elif node.op_type == "DequantizeLinear":
            called[node.output[0]] = node.input[0]
        elif node.op_type != "Cast" or node.output[0] not in weights:
            kept.append(node)
    for node in kept:
        node.input[:] = [called.get(name, name) for name in node.input]
    used = {name for node in kept for name in node.input}
    known = {
        name: known.get(name, weights.get(name)) for name in sorted(used & (known.keys() | weights.keys()))
    }
    del graph.node[:], graph.initializer[:]
    graph.node.extend(kept)
    graph.initializer.extend(numpy_helper.from_array(values, name) for name, values in known.items())
    onnx.checker.check_model(model)
    return model


def _range(scale: Array, zero: Array) -> tuple[Array, Array]:
    """The least and the most that a rounded activation can be."""
    bounds = np.iinfo(zero.dtype)
    least, most = ((int(end) - int(zero)) * np.float32(scale) for end in (bounds.min, bounds.max))
    return np.asarray(least, np.float32), np.asarray(most, np.float32)


def _multiplied(node: onnx.NodeProto, values: Array, scale: Array, zero: Array) -> Array:
    """Weights as floats, each channel with its scale."""
    axis = next((item.i for item in node.attribute if item.name == "axis"), 1)
    if scale.size > 1:
        shape = [1] * values.ndim
        shape[axis] = -1
        scale, zero = scale.reshape(shape), zero.reshape(shape)
    return np.asarray((values.astype(np.float64) - zero) * scale, np.float32)
