"""An encoder with a linear map behind it, as one ONNX graph; neither a picture nor ``onnx`` is needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from lookalike.encoders import parts
from lookalike.encoders.base import ImageEncoder
from lookalike.encoders.card import Card, HeadNames
from lookalike.encoders.graph import Graph
from lookalike.encoders.onnx import OnnxEncoder
from lookalike.errors import BadArgument, EncoderError

_OLDEST = 8  # from this version of the standard set on every step written here means the same
_SMALLEST = np.float32(1e-30)


def headed(
    encoder: ImageEncoder,
    mean: npt.ArrayLike,
    matrix: npt.ArrayLike,
    name: str,
    *,
    bias: npt.ArrayLike | None = None,
    description: str = "",
    data: str = "",
) -> tuple[bytes, Card]:
    """The ONNX file, and the card, of ``(unit(vector) - mean) @ matrix + bias`` behind an encoder.

    ``mean`` (dim,), ``matrix`` (dim, out) and ``bias`` (out,) are finite numbers. A second output for kinds
    stays. The card's hash and reference are those of the file before: `write_encoder` fills them in. Raises
    `EncoderError` where the encoder is no ONNX graph, one too old to go on from, or too large for one file.
    """
    base = onnx_of(encoder)
    weights = _weights(mean, matrix, bias, base.card.dim)
    graph = Graph(base.model(), base.name)
    if graph.version < _OLDEST:
        raise EncoderError(
            f"{encoder.name} is written in version {graph.version} of the operators of ONNX: too old to put "
            "a head behind it.",
            next_step=f"Export it again with version {_OLDEST} or newer (opset_version=17).",
        )
    taken = {*graph.tensors, *graph.weights, *(value.name for value in graph.inputs)}
    prefix = next(f"{word}." for word in _words() if not any(each.startswith(f"{word}.") for each in taken))
    out = len(weights["bias"])
    kinds = base.card.kinds
    model = graph.extended(
        [*_pooled(base, prefix), *_mapped(prefix)],
        [parts.weight(prefix + key, values) for key, values in (weights | _constants(base)).items()],
        [parts.output(f"{prefix}vector", out), *([kinds.output] if kinds else [])],
    )
    card = replace(
        base.card,
        name=name,
        output_name=f"{prefix}vector",
        dim=out,
        pool="auto",
        preprocessing=replace(
            base.card.preprocessing, one_pass=bool(getattr(encoder, "whole_pictures", False))
        ),
        description=description or f"a linear map of {out} numbers over {encoder.space.encoder}",
        data="; ".join(part for part in (base.card.data, data) if part),
        head=HeadNames(encoder.space.fingerprint, f"{prefix}mean", f"{prefix}matrix", f"{prefix}bias"),
        reference=(),
        scores={},
    )
    return model, card


def onnx_of(encoder: ImageEncoder) -> OnnxEncoder:
    """The ONNX graph and card behind an encoder. Raises `EncoderError` where it is none."""
    inner = getattr(encoder, "graph_encoder", encoder)
    if isinstance(inner, OnnxEncoder):
        return inner
    raise EncoderError(
        f"{encoder.name} is not an ONNX graph, so nothing can be learnt on from it.",
        next_step="Make the index with product, imagenet, onnx:PATH, hub:REPO or keras:NAME.",
    )


def _weights(
    mean: npt.ArrayLike, matrix: npt.ArrayLike, bias: npt.ArrayLike | None, dim: int
) -> dict[str, npt.NDArray[np.float32]]:
    written = {"mean": np.asarray(mean, np.float32), "matrix": np.asarray(matrix, np.float32)}
    shape = written["matrix"].shape
    written["bias"] = np.zeros(shape[-1:], np.float32) if bias is None else np.asarray(bias, np.float32)
    sides = written["mean"].shape, written["bias"].shape
    if len(shape) != 2 or not shape[1] or shape[0] != dim or sides != ((dim,), shape[1:]):
        raise BadArgument(
            f"A mean {sides[0]}, a matrix {shape} and a bias {sides[1]} are no head for vectors of {dim} "
            "numbers.",
            next_step=f"Give a mean ({dim},), a matrix ({dim}, out) and a bias (out,).",
        )
    if not all(np.isfinite(values).all() for values in written.values()):
        raise BadArgument("A head holds numbers that are not finite.", next_step="Learn it anew.")
    return written


def _constants(base: OnnxEncoder) -> dict[str, npt.NDArray[np.float32] | npt.NDArray[np.int64]]:
    dim = base.card.dim
    made: dict[str, npt.NDArray[np.float32] | npt.NDArray[np.int64]] = {
        "shape": np.array([-1, dim], np.int64),
        "ones": np.ones((dim, 1), np.float32),
        "smallest": np.array([_SMALLEST]),
    }
    if base.pooling == "first":
        made["first"] = np.array(0, np.int64)
    return made


def _pooled(base: OnnxEncoder, prefix: str) -> Iterator[bytes]:
    """From the output that the card names to one vector a picture, ``flat`` (n, dim)."""
    output = base.card.output_name
    if isinstance(base.pooling, tuple):
        if base.pooling[0] == 1:  # the mean over places is taken where channels come second
            turn = [0, 3, 1, 2] if len(base.pooling) > 1 else [0, 2, 1]
            yield parts.step("Transpose", [output], f"{prefix}turned", {"perm": turn})
            output = f"{prefix}turned"
        yield parts.step("GlobalAveragePool", [output], f"{prefix}pooled")
        output = f"{prefix}pooled"
    elif base.pooling == "first":
        yield parts.step("Gather", [output, f"{prefix}first"], f"{prefix}pooled", {"axis": 1})
        output = f"{prefix}pooled"
    yield parts.step("Reshape", [output, f"{prefix}shape"], f"{prefix}flat")


def _mapped(prefix: str) -> Iterator[bytes]:
    """From ``flat`` to ``vector`` (n, out). Lengths are sums by a matrix: that is one step in any version."""
    for operator, taken, given in (
        ("Mul", ("flat", "flat"), "squares"),
        ("MatMul", ("squares", "ones"), "square"),
        ("Sqrt", ("square",), "length"),
        ("Max", ("length", "smallest"), "divisor"),
        ("Div", ("flat", "divisor"), "unit"),
        ("Sub", ("unit", "mean"), "centred"),
        ("MatMul", ("centred", "matrix"), "product"),
        ("Add", ("product", "bias"), "vector"),
    ):
        yield parts.step(operator, [prefix + name for name in taken], prefix + given)


def _words() -> Iterator[str]:
    yield "head"
    yield from (f"head{count}" for count in range(2, 1000))
