"""What the operators of an ONNX graph do, in torch: those of convolutional networks and of transformers.

As the operators of ONNX say, https://onnx.ai/onnx/operators/, at opsets 11 to 22. Single numbers, and lengths
and places that a graph reckons with, stay on the processor; all else is where the pictures are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from lookalike.training.network import windows

Given = Sequence[Any]
"""Tensors in the order of the operator's inputs, None where one is left out."""

Attributes = Mapping[str, Any]
"""Attributes by name, and ``opset``."""

Operator = Callable[[Given, Attributes], Any]
"""Gives one tensor, or several as a tuple."""

TYPES = {1: torch.float32, 2: torch.uint8, 3: torch.int8, 5: torch.int16, 6: torch.int32, 7: torch.int64,
         9: torch.bool, 10: torch.float32, 11: torch.float32, 16: torch.float32}  # fmt: skip
"""Types of tensors by their number in a file; all floats become single precision."""


def together(*tensors: Tensor) -> tuple[Tensor, ...]:
    """Tensors on one device: that of the pictures where one is there. Single numbers go with any device."""
    device = next((one.device for one in tensors if one.device.type != "cpu"), tensors[0].device)
    return tuple(one.to(device) if one.ndim else one for one in tensors)


def whole(tensor: Tensor) -> list[int]:
    """The whole numbers of a tensor of lengths or places."""
    return [int(number) for number in tensor.flatten().tolist()]


def axes_of(x: Given, a: Attributes, at: int = 1) -> list[int] | None:
    """Axes as the attribute of older opsets or the input of newer ones; None where there are none."""
    if len(x) > at and x[at] is not None:
        return whole(x[at])
    return list(a["axes"]) if "axes" in a else None


def _each(work: Callable[..., Tensor]) -> Operator:
    return lambda x, _: work(x[0])


def _two(work: Callable[[Tensor, Tensor], Tensor]) -> Operator:
    return lambda x, _: work(*together(x[0], x[1]))


def _many(work: Callable[[Tensor, Tensor], Tensor]) -> Operator:
    def run(x: Given, _: Attributes) -> Tensor:
        first, *rest = together(*x)
        for one in rest:
            first = work(first, one)
        return first

    return run


def _divided(one: Tensor, other: Tensor) -> Tensor:
    rounding = None if one.is_floating_point() else "trunc"
    return torch.div(one, other, rounding_mode=rounding)


def _reduced(work: Callable[[Tensor, list[int], bool], Tensor]) -> Operator:
    def run(x: Given, a: Attributes) -> Tensor:
        axes = axes_of(x, a)
        if not axes and a.get("noop_with_empty_axes"):
            return torch.as_tensor(x[0])
        return work(x[0], axes or list(range(x[0].ndim)), bool(a.get("keepdims", 1)))

    return run


def _clip(x: Given, a: Attributes) -> Tensor:
    low = x[1] if len(x) > 1 else a.get("min")
    high = x[2] if len(x) > 2 else a.get("max")
    if isinstance(low, Tensor | None) and isinstance(high, Tensor | None):
        low, high = (None if end is None else end.item() for end in (low, high))
    if low is not None and high is not None and x[0].is_floating_point():
        return functional.hardtanh(x[0], low, high)  # one pass backwards, where clamp takes four
    return torch.clamp(x[0], low, high)


def _gemm(x: Given, a: Attributes) -> Tensor:
    left = x[0].T if a.get("transA") else x[0]
    right = x[1].T if a.get("transB") else x[1]
    product = a.get("alpha", 1.0) * (left @ right)
    if len(x) > 2 and x[2] is not None:
        product = product + a.get("beta", 1.0) * x[2]
    return torch.as_tensor(product)


def _softmax(x: Given, a: Attributes) -> Tensor:
    work = functional.log_softmax if a.get("logarithm") else functional.softmax
    if a["opset"] < 13:
        flat = x[0].flatten(a.get("axis", 1) % x[0].ndim) if a.get("axis", 1) else x[0].flatten()[None]
        return work(flat.flatten(0, -2), dim=-1).reshape(x[0].shape)
    return work(x[0], dim=a.get("axis", -1))


def _layer_norm(x: Given, a: Attributes) -> Tensor:
    shape = x[0].shape[a.get("axis", -1) % x[0].ndim :]
    bias = x[2] if len(x) > 2 else None
    return functional.layer_norm(x[0], shape, x[1], bias, a.get("epsilon", 1e-5))


def _batch_norm(x: Given, a: Attributes) -> Tensor:
    factor = x[1] * torch.rsqrt(x[4] + a.get("epsilon", 1e-5))
    shape = (1, -1, *(1 for _ in range(x[0].ndim - 2)))
    return torch.as_tensor(x[0] * factor.view(shape) + (x[2] - x[3] * factor).view(shape))


def _group_norm(x: Given, a: Attributes) -> Tensor:
    groups, channels = a["num_groups"], x[0].shape[1]
    each = channels // groups
    scale, bias = (one if len(one) == channels else one.repeat_interleave(each) for one in x[1:3])
    return functional.group_norm(x[0], groups, scale, bias, a.get("epsilon", 1e-5))


