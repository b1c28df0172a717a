"""A trained network as an ONNX file and its card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor

from lookalike.encoders.card import Card, KindNames
from lookalike.encoders.preprocess import to_input
from lookalike.encoders.reference import reference_picture
from lookalike.encoders.session import session
from lookalike.errors import TrainingError
from lookalike.training.network.from_onnx import Network
from lookalike.vectors import Floats

EXACT = 0.9999
"""Cosine of vectors below which weights are not kept at half precision."""

SCORES = "scores"
"""The second output of a graph that tells kinds."""

_HALVED = 1024
_LARGEST = 65504.0


@dataclass(frozen=True)
class Kinds:
    """A classifier on unit vectors: the scores are ``scale * unit @ weight.T``, ``weight`` (k, dim)."""

    names: Sequence[str]
    weight: Floats = field(repr=False)
    scale: float = 1.0


def exported(
    network: Network, *, name: str, description: str = "", data: str = "", kinds: Kinds | None = None
) -> tuple[bytes, Card]:
    """The ONNX file of a network as it is now, and its card without hash and reference.

    The graph takes what the base's took, at the network's size of pictures, and gives vectors (n, dim), and
    with ``kinds`` their scores (n, k), whose softmax are probabilities. Large weights are kept at half
    precision where the vector of the reference picture stays the same but for `EXACT`.

    Raises `TrainingError` when the network gives numbers that are not finite, or does not come out as it is.
    """
    wanted = _vectors_of(network)
    if not np.isfinite(wanted).all():
        raise TrainingError(
            "The network gives numbers that are not finite.", next_step="Train again with a lower --rate."
        )
    card = _card(network, name, description, data, kinds)
    nodes, weights = _graph(network, card.output_name)
    outputs = [helper.make_tensor_value_info(card.output_name, TensorProto.FLOAT, ["n", card.dim])]
    if kinds is not None:
        outputs.append(_add_scores(nodes, weights, card.output_name, kinds))
    how = card.preprocessing
    shape: list[str | int | None] = ["n", how.height, how.width, 3]
    if how.layout == "NCHW":
        shape = ["n", 3, how.height, how.width]
    element = TensorProto.UINT8 if network.program.takes_bytes else TensorProto.FLOAT
    inputs = [helper.make_tensor_value_info(card.input_name, element, shape)]
    for halved in (True, False):
        content = _file(nodes, weights, inputs, outputs, halved=halved, opset=network.program.opset)
        if _agreement(content, network, card, wanted) >= EXACT:
            return content, card
    raise TrainingError(
        f"The file of {name} does not give what the network gives.", next_step="Train with a lower --rate."
    )


def _add_scores(
    nodes: list[onnx.NodeProto], weights: dict[str, np.ndarray], vector: str, kinds: Kinds
) -> onnx.ValueInfoProto:
    """Add to a graph the scores of kinds for its output ``vector`` (n, dim); returned is that output."""
    directions = np.asarray(kinds.weight, np.float32) * np.float32(kinds.scale)
    weights["kinds_directions"] = np.ascontiguousarray(directions.T)
    nodes.append(helper.make_node("LpNormalization", [vector], ["kinds_unit"], axis=1, p=2))
    nodes.append(helper.make_node("MatMul", ["kinds_unit", "kinds_directions"], [SCORES]))
    return helper.make_tensor_value_info(SCORES, TensorProto.FLOAT, ["n", len(kinds.names)])


def _file(
    nodes: Sequence[onnx.NodeProto],
    weights: Mapping[str, np.ndarray],
    inputs: Sequence[onnx.ValueInfoProto],
    outputs: Sequence[onnx.ValueInfoProto],
    *,
    halved: bool,
    opset: int,
) -> bytes:
    """The file of a graph, checked. With ``halved`` matrices and kernels are kept at half precision."""
    casts, kept = [], []
    for name, values in weights.items():
        if halved and _can_be_halved(values):
            kept.append(numpy_helper.from_array(values.astype(np.float16), f"{name}_half"))
            casts.append(helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT))
        else:
            kept.append(numpy_helper.from_array(np.asarray(values, order="C"), name))
    graph = helper.make_graph([*casts, *nodes], "network", list(inputs), list(outputs), kept)
    operators = [helper.make_opsetid("", opset)]
    version = max(8, helper.find_min_ir_version_for(operators))
    model = helper.make_model(graph, opset_imports=operators, ir_version=version, producer_name="lookalike")
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _can_be_halved(values: np.ndarray) -> bool:
    large = values.dtype == np.float32 and values.ndim > 1 and values.size >= _HALVED
    return large and bool(np.abs(values).max() < _LARGEST)


def _card(network: Network, name: str, description: str, data: str, kinds: Kinds | None) -> Card:
    base = network.card
    output = base.output_name
    if network.pooling or kinds is not None:
        taken = {one for step in network.program.steps for one in (*step.inputs, *step.outputs)}
        output = next(one for one in ("vector", "pooled", f"{output}_pooled") if one not in taken)
    return replace(
        base, name=name, file="", sha256="", output_name=output, reference=(), scores={}, pool="auto",
        description=description or base.description, head=None,
        data="; ".join(part for part in (base.data, data) if part),
        kinds=None if kinds is None else KindNames(SCORES, tuple(kinds.names)),
    )  # fmt: skip


def _graph(network: Network, output: str) -> tuple[list[onnx.NodeProto], dict[str, np.ndarray]]:
    program = network.program
    weights = {name: network.constant(name).detach().cpu().numpy() for name in network.names}
    nodes = [
        helper.make_node(step.operator, step.inputs, step.outputs, **_attributes(step.attributes))
        for step in program.steps
    ]
    if output == program.output:
        return nodes, weights
    last = program.output
    if isinstance(network.pooling, tuple):
        axes = network.pooling
        if program.opset < 18:
            nodes.append(helper.make_node("ReduceMean", [last], ["places"], axes=axes, keepdims=0))
        else:
            weights["places_axes"] = np.array(axes, np.int64)
            nodes.append(helper.make_node("ReduceMean", [last, "places_axes"], ["places"], keepdims=0))
        last = "places"
    elif network.pooling == "first":
        weights["first_token"] = np.array(0, np.int64)
        nodes.append(helper.make_node("Gather", [last, "first_token"], ["token"], axis=1))
        last = "token"
    nodes.append(helper.make_node("Flatten", [last], [output], axis=1))
    return nodes, weights


def _attributes(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: numpy_helper.from_array(value.numpy()) if isinstance(value, Tensor) else value
        for name, value in attributes.items()
    }


def _pictures(network: Network) -> np.ndarray:
    how = network.preprocessing
    one = reference_picture(how.width, how.height)
    return np.stack([one, 255 - one[::-1]])


def _vectors_of(network: Network) -> Floats:
    device = next(network.parameters()).device
    with torch.no_grad():
        return np.asarray(network(torch.from_numpy(_pictures(network)).to(device)).float().cpu().numpy())


def _agreement(content: bytes, network: Network, card: Card, wanted: Floats) -> float:
    run = session(content, card.name, {})
    dtype = np.uint8 if network.program.takes_bytes else np.float32
    feed = {card.input_name: to_input(_pictures(network), card.preprocessing, dtype)}
    (found,) = run.run([card.output_name], feed)
    lengths = np.linalg.norm(found, axis=1) * np.linalg.norm(wanted, axis=1)
    return float(((found * wanted).sum(axis=1) / np.maximum(lengths, np.finfo(np.float32).tiny)).min())
