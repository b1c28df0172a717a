"""How many earlier versions of an index may stay readable: as many as take little space."""

from __future__ import annotations

from lookalike.store.manifest import Pair, Published
from lookalike.store.place import Place
from lookalike.store.tables import PICTURES, PRODUCTS, open_table

_SHARE = 0.5
_BYTES = 262_144


def affordable(place: Place, published: Published) -> tuple[Pair, ...]:
    """The latest earlier pairs whose own files take at most half the space of the newest pair."""
    held = _files(place, published.pair)
    room = max(_SHARE * sum(held.values()), _BYTES)
    cost = sum(_version_cost(place, name) for name in (PRODUCTS, PICTURES)) if published.earlier else 0.0
    kept: list[Pair] = []
    for pair in reversed(published.earlier):
        files = _files(place, pair)
        room -= cost + sum(size for file, size in files.items() if file not in held)
        if room < 0:
            break
        held |= files
        kept.insert(0, pair)
    return tuple(kept)


def _version_cost(place: Place, name: str) -> float:
    """Bytes that Lance writes for a version of this table beside its rows, on average."""
    versions = place.sizes(f"{name}/_versions").values()
    others = place.sizes(f"{name}/_transactions").values()
    return sum((*versions, *others)) / max(1, len(versions))


def _files(place: Place, pair: Pair) -> dict[str, int]:
    """Data files of a pair, and their sizes in bytes."""
    tables = (open_table(place, PRODUCTS, pair.products), open_table(place, PICTURES, pair.pictures))
    return {
        file.path: file.file_size_bytes or 0
        for table in tables
        for fragment in table.get_fragments()
        for file in fragment.data_files()
    }