def _gelu(x: Given, a: Attributes) -> Tensor:
    return functional.gelu(x[0], approximate=a.get("approximate", "none"))


def _reshape(x: Given, a: Attributes) -> Tensor:
    sides = whole(x[1])
    if not a.get("allowzero"):
        sides = [x[0].shape[at] if side == 0 else side for at, side in enumerate(sides)]
    return torch.as_tensor(x[0].reshape(sides))


def _flatten(x: Given, a: Attributes) -> Tensor:
    axis = a.get("axis", 1)
    axis += x[0].ndim if axis < 0 else 0
    return torch.as_tensor(x[0].reshape(math.prod(x[0].shape[:axis]), -1))


def _transpose(x: Given, a: Attributes) -> Tensor:
    return torch.as_tensor(x[0].permute(a.get("perm", tuple(reversed(range(x[0].ndim))))))


def _squeeze(x: Given, a: Attributes) -> Tensor:
    axes = axes_of(x, a)
    if axes is None:
        axes = [at for at, side in enumerate(x[0].shape) if side == 1]
    return torch.as_tensor(x[0].squeeze(tuple(axes)))


def _unsqueeze(x: Given, a: Attributes) -> Tensor:
    axes = axes_of(x, a) or []
    out, ndim = x[0], x[0].ndim + len(axes)
    for axis in sorted(axis % ndim for axis in axes):
        out = out.unsqueeze(axis)
    return torch.as_tensor(out)


