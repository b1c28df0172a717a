"""What is measured on the pixels of pictures, from their thumbnails, for examining them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from lookalike.doctor import lettering, measuring
from lookalike.doctor.measuring import Planes, Table

MEASURES = (*measuring.MEASURES, *lettering.MEASURES)
"""Names of what is measured, in the order of the columns."""

_VERSION = 8  # of what is measured and how: other ones are measured anew
_AT_ONCE = 512  # pictures read at once
_PIXELS = 2**21  # measured at once: some 60 MB while they are
_SOUND = MEASURES.index("level")  # is there wherever the thumbnail could be read


@dataclass(frozen=True)
class Pixels:
    """Measures ``table`` (n, len(MEASURES)) of n pictures, by content hash; NaN for a damaged thumbnail.

    What each means is said in `lookalike.doctor.measuring` and `lookalike.doctor.lettering`.
    """

    contents: tuple[str, ...]
    table: Table

    @classmethod
    def empty(cls) -> Pixels:
        """Of no picture."""
        return cls((), np.empty((0, len(MEASURES)), dtype=np.float32))

    @classmethod
    def from_bytes(cls, data: bytes) -> Pixels:
        """What `to_bytes` wrote; of no picture where that was another version, or is damaged."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as kept:
                contents = bytes(kept["contents"]).decode().split("\n")
                table = kept["table"].astype(np.float32)
                sound = int(kept["version"]) == _VERSION and table.shape == (len(contents), len(MEASURES))
        except (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error):
            return cls.empty()
        return cls(tuple(contents), table) if sound else cls.empty()

    def to_bytes(self) -> bytes:
        """The measures of every picture that could be read, each once, to be kept."""
        known = {content: row for row, content in enumerate(self.contents) if self.sound[row]}
        out = io.BytesIO()
        np.savez_compressed(
            out,
            version=np.array(_VERSION),
            contents=np.frombuffer("\n".join(known).encode(), dtype=np.uint8),
            table=self.table[list(known.values())],
        )
        return out.getvalue()

    @property
    def sound(self) -> npt.NDArray[np.bool_]:
        """Which thumbnails could be read, (n,)."""
        found: npt.NDArray[np.bool_] = ~np.isnan(self.table[:, _SOUND])
        return found

    def column(self, name: str) -> npt.NDArray[np.float32]:
        """One measure of all pictures, (n,)."""
        found: npt.NDArray[np.float32] = self.table[:, MEASURES.index(name)]
        return found

    def measured(
        self,
        keys: Sequence[tuple[str, int]],
        contents: Sequence[str],
        thumbnails: Callable[[Sequence[tuple[str, int]]], Mapping[tuple[str, int], bytes]],
        *,
        workers: int = 1,
        tell: Callable[[str, int, int], None],
    ) -> Pixels:
        """The measures of these pictures, in their order; those known by content hash are not taken again."""
        table = np.full((len(keys), len(MEASURES)), np.nan, dtype=np.float32)
        row_of = {content: row for row, content in enumerate(self.contents)}
        fresh: dict[str, int] = {}
        for at, content in enumerate(contents):
            if content in row_of:
                table[at] = self.table[row_of[content]]
            else:
                fresh.setdefault(content, at)
        wanted = list(fresh.values())
        with ThreadPoolExecutor(max(1, workers)) as threads:
            for start in range(0, len(wanted), _AT_ONCE):
                tell("Looking at pictures", start, len(wanted))
                chosen = wanted[start : start + _AT_ONCE]
                small = thumbnails([keys[at] for at in chosen])
                planes = threads.map(decoded, [small.get(keys[at], b"") for at in chosen])
                for rows, found in threads.map(_measured, _alike(chosen, planes)):
                    table[rows] = found
        if wanted:
            tell("Looking at pictures", len(wanted), len(wanted))
        for at, content in enumerate(contents):
            if content in fresh:
                table[at] = table[fresh[content]]
        return Pixels(tuple(contents), table)


def decoded(data: bytes) -> Planes | None:
    """Lightness, blueness and redness of a thumbnail, (h, w, 3) as JPEG keeps them; None if it is damaged."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.draft("YCbCr", image.size)
            return np.asarray(image if image.mode == "YCbCr" else image.convert("RGB").convert("YCbCr"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _alike(rows: Sequence[int], planes: Iterable[Planes | None]) -> list[tuple[list[int], list[Planes]]]:
    """Pictures of one size together, no more than are measured at once."""
    sizes: dict[tuple[int, ...], list[tuple[int, Planes]]] = defaultdict(list)
    for row, one in zip(rows, planes, strict=True):
        if one is not None:
            sizes[one.shape].append((row, one))
    most = {size: max(1, _PIXELS // (size[0] * size[1])) for size in sizes}
    return [
        ([row for row, _ in own[at : at + most[size]]], [one for _, one in own[at : at + most[size]]])
        for size, own in sizes.items()
        for at in range(0, len(own), most[size])
    ]


def _measured(alike: tuple[list[int], list[Planes]]) -> tuple[list[int], Table]:
    rows, planes = alike
    pictures = np.stack(planes)
    return rows, np.column_stack([measuring.measure(pictures), lettering.lettering(pictures)])
