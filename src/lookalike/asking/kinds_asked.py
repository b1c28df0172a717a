"""The kinds that a look is to have: named by a caller, or those that go best with a product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from lookalike.errors import BadArgument
from lookalike.filters import fold_category
from lookalike.recommend.budget import Whole
from lookalike.recommend.shown import leaf
from lookalike.vectors import Floats, Mask
from lookalike.view import View
from lookalike.words.texts import base_form

_BEST = 3  # products of a kind by which it is judged
_NAMED = 8


@dataclass(frozen=True, eq=False)
class KindAsked:
    """A kind by the name it goes by here, and which products are of it, (p,)."""

    name: str
    mask: Mask


def kinds_asked(view: View, names: Sequence[str]) -> list[KindAsked]:
    """The kinds of these names: a whole path, a level of one with all below it, or a part from the top.

    Raises `BadArgument` for a name that no kind has, and for two that share products.
    """
    found: list[KindAsked] = []
    paths = [_plain(name) for name in view.kinds.names]
    for name in dict.fromkeys(name.strip() for name in names):
        wanted = _plain(name)
        codes = [at for at, path in enumerate(paths) if f" > {wanted} > " in f" > {path} > "]
        if not codes:
            raise _unknown(view, name)
        mask = np.isin(view.kinds.codes, codes)
        for other in found:
            if (mask & other.mask).any():
                raise BadArgument(
                    f"{name} and {other.name} share products.", next_step="Name kinds that are apart."
                )
        found.append(KindAsked(leaf(view.kinds.names[codes[0]]) if len(codes) == 1 else name, mask))
    return found


def _plain(name: str) -> str:
    """A path as it is compared: one shoe is shoes, one scarf scarves."""
    levels = fold_category(name).strip().split(" > ")
    return " > ".join(" ".join(_singular(word) for word in level.split()) for level in levels)


def _singular(word: str) -> str:
    """One form for both; knife and knives, which end alike in no other way, become knif."""
    found = base_form(word)
    return found[:-2] + "f" if found.endswith(("ve", "fe")) else found


def _unknown(view: View, name: str) -> BadArgument:
    leaves = sorted({leaf(one) for one in view.kinds.names})
    if not leaves:
        return BadArgument("No product says what kind it is.", next_step="Give products a category.")
    levels = {level.strip() for one in view.kinds.names for level in one.split(">")}
    lower = {one.casefold(): one for one in sorted(levels)}
    near = [lower[one] for one in get_close_matches(name.casefold(), lower, 3, 0.5)]
    return BadArgument(
        f"There is no kind {name!r}.", next_step=f"There are: {', '.join(near or leaves[:_NAMED])}."
    )


def kinds_beside(
    view: View, fits: Floats, keep: Mask, row: int, *, costs: Whole, budget: int | None, most: int
) -> list[KindAsked]:
    """The kinds that go best with a product, at most ``most``, no two of which do the same job.

    ``costs`` (p,) are what products cost: a kind that the rest of a budget does not pay is passed over.
    """
    codes = view.kinds.codes
    rows = np.flatnonzero(keep & (codes >= 0) & (fits > 0))
    if not len(rows):
        return []
    rows = rows[np.lexsort((rows, -fits[rows]))]
    order = np.argsort(codes[rows], kind="stable")
    starts = np.flatnonzero(np.diff(codes[rows][order], prepend=-1))
    best = {
        int(codes[rows[order[start]]]): float(np.mean(fits[rows[part[:_BEST]]]))
        for start, part in zip(starts, np.split(order, starts[1:]), strict=True)
    }
    instead = view.style.roles.instead
    taken: list[int] = [int(codes[row])] if codes[row] >= 0 else []
    found: list[KindAsked] = []
    left = budget
    for code in sorted(best, key=lambda code: (-best[code], code)):
        if len(found) == most:
            break
        least = int(costs[keep & (codes == code)].min())
        if not (any(instead[code, other] for other in taken) or (left is not None and least > left)):
            left = None if left is None else left - least
            taken.append(code)
            found.append(KindAsked(leaf(view.kinds.names[code]), codes == code))
    return found
