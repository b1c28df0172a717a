"""Where the real catalogues are, unpacked and indexed for a benchmark.

They are looked for in the folder named by LOOKALIKE_DATA (default ../shared/data). What is made of them goes
to a temporary folder, or to the one named by LOOKALIKE_BENCH_WORK, which is kept and used again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lookalike import Index, open_catalog
from lookalike.encoders.names import DEFAULT_ENCODER
from lookalike.errors import FormatMismatch, SpaceMismatch

ROOT = Path(__file__).resolve().parent.parent
FILES = {
    "fashion-small": "fashion-small.parquet",
    "fashion-300": "fashion-300.tar",
    "clothing-cc0": "clothing-cc0.tar",
    "grocery": "grocery.tar",
}


def data_folder() -> Path:
    return Path(os.environ.get("LOOKALIKE_DATA") or ROOT / "../shared/data").resolve()


def require(*names: str) -> None:
    """Leave, and say why, when one of these catalogues is not there."""
    for name in names:
        if not (data_folder() / FILES[name]).is_file():
            print(f"Skipped: there is no {data_folder() / FILES[name]}. Set LOOKALIKE_DATA to its folder.")
            sys.exit(0)


@contextmanager
def work_folder() -> Iterator[Path]:
    """A folder for what a benchmark makes."""
    kept = os.environ.get("LOOKALIKE_BENCH_WORK")
    if kept:
        Path(kept).mkdir(parents=True, exist_ok=True)
        yield Path(kept).resolve()
        return
    with tempfile.TemporaryDirectory(prefix="lookalike-bench-") as folder:
        yield Path(folder)


def unpacked(name: str, work: Path) -> Path:
    """A catalogue as a shop would give it: a Parquet file, or a folder."""
    source = data_folder() / FILES[name]
    if source.suffix != ".tar":
        return source
    folder = work / "data" / name
    if not folder.is_dir():
        partial = folder.with_suffix(".partial")
        with tarfile.open(source) as archive:
            archive.extractall(partial, filter="data")
        inner = list(partial.iterdir())
        (inner[0] if len(inner) == 1 and inner[0].is_dir() else partial).rename(folder)
        shutil.rmtree(partial, ignore_errors=True)
    return folder


def indexed(name: str, work: Path) -> Index:
    """An index of a catalogue, made by the default encoder as it is now."""
    path = work / "index" / name
    catalogue = unpacked(name, work)
    if name == "grocery":
        catalogue = catalogue / "products.csv"
    for attempt in range(2):
        try:
            index = Index.open(path) if path.exists() else Index.create(path)
            if index.manifest.encoder != DEFAULT_ENCODER:
                index.rebuild(DEFAULT_ENCODER)
            index.add(open_catalog(catalogue))
        except (SpaceMismatch, FormatMismatch):  # an older version or another encoder made it
            if attempt:
                raise
            shutil.rmtree(path)
        else:
            return index
    raise AssertionError


def share(text: str) -> float:
    """A number from 0 to 1 that belongs to this text, the same everywhere."""
    return int(hashlib.sha256(b"benchmark\n" + text.encode()).hexdigest()[:12], 16) / 16**12


def sample(names: Iterable[str], count: int) -> list[str]:
    """At most ``count`` of the names, the same ones each time, in an order of chance."""
    return sorted(names, key=share)[:count]


def unused(name: str) -> bool:
    """True for ids on which neither the encoder nor the colours were chosen (decisions 0002 and 0004)."""
    for_encoder = int(hashlib.md5(name.encode(), usedforsecurity=False).hexdigest(), 16) % 2 == 1
    for_colour = hashlib.sha256(name.encode()).digest()[0] & 1 == 1
    return for_encoder and for_colour


def copies(pictures: Iterable[tuple[str, bytes]]) -> dict[str, list[str]]:
    """For each id, the other ids whose pictures are the same to the last byte."""
    holders: dict[bytes, list[str]] = defaultdict(list)
    for name, content in pictures:
        holders[hashlib.sha256(content).digest()].append(name)
    return {name: [other for other in names if other != name] for names in holders.values() for name in names}
