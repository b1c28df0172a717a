"""Vectors of an encoder that is a linear map over another one's, from those which are there already."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np

from lookalike.encoders.base import ImageEncoder
from lookalike.encoders.head import Head
from lookalike.ingest.measuring import says_something
from lookalike.ingest.switching import batches
from lookalike.store.base import Maker, Manifest, StoredPicture
from lookalike.store.beside import Spare
from lookalike.vectors import unit

_AT_ONCE = 4096  # pictures without their thumbnails; every time they are kept waits for the disk


def head_of(encoder: ImageEncoder) -> Head | None:
    """The map that an encoder ends with, or None."""
    head = getattr(encoder, "head", None)
    return head if isinstance(head, Head) else None


def source_of(head: Head, manifest: Manifest) -> Maker | None:
    """Whose vectors a head maps: those that are live, or the ones before, which are kept for the way back."""
    for maker in (manifest.maker, manifest.before):
        space = None if maker is None else maker.space
        if space is not None and (space.fingerprint, space.dim) == (head.over, len(head.mean)):
            return maker
    return None


def mapped(head: Head, source: Spare, contents: Collection[str]) -> Iterator[list[StoredPicture]]:
    """The pictures of these content hashes that ``source`` has, with the vectors that the head makes of its.

    One whose new vector says nothing is left out.
    """
    for some in batches(sorted(contents), _AT_ONCE):
        found = [*source.find(some).values()]
        if found:
            looks, norms = head.mapped(unit(np.stack([picture.look for picture in found]))[0])
            yield [
                replace(picture, look=look, norm=float(norm))
                for picture, look, norm in zip(found, looks, norms, strict=True)
                if says_something(look)
            ]
