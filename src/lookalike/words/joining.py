"""What texts say and how pictures look, joined into one score for words."""

from __future__ import annotations

import numpy as np

from lookalike.vectors import Floats

TEXT, LOOK = 0.75, 0.25
"""What texts and looks count where a product has both."""

ALONE = 0.9
"""What looks count where a product has no words: above half of the words in a text, below all of them."""

TINT = 0.15
"""What a measured colour counts, as a share of the way from a picture of chance to a text's own."""

_WHOLE = 0.35  # share of a picture that a colour has to cover to count wholly


_KIND = 0.6  # how much a picture has to look like the kind alone, for what else it looks like to count


def of_kind(look: Floats, kind: Floats) -> Floats:
    """How much pictures look like words (n,), less for those that do not look like the kind among the words.

    Both are as of `WordMap.closeness`; ``kind`` is for the words of the kind alone. Without it a green hat
    looks more like "green sofa" than a blue sofa does.
    """
    found: Floats = look * np.minimum(kind / np.float32(_KIND), np.float32(1))
    return found


def tinted(look: Floats, shares: Floats) -> Floats:
    """How much pictures look like words (n,), with the colours that are among the words measured on them.

    ``look`` is as of `WordMap.closeness`, ``shares`` (n,) how much of each picture has the colours asked for.
    A picture that looks like chance stays at 0.
    """
    nearer = np.exp(-2 * TINT * np.minimum(shares / _WHOLE, 1))
    found: Floats = np.where(look > 0, 1 - (1 - look) * nearer, look).astype(np.float32)
    return found


def coloured(shares: Floats) -> Floats:
    """How much pictures look like words that are known as measured colours alone (n,), 0 to 1.

    ``shares`` are as in `tinted`; what covers `_WHOLE` of a picture is most of the way, all of it the rest.
    """
    found: Floats = (1 - np.exp(-2 * shares / _WHOLE)).astype(np.float32)
    return found


def joined(text: Floats | None, look: Floats | None) -> Floats:
    """Scores (n,) of products from 0 to 1; NaN where neither says anything.

    ``text`` (n,) are `FullText.shares`, NaN for a product without words; ``look`` (n,) is
    `WordMap.closeness`, NaN for one without a picture. None where the words mean nothing to that source. A
    product whose text says everything that was asked comes before one that has no text, unless its picture
    looks unlike it; one that looks right comes before one whose text says half. Without a picture a text
    counts as if the picture were middling.
    """
    if look is None:
        assert text is not None
        return text
    if text is None:
        return look
    seen = np.where(np.isnan(look), np.float32(0.5) * text, look)
    scores: Floats = np.where(np.isnan(text), ALONE * look, TEXT * text + LOOK * seen).astype(np.float32)
    return scores
