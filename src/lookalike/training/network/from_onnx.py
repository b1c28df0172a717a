"""The network of an ONNX encoder as a torch module whose every weight can be learnt further."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from lookalike.encoders.base import ImageEncoder
from lookalike.encoders.card import Card, Preprocessing
from lookalike.encoders.headed import onnx_of
from lookalike.encoders.onnx import OnnxEncoder
from lookalike.encoders.reference import reference_picture
from lookalike.errors import TrainingError
from lookalike.training.network.program import Program, program_of

ALIKE = 0.98
"""Cosine of a network's vector and its encoder's for the reference picture, below which it is not the same.

Eight bits between the steps of a graph cost the built-in encoders less than half a hundredth.
"""

_OTHER = "Train another encoder, or train --recipe head, which takes every one."


class Network(nn.Module):
    """Prepared pictures, uint8 (n, height, width, 3) RGB, to vectors (n, dim), not normalised.

    It runs the steps of the encoder's own graph, so that it can be written as that graph again. The numbers
    of batch normalisation are those of the graph: training or not makes no difference to what comes out.
    """

    def __init__(self, program: Program, card: Card, pooling: str | tuple[int, ...]) -> None:
        """``card`` describes the graph; ``pooling`` is the encoder's, what makes one vector of its output."""
        super().__init__()
        self.card, self.pooling = card, pooling
        self.names = tuple(program.constants)
        self.program = replace(program, constants={})  # what is learnt from now on is here alone
        self._keys = {name: f"{at}:{name.replace('.', '/')}" for at, name in enumerate(program.weights)}
        self.weights = nn.ParameterDict(
            {key: nn.Parameter(_laid_out(program.constants[name])) for name, key in self._keys.items()}
        )
        self._fixed: dict[str, str] = {}
        self._beside: dict[str, Tensor] = {}
        for at, (name, values) in enumerate(program.constants.items()):
            if name in self._keys:
                continue
            if values.ndim and (values.is_floating_point() or values.dtype == torch.bool):
                self.register_buffer(f"fixed_{at}", values.clone(), persistent=False)
                self._fixed[name] = f"fixed_{at}"
            else:
                self._beside[name] = values
        self._last = _last_uses(program)

    @property
    def dim(self) -> int:
        """How many numbers a vector has."""
        return self.card.dim

    @property
    def preprocessing(self) -> Preprocessing:
        """How a picture is prepared for this network."""
        return self.card.preprocessing

    def forward(self, pixels: Tensor) -> Tensor:
        """Vectors of prepared pictures."""
        values = {self.program.picture: self._input(pixels)}
        for step, done in zip(self.program.steps, self._last, strict=True):
            given = [None if not name else values[name] if name in values else self.constant(name)
                     for name in step.inputs]  # fmt: skip
            for name, one in zip(step.outputs, step.run(given, self.program.opset), strict=False):
                values[name] = one
            for name in done:
                values.pop(name, None)
        return self._pooled(values[self.program.output])

    def constant(self, name: str) -> Tensor:
        """A weight, or another number that the steps take, by the graph's name."""
        if name in self._keys:
            return self.get_parameter(f"weights.{self._keys[name]}")
        if name in self._fixed:
            return self.get_buffer(self._fixed[name])
        return self._beside[name]

    def depths(self) -> dict[str, float]:
        """By the name of each parameter where it is between the picture (0) and the vector (1)."""
        deepest = max(self.program.depth.values(), default=1) or 1
        return {f"weights.{key}": self.program.depth[name] / deepest for name, key in self._keys.items()}

    def _input(self, pixels: Tensor) -> Tensor:
        how = self.card.preprocessing
        values = pixels if how.colour_order == "RGB" else pixels.flip(-1)
        if not self.program.takes_bytes:
            values = values.to(torch.float32)
            if how.mean is not None and how.scale is not None:
                values = (values - values.new_tensor(how.mean)) * values.new_tensor(how.scale)
        return values.permute(0, 3, 1, 2) if how.layout == "NCHW" else values

    def _pooled(self, output: Tensor) -> Tensor:
        if isinstance(self.pooling, tuple):
            output = output.mean(self.pooling)
        elif self.pooling == "first":
            output = output[:, 0]
        return output.flatten(1)


