from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PIL import Image

from lookalike.distortions import COPIES, Distortion
from lookalike.duplicates.relighting import relit
from lookalike.duplicates.retouching import hardly_relit, spread
from lookalike.duplicates.sight import Couples, sights
from lookalike.images import thumbnail
from lookalike.vectors import Floats

Shop = Mapping[str, Image.Image]
ASKED = ("t8", "0100", "c1", "d2")
FAINTEST = np.log(0.3)


def beside(shop: Shop, edit: Distortion) -> tuple[Couples, Floats]:
    """Pictures and themselves after an edit that moves nothing; and the maps that say so."""
    first = sights([thumbnail(shop[i]) for i in ASKED])
    second = sights([thumbnail(edit(shop[i])) for i in ASKED])
    rows = np.arange(len(ASKED))
    maps = np.tile(np.eye(2, 3, dtype=np.float32), (len(ASKED), 1, 1))
    return Couples(first, rows, second, rows), maps


def differing(shop: Shop, edit: Distortion) -> Floats:
    """Logarithms by picture, colour and light, size of window, and share of windows; (4, 2, 3, 4)."""
    couples, maps = beside(shop, edit)
    gains = np.ones((len(ASKED), 3), dtype=np.float32)
    return spread(couples, maps, gains)[:, :24].reshape(-1, 2, 3, 4)


def spotted(picture: Image.Image) -> Image.Image:
    """A green spot in the middle."""
    width, height = picture.size
    spot = picture.copy()
    spot.paste((40, 160, 60), (width // 2 - 6, height // 2 - 6, width // 2 + 6, height // 2 + 6))
    return spot


def test_the_same_picture_differs_nowhere(shop: Shop) -> None:
    assert np.allclose(differing(shop, lambda picture: picture), FAINTEST, atol=0.01)


def test_a_spot_leaves_most_windows_as_they_were_and_compression_does_not(shop: Shop) -> None:
    spot, compressed = differing(shop, spotted), differing(shop, COPIES["JPEG 25"])
    assert np.allclose(spot[:, :, :2, 3], FAINTEST, atol=0.3), "half of the small windows are as they were"
    assert (compressed[:, 0, 0, 3] > spot[:, 0, 0, 3] + 0.3).all()


def test_what_was_relit_or_has_no_colours_is_left_alone(shop: Shop) -> None:
    told = [
        hardly_relit(relit(*beside(shop, edit))).tolist()
        for edit in (COPIES["JPEG 25"], COPIES["light -30%"], COPIES["greyscale"])
    ]
    assert told == [[True] * 4, [False] * 4, [False] * 4]
