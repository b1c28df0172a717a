"""The making of lists of pictures: parts of them anywhere, one after another or on many machines.

A part is a fragment of a table of Lance, and needs nothing but its own files to be sorted into lists. What
comes of the parts is merged here; then the vectors are deleted, of which a search in lists reads none.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from math import isqrt
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa

from lookalike.disk import flush_folder
from lookalike.neighbours.lists import LOOK, NAME, PART, padded
from lookalike.vectors import Floats

_KIND = "IVF_RQ"
_BITS = 4  # of each number: with fewer more pictures would have to be compared
_SAMPLE = 64  # pictures for each list that its centre is found by
_BLOCK = 8192  # vectors written at once
_DATA, _INDICES, _VERSIONS = "data", "_indices", "_versions"


@dataclass(frozen=True, slots=True)
class Part:
    """One fragment of the table: its number, and the bytes of all files that it takes to read it."""

    number: int
    files: Mapping[str, bytes] = field(repr=False)

    def __str__(self) -> str:
        return f"part {self.number + 1} of the lists of neighbours"


@dataclass(frozen=True, slots=True)
class Sorted:
    """A part in lists: what Lance says of them, and the bytes of its files."""

    number: int
    segment: Any
    files: Mapping[str, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sorting:
    """What it takes to sort a part into lists; can be pickled, and is the same for all parts.

    ``centres`` are (lists, dim), ``turning`` is the rotation, as Lance writes it.
    """

    centres: pa.FixedSizeListArray = field(repr=False)
    turning: str = field(repr=False)

    @classmethod
    def learnt(cls, table: Any) -> Sorting:
        """The one for a table, learnt from a sample of it: k-means."""
        from lance.indices import IndicesBuilder
        from lance.lance import indices

        rows = table.count_rows()
        lists = max(1, isqrt(rows))
        builder = IndicesBuilder(table, LOOK)
        model = builder.train_ivf(lists, distance_type="l2", sample_rate=min(_SAMPLE, rows // lists))
        dim = table.schema.field(LOOK).type.list_size
        return cls(model.centroids, indices.build_rq_model(dimension=dim, num_bits=_BITS))

    def sort(self, part: Part) -> Sorted:
        """Sort a part, on whatever machine. Raises `OSError`, `RuntimeError`, `ValueError`."""
        import lance

        with TemporaryDirectory(prefix="lookalike-") as folder:
            place = Path(folder)
            _lay(place, part.files)
            segment = lance.dataset(folder).create_index_uncommitted(
                LOOK,
                _KIND,
                name=NAME,
                metric="l2",
                num_partitions=len(self.centres),
                ivf_centroids=self.centres,
                rabitq_model=self.turning,
                num_bits=_BITS,
                fragment_ids=[part.number],
            )
            return Sorted(part.number, segment, _read(place, (place / _INDICES / segment.uuid).iterdir()))


Hands = Callable[[Sorting, Iterator[Part]], Iterator[Sorted]]
"""Who sorts the parts: one for each comes back, in whatever order they are done."""


def own_hands(sorting: Sorting, parts: Iterator[Part]) -> Iterator[Sorted]:
    """Sort one part after another in this process."""
    return map(sorting.sort, parts)


def write_lists(path: Path, looks: Floats, hands: Hands, tell: Callable[[int, int], None]) -> None:
    """Write the lists of unit vectors (n, dim) into a new folder.

    ``tell`` hears of how many pictures half the work is done, and of how many. Nothing is left where this is
    stopped. Raises `OSError`, and what ``hands`` raise.
    """
    try:
        table = _written(path, looks, lambda done: tell(done // 2, len(looks)))
        done: list[Sorted] = []
        for one in hands(Sorting.learnt(table), _parts(path, table)):
            _lay(path, one.files)
            done.append(Sorted(one.number, one.segment, {}))
            sorted_so_far = min(len(looks), len(done) * PART)
            tell((len(looks) + sorted_so_far) // 2, len(looks))
        segments = [one.segment for one in sorted(done, key=lambda one: one.number)]
        whole = segments[0] if len(segments) == 1 else table.merge_existing_index_segments(segments)
        table.commit_existing_index_segments(NAME, LOOK, [whole])
        _strip(path, whole.uuid)
    except BaseException as error:
        shutil.rmtree(path, ignore_errors=True)
        if isinstance(error, RuntimeError | ValueError):
            raise OSError(f"The lists of neighbours were not made: {error}") from error
        raise


def _written(path: Path, looks: Floats, tell: Callable[[int], None]) -> Any:
    """The table of the vectors, in single precision: Lance compares halves five times more slowly."""
    import lance

    count, dim = looks.shape
    kind = pa.list_(pa.float32(), padded(dim))

    def batches() -> Iterator[pa.RecordBatch]:
        for start in range(0, count, _BLOCK):
            tell(start)
            block = np.pad(looks[start : start + _BLOCK], ((0, 0), (0, padded(dim) - dim)))
            vectors = pa.FixedSizeListArray.from_arrays(pa.array(block.ravel()), type=kind)
            yield pa.record_batch([vectors], names=[LOOK])

    reader = pa.RecordBatchReader.from_batches(pa.schema([(LOOK, kind)]), batches())
    return lance.write_dataset(reader, str(path), max_rows_per_file=PART)


def _parts(path: Path, table: Any) -> Iterator[Part]:
    versions = list((path / _VERSIONS).iterdir())
    for fragment in table.get_fragments():
        data = [path / _DATA / file.path for file in fragment.data_files()]
        yield Part(fragment.fragment_id, _read(path, (*versions, *data)))


def _strip(path: Path, segment: str) -> None:
    """Delete all but the lists and what says where they are, and flush that to disk."""
    shutil.rmtree(path / _DATA)
    for folder in (path / _INDICES).iterdir():
        if folder.name != segment:
            shutil.rmtree(folder)
    for place, _, files in os.walk(path):
        for name in files:
            with (Path(place) / name).open("rb+") as file:
                os.fsync(file.fileno())
        flush_folder(Path(place))


def _read(path: Path, files: Iterator[Path] | tuple[Path, ...]) -> dict[str, bytes]:
    return {file.relative_to(path).as_posix(): file.read_bytes() for file in files}


def _lay(path: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
