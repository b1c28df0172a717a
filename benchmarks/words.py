"""Do words find pictures, whether or not a text says them?

A map from words to looks is fitted on 24,455 fashion products; 10,000 others are searched, all that the
encoder was not trained on among them. Figures are of the half of those on which nothing was chosen; 95%
bootstrap intervals, products with equal pictures resampled together. Copies (pictures equal to the last byte)
count neither way.

    python benchmarks/words.py            what is found
    python benchmarks/words.py speed      how long it takes, and Lance's full text on the same titles
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import data
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import record
import typed
import unseen
from comparing import rounded
from lance_text import LanceText

from lookalike.encoders.loading import load_encoder
from lookalike.evaluation.bootstrap import estimate, ratio
from lookalike.evaluation.split import position
from lookalike.neighbours.tokens import words_asked
from lookalike.vectors import Floats, best, unit
from lookalike.words import lessons as reading
from lookalike.words.full_text import FullText
from lookalike.words.joining import joined
from lookalike.words.map_file import map_to_bytes
from lookalike.words.ridge import ridge
from lookalike.words.texts import Texts
from lookalike.words.word_map import WordMap

GALLERY, ASKERS, TYPED, K = 10_000, 1200, 200, 10
BARS = {"title": 0.45, "kept": 0.9, "p95_ms": 30.0}
ATTRIBUTES = ("gender", "masterCategory", "subCategory", "baseColour", "season", "usage")


@dataclass(frozen=True)
class Catalogue:
    """Products with their texts, vectors and labels, in one order."""

    shop: unseen.Shop
    ids: list[str]
    columns: dict[str, pa.Array]
    looks: Floats

    @classmethod
    def read(cls, work: Path) -> Catalogue:
        """fashion-small, with the vectors of the default encoder."""
        shop, _ = unseen.fashion(work)
        table = pq.read_table(
            data.unpacked("fashion-small", work),
            columns=["id", "productDisplayName", "articleType", *ATTRIBUTES],
        )
        rows = table.select(list(ATTRIBUTES)).to_pylist()
        own = [[{"name": name, "value": row[name] or ""} for name in ATTRIBUTES] for row in rows]
        columns = {
            "title": table.column("productDisplayName").combine_chunks(),
            "category": table.column("articleType").combine_chunks(),
            "attributes": pa.array(own),
        }
        ids = [str(i) for i in table.column("id").to_pylist()]
        looks = unseen.looks(load_encoder(), "duplicates-fashion-small", shop.pictures.values(), work)
        assert ids == list(shop.pictures)
        return cls(shop, ids, columns, looks)

    def texts(self, rows: np.ndarray, fields: Sequence[str] = ("title", "category", "attributes")) -> Texts:
        """The texts of some products."""
        return Texts({name: self.columns[name].take(pa.array(rows)) for name in fields})

    @cached_property
    def titles(self) -> list[str]:
        """Every product's title, empty where there is none."""
        return [title or "" for title in self.columns["title"].to_pylist()]

    @cached_property
    def gallery(self) -> np.ndarray:
        """Rows of the products that are searched."""
        hidden = set(self.shop.unseen)
        order = sorted(
            range(len(self.ids)),
            key=lambda row: (
                self.ids[row] not in hidden,
                -position(self.shop.family[self.ids[row]], "words"),
            ),
        )
        return np.sort(order[:GALLERY])

    def askers(self) -> list[int]:
        """Places in the gallery of products that the encoder never saw and nothing was chosen on."""
        hidden = set(self.shop.unseen)
        place = {self.ids[row]: at for at, row in enumerate(self.gallery.tolist())}
        asking = [i for i in place if i in hidden and position(self.shop.family[i], "half") >= 0.5]
        return [place[i] for i in data.sample(asking, ASKERS)]


def places(
    catalogue: Catalogue, askers: Sequence[int], scores: Callable[[str], Floats | None], slips: bool
) -> np.ndarray:
    """Where each asker's own picture stands when its title asks, from 0."""
    names = [catalogue.ids[row] for row in catalogue.gallery]
    place = {name: at for at, name in enumerate(names)}
    found = np.full(len(askers), GALLERY)
    for number, at in enumerate(askers):
        title = catalogue.titles[catalogue.gallery[at]]
        said = scores(typed.slip(title) if slips else title)
        if said is not None:
            same = [place[other] for other in catalogue.shop.copies.get(names[at], ()) if other in place]
            better = said > said[at]
            better[same] = False
            found[number] = np.count_nonzero(better)
    return found


