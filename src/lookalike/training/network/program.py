"""An ONNX graph as steps over tensors: constants reckoned out, eight bits undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor

from lookalike.errors import TrainingError
from lookalike.training.network.operators import OPERATORS

OLDEST = 11
"""The oldest set of operators that is read: Clip took its ends otherwise before."""

_WEIGHED = ("Conv", "Gemm", "MatMul", "Einsum", "PRelu", "LayerNormalization", "InstanceNormalization",
            "GroupNormalization", "BatchNormalization")  # fmt: skip
_SHIFTED = ("Add", "Sub", "Mul", "Div")
_FLOATS = (onnx.TensorProto.FLOAT16, onnx.TensorProto.DOUBLE, onnx.TensorProto.BFLOAT16)
_FLOAT_STEP = "Export it again in single precision (float32), with operators of the standard ONNX set."


@dataclass(frozen=True, slots=True)
class Step:
    """One operator with the names of what it takes ("" where an input is left out) and gives."""

    operator: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def run(self, given: Sequence[Any], opset: int) -> tuple[Any, ...]:
        """The tensors it gives for tensors given."""
        attributes = {**self.attributes, "opset": opset, "outputs": len(self.outputs)}
        found = OPERATORS[self.operator](given, attributes)
        return found if isinstance(found, tuple) else (found,)


@dataclass(frozen=True)
class Program:
    """Steps in order, from ``picture`` to ``output``; ``constants`` by name are what else they take.

    ``takes_bytes`` says whether the picture is uint8. ``weights`` are the names of those constants that a
    training changes, in the order they are met, and ``depth`` how many weighed steps lie between the picture
    and the end of the one that they are met in.
    """

    steps: tuple[Step, ...]
    constants: Mapping[str, Tensor]
    picture: str
    output: str
    opset: int
    takes_bytes: bool
    weights: tuple[str, ...]
    depth: Mapping[str, int]


def program_of(content: bytes, output: str, origin: str) -> Program:
    """The program of an ONNX file that leads to ``output``; ``origin`` is what errors call the file.

    What depends on no picture is reckoned once: weights of eight bits, and of half precision, become numbers
    of single precision. Where what flows between steps has eight bits, rounding is left out; where they hold
    no number below zero, a clamp to what they hold takes their place, for an 8-bit graph often knows relu
    and relu6 no other way. A range on both sides of zero is no such limit and goes.

    Raises `TrainingError`, naming what stands in the way.
    """
    model = onnx.load_model_from_string(content)
    opset = next((one.version for one in model.opset_import if one.domain in ("", "ai.onnx")), 0)
    _check(model.graph, opset, origin)
    constants = {one.name: _tensor(one) for one in model.graph.initializer}
    inputs = {one.name: one for one in model.graph.input if one.name not in constants}
    if len(inputs) != 1:
        raise TrainingError(
            f"{origin} takes {len(inputs)} inputs: {', '.join(inputs)}.",
            next_step="Train a network that takes pictures alone.",
        )
    (picture,) = inputs.values()
    steps = _folded([_step(node) for node in model.graph.node], constants, opset, origin)
    steps = _needed(_unquantised(steps, constants), output)
    taken = {name for step in steps for name in step.inputs}
    weights, depth = _weights(steps, constants, picture.name)
    kept = {name: one for name, one in constants.items() if name in taken}
    takes_bytes = picture.type.tensor_type.elem_type == onnx.TensorProto.UINT8
    return Program(tuple(steps), kept, picture.name, output, opset, takes_bytes, weights, depth)


def _check(graph: onnx.GraphProto, opset: int, origin: str) -> None:
    if opset < OLDEST:
        raise TrainingError(
            f"{origin} is of ONNX opset {opset}; {OLDEST} and later can be trained.",
            next_step="Export the network again with a newer opset, such as 17.",
        )
    unknown = sorted(
        {
            f"{node.domain}.{node.op_type}" if node.domain not in ("", "ai.onnx") else node.op_type
            for node in graph.node
            if node.op_type not in OPERATORS or node.domain not in ("", "ai.onnx")
        }
    )
    if unknown:
        eight = any("Integer" in name or "QLinear" in name or "Dynamic" in name for name in unknown)
        step = "Take the file of float weights of the same network; hub:REPO#onnx/model.onnx is often it."
        raise TrainingError(
            f"{origin} has {'operators that cannot' if len(unknown) > 1 else 'an operator that cannot'} be "
            f"trained: {', '.join(unknown[:6])}.",
            next_step=f"{step if eight else _FLOAT_STEP} Or train --recipe head, which takes every encoder.",
        )


def _tensor(proto: onnx.TensorProto) -> Tensor:
    values = np.array(numpy_helper.to_array(proto))
    if values.dtype in (np.float16, np.float64) or proto.data_type == onnx.TensorProto.BFLOAT16:
        values = values.astype(np.float32)
    return torch.from_numpy(values)


def _step(node: onnx.NodeProto) -> Step:
    attributes: dict[str, Any] = {}
    for one in node.attribute:
        value = helper.get_attribute_value(one)
        if isinstance(value, onnx.TensorProto):
            value = _tensor(value)
        elif isinstance(value, bytes):
            value = value.decode()
        elif one.type in (onnx.AttributeProto.INTS, onnx.AttributeProto.FLOATS):
            value = list(value)
        attributes[one.name] = value
    if node.op_type == "Cast" and attributes.get("to") in _FLOATS:
        attributes["to"] = onnx.TensorProto.FLOAT
    return Step(node.op_type, tuple(node.input), tuple(node.output), attributes)


def _folded(steps: Sequence[Step], constants: dict[str, Tensor], opset: int, origin: str) -> list[Step]:
    """The steps that depend on the picture; what the others give is put to the constants."""
    left = []
    for step in steps:
        if not all(name in constants for name in step.inputs if name):
            left.append(step)
            continue
        try:
            with torch.no_grad():
                given = [constants[name] if name else None for name in step.inputs]
                found = step.run(given, opset)
        except (RuntimeError, TypeError, ValueError, IndexError, KeyError) as error:
            raise TrainingError(
                f"{origin} has a step {step.operator} that cannot be followed: {str(error).splitlines()[0]}.",
                next_step=_FLOAT_STEP,
            ) from None
        constants.update(zip(step.outputs, found, strict=False))
    return left


def _unquantised(steps: Sequence[Step], constants: dict[str, Tensor]) -> list[Step]:
    kept = []
    for step in steps:
        if step.operator == "DequantizeLinear":
            step = Step("Identity", step.inputs[:1], step.outputs)
        elif step.operator == "QuantizeLinear":
            step = _clamp(step, constants)
        kept.append(step)
    same: dict[str, str] = {}
    left = []
    for step in kept:
        step = replace(step, inputs=tuple(same.get(name, name) for name in step.inputs))
        if step.operator in ("Identity", "Dropout"):
            same[step.outputs[0]] = step.inputs[0]
        else:
            left.append(step)
    ends = {given: name for name, given in same.items()}
    return [*left, *(Step("Identity", (given,), (name,)) for given, name in ends.items())]


def _clamp(step: Step, constants: dict[str, Tensor]) -> Step:
    scale = constants[step.inputs[1]]
    zero = constants[step.inputs[2]] if len(step.inputs) > 2 else torch.zeros((), dtype=torch.uint8)
    about = torch.iinfo(zero.dtype)
    least, most = (((level - zero.float()) * scale).reshape(()) for level in (about.min, about.max))
    if least < 0:
        return Step("Identity", step.inputs[:1], step.outputs[:1])
    names = f"{step.outputs[0]}_least", f"{step.outputs[0]}_most"
    constants.update(zip(names, (least, most), strict=True))
    return Step("Clip", (step.inputs[0], *names), step.outputs[:1])


def _needed(steps: Sequence[Step], output: str) -> list[Step]:
    needed, kept = {output}, []
    for step in reversed(steps):
        if needed.intersection(step.outputs):
            kept.append(step)
            needed.update(step.inputs)
    return kept[::-1]


def _weights(
    steps: Sequence[Step], constants: Mapping[str, Tensor], picture: str
) -> tuple[tuple[str, ...], dict[str, int]]:
    """What is learnt, and how deep.

    Numbers that are added or multiplied before any weighed step are not: they bring pixels to their range.
    """
    deep = {picture: 0}
    depth: dict[str, int] = {}
    for step in steps:
        before = max((deep.get(name, 0) for name in step.inputs), default=0)
        own = []
        if step.operator in _WEIGHED or (step.operator in _SHIFTED and before):
            known = [name for name in step.inputs[:3] if name in constants]
            own = [name for name in known if _is_weight(step, constants[name])]
        heavy = bool(own) and step.operator in _WEIGHED and any(constants[name].ndim > 1 for name in own)
        for name in step.outputs:
            deep[name] = before + heavy
        for name in own:
            depth.setdefault(name, before + heavy)
    return tuple(depth), depth


def _is_weight(step: Step, values: Tensor) -> bool:
    return values.is_floating_point() and (values.numel() > 1 or step.operator == "PRelu")
