"""What an index keeps of its pictures, as finding duplicates wants it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from lookalike.duplicates.finding import Pictures
from lookalike.duplicates.sight import Glances, glances
from lookalike.store.base import Reader


def known_pictures(reader: Reader, workers: int = 1) -> Pictures:
    """All pictures of one version of a store, in order of product id and position.

    Their thumbnails are decoded once, small, and read again for the few pairs that are looked at twice.
    Takes about 1.5 kB of memory a picture beside its vector.
    """
    keys, contents, pixels, looks, small = [], [], [], [], []
    with ThreadPoolExecutor(workers, "glance") as pool:
        for batch in reader.scan_pictures():
            keys += [(picture.product_id, picture.position) for picture in batch]
            contents += [picture.content_hash for picture in batch]
            pixels += [picture.pixel_hash for picture in batch]
            looks.append(np.stack([picture.look for picture in batch]))
            small.append(glances((picture.thumbnail for picture in batch), pool))

    def thumbnails(positions: Sequence[int]) -> list[bytes]:
        wanted = [keys[at] for at in positions]
        found = reader.thumbnails(wanted)
        return [found[key] for key in wanted]

    dim = reader.manifest.space.dim
    return Pictures(
        keys=keys,
        contents=contents,
        pixels=pixels,
        looks=np.concatenate(looks) if looks else np.empty((0, dim), np.float32),
        glances=_together(small),
        thumbnails=thumbnails,
    )


def _together(parts: Sequence[Glances]) -> Glances:
    if not parts:
        return glances([])
    return Glances(
        np.concatenate([part.levels for part in parts]), np.concatenate([part.halves for part in parts])
    )