def by_map(fitted: WordMap, looks: Floats) -> Callable[[str], Floats | None]:
    lengths = fitted.lengths(looks)

    def scores(text: str) -> Floats | None:
        direction = fitted.direction(fitted.terms(words_asked(text)))
        return None if direction is None else direction.cosines(looks, lengths)

    return scores


class _Centred:
    def __init__(self, vectors: Floats) -> None:
        self.vectors, self.width = vectors, vectors.shape[1]

    def __getitem__(self, texts: slice) -> Floats:
        return self.vectors[texts]


def by_plain_ridge(catalogue: Catalogue, rows: np.ndarray, looks: Floats) -> Callable[[str], Floats | None]:
    """Words of titles, a ridge, and the cosine in the encoder's own space."""
    learnt = reading.lessons(catalogue.texts(rows, ["title"]), np.arange(len(rows)), 50_000)
    vectors = catalogue.looks[rows]
    mean = vectors.mean(axis=0)
    weights = ridge(learnt.bags, _Centred((vectors - mean)[learnt.owners]), 1.0)

    def scores(text: str) -> Floats | None:
        terms = [term for term in learnt.vocabulary.terms(words_asked(text)) if term.meanings]
        if not terms:
            return None
        asked = mean + sum(weights[list(term.meanings[0].codes)].sum(axis=0) for term in terms)
        return looks @ unit(asked[None])[0][0]

    return scores


def finding(catalogue: Catalogue, ways: dict[str, Callable[[str], Floats | None]]) -> dict[str, Any]:
    """Titles ask for their own pictures, which have no words."""
    askers = catalogue.askers()
    family = [catalogue.shop.family[catalogue.ids[catalogue.gallery[at]]] for at in askers]
    figures: dict[str, Any] = {"askers": len(askers), "gallery": GALLERY}
    for name, scores in ways.items():
        clean, slipped = (places(catalogue, askers, scores, slips) for slips in (False, True))
        figures[name] = {
            "hit@10": rounded(estimate(clean < K, family)),
            "hit@1": rounded(estimate(clean < 1, family)),
            "mrr": rounded(estimate(1 / (1 + clean), family)),
            "hit@10 with a slip": rounded(estimate(slipped < K, family)),
            "kept with a slip": rounded(ratio(slipped < K, clean < K, family)),
        }
    return figures


def typing(catalogue: Catalogue, fitted: WordMap) -> dict[str, Any]:
    """A colour and a kind ask: with all tags there, with all hidden, with those of half of the products."""
    own = [catalogue.shop.labels[catalogue.ids[row]] for row in catalogue.gallery]
    labels = {"kind": np.array([label[0] for label in own]), "colour": np.array([label[2] for label in own])}
    asked = typed.half(typed.pairs(own))[1]
    asked = sorted(asked, key=lambda pair: data.share("|".join(pair)))[:TYPED]
    looks = catalogue.looks[catalogue.gallery]
    by_looks, text = by_map(fitted, looks), FullText(catalogue.texts(catalogue.gallery))
    silent = np.array([data.share("silent" + catalogue.ids[row]) < 0.5 for row in catalogue.gallery])
    ways = ("with tags", "all tags hidden", "half of the tags hidden")
    values: dict[str, list[dict[str, float]]] = {way: [] for way in ways}
    wordless = []
    for pair in asked:
        cosines = by_looks(typed.asked(pair))
        assert cosines is not None
        close = fitted.closeness(cosines)
        shares = text.shares(text.terms(words_asked(typed.asked(pair))))
        some = np.where(silent, np.float32(np.nan), shares)
        truth = typed.right(pair, labels)
        for name, scores in zip(values, (joined(shares, close), cosines, joined(some, close)), strict=True):
            rows, _ = best(scores, K)
            values[name].append({what: float(mask[rows].mean()) for what, mask in truth.items()})
        rows, _ = best(joined(some, close), 100)
        wordless.append(
            float((silent[rows] & truth["both"][rows]).sum() / max((truth["both"][rows]).sum(), 1))
        )
    figures: dict[str, Any] = {
        name: {what: rounded(estimate([row[what] for row in rows])) for what in rows[0]}
        for name, rows in values.items()
    }
    at_most = [min(int(typed.right(pair, labels)["both"].sum()), K) / K for pair in asked]
    figures["at_most"] = {"both": round(float(np.mean(at_most)), 4)}
    figures["wordless among the right ones of the first 100, half hidden"] = rounded(estimate(wordless))
    return {"questions": len(asked), "share of the first ten": figures}


