"""Sessions of ONNX Runtime, on processors or on a graphics card: the one place that makes them."""

from __future__ import annotations

import logging
import mmap
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lookalike import settings
from lookalike.errors import EncoderError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_CPU = "CPUExecutionProvider"
_CUDA = "CUDAExecutionProvider"
_ON_CARDS = {
    "use_tf32": "0",  # ten bits of a number's fraction instead of 23: near vectors would change places
    "cudnn_conv_algo_search": "HEURISTIC",  # not what was quickest just now: the same steps each time
}

logger = logging.getLogger("lookalike.encoders")


def session(weights: bytes, origin: str, side_files: Mapping[str, Path]) -> InferenceSession:
    """A session of one thread on the CPU for the content of an ONNX file.

    Files of weights beside it are mapped, not read: links into a cache are followed, and what is on disk is
    not in memory twice. Raises `EncoderError`.
    """
    return _made(weights, origin, side_files, [_CPU])


def card_session(weights: bytes, origin: str, side_files: Mapping[str, Path]) -> InferenceSession | None:
    """The same on a graphics card, None where ``LOOKALIKE_DEVICE`` wants none or none can be had.

    Why not is said once, as a warning of the logger ``lookalike.encoders``: of "auto" only where the ONNX
    Runtime for cards is installed.
    """
    wanted = settings.device()
    if wanted == "cpu":
        return None
    import onnxruntime

    if _CUDA not in onnxruntime.get_available_providers():
        if wanted == "cuda":
            use_processors("ONNX Runtime is installed without CUDA; onnxruntime-gpu has it, in its place.")
        return None
    try:
        made = _made(weights, origin, side_files, [(_CUDA, _ON_CARDS), _CPU])
    except EncoderError as error:  # such as a card whose memory others have
        use_processors(error.message)
        return None
    if _CUDA in made.get_providers():
        return made
    use_processors(
        "there is no card, or ONNX Runtime finds no CUDA and cuDNN of the versions it was made for."
    )
    return None


@cache
def use_processors(why: str) -> None:
    """Say, once, why a graphics card is not used."""
    logger.warning("The network runs on processors: %s", why)


def _made(
    weights: bytes, origin: str, side_files: Mapping[str, Path], providers: Sequence[Any]
) -> InferenceSession:
    import onnxruntime  # needed by none that only answers from vectors

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        mapped = {place: _mapped(path) for place, path in side_files.items()}
        if mapped:
            options.add_external_initializers_from_files_in_memory(
                list(mapped), list(mapped.values()), [len(content) for content in mapped.values()]
            )
        return onnxruntime.InferenceSession(weights, options, providers=providers)
    except Exception as error:  # onnxruntime's errors share no base class
        if out_of_memory(error):
            raise too_little_memory(origin) from None
        raise EncoderError(
            f"{origin} cannot be loaded as an ONNX graph: {first_line(error)}",
            next_step="Export the model again as one .onnx file that holds its weights, "
            "with operators of the standard ONNX set.",
        ) from None


def out_of_memory(error: Exception) -> bool:
    """Whether an error of ONNX Runtime says that memory ran out."""
    said = str(error).lower()
    return isinstance(error, MemoryError) or "failed to allocate memory" in said or "bad_alloc" in said


def too_little_memory(origin: str) -> EncoderError:
    """The error of a network that does not fit into memory."""
    return EncoderError(
        f"There is not enough memory to run {origin}.",
        next_step="Close other programs, or take a smaller network or one of 8-bit weights.",
    )


def _mapped(path: Path) -> bytes | mmap.mmap:
    with path.open("rb") as file:
        if not path.stat().st_size:
            return b""
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def first_line(error: Exception) -> str:
    """What an error says, in one line."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
