"""A photo of one product and words for something else: the same kind in another colour, or the reverse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import data
import numpy as np
from comparing import rounded
from worded import Worded

from lookalike import Index
from lookalike.evaluation.bootstrap import estimate

CASES, K, OFTEN, THERE = 300, 10, 40, 5
WAYS: Mapping[str, str | None] = {"as it is": None, "photo alone": "look=1", "words alone": "words=1"}


@dataclass(frozen=True)
class Case:
    """The photo of a product asks with ``text`` for a kind in a colour; ``what`` the words change."""

    asker: str
    what: str
    text: str
    kind: str
    colour: str


def cases(worded: Worded, chosen: bool) -> list[Case]:
    """Cases on which the weights were chosen, or those for figures."""
    ids = worded.searched()[0]
    labels = {i: (worded.shop.labels[i][0], worded.shop.labels[i][2]) for i in ids}
    pairs, singles = (
        Counter(labels.values()),
        [Counter(label) for label in zip(*labels.values(), strict=True)],
    )
    often = [
        [name for name, n in one.most_common() if n >= OFTEN and name not in ("", "Multi")] for one in singles
    ]
    found: list[Case] = []
    for asker in sorted(ids, key=lambda i: data.share("both" + i)):
        kind, colour = labels[asker]
        if (data.share("bothhalf" + asker) < 0.5) != chosen or colour in ("", "Multi") or not kind:
            continue
        recoloured = data.share("what" + asker) < 0.5
        wanted = (
            [(kind, other) for other in often[1] if other != colour and pairs[kind, other] >= THERE]
            if recoloured
            else [(other, colour) for other in often[0] if other != kind and pairs[other, colour] >= THERE]
        )
        if not wanted:
            continue
        pick = wanted[int(data.share("pick" + asker) * len(wanted))]
        text = f"in {pick[1]}" if recoloured else pick[0]
        found.append(Case(asker, "colour" if recoloured else "kind", text.lower(), *pick))
        if len(found) == CASES:
            break
    return found


def figures(worded: Worded) -> dict[str, Any]:
    """Shares of the first ten that are of the kind and the colour that were asked for."""
    asked = cases(worded, chosen=False)
    indexes = {
        "with tags": worded.index(lambda _: False),
        "half of the tags hidden": worded.index(worded.half),
    }
    return {
        "cases": len(asked),
        **{
            name: {way: _measured(worded, index, asked, weights) for way, weights in WAYS.items()}
            for name, index in indexes.items()
        },
    }


def _measured(worded: Worded, index: Index, asked: list[Case], weights: str | None) -> dict[str, Any]:
    right: dict[str, list[float]] = {"colour": [], "kind": []}
    for case in asked:
        same = worded.shop.copies.get(case.asker, frozenset())
        answer = index.search(
            worded.shop.pictures[case.asker], K, exclude=[case.asker, *same], weights=weights, text=case.text
        )
        labels = [worded.shop.labels[i] for i in answer.ids]
        right[case.what].append(np.mean([own[0] == case.kind and own[2] == case.colour for own in labels]))
    return {f"another {what}": rounded(estimate(values)) for what, values in right.items()}
