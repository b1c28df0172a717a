"""What an index keeps of its pictures, as finding duplicates wants it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from lookalike.duplicates.finding import Pictures
from lookalike.duplicates.groups import PictureKey
from lookalike.duplicates.sight import glances
from lookalike.store.base import Reader
from lookalike.vectors import Floats


def known_pictures(reader: Reader, looks: Floats | None = None) -> Pictures:
    """All pictures of one version of a store, in order of product id and position.

    ``looks`` (n, dim) are their vectors in that order, where they are in memory already. No thumbnail is read
    but those asked for. Takes about 1.3 kB of memory a picture beside its vector.
    """
    found = [identity for some in reader.identities() for identity in some]
    found.sort(key=lambda identity: identity.key)
    keys = [identity.key for identity in found]
    return Pictures(
        keys=keys,
        contents=[identity.content_hash for identity in found],
        pixels=[identity.pixel_hash for identity in found],
        looks=reader.columns().looks if looks is None else looks,
        glances=glances(identity.glance for identity in found),
        thumbnails=partial(_thumbnails, reader, keys),
        sizes=np.array([identity.size for identity in found], dtype=np.int32).reshape(-1, 2),
    )


def _thumbnails(reader: Reader, keys: Sequence[PictureKey], positions: Sequence[int]) -> list[bytes]:
    wanted = [keys[at] for at in positions]
    found = reader.thumbnails(wanted)
    return [found[key] for key in wanted]
