"""The manifest of an index: one small document, replaced at once, naming the table versions to read."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from lookalike.errors import FormatMismatch
from lookalike.store.base import FORMAT, Maker, Manifest
from lookalike.store.damage import damaged, shown
from lookalike.store.place import Hold
from lookalike.vectors import Space

NAME = "manifest.json"
KEPT = 8
KEPT_SECONDS = 5.0
KEPT_AT_MOST = 24


@dataclass(frozen=True, slots=True)
class Pair:
    """Versions of the two tables that were published together, and when (seconds since 1970).

    ``fitted`` are the versions of fitted things that go with them, by name.
    """

    products: int
    pictures: int
    time: float
    fitted: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Published:
    """A manifest, the pair it names, and earlier pairs that are still readable, oldest first."""

    manifest: Manifest
    pair: Pair
    earlier: tuple[Pair, ...] = ()

    def holds(self, pair: Pair) -> bool:
        """True when every file of this pair is still promised to readers."""
        return any(
            (pair.products, pair.pictures) == (p.products, p.pictures) for p in (*self.earlier, self.pair)
        )

    def followed_by(self, manifest: Manifest, products: int, pictures: int) -> Published:
        """The next state. Earlier pairs stay: the last `KEPT`, and of the last `KEPT_SECONDS` some more."""
        now = time.time()
        pairs = (*self.earlier, self.pair)[-KEPT_AT_MOST:]
        recent = tuple(
            pair
            for i, pair in enumerate(pairs)
            if i >= len(pairs) - KEPT or 0 <= now - pair.time < KEPT_SECONDS
        )
        return Published(manifest, Pair(products, pictures, now, manifest.fitted), recent)

    def fitted(self) -> set[tuple[str, str]]:
        """Names and versions of all fitted things that readers are promised."""
        return {thing for pair in (*self.earlier, self.pair) for thing in pair.fitted.items()}


class Source(Protocol):
    """Where a manifest is read: a place, or a lock on it. ``str()`` of it is its address."""

    def read(self, name: str) -> bytes | None:
        """A document, None where there is none."""
        ...


def read_manifest(source: Source) -> Published:
    """The published state of the index at a place.

    Raises `FormatMismatch`, `IndexDamaged` when the file does not parse, `FileNotFoundError`.
    """
    raw = source.read(NAME)
    if raw is None:
        raise FileNotFoundError(f"{NAME} is missing")
    try:
        document = json.loads(raw)
        format_version = int(document["format"])
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(source, f"{NAME} cannot be read") from error
    if format_version != FORMAT:
        raise FormatMismatch(
            f"The index at {shown(source)} has format {format_version}; this version reads format {FORMAT}.",
            next_step="Make the index again from the catalogue, or read it with the version that wrote it.",
        )
    try:
        return _from_document(document)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(source, f"{NAME} lacks a part ({error})") from error


def write_manifest(hold: Hold, published: Published) -> None:
    """Replace the manifest at once: a reader sees the earlier one or this one, also after a power cut.

    Where a lock can be lost, the manifest has its holder's token: what a writer before it read is another
    document then, and that writer can replace it no more. Raises `IndexLocked` for such a writer.
    """
    manifest = published.manifest
    document = {
        "format": FORMAT,
        "version": manifest.version,
        **maker_to_document(manifest.maker),
        "before": None if manifest.before is None else maker_to_document(manifest.before),
        "products": manifest.products,
        "pictures": manifest.pictures,
        "settings": dict(manifest.settings),
        "fitted": dict(manifest.fitted),
        "pair": _pair_to_list(published.pair),
        "earlier": [_pair_to_list(pair) for pair in published.earlier],
        **({"token": hold.token} if hold.token else {}),
    }
    hold.replace(NAME, encoded(document))


def encoded(document: Mapping[str, Any]) -> bytes:
    """A document as it is written."""
    return json.dumps(document, indent=1).encode()


def maker_to_document(maker: Maker) -> dict[str, Any]:
    """A maker as it stands in a file: the keys ``space`` and ``encoder``."""
    space = maker.space
    return {
        "space": {"encoder": space.encoder, "fingerprint": space.fingerprint, "dim": space.dim},
        "encoder": maker.encoder,
    }


def maker_from_document(document: Mapping[str, Any]) -> Maker:
    """The maker that `maker_to_document` wrote. Raises `KeyError`, `TypeError`, `ValueError`."""
    space = document["space"]
    return Maker(
        Space(str(space["encoder"]), str(space["fingerprint"]), int(space["dim"])), str(document["encoder"])
    )


def _pair_to_list(pair: Pair) -> list[Any]:
    fitted = [dict(pair.fitted)] if pair.fitted else []
    return [pair.products, pair.pictures, round(pair.time, 3), *fitted]


def _pair_from_list(values: Any) -> Pair:
    products, pictures, made, *fitted = values
    return Pair(int(products), int(pictures), float(made), *map(_texts, fitted))


def _texts(document: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in document.items()}


def _from_document(document: dict[str, Any]) -> Published:
    maker = maker_from_document(document)
    before = document.get("before")
    manifest = Manifest(
        version=int(document["version"]),
        space=maker.space,
        encoder=maker.encoder,
        products=int(document["products"]),
        pictures=int(document["pictures"]),
        settings=_texts(document["settings"]),
        before=None if before is None else maker_from_document(before),
        fitted=_texts(document.get("fitted", {})),
    )
    earlier = tuple(_pair_from_list(values) for values in document["earlier"])
    return Published(manifest, _pair_from_list(document["pair"]), earlier)
