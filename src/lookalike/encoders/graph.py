"""An ONNX graph as its file holds it: what its tensors are called, and the part that leads to one of them.

The file is read as protocol buffers, so that no more is needed than what runs the graph. Field numbers are
those of ``onnx.proto`` (ONNX IR specification).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

import numpy as np
import numpy.typing as npt

from lookalike.encoders.parts import floats_of
from lookalike.encoders.wire import Field, fields, head, message, tagged, text
from lookalike.errors import EncoderError

ELEMENTS = {1: "float32", 2: "uint8", 3: "int8", 6: "int32", 7: "int64", 10: "float16", 11: "float64"}
"""Names of the common types of ONNX tensors by their number in a file."""

# A feature map that comes out of one of these is (n, channels, height, width), whatever the graph is fed.
_CHANNELS_SECOND = frozenset(
    (
        *("Conv", "ConvInteger", "QLinearConv", "ConvTranspose", "DepthToSpace", "SpaceToDepth"),
        *("MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool"),
        *("BatchNormalization", "InstanceNormalization", "GroupNormalization", "LRN"),
    )
)
_GRAPH = 7
_LARGEST = 2**31 - 2**20  # bytes of a file, some of which the head of it needs


@dataclass(frozen=True, slots=True)
class Value:
    """A tensor that goes into a graph or comes out: a side of unknown length is None, shape None unknown."""

    name: str
    element: int
    shape: tuple[int | None, ...] | None


@dataclass(frozen=True, slots=True)
class Node:
    """One step of a graph. ``inputs`` holds as well what graphs inside the node take from outside."""

    operator: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    turn: tuple[int, ...]
    """The order of axes that a Transpose makes."""


class Graph:
    """The graph of an ONNX file. ``weights`` is the file's content, ``origin`` what errors call it."""

    def __init__(self, weights: bytes, origin: str) -> None:
        """Raises `EncoderError` when ``weights`` is not an ONNX file."""
        self.origin = origin
        self.content = weights
        try:
            self._model = list(fields(memoryview(weights)))
            graphs = [value for number, value, _ in self._model if number == _GRAPH]
            self._parts = [part for graph in graphs for part in fields(message(graph))]
            self.weights = {_weight_name(part) for part in self._parts if part[0] in (5, 15)}
            given = [_value(message(value)) for number, value, _ in self._parts if number == 11]
            self.inputs = tuple(value for value in given if value.name not in self.weights)
            self.outputs = tuple(_value(message(value)) for number, value, _ in self._parts if number == 12)
            self.side_files = tuple(sorted({place for part in self._parts for place in _places(part)}))
        except (ValueError, IndexError):
            raise self._damaged("is not an ONNX file, or it is cut short") from None
        if not any(number == 1 for number, _, _ in self._parts):
            raise self._damaged("is not an ONNX file, or its graph is empty")
        for place in self.side_files:
            path = PurePosixPath(place)
            if path.is_absolute() or ".." in path.parts or "\\" in place or ":" in place:
                raise self._damaged(f"keeps weights outside of its folder, in {place!r}")

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The steps, in order; read when asked for, since a graph that only runs needs none of them."""
        try:
            return tuple(_node(message(value)) for number, value, _ in self._parts if number == 1)
        except (ValueError, IndexError):
            raise self._damaged("is not an ONNX file, or it is cut short") from None

    @cached_property
    def tensors(self) -> tuple[str, ...]:
        """The names of everything that a step of the graph gives, in order."""
        return tuple(name for node in self.nodes for name in node.outputs if name)

    def require(self, layer: str) -> None:
        """Raise `EncoderError`, with near names, unless a step of the graph gives ``layer``."""
        if layer in self.tensors:
            return
        named = [node.outputs[0] for node in self.nodes if layer and node.name == layer and node.outputs]
        alike = [name for name in self.tensors if layer and layer.lower() in name.lower()]
        near = difflib.get_close_matches(layer, self.tensors, n=3, cutoff=0.5)
        names = list(dict.fromkeys([*named[:1], *near, *alike[-3:]]))[:4]
        listed = ", ".join(names) if names else ", ".join(self.tensors[-4:])
        raise EncoderError(
            f"{self.origin} has no layer {layer!r} among its {len(self.tensors)}.",
            next_step=f"{'Near it are' if names else 'Its last ones are'}: {listed}. "
            "A viewer of ONNX files, such as Netron, shows them all.",
        )

    def cut(self, layer: str) -> bytes:
        """The file of a graph that gives ``layer`` alone, without the steps, weights and inputs beside it.

        Raises `EncoderError` when there is no such layer, or no input leads to it.
        """
        self.require(layer)
        kept = self._leading_to(layer)
        needed = {layer} | {name for at in kept for name in self.nodes[at].inputs}
        if not any(value.name in needed for value in self.inputs):
            raise EncoderError(
                f"The layer {layer!r} of {self.origin} is made of weights alone, the same for every picture.",
                next_step="Name a layer that comes from the picture.",
            )
        complete = len(kept) == len(self.nodes) and all(value.name in needed for value in self.inputs)
        if complete and [value.name for value in self.outputs] == [layer]:
            return self.content
        parts: list[memoryview | bytes] = []
        output: memoryview | bytes = tagged(1, layer.encode())
        at = -1
        for number, value, whole in self._parts:
            at += number == 1
            if number == 1 and at not in kept:
                continue
            if number in (5, 15) and _weight_name((number, value, whole)) not in needed:
                continue
            if number in (11, 12, 13):
                name = _value(message(value)).name
                if number != 11 and name == layer:
                    output = message(value)
                if number != 11 or name not in needed:
                    continue
            if number != 14:  # notes about tensors, some of which are gone
                parts.append(whole)
        parts.append(tagged(12, output))
        return self._file(parts)

    def extended(
        self, steps: Sequence[bytes], weights: Sequence[bytes], outputs: Sequence[bytes | str]
    ) -> bytes:
        """The file of a graph with more steps behind its own; see `lookalike.encoders.parts`.

        ``outputs`` is all that comes out: a new one as it is written, or the name of one that it has.
        """
        kept = [whole for number, _, whole in self._parts if number not in (12, 14)]
        own = {_value(message(value)).name: whole for number, value, whole in self._parts if number == 12}
        parts = [
            *kept,
            *(tagged(1, written) for written in steps),
            *(tagged(5, written) for written in weights),
            *(own[written] if isinstance(written, str) else tagged(12, written) for written in outputs),
        ]
        return self._file(parts)

    def inlined(self, files: Mapping[str, Path]) -> bytes:
        """The file of a graph that holds all of its weights itself; ``files`` are those beside it, by name.

        Raises `EncoderError` where that is more than an ONNX file can hold, or a file cannot be read.
        """
        if not self.side_files:
            return self.content
        try:
            if len(self.content) + sum(path.stat().st_size for path in files.values()) > _LARGEST:
                raise EncoderError(
                    f"{self.origin} is too large for one file: its weights are more than two gigabytes.",
                    next_step="Take a smaller network, or one of 8-bit or 16-bit weights.",
                )
            parts = [
                tagged(5, _inlined(message(value), files)) if any(_places((number, value, whole))) else whole
                for number, value, whole in self._parts
            ]
        except (OSError, KeyError, ValueError):
            raise self._damaged("keeps weights in a file beside it that cannot be read") from None
        return self._file(parts)

    @property
    def version(self) -> int:
        """The version of the standard set of operators that the graph is written in, or 0."""
        for number, value, _ in self._model:
            if number == 8:
                said = {key: inner for key, inner, _ in fields(message(value))}
                version = said.get(2, 0)
                if not said.get(1) and isinstance(version, int):
                    return version
        return 0

    def floats(self, name: str) -> npt.NDArray[np.float32] | None:
        """The weight of this name, of float32 and kept in the graph itself; None where there is none."""
        for part in self._parts:
            if part[0] == 5 and _weight_name(part) == name:
                return floats_of(message(part[1]))
        return None

    def before(self, output: str) -> str:
        """The tensor that the last matrix multiplication or convolution before ``output`` takes, or "".

        For a classifier whose output is one number a class this is what its classes are read from.
        """
        for node in self._back_from(output):
            if node.operator in ("Gemm", "MatMul", "Conv", "QLinearMatMul", "MatMulInteger"):
                return node.inputs[0] if node.inputs[0] in self.tensors else ""
        return ""

    def channels_last(self, tensor: str, otherwise: bool) -> bool:
        """Whether a feature map is (n, height, width, channels), as the step it comes from says.

        Steps that work on each number alone are followed back; where nothing says it, ``otherwise``.
        """
        for node in self._back_from(tensor):
            if node.operator in _CHANNELS_SECOND:
                return False
            if node.operator == "Transpose" and len(node.turn) == 4:
                return node.turn == (0, 2, 3, 1)
            if node.operator in ("Reshape", "Flatten"):
                break
        return otherwise

    def _back_from(self, tensor: str) -> Iterator[Node]:
        givers = {name: node for node in self.nodes for name in node.outputs}
        seen = set()
        while tensor in givers and tensor not in seen:
            seen.add(tensor)
            node = givers[tensor]
            yield node
            tensor = next((name for name in node.inputs if name in givers), "")

    def _leading_to(self, layer: str) -> set[int]:
        needed, kept = {layer}, set()
        for at in range(len(self.nodes) - 1, -1, -1):  # the specification puts every step after what it takes
            if needed.intersection(self.nodes[at].outputs):
                kept.add(at)
                needed.update(self.nodes[at].inputs)
        return kept

    def _file(self, parts: Sequence[bytes | memoryview]) -> bytes:
        """The file of a graph of these parts, with everything else that this one's file holds."""
        outside = [whole for number, _, whole in self._model if number != _GRAPH]
        return b"".join([*outside, head(_GRAPH, sum(len(part) for part in parts)), *parts])

    def _damaged(self, what: str) -> EncoderError:
        return EncoderError(
            f"{self.origin} {what}.",
            next_step="Get the file again, or export the model again with its weights in one .onnx file.",
        )


