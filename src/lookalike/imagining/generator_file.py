"""A generator in a file: numbers and what they are, whole or not at all."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from lookalike.errors import NoGenerator, unwritable
from lookalike.imagining.eigenpictures import Eigenpictures
from lookalike.imagining.flow import Flow
from lookalike.imagining.generator import Generator, Learning
from lookalike.mapped import replacing
from lookalike.vectors import Space

_FORMAT = 1
_ABOUT = "about"
_FLOWS = "dreamer", "painter"
_RANGES = "mean", "spread", "middle", "width"
_MOST_SIDE = 512  # pixels: a dozen such pictures are made at once, and some dozens are remembered
_UNREADABLE = (
    *(OSError, ValueError, TypeError, LookupError, AttributeError, EOFError, BadZipFile, zlib.error),
    *(RuntimeError, MemoryError),  # of what is encrypted, nested or said to be huge
)


def write_generator(path: Path, generator: Generator) -> None:
    """Write it, in place of what was there. Raises `StorageError` where the disk refuses."""
    about = {"format": _FORMAT, "space": asdict(generator.space), "learnt": asdict(generator.learnt)}
    arrays: dict[str, Any] = {_ABOUT: np.frombuffer(json.dumps(about).encode(), np.uint8)}
    for name in _FLOWS:
        flow: Flow = getattr(generator, name)
        arrays |= {f"{name}.{part}": getattr(flow, part) for part in _RANGES}
        arrays |= {f"{name}.weights.{key}": value.astype(np.float16) for key, value in flow.weights.items()}
    arrays |= {"patterns.mean": generator.patterns.mean, "patterns.axes": generator.patterns.axes}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            np.savez(file, **arrays)
    except OSError as error:
        raise unwritable(path, error) from None


def read_generator(path: Path) -> Generator | None:
    """The generator of a file, None where there is none. Raises `NoGenerator` for what is none."""
    try:
        return generator_of(path.read_bytes(), str(path))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _broken(str(path), str(error)) from None


def generator_of(data: bytes, path: str) -> Generator:
    """The generator that a file has as its bytes. Raises `NoGenerator` for what is none."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as found:
            if sum(member.file_size for member in found.zip.infolist()) > len(data):
                raise _broken(path, "it unpacks to more than it holds")
            arrays = {name: found[name] for name in found.files}
        about = json.loads(arrays[_ABOUT].tobytes())
        if about["format"] != _FORMAT:
            raise _broken(path, f"it is of format {about['format']}, and this version reads {_FORMAT}")
        made = Generator(
            Space(**about["space"]),
            dreamer=_flow("dreamer", arrays),
            painter=_flow("painter", arrays),
            patterns=Eigenpictures(arrays["patterns.mean"], arrays["patterns.axes"]),
            learnt=Learning(**about["learnt"]),
        )
        _require_fitting(path, made)
    except _UNREADABLE:  # what numpy says of it is advice to read it all the same
        raise _broken(path, "it is damaged, or another kind of file") from None
    return made


def _flow(name: str, arrays: Mapping[str, Any]) -> Flow:
    start = f"{name}.weights."
    weights = {
        key.removeprefix(start): value.astype(np.float32)
        for key, value in arrays.items()
        if key.startswith(start)
    }
    return Flow(weights, *(arrays[f"{name}.{part}"] for part in _RANGES))


def _require_fitting(path: str, made: Generator) -> None:
    """Raise `NoGenerator` where parts do not fit together, or numbers are none."""
    dim, codes, side = made.space.dim, len(made.patterns.axes), made.patterns.side
    size = side * side * 3
    shapes: list[tuple[Any, tuple[int, ...]]] = [
        (made.patterns.mean, (size,)),
        (made.patterns.axes, (codes, size)),
    ]
    for flow, data in ((made.dreamer, dim), (made.painter, codes)):
        shapes += [(flow.mean, (data,)), (flow.spread, (data,)), (flow.middle, (dim,)), (flow.width, (dim,))]
    values: list[Any] = [
        *(value for value, _ in shapes),
        *made.dreamer.weights.values(),
        *made.painter.weights.values(),
    ]
    if (
        not 1 <= side <= _MOST_SIDE
        or any(value.shape != shape for value, shape in shapes)
        or not all(value.dtype.kind == "f" and np.isfinite(value).all() for value in values)
        or not (made.dreamer.width.all() and made.painter.width.all())  # they are divided by
    ):
        raise _broken(path, "its parts do not fit together")
    made.imagine(np.ones(dim, np.float32), 1)


def _broken(path: str, why: str) -> NoGenerator:
    return NoGenerator(
        f"{path} is no generator that can be used: {why[:200].rstrip('.')}.",
        next_step="Learn one again: lookalike train --recipe generator --fresh",
    )