def speed(catalogue: Catalogue, fitted: WordMap, count: int = 200) -> dict[str, Any]:
    """Milliseconds of whole questions among all products: hearing, texts, looks, joining, the best twelve."""
    everything = np.arange(len(catalogue.ids))
    start = time.perf_counter()
    text = FullText(catalogue.texts(everything))
    text.terms(["warm", "xyzzyq"])
    built = time.perf_counter() - start
    start = time.perf_counter()
    lengths = fitted.lengths(catalogue.looks)
    measured = time.perf_counter() - start
    asked = [*typed.SHOPPERS, *data.sample(catalogue.titles, count)]
    asked += [typed.slip(title) for title in data.sample(catalogue.titles, count)]
    taken, used = [], []
    for number, question in enumerate(asked):
        start, own = time.perf_counter(), time.process_time()
        words = words_asked(question)
        shares = text.shares(text.terms(words))
        direction = fitted.direction(fitted.terms(words))
        close = None if direction is None else fitted.closeness(direction.cosines(catalogue.looks, lengths))
        best(joined(shares, close), 12)
        if number >= len(typed.SHOPPERS):
            taken.append((time.perf_counter() - start) * 1000)
            used.append((time.process_time() - own) * 1000)
    p50, p95 = np.percentile(taken, [50, 95])
    return {
        "products": len(catalogue.ids),
        "processor_p95_ms": round(float(np.percentile(used, 95)), 2),
        "questions": len(taken),
        "p50_ms": round(float(p50), 2),
        "p95_ms": round(float(p95), 2),
        "full_text_seconds": round(built, 2),
        "lengths_seconds": round(measured, 2),
        "load_before": record.load(),
    }


def _peak() -> float:
    """The most memory this process has held since it was last asked, in MB."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    held = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")
    return held


def fit_all(catalogue: Catalogue) -> tuple[dict[str, Any], WordMap]:
    """One fit on everything: seconds, processor seconds, memory beside the catalogue, bytes of the map."""
    texts = catalogue.texts(np.arange(len(catalogue.ids)))
    _peak()
    before = _peak()
    start, used = time.perf_counter(), time.process_time()
    fitted = WordMap.fitted(texts, catalogue.looks, load_encoder().space)
    taken, used = time.perf_counter() - start, time.process_time() - used
    figures = {
        "products": len(catalogue.ids),
        "words": len(fitted.vocabulary),
        "seconds": round(taken, 1),
        "processor_seconds": round(used, 1),
        "memory_mb": round(_peak() - before),
        "map_mb": round(len(map_to_bytes(fitted)) / 1e6, 1),
    }
    return figures, fitted


def alone(catalogue: Catalogue) -> dict[str, Any]:
    """Fitting and asking, timed; the machine should have nothing else to do."""
    fit, fitted = fit_all(catalogue)
    return {"bars": BARS, "fit": fit, "speed": speed(catalogue, fitted)}


def found(catalogue: Catalogue) -> dict[str, Any]:
    """What is found, by whom."""
    rows = np.setdiff1d(np.arange(len(catalogue.ids)), catalogue.gallery)
    looks = catalogue.looks[catalogue.gallery]
    fitted = WordMap.fitted(catalogue.texts(rows), catalogue.looks[rows], load_encoder().space)
    ways = {"map": by_map(fitted, looks), "plain ridge": by_plain_ridge(catalogue, rows, looks)}
    return {
        "bars": BARS,
        "fitted_on": fitted.texts,
        "title to its own wordless picture": finding(catalogue, ways),
        "typed kind and colour": typing(catalogue, fitted),
    }


def main() -> int:
    data.require("fashion-small")
    timed = sys.argv[1:] == ["speed"]
    with data.work_folder() as work:
        catalogue = Catalogue.read(work)
        figures = alone(catalogue) if timed else found(catalogue)
        if timed:
            with LanceText(catalogue.columns, work) as lance:
                figures["texts alone"] = lance.figures(catalogue.titles, data.sample(catalogue.titles, 60))
    record.write("words-speed" if timed else "words", figures)
    print(json.dumps(figures, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