def _weight_name(part: Field) -> str:
    number, value, _ = part
    if number == 15:  # a sparse tensor bears the name of its values
        value = next((inner for key, inner, _ in fields(message(value)) if key == 1), memoryview(b""))
    return next((text(inner) for key, inner, _ in fields(message(value)) if key == 8), "")


def _places(part: Field) -> Iterator[str]:
    if part[0] == 5:
        for key, entry, _ in fields(message(part[1])):
            if key == 13:
                pair = {number: text(value) for number, value, _ in fields(message(entry))}
                if pair.get(1) == "location":
                    yield pair.get(2, "")


def _inlined(tensor: memoryview, files: Mapping[str, Path]) -> bytes:
    """A weight with its numbers, which are in a file beside the graph."""
    kept, said = [], {}
    for key, value, whole in fields(tensor):
        if key == 13:
            pair = {inner: text(part) for inner, part, _ in fields(message(value))}
            said[pair.get(1, "")] = pair.get(2, "")
        elif key != 14:
            kept.append(whole)
    with files[said["location"]].open("rb") as file:
        file.seek(int(said.get("offset") or 0))
        content = file.read(int(said["length"]) if said.get("length") else -1)
    return b"".join([*kept, tagged(9, content)])


def _node(view: memoryview) -> Node:
    inputs: list[str] = []
    outputs: list[str] = []
    names: dict[int, str] = {}
    turn: tuple[int, ...] = ()
    for number, value, _ in fields(view):
        if number == 1:
            inputs.append(text(value))
        elif number == 2:
            outputs.append(text(value))
        elif number in (3, 4):
            names[number] = text(value)
        elif number == 5:
            inputs.extend(_captured(message(value)))
            turn = turn or _turn(message(value))
    return Node(
        names.get(4, ""), names.get(3, ""), tuple(name for name in inputs if name), tuple(outputs), turn
    )


