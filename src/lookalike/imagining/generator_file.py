"""A generator in a file: numbers and what they are, whole or not at all."""

from __future__ import annotations

import io
import json
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
    except (OSError, ValueError, TypeError, LookupError, AttributeError, EOFError, BadZipFile) as error:
        raise _broken(path, str(error)) from None
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
    dim, codes = made.space.dim, len(made.patterns.axes)
    sizes = (made.dreamer.given, made.dreamer.data, made.painter.given, made.painter.data)
    values: list[np.ndarray[Any, Any]] = [made.patterns.mean, made.patterns.axes]
    for flow in (made.dreamer, made.painter):
        values += [*flow.weights.values(), *(getattr(flow, part) for part in _RANGES)]
    if sizes != (dim, dim, dim, codes) or not all(np.isfinite(one).all() for one in values):
        raise _broken(path, "its parts do not fit together")
    try:
        made.imagine(np.ones(dim, np.float32), 1)
    except (ValueError, KeyError, IndexError) as error:
        raise _broken(path, str(error)) from None


def _broken(path: str, why: str) -> NoGenerator:
    return NoGenerator(
        f"{path} is no generator that can be used: {why[:200].rstrip('.')}.",
        next_step="Learn one again: lookalike train --recipe generator --fresh",
    )