def trainable(encoder: ImageEncoder, size: int | None = None, *, rather: int | None = None) -> Network:
    """The network of ``encoder``, on the processor, for pictures of ``size`` by ``size`` pixels.

    Without a size they are of the encoder's own, or ``rather`` of that many pixels a side where the network
    takes them.

    Raises `TrainingError` when a part of it cannot be trained or does not come out as it does in the encoder,
    and when it cannot take pictures of another size, and `EncoderError` when the encoder is no ONNX graph.
    """
    graph = onnx_of(encoder)
    program = program_of(graph.model(), graph.card.output_name, encoder.name)
    network = Network(program, graph.card, graph.pooling)
    if not [*network.parameters()]:
        raise TrainingError(
            f"{encoder.name} has no weights that could be learnt.",
            next_step="Train a network from nothing (--recipe scratch), or learn a map (--recipe head).",
        )
    _check(network, graph)
    own = network.card
    side = size or rather
    if side is None or (side, side) == encoder.size or _takes(network, side):
        return network
    if size is None:
        network.card = own
        return network
    how = own.preprocessing
    raise TrainingError(
        f"{encoder.name} takes pictures of {how.width} x {how.height} pixels, and of no other size.",
        next_step=f"Train it at {how.width}: leave --size out.",
    )


def between(base: Mapping[str, Tensor], own: Mapping[str, Tensor], share: float) -> dict[str, Tensor]:
    """States of one network mixed: ``share`` 0 gives ``base``, 1 gives ``own``.

    Source: Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022 (WiSE-FT).
    """
    return {name: values.lerp(own[name].to(values.device), share) for name, values in base.items()}


def _check(network: Network, encoder: OnnxEncoder) -> None:
    width, height = encoder.size
    one = reference_picture(width, height)
    pair = np.stack([one, one[::-1, ::-1]])
    wanted = encoder.encode(pair)
    found = _run(network, pair)
    if found is None:
        alone = _run(network, pair[:1]) is not None
        raise TrainingError(
            f"{encoder.name} is a graph for one picture at a time."
            if alone
            else f"{encoder.name} cannot be followed step by step.",
            next_step="Export it again with any number of pictures at a time. " + _OTHER if alone else _OTHER,
        )
    lengths = np.linalg.norm(wanted, axis=1) * np.linalg.norm(found, axis=1)
    cosines = (wanted * found).sum(axis=1) / np.maximum(lengths, np.finfo(np.float32).tiny)
    if not cosines.min() >= ALIKE:
        raise TrainingError(
            f"{encoder.name} does not come out the same when its steps are followed: "
            f"the cosine is {cosines.min():.3f}.",
            next_step=_OTHER,
        )


def _takes(network: Network, size: int) -> bool:
    """Set a network to another size of picture; whether it takes it."""
    how = network.preprocessing
    frame = how.frame
    if frame is not None:
        frame = round(frame[0] * size / how.width), round(frame[1] * size / how.height)
    resized = replace(how, width=size, height=size, frame=frame)
    network.card = replace(network.card, preprocessing=resized, reference=(), scores={})
    found = _run(network, reference_picture(size, size)[None])
    return found is not None and found.shape == (1, network.dim)


def _run(network: Network, pictures: np.ndarray) -> np.ndarray | None:
    """Vectors of prepared pictures, or None where the steps cannot be followed."""
    try:
        with torch.no_grad():
            vectors = network(torch.from_numpy(pictures)).numpy()
    except (RuntimeError, TypeError, ValueError, IndexError, KeyError):
        return None
    return vectors if len(vectors) == len(pictures) else None


def _laid_out(values: Tensor) -> Tensor:
    """A copy; kernels of convolutions channels last, as processors and graphics cards like them best."""
    return values.clone(memory_format=torch.channels_last if values.ndim == 4 else torch.preserve_format)


def _last_uses(program: Program) -> list[tuple[str, ...]]:
    """For each step the tensors that no later one takes."""
    seen: set[str] = {program.output}
    done: list[tuple[str, ...]] = []
    for step in reversed(program.steps):
        names: Iterable[str] = dict.fromkeys(name for name in (*step.inputs, *step.outputs) if name)
        done.append(tuple(name for name in names if name not in seen))
        seen.update(names)
    return done[::-1]