def _captured(attribute: memoryview) -> Iterator[str]:
    """Every name that graphs inside an attribute take or give: what comes from outside is among them."""
    for number, value, _ in fields(attribute):
        if number in (6, 11):
            for key, part, _ in fields(message(value)):
                if key == 1:
                    yield from _node(message(part)).inputs
                elif key == 12:
                    yield _value(message(part)).name


def _turn(attribute: memoryview) -> tuple[int, ...]:
    parts = list(fields(attribute))
    if not any(number == 1 and text(value) == "perm" for number, value, _ in parts):
        return ()
    turn: list[int] = []
    for number, value, _ in parts:
        if number == 8 and isinstance(value, int):
            turn.append(value)
        elif number == 8:
            turn.extend(message(value))  # packed; axes are single bytes
    return tuple(turn)


def _value(view: memoryview) -> Value:
    name, element, shape = "", 0, None
    for number, value, _ in fields(view):
        if number == 1:
            name = text(value)
        elif number == 2:
            tensor = next((inner for key, inner, _ in fields(message(value)) if key == 1), None)
            for key, inner, _ in fields(message(tensor)) if tensor is not None else ():
                if key == 1 and isinstance(inner, int):
                    element = inner
                elif key == 2:
                    shape = tuple(_side(message(side)) for key, side, _ in fields(message(inner)) if key == 1)
    return Value(name, element, shape)


def _side(view: memoryview) -> int | None:
    length = next((value for number, value, _ in fields(view) if number == 1), None)
    return length if isinstance(length, int) else None
