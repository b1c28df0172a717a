"""A small convolutional network that knows nothing yet, and how it is written as an ONNX graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

from lookalike.encoders import parts
from lookalike.encoders.card import Card, KindNames, Preprocessing
from lookalike.encoders.wire import number, tagged
from lookalike.vectors import Floats

SIZE = 64
"""Side of the pictures in pixels, unless another is asked for."""

LEAST_SIZE = 32
"""Below this the last layers would see a single place."""

WIDTH = 24
DIM = 128

_MEAN, _SPREAD = 127.5, 63.75
_INPUT, _OUTPUT, _SCORES = "pixels", "vector", "scores"
_FLOAT, _BYTES = 1, 2  # types of tensors in a file
_FORMAT, _OPERATORS = 8, 17  # versions of the file's format and of the standard operators
_SMALLEST = 1e-30


def preparing(size: int) -> Preprocessing:
    """How pictures are prepared: the whole product in a white square, of long ones a little cut off."""
    return Preprocessing(size, size, "NHWC", "letterbox", trim=0.25)


class Convolution(nn.Module):
    """A 3x3 convolution and its batch normalisation (Ioffe and Szegedy, 2015)."""

    def __init__(self, into: int, out: int, stride: int = 1) -> None:
        super().__init__()
        self.kernel = nn.Conv2d(into, out, 3, stride, 1, bias=False)
        self.norm = nn.BatchNorm2d(out)
        nn.init.kaiming_normal_(self.kernel.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: Tensor) -> Tensor:
        """(n, into, h, w) becomes (n, out, h / stride, w / stride)."""
        found: Tensor = self.norm(self.kernel(x))
        return found

    def folded(self) -> tuple[Tensor, Tensor]:
        """Kernel (out, into, 3, 3) and bias (out,) that do the same without a normalisation."""
        gain, shift = _affine(self.norm)
        return self.kernel.weight * gain[:, None, None, None], shift


class Stage(nn.Module):
    """Halves the sides, then adds to what it has (residual block: He et al., 2016)."""

    def __init__(self, into: int, out: int) -> None:
        super().__init__()
        self.halved = Convolution(into, out, 2)
        self.first = Convolution(out, out)
        self.second = Convolution(out, out)
        nn.init.zeros_(self.second.norm.weight)  # begins as if it were not there: Goyal et al., 2017

    def forward(self, x: Tensor) -> Tensor:
        """(n, into, h, w) becomes (n, out, h / 2, w / 2)."""
        x = torch.relu(self.halved(x))
        return torch.relu(x + self.second(torch.relu(self.first(x))))


class Small(nn.Module):
    """About a million numbers: four halvings of the picture, the mean over its places, one linear map.

    ``size`` is the side of the pictures in pixels, ``width`` how many channels the first layer has, ``dim``
    how many numbers a vector.
    """

    def __init__(self, size: int = SIZE, width: int = WIDTH, dim: int = DIM) -> None:
        super().__init__()
        self.size, self.dim = size, dim
        self.in_half = False
        """Whether a processor learns in bfloat16; what is not learning is always reckoned in 32 bits."""
        self.stem = Convolution(3, width, 2)
        widths = (width, 2 * width, 4 * width, 8 * width)
        self.stages = nn.ModuleList(Stage(*pair) for pair in pairwise(widths))
        self.map = nn.Linear(widths[-1], dim, bias=False)
        self.norm = nn.BatchNorm1d(dim)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    @property
    def preprocessing(self) -> Preprocessing:
        """How pictures are prepared for it."""
        return preparing(self.size)

    def forward(self, pixels: Tensor) -> Tensor:
        """Vectors (n, dim), not normalised, of pictures (n, size, size, 3), uint8 RGB."""
        half = self.in_half and self.training and pixels.device.type == "cpu"
        with torch.autocast("cpu", torch.bfloat16) if half else nullcontext():
            x = (pixels.permute(0, 3, 1, 2).float() - _MEAN) / _SPREAD
            x = torch.relu(self.stem(x))
            for stage in self.stages:
                x = stage(x)
            x = self.map(x.mean((2, 3)))
        found: Tensor = self.norm(x.float())
        return found


def exported(
    network: Small,
    kinds: Sequence[str],
    directions: Floats,
    scale: float,
    *,
    description: str = "",
    data: str = "",
) -> tuple[bytes, Card]:
    """An ONNX file of the network in its eval mode, normalisations folded into the weights, and its card.

    A second output are scores of kinds: ``scale`` times the cosine to each row of ``directions``
    (kinds, dim), unit vectors. The card has neither name, hash nor reference yet.
    """
    graph = _Graph()
    x = graph.add("Cast", _INPUT, to=_FLOAT)
    x = graph.add("Transpose", x, perm=[0, 3, 1, 2])
    x = graph.add("Sub", x, graph.weight("mean", np.full(1, _MEAN, np.float32)))
    x = graph.add("Div", x, graph.weight("spread", np.full(1, _SPREAD, np.float32)))
    x = graph.add("Relu", graph.convolved(x, network.stem, 2))
    for stage in network.stages:
        assert isinstance(stage, Stage)
        x = graph.add("Relu", graph.convolved(x, stage.halved, 2))
        beside = graph.add("Relu", graph.convolved(x, stage.first))
        x = graph.add("Relu", graph.add("Add", x, graph.convolved(beside, stage.second)))
    x = graph.add("Flatten", graph.add("GlobalAveragePool", x))
    gain, shift = _affine(network.norm)
    matrix = graph.tensor("map", network.map.weight * gain[:, None])
    vector = graph.add("Gemm", x, matrix, graph.tensor("shift", shift), output=_OUTPUT, transB=1)
    square = graph.add(
        "MatMul",
        graph.add("Mul", vector, vector),
        graph.weight("ones", np.ones((network.dim, 1), np.float32)),
    )
    length = graph.add(
        "Max", graph.add("Sqrt", square), graph.weight("smallest", np.full(1, _SMALLEST, np.float32))
    )
    held = graph.weight("directions", np.float32(scale) * directions.T)
    graph.add("MatMul", graph.add("Div", vector, length), held, output=_SCORES)
    card = Card(
        name="",
        file="",
        sha256="",
        input_name=_INPUT,
        output_name=_OUTPUT,
        dim=network.dim,
        preprocessing=network.preprocessing,
        licence="the shop's own",
        description=description,
        data=data,
        kinds=KindNames(_SCORES, tuple(kinds)),
    )
    return graph.written(network.size, {_OUTPUT: network.dim, _SCORES: len(kinds)}), card


class _Graph:
    """An ONNX graph as it grows: its steps in their order, and its weights."""

    def __init__(self) -> None:
        self._steps: list[bytes] = []
        self._weights: list[bytes] = []

    def add(self, operator: str, *inputs: str, output: str = "", **attributes: int | Sequence[int]) -> str:
        """Append a step, and return what its output is called."""
        name = output or f"{operator.lower()}_{len(self._steps)}"
        self._steps.append(parts.step(operator, inputs, name, attributes))
        return name

    def weight(self, name: str, values: Floats) -> str:
        """Keep numbers under a name, and return it."""
        self._weights.append(parts.weight(name, values))
        return name

    def tensor(self, name: str, values: Tensor) -> str:
        """Keep a tensor's numbers under a name, and return it."""
        return self.weight(name, values.detach().cpu().contiguous().numpy())

    def convolved(self, source: str, layer: Convolution, stride: int = 1) -> str:
        """Append a convolution with its normalisation folded in."""
        at = len(self._steps)
        kernel, bias = layer.folded()
        held = self.tensor(f"kernel_{at}", kernel), self.tensor(f"bias_{at}", bias)
        return self.add("Conv", source, *held, pads=[1, 1, 1, 1], strides=[stride, stride])

    def written(self, size: int, outputs: Mapping[str, int]) -> bytes:
        """The file: square pictures of ``size`` go in as bytes, vectors of so many numbers come out."""
        sides = [tagged(2, b"n"), *(number(1, side) for side in (size, size, 3))]
        shape = tagged(2, b"".join(tagged(1, side) for side in sides))
        pixels = tagged(1, _INPUT.encode()) + tagged(2, tagged(1, number(1, _BYTES) + shape))
        graph = [
            *(tagged(1, step) for step in self._steps),
            tagged(2, b"small"),
            *(tagged(5, weight) for weight in self._weights),
            tagged(11, pixels),
            *(tagged(12, parts.output(name, dim)) for name, dim in outputs.items()),
        ]
        version = tagged(1, b"") + number(2, _OPERATORS)
        return number(1, _FORMAT) + tagged(8, version) + tagged(7, b"".join(graph))


def _affine(norm: nn.BatchNorm1d | nn.BatchNorm2d) -> tuple[Tensor, Tensor]:
    """What a normalisation multiplies by and adds, by what it has seen: (c,), (c,)."""
    assert norm.running_var is not None
    assert norm.running_mean is not None
    gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    return gain, norm.bias - norm.running_mean * gain
