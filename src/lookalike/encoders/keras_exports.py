"""Networks of Keras that were exported to ONNX once, kept in the cache folder until somebody clears it."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from lookalike.encoders.card import PREPARATION, Card, Preprocessing
from lookalike.encoders.keras_names import KerasName
from lookalike.encoders.onnx import OnnxEncoder

_FORMAT = 1  # of the description beside a graph; raised when an older graph must be made again
INPUT, OUTPUT = "pixels", "vector"


@dataclass(frozen=True, slots=True)
class Identity:
    """What a loaded network is: hashes of its weights and of what it does to pixels, numbers in a vector."""

    weights: str
    preprocessing: str
    dim: int

    def fingerprint(self, asked: KerasName) -> str:
        """The fingerprint of the network's space: the same for equal weights, wherever they came from.

        Neither the file's name nor the exported graph counts, which another version of torch may write
        differently.
        """
        document = {
            "architecture": asked.architecture,
            "pooling": asked.pooling,
            "side": asked.side,
            "resize": "stretch nearest",
            "preparation": PREPARATION,
            **asdict(self),
        }
        return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def source_of(asked: KerasName) -> str:
    """Which weights a name asks for: the SHA-256 of its file, or ``imagenet``. Raises `OSError`."""
    if asked.weights is None:
        return "imagenet"
    with asked.weights.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def export_path(folder: Path, asked: KerasName, source: str) -> Path:
    """Where the graph of this network, pooling and weights is kept; its description is beside it."""
    return folder / f"{asked.architecture}-{asked.pooling}-{source[:24]}.onnx"


def card_of(asked: KerasName, dim: int, place: Path, graph: bytes = b"") -> Card:
    """The identity card of a network: in ONNX, or, where ``graph`` is empty, in Keras."""
    pooled = "average" if asked.pooling == "avg" else "largest"
    return Card(
        name=asked.label,
        file=place.name if graph else "",
        sha256=hashlib.sha256(graph).hexdigest() if graph else "",
        input_name=INPUT,
        output_name=OUTPUT,
        dim=dim,
        preprocessing=Preprocessing(
            asked.side, asked.side, layout="NHWC", resize="stretch", interpolation="nearest"
        ),
        source="ImageNet weights of Keras' applications" if asked.weights is None else str(asked.weights),
        description=f"{asked.architecture} of Keras without its classifier, {pooled} value of each map, "
        f"{dim} numbers",
    )


def graph_encoder(asked: KerasName, graph: bytes, dim: int, place: Path) -> OnnxEncoder:
    """The encoder of an exported graph, which takes uint8 pixels as they come out of a file."""
    card = card_of(asked, dim, place, graph)
    again = place.read_bytes if place.is_file() else None
    return OnnxEncoder(card, graph, origin=str(place), name=str(asked), again=again)


def read_export(place: Path, source: str) -> tuple[bytes, Identity] | None:
    """The graph at ``place`` and what it is, or None when it is absent, damaged or of another version."""
    try:
        about = json.loads(place.with_suffix(".json").read_text(encoding="utf-8"))
        graph = place.read_bytes()
        said = about["format"], about["source"], about["graph"]
        if said != (_FORMAT, source, hashlib.sha256(graph).hexdigest()):
            return None
        return graph, Identity(**about["identity"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_export(place: Path, source: str, graph: bytes, identity: Identity) -> None:
    """Keep a graph. A folder that cannot be written keeps nothing: the graph is made again next time."""
    about = {
        "format": _FORMAT,
        "source": source,
        "graph": hashlib.sha256(graph).hexdigest(),
        "identity": asdict(identity),
    }
    with suppress(OSError):
        _write(place, graph)
        _write(place.with_suffix(".json"), json.dumps(about, indent=1).encode())


def _write(path: Path, content: bytes) -> None:
    """Write beside the target and rename, so that nobody meets half a file under its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
        try:
            file.write(content)
            file.close()
            Path(file.name).replace(path)
        except BaseException:
            file.close()
            Path(file.name).unlink(missing_ok=True)
            raise
