"""Operators of ONNX that look at neighbouring places of a map: convolutions, pooling, borders, sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional


def borders(a: Mapping[str, Any], sides: Sequence[int], kernel: Sequence[int]) -> list[int]:
    """How many places are added before each axis and then after each, as ``auto_pad`` or ``pads`` says."""
    count = len(kernel)
    how = a.get("auto_pad", "NOTSET")
    if how == "NOTSET":
        return list(a.get("pads", [0] * 2 * count))
    if how == "VALID":
        return [0] * 2 * count
    before, after = [], []
    strides, dilations = a.get("strides", [1] * count), a.get("dilations", [1] * count)
    for side, width, stride, dilation in zip(sides, kernel, strides, dilations, strict=True):
        more = max(0, (-(-side // stride) - 1) * stride + (width - 1) * dilation + 1 - side)
        low = more // 2 if how == "SAME_UPPER" else more - more // 2
        before.append(low)
        after.append(more - low)
    return before + after


def conv(x: Sequence[Any], a: Mapping[str, Any]) -> Tensor:
    """Conv; borders that differ before and after are added first."""
    count = x[0].ndim - 2
    pads = borders(a, x[0].shape[2:], x[1].shape[2:])
    work = (functional.conv1d, functional.conv2d, functional.conv3d)[count - 1]
    values, padding = _bordered(x[0], pads, 0.0)
    bias = x[2] if len(x) > 2 else None
    strides, dilations = a.get("strides", [1] * count), a.get("dilations", [1] * count)
    if count == 2 and tuple(x[1].shape[2:]) == (1, 1) and not any(pads):
        # The same places, taken first: the gradient of a 1x1 kernel with strides spoils memory in torch 2.13.
        values, strides = values[:, :, :: strides[0], :: strides[1]], [1, 1]
    return work(values, x[1], bias, strides, padding, dilations, a.get("group", 1))


def max_pool(x: Sequence[Any], a: Mapping[str, Any]) -> Tensor:
    """MaxPool over two axes."""
    kernel = a["kernel_shape"]
    pads = borders(a, x[0].shape[2:], kernel)
    values, padding = _bordered(x[0], pads, float("-inf"))
    strides, dilations = a.get("strides", [1, 1]), a.get("dilations", [1, 1])
    return functional.max_pool2d(values, kernel, strides, padding, dilations, bool(a.get("ceil_mode")))


def average_pool(x: Sequence[Any], a: Mapping[str, Any]) -> Tensor:
    """AveragePool over two axes; what was added at borders counts only where the graph says so."""
    kernel, strides = a["kernel_shape"], a.get("strides", [1, 1])
    pads = borders(a, x[0].shape[2:], kernel)
    values, padding = _bordered(x[0], pads, 0.0)
    ceil, counted = bool(a.get("ceil_mode")), bool(a.get("count_include_pad"))
    mean = functional.avg_pool2d(values, kernel, strides, padding, ceil, counted)
    if counted or values is x[0]:
        return mean
    ones = _bordered(torch.ones_like(x[0][:1, :1]), pads, 0.0)[0]
    return mean / functional.avg_pool2d(ones, kernel, strides, padding, ceil, counted)


def pad(x: Sequence[Any], a: Mapping[str, Any]) -> Tensor:
    """Pad, with one value or the nearest or mirrored places."""
    pads = [int(one) for one in x[1].tolist()]
    axes = list(range(x[0].ndim))
    if len(x) > 3 and x[3] is not None:
        axes = [int(one) % x[0].ndim for one in x[3].tolist()]
    ends = {axis: (pads[at], pads[at + len(pads) // 2]) for at, axis in enumerate(axes)}
    turned = [end for axis in reversed(range(x[0].ndim)) for end in ends.get(axis, (0, 0))]
    mode = {"edge": "replicate"}.get(a.get("mode", "constant"), a.get("mode", "constant"))
    if mode == "constant":
        value = x[2].item() if len(x) > 2 and x[2] is not None else 0.0
        return functional.pad(x[0], turned, value=value)
    return functional.pad(x[0], turned[: 2 * (x[0].ndim - 2)], mode=mode)


def resize(x: Sequence[Any], a: Mapping[str, Any]) -> Tensor:
    """Resize of the two last axes, as torch does it: nearest, linear or cubic."""
    if len(x) > 3 and x[3] is not None:
        size = [int(one) for one in x[3].tolist()]
    else:
        size = [int(side * scale) for side, scale in zip(x[0].shape, x[2].tolist(), strict=True)]
    mode = {"nearest": "nearest", "linear": "bilinear", "cubic": "bicubic"}[a.get("mode", "nearest")]
    if mode == "nearest":
        return functional.interpolate(x[0], size[2:], mode=mode)
    corners = a.get("coordinate_transformation_mode") == "align_corners"
    return functional.interpolate(
        x[0], size[2:], mode=mode, align_corners=corners, antialias=bool(a.get("antialias"))
    )


def depth_to_space(x: Sequence[Any], a: Mapping[str, Any]) -> Tensor:
    """DepthToSpace in either order of channels."""
    n, channels, height, width = x[0].shape
    block = a["blocksize"]
    if a.get("mode", "DCR") == "CRD":
        return functional.pixel_shuffle(x[0], block)
    parts = x[0].reshape(n, block, block, channels // block**2, height, width).permute(0, 3, 4, 1, 5, 2)
    return torch.as_tensor(parts.reshape(n, channels // block**2, height * block, width * block))


def space_to_depth(x: Sequence[Any], a: Mapping[str, Any]) -> Tensor:
    """SpaceToDepth."""
    n, channels, height, width = x[0].shape
    block = a["blocksize"]
    parts = x[0].reshape(n, channels, height // block, block, width // block, block)
    return torch.as_tensor(
        parts.permute(0, 3, 5, 1, 2, 4).reshape(n, channels * block**2, height // block, width // block)
    )


def _bordered(values: Tensor, pads: Sequence[int], value: float) -> tuple[Tensor, list[int]]:
    """Values and the border that torch is still to add: none where it had to be added here."""
    count = len(pads) // 2
    before, after = list(pads[:count]), list(pads[count:])
    if before == after and (value == 0.0 or not any(before)):
        return values, before
    turned = [end for at in reversed(range(count)) for end in (before[at], after[at])]
    return functional.pad(values, turned, value=value), [0] * count
