"""Do words find pictures, whether or not a text says them?

A map from words to looks is fitted on 24,455 fashion products; 10,000 others are searched through an index,
all that the encoder was not trained on among them: with all their texts, with those of half of them, and with
none. Figures are of the half of the questions on which nothing was chosen; 95% bootstrap intervals, products
with equal pictures resampled together. Copies (pictures equal to the last byte) count neither way.

    python benchmarks/words.py
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

import data
import numpy as np
import photo_words
import record
import typed
from comparing import rounded
from worded import Worded

from lookalike import Index
from lookalike.evaluation.bootstrap import estimate, ratio
from lookalike.neighbours.tokens import words_asked
from lookalike.vectors import Floats, unit
from lookalike.words import lessons as reading
from lookalike.words.ridge import ridge
from lookalike.words.texts import Texts

ASKERS, TYPED, K = 1200, 200, 10
BARS = {"title": 0.45, "kept": 0.9}


def places(
    worded: Worded, askers: Sequence[str], ask: Callable[[str, int], list[str]], slips: bool
) -> np.ndarray:
    """Where each asker's own picture stands when its title asks, from 0; `K` for anywhere behind."""
    found = np.full(len(askers), K)
    for number, asker in enumerate(askers):
        title = worded.titles[asker]
        same = worded.shop.copies.get(asker, frozenset()) - {asker}
        ids = ask(typed.slip(title) if slips else title, K + len(same))
        ids = [one for one in ids if one not in same]
        found[number] = min(ids.index(asker), K) if asker in ids else K
    return found


class _Centred:
    def __init__(self, vectors: Floats) -> None:
        self.vectors, self.width = vectors, vectors.shape[1]

    def __getitem__(self, texts: slice) -> Floats:
        return self.vectors[texts]


def by_plain_ridge(worded: Worded) -> Callable[[str, int], list[str]]:
    """Words of titles, a ridge, and the cosine in the encoder's own space."""
    table, vectors = worded.taught()
    learnt = reading.lessons(Texts({"title": table.column("title")}), np.arange(len(table)), 50_000)
    mean = vectors.mean(axis=0)
    weights = ridge(learnt.bags, _Centred((vectors - mean)[learnt.owners]), 1.0)
    ids, looks = worded.searched()

    def ask(text: str, k: int) -> list[str]:
        terms = [term for term in learnt.vocabulary.terms(words_asked(text)) if term.meanings]
        if not terms:
            return []
        asked = mean + sum(weights[list(term.meanings[0].codes)].sum(axis=0) for term in terms)
        return [ids[row] for row in np.argsort(-(looks @ unit(asked[None])[0][0]), kind="stable")[:k]]

    return ask


def finding(worded: Worded) -> dict[str, Any]:
    """Titles ask for their own pictures, which have no words."""
    silent = worded.index(lambda _: True)
    ways: dict[str, Callable[[str, int], list[str]]] = {
        "map": lambda text, k: silent.search(text=text, k=k).ids,
        "plain ridge": by_plain_ridge(worded),
    }
    askers = worded.askers(ASKERS)
    family = [worded.shop.family[asker] for asker in askers]
    figures: dict[str, Any] = {"askers": len(askers), "gallery": len(silent)}
    for name, ask in ways.items():
        clean, slipped = (places(worded, askers, ask, slips) for slips in (False, True))
        figures[name] = {
            "hit_rate_at_10": rounded(estimate(clean < K, family)),
            "hit_rate_at_1": rounded(estimate(clean < 1, family)),
            "hit_rate_at_10 with a slip": rounded(estimate(slipped < K, family)),
            "kept with a slip": rounded(ratio(slipped < K, clean < K, family)),
        }
    return figures


def typing(worded: Worded) -> dict[str, Any]:
    """A colour and a kind ask: with all tags there, with all hidden, with those of half of the products."""
    ids = worded.searched()[0]
    labels = {
        "kind": np.array([worded.shop.labels[i][0] for i in ids]),
        "colour": np.array([worded.shop.labels[i][2] for i in ids]),
    }
    asked = typed.half(typed.pairs([worded.shop.labels[i] for i in ids]))[1]
    asked = sorted(asked, key=lambda pair: data.share("|".join(pair)))[:TYPED]
    ways: dict[str, Index] = {
        "with tags": worded.index(lambda _: False),
        "all tags hidden": worded.index(lambda _: True),
        "half of the tags hidden": worded.index(worded.half),
    }
    place = {i: row for row, i in enumerate(ids)}
    figures: dict[str, Any] = {}
    wordless = []
    for name, index in ways.items():
        values: list[dict[str, float]] = []
        for pair in asked:
            truth = typed.right(pair, labels)
            found = index.search(text=typed.asked(pair), k=100).ids
            rows = [place[i] for i in found[:K]]
            values.append({what: float(mask[rows].sum() / K) for what, mask in truth.items()})
            if name.startswith("half"):
                right = [i for i in found if truth["both"][place[i]]]
                wordless.append(sum(map(worded.half, right)) / max(len(right), 1))
        figures[name] = {what: rounded(estimate([row[what] for row in values])) for what in values[0]}
    at_most = [min(int(typed.right(pair, labels)["both"].sum()), K) / K for pair in asked]
    figures["at_most"] = {"both": round(float(np.mean(at_most)), 4)}
    figures["wordless among the right ones of the first 100, half hidden"] = rounded(estimate(wordless))
    return {"questions": len(asked), "share of the first ten": figures}


def saying_otherwise(worded: Worded) -> dict[str, Any]:
    """Typed kinds and colours with another word for the kind, all tags there: what is kept of the kind."""
    ids = worded.searched()[0]
    kinds = {i: worded.shop.labels[i][0] for i in ids}
    asked = typed.half(typed.pairs([worded.shop.labels[i] for i in ids]))[1]
    index = worded.index(lambda _: False)
    plain, other = [], []
    for pair in asked:
        if (text := typed.otherwise(pair)) is None:
            continue
        for shares, question in ((plain, typed.asked(pair)), (other, text)):
            found = index.search(text=question, k=K).ids
            shares.append(sum(kinds[i] == pair[0] for i in found) / K)
    return {
        "questions": len(other),
        "kind, as labelled": rounded(estimate(plain)),
        "kind, said otherwise": rounded(estimate(other)),
    }


def found(worded: Worded) -> dict[str, Any]:
    """What is found, by whom."""
    return {
        "bars": BARS,
        "fitted_on": worded.map.texts,
        "title to its own wordless picture": finding(worded),
        "typed kind and colour": typing(worded),
        "said otherwise": saying_otherwise(worded),
        "a photo and words": photo_words.figures(worded),
    }


def main() -> int:
    data.require("fashion-small")
    with data.work_folder() as work:
        figures = found(Worded.read(work))
    record.write("words", figures)
    print(json.dumps(figures, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
