"""Thumbnails of a map: many small squares on a few pictures, so that a page loads them at once."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from lookalike.errors import PictureError
from lookalike.exploring.layout import Tell
from lookalike.exploring.sealing import sealed, unsealed
from lookalike.images import open_image

NAME = "explore.tiles"
"""The note in which a store keeps them: see `Tiles.to_bytes`."""

SIZE = 48
"""Pixels of a tile's side: whole blocks of a JPEG with all its colours, so that none bleeds into the next."""

SIDE = 32
"""Tiles along a sheet's side."""

MOST = 3 * SIDE * SIDE
"""Tiles of a map."""

_FORMAT = 1
_READ = 128  # thumbnails read at a time
_QUALITY = 72
_WHITE = (255, 255, 255)

Read = Callable[[Sequence[tuple[str, int]]], Mapping[tuple[str, int], bytes]]


@dataclass(frozen=True)
class Tiles:
    """Sheets of `SIDE` times `SIDE` tiles, as JPEGs; the last may be less high.

    Tile t shows the product ``ids[t]`` by the picture that ``marks[t]`` names; they come coarse to fine over
    the map.
    """

    ids: Sequence[str]
    marks: Sequence[str]
    sheets: Sequence[bytes] = field(repr=False)

    @classmethod
    def from_bytes(cls, data: bytes | None) -> Tiles | None:
        """What `to_bytes` wrote; None where it cannot be read, since they can be drawn again."""
        found = unsealed(data)
        if found is None:
            return None
        head, body = found
        try:
            if (head["format"], head["size"], head["side"]) != (_FORMAT, SIZE, SIDE):
                return None
            sheets, at = [], 0
            for length in head["lengths"]:
                sheets.append(body[at : at + length])
                at += length
            return cls(head["ids"], head["marks"], sheets)
        except (ValueError, LookupError, TypeError):
            return None

    def to_bytes(self) -> bytes:
        """A line of JSON, and the sheets, sealed by their hash."""
        head = {
            "format": _FORMAT,
            "size": SIZE,
            "side": SIDE,
            "ids": list(self.ids),
            "marks": list(self.marks),
            "lengths": [len(sheet) for sheet in self.sheets],
        }
        return sealed(head, b"".join(self.sheets))

    def to_dict(self, places: Mapping[tuple[str, str], int], addresses: Sequence[str]) -> dict[str, Any]:
        """What a page needs to draw them: ``places`` are where products, by id and mark, are among a map's
        ids; ``addresses`` are those of the sheets."""
        keys = zip(self.ids, self.marks, strict=True)
        return {
            "size": SIZE,
            "columns": SIDE,
            "rows": SIDE,
            "sheets": list(addresses),
            "points": [places.get(key, -1) for key in keys],
            "products": len(places),
        }

    def inlined(self) -> list[str]:
        """The sheets as addresses that hold them."""
        return [f"data:image/jpeg;base64,{base64.b64encode(one).decode('ascii')}" for one in self.sheets]


def drawn_tiles(
    keys: Sequence[tuple[str, int]], marks: Sequence[str], read: Read, tell: Tell, workers: int = 1
) -> Tiles:
    """Tiles of these pictures, by product id and position; one that cannot be read is white."""
    sheets: list[bytes] = []
    each = SIDE * SIDE
    with ThreadPoolExecutor(max(workers, 1)) as pool:
        for start in range(0, len(keys), each):
            own = keys[start : start + each]
            sheet = Image.new("RGB", (SIDE * SIZE, -(-len(own) // SIDE) * SIZE), _WHITE)
            for first in range(0, len(own), _READ):
                tell("Drawing thumbnails", start + first, len(keys))
                some = own[first : first + _READ]
                found = read(some)
                tiles = pool.map(_tile, (found.get(key, b"") for key in some))
                for at, tile in enumerate(tiles, first):
                    row, column = divmod(at, SIDE)
                    if tile is not None:
                        aside = (SIZE - tile.width) // 2, (SIZE - tile.height) // 2
                        sheet.paste(tile, (column * SIZE + aside[0], row * SIZE + aside[1]))
            out = io.BytesIO()
            sheet.save(out, "JPEG", quality=_QUALITY, subsampling="4:4:4", optimize=True)
            sheets.append(out.getvalue())
    return Tiles([id for id, _ in keys], list(marks), sheets)


def _tile(thumbnail: bytes) -> Image.Image | None:
    """A picture within a tile; None where there is none."""
    try:
        image = open_image(thumbnail, detail=SIZE).image if thumbnail else None
    except PictureError:
        return None
    if image is None:
        return None
    scale = SIZE / max(image.size)
    sides = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return image.resize(sides, Image.Resampling.BOX if scale < 0.5 else Image.Resampling.BICUBIC)
