"""Own variants: who asks for "this, but in blue" is shown this in blue first, where there is one."""

from __future__ import annotations

import numpy as np

from lookalike.vectors import Mask, Rows


def own_first(own: Mask, gone: Mask | None = None) -> Rows:
    """The places of c products with variants of what asks, ``own`` (c,), first, else in their order.

    Those that are ``gone``, (c,), stay where they are put for that.
    """
    places: Rows = np.argsort(~own if gone is None else ~own | gone, kind="stable")
    return places
