"""A space in which a picture's vector and what its words foretell of it are near: canonical correlations.

Where words explain the share r of a direction's variance, a picture y and words that foretell x of it belong
together the more, the smaller (y - x / r)^2 r / (1 - r) is: this is the logarithm of how much likelier the
picture is with these words than without, for normal distributions. So directions are stretched by
sqrt(r / (1 - r)), and cosines are taken there.
Source: Hotelling, "Relations between two sets of variates", 1936; Bach, Jordan, "A probabilistic
interpretation of canonical correlation analysis", 2005.
"""

from __future__ import annotations

import numpy as np

from lookalike.vectors import Floats

_EVEN = 0.1  # of the mean variance is added to each direction before they are made equal
_LEAST, _MOST = 0.01, 0.95  # shares that are believed; a direction with less is left out


def canonical_axes(
    looks: Floats, foretold: Floats, effective: float, texts: int
) -> tuple[Floats, Floats, Floats]:
    """Axes (dim, d) for pictures, axes (dim, d) for what words foretell of them, and the shares (d,).

    Both are centred before. Directions of which words explain nothing are left out, all but one.
    ``looks`` (dim, dim) is the covariance of the pictures' vectors, ``foretold`` (dim, dim) that of what the
    words of ``texts`` texts foretell; these flatter the words, for which ``effective`` parameters were
    fitted, so shares are believed the less the more parameters there are to a text, half of them at least.
    """
    values, vectors = np.linalg.eigh(looks.astype(np.float64))
    values = np.maximum(values, 0)
    even = values + max(_EVEN * float(values.mean()), 1e-9)
    whitening = (vectors / np.sqrt(even)) @ vectors.T
    shares, turned = np.linalg.eigh(whitening @ foretold.astype(np.float64) @ whitening)
    believed = 1 - min(effective / max(texts, 1), 0.5)
    shares = shares[::-1] * believed
    kept = max(int(np.count_nonzero(shares >= _LEAST)), 1)
    shares = np.clip(shares[:kept], _LEAST, _MOST)
    stretch = np.sqrt(shares / (1 - shares))
    axes = whitening @ turned[:, ::-1][:, :kept]
    sides = axes * stretch, axes * (stretch / shares), shares
    return sides[0].astype(np.float32), sides[1].astype(np.float32), sides[2].astype(np.float32)