def _split(x: Given, a: Attributes) -> tuple[Tensor, ...]:
    axis = a.get("axis", 0)
    length = x[0].shape[axis]
    if len(x) > 1 and x[1] is not None:
        return tuple(torch.split(x[0], whole(x[1]), axis))
    parts = a.get("split") or a.get("num_outputs") or a["outputs"]
    return tuple(torch.split(x[0], -(-length // parts) if isinstance(parts, int) else list(parts), axis))


def _slice(x: Given, a: Attributes) -> Tensor:
    out = x[0]
    starts, ends = whole(x[1]), whole(x[2])
    axes = axes_of(x, a, 3) or list(range(len(starts)))
    steps = whole(x[4]) if len(x) > 4 and x[4] is not None else [1] * len(starts)
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        places = range(*slice(start, end, step).indices(out.shape[axis]))
        if step < 0 and end < -out.shape[axis]:  # to the very first, which no end of a slice can say
            places = range(*slice(start, None, step).indices(out.shape[axis]))
        if step == 1:
            out = out.narrow(axis, places.start, len(places))
        else:
            out = out.index_select(axis, torch.tensor(list(places), device=out.device))
    return torch.as_tensor(out)


def _gather(x: Given, a: Attributes) -> Tensor:
    axis = a.get("axis", 0) % x[0].ndim
    places = x[1].to(x[0].device, torch.int64)
    places = torch.where(places < 0, places + x[0].shape[axis], places)
    shape = (*x[0].shape[:axis], *places.shape, *x[0].shape[axis + 1 :])
    return torch.as_tensor(x[0].index_select(axis, places.flatten()).reshape(shape))


def _expand(x: Given, _: Attributes) -> Tensor:
    return torch.as_tensor(x[0] * torch.ones(whole(x[1]), dtype=x[0].dtype, device=x[0].device))


def _shape(x: Given, a: Attributes) -> Tensor:
    return torch.tensor(list(x[0].shape)[a.get("start", 0) : a.get("end")], dtype=torch.int64)


def _constant(_: Given, a: Attributes) -> Tensor:
    if "value" in a:
        return torch.as_tensor(a["value"])
    name = next(name for name in a if name.startswith("value_"))
    return torch.tensor(a[name], dtype=torch.int64 if "int" in name else torch.float32)


def _filled(x: Given, a: Attributes) -> Tensor:
    value = a.get("value", torch.zeros(1))
    return torch.full(whole(x[0]), value.item(), dtype=value.dtype)


def _where(x: Given, _: Attributes) -> Tensor:
    condition, one, other = together(x[0], x[1], x[2])
    return torch.where(condition, one, other)


def _normalised(x: Given, a: Attributes) -> Tensor:
    length = x[0].norm(p=a.get("p", 2), dim=a.get("axis", -1), keepdim=True)
    return torch.as_tensor(x[0] / length.clamp_min(1e-12))


def _quantised(x: Given, a: Attributes) -> Tensor:
    zero = x[2] if len(x) > 2 and x[2] is not None else torch.zeros((), dtype=torch.uint8)
    about = torch.iinfo(zero.dtype)
    scale, offset = (_along(one, x[0], a) for one in (x[1], zero))
    return torch.as_tensor((torch.round(x[0] / scale) + offset).clamp(about.min, about.max).to(zero.dtype))


def _dequantised(x: Given, a: Attributes) -> Tensor:
    zero = x[2] if len(x) > 2 and x[2] is not None else torch.zeros((), dtype=x[0].dtype)
    return torch.as_tensor((x[0].float() - _along(zero, x[0], a).float()) * _along(x[1], x[0], a))


def _along(one: Tensor, values: Tensor, a: Attributes) -> Tensor:
    if one.numel() == 1:
        return one.reshape(())
    shape = [1] * values.ndim
    shape[a.get("axis", 1)] = -1
    return one.reshape(shape)


OPERATORS: dict[str, Operator] = {
    **{name: _each(getattr(torch, name.lower())) for name in (
        "Abs", "Sqrt", "Exp", "Log", "Erf", "Neg", "Reciprocal", "Sigmoid", "Tanh", "Relu", "Floor", "Ceil",
        "Round", "Sin", "Cos", "Sign")},
    "Softplus": _each(functional.softplus), "HardSwish": _each(functional.hardswish),
    "Mish": _each(functional.mish), "Not": _each(torch.logical_not), "Identity": _each(lambda one: one),
    "Dropout": _each(lambda one: one),
    "Mul": _two(torch.mul), "Div": _two(_divided), "Pow": _two(torch.pow), "Add": _two(torch.add),
    "Sub": _two(torch.sub), "MatMul": _two(torch.matmul), "Mod": _two(torch.remainder),
    "Equal": _two(torch.eq), "Less": _two(torch.lt), "Greater": _two(torch.gt),
    "LessOrEqual": _two(torch.le), "GreaterOrEqual": _two(torch.ge),
    "And": _two(torch.logical_and), "Or": _two(torch.logical_or),
    "PRelu": _two(lambda one, slope: torch.where(one < 0, one * slope, one)),
    "Sum": _many(torch.add), "Min": _many(torch.minimum), "Max": _many(torch.maximum),
    "ReduceMean": _reduced(lambda one, axes, keep: one.mean(axes, keepdim=keep)),
    "ReduceSum": _reduced(lambda one, axes, keep: one.sum(axes, keepdim=keep)),
    "ReduceMax": _reduced(lambda one, axes, keep: one.amax(axes, keepdim=keep)),
    "ReduceMin": _reduced(lambda one, axes, keep: one.amin(axes, keepdim=keep)),
    "ReduceL2": _reduced(lambda one, axes, keep: one.norm(dim=axes, keepdim=keep)),
    "ReduceSumSquare": _reduced(lambda one, axes, keep: (one * one).sum(axes, keepdim=keep)),
    "LeakyRelu": lambda x, a: functional.leaky_relu(x[0], a.get("alpha", 0.01)),
    "Elu": lambda x, a: functional.elu(x[0], a.get("alpha", 1.0)),
    "HardSigmoid": lambda x, a: torch.clamp(a.get("alpha", 0.2) * x[0] + a.get("beta", 0.5), 0, 1),
    "Gelu": _gelu, "Clip": _clip, "Softmax": _softmax,
    "LogSoftmax": lambda x, a: _softmax(x, {**a, "logarithm": True}),
    "Gemm": _gemm, "Einsum": lambda x, a: torch.einsum(a["equation"], *x),
    "LayerNormalization": _layer_norm, "BatchNormalization": _batch_norm,
    "InstanceNormalization": lambda x, a: functional.instance_norm(
        x[0], weight=x[1], bias=x[2], eps=a.get("epsilon", 1e-5)),
    "GroupNormalization": _group_norm, "LpNormalization": _normalised,
    "Conv": windows.conv, "MaxPool": windows.max_pool, "AveragePool": windows.average_pool,
    "GlobalAveragePool": _each(lambda one: one.mean(tuple(range(2, one.ndim)), keepdim=True)),
    "GlobalMaxPool": _each(lambda one: one.amax(tuple(range(2, one.ndim)), keepdim=True)),
    "Pad": windows.pad, "Resize": windows.resize,
    "DepthToSpace": windows.depth_to_space, "SpaceToDepth": windows.space_to_depth,
    "Reshape": _reshape, "Flatten": _flatten, "Transpose": _transpose, "Squeeze": _squeeze,
    "Unsqueeze": _unsqueeze, "Split": _split, "Slice": _slice, "Gather": _gather, "Expand": _expand,
    "Concat": lambda x, a: torch.cat(together(*x), a["axis"]),
    "Tile": lambda x, _: x[0].tile(whole(x[1])),
    "Shape": _shape, "Constant": _constant, "ConstantOfShape": _filled, "Where": _where,
    "Range": lambda x, _: torch.arange(x[0].item(), x[1].item(), x[2].item(), dtype=x[0].dtype),
    "Cast": lambda x, a: x[0].to(TYPES[a["to"]]),
    "CastLike": lambda x, _: x[0].to(x[1].dtype),
    "QuantizeLinear": _quantised, "DequantizeLinear": _dequantised,
}  # fmt: skip
"""By the operator's name what it does. Dropout does nothing: graphs are of networks in use."""
