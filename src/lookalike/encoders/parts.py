"""Parts of an ONNX graph as a file holds them: steps, weights and what comes out.

Field numbers are those of ``onnx.proto`` (ONNX IR specification).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from lookalike.encoders.wire import fields, message, number, packed, tagged

_FLOAT, _INT64 = 1, 7
_INT, _INTS = 2, 7  # kinds of attributes


def step(
    operator: str,
    inputs: Sequence[str],
    output: str,
    attributes: Mapping[str, int | Sequence[int]] | None = None,
) -> bytes:
    """One step of a graph, of the standard operators; attributes are whole numbers or lists of them."""
    written = [tagged(1, name.encode()) for name in inputs]
    written += [tagged(2, output.encode()), tagged(3, output.encode()), tagged(4, operator.encode())]
    for name, value in (attributes or {}).items():
        if isinstance(value, int):
            values, kind = [number(3, value)], number(20, _INT)
        else:
            values, kind = [number(8, each) for each in value], number(20, _INTS)
        written.append(tagged(5, b"".join([tagged(1, name.encode()), *values, kind])))
    return b"".join(written)


def weight(name: str, values: npt.NDArray[np.float32] | npt.NDArray[np.int64]) -> bytes:
    """A tensor of float32 or int64 by name."""
    kind, form = (_FLOAT, "<f4") if values.dtype == np.float32 else (_INT64, "<i8")
    sides = b"".join(number(1, side) for side in values.shape)
    content = np.ascontiguousarray(values).astype(form).tobytes()
    return b"".join([sides, number(2, kind), tagged(8, name.encode()), tagged(9, content)])


def output(name: str, dim: int) -> bytes:
    """What comes out of a graph: ``dim`` numbers of float32 a picture."""
    sides = [tagged(2, b"n"), number(1, dim)]
    shape = tagged(2, b"".join(tagged(1, side) for side in sides))
    return tagged(1, name.encode()) + tagged(2, tagged(1, number(1, _FLOAT) + shape))


def floats_of(tensor: memoryview) -> npt.NDArray[np.float32] | None:
    """The numbers of a tensor of float32 that holds them itself, in its shape; None for any other."""
    sides: list[int] = []
    kind = 0
    content: bytes | None = None
    for key, value, _ in fields(tensor):
        if key == 1:
            sides += [value] if isinstance(value, int) else packed(value)
        elif key == 2 and isinstance(value, int):
            kind = value
        elif key in (4, 9):  # float_data, packed, is written as raw_data is
            content = bytes(message(value))
    if kind != _FLOAT or content is None or len(content) != 4 * int(np.prod(sides, dtype=np.int64)):
        return None
    return np.frombuffer(content, "<f4").astype(np.float32).reshape(sides)
