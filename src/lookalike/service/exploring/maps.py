"""The map of an index as bytes to be sent, made once for everybody who asks."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from threading import Lock

from lookalike.exploring.documents import CatalogMap
from lookalike.hashing import content_hash
from lookalike.index import Index
from lookalike.service.replies import json_bytes

_EFFORT = 5  # of gzip: a third of the size, a fifth of a second for 34,000 products


@dataclass(frozen=True, slots=True)
class MapBytes:
    """A map as JSON, plain and by gzip; ``etag`` changes when it does."""

    plain: bytes
    packed: bytes
    etag: str


class Maps:
    """The bytes of the map that was asked for last."""

    def __init__(self) -> None:
        self._making = Lock()
        self._made: tuple[CatalogMap, MapBytes] | None = None

    def of(self, index: Index) -> MapBytes | None:
        """The map of an index as it is now; None where none is laid out."""
        found = index.explore.map()
        if found is None:
            return None
        with self._making:
            if self._made is None or self._made[0] is not found:
                plain = json_bytes(found.to_dict())
                packed = gzip.compress(plain, _EFFORT, mtime=0)
                self._made = found, MapBytes(plain, packed, f'"{content_hash(plain)}"')
            return self._made[1]
