"""Are edited copies of a picture found, and nothing else? How long does a whole catalogue take?

Askers' pictures are edited in each way of `lookalike.distortions.COPIES` and checked against the whole
catalogue they come from, as a new product's picture is. True are the original and pictures that equal it by
nature (`shelves.alike`, which looks at the files and not at what was found). Figures are of one half of the
ids, families of equal pictures together, with 95% bootstrap intervals over products; every weight and
threshold was chosen on the other half. The halves were drawn anew before the last choice: an earlier version
had been looked at over some products of both. While the last weights were made, this half was measured twice
(planted copies, variants, counts of wrong pairs), and what was wrong there led to more counter-examples
from the other half, to the rule on forms, and to the look at retouched parts: it is unseen by the weights,
but not by the author.
In the same run, on the same files, perceptual hashes of the package imagehash, where it is installed.

    python benchmarks/duplicates.py [ASKERS]        (default: 100 of each catalogue)
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, cycle
from pathlib import Path
from typing import Any

import comparing
import data
import numpy as np
import record
import unseen
from PIL import Image
from recolouring import recoloured
from shelves import Shelf, arrival, shelf, with_more

from lookalike.demo.shop import draw_shop
from lookalike.distortions import COPIES
from lookalike.duplicates.finding import check, find
from lookalike.duplicates.groups import Group
from lookalike.duplicates.kinds import DUPLICATES, KINDS, SAME_PHOTOGRAPH, VARIANT
from lookalike.encoders.base import ImageEncoder
from lookalike.encoders.loading import load_encoder
from lookalike.evaluation.bootstrap import estimate, ratio
from lookalike.evaluation.pictures import open_shown

ASKERS = 100
HASHES = (("phash", 4), ("phash", 10), ("dhash", 4), ("dhash", 10))
"""Hashes of imagehash and the largest distances at which they are used."""

OTHER_SHOP = 12
"""Seed of a drawn shop on which nothing was chosen: that was done on the demo's own."""


def measured_on(family: str) -> bool:
    """True for families on which nothing was chosen."""
    return data.share("copies" + family) >= 0.5


def hashed(image: Image.Image) -> dict[str, np.ndarray]:
    """Bits of perceptual hashes, empty where imagehash is not installed."""
    try:
        import imagehash
    except ImportError:
        return {}
    return {name: getattr(imagehash, name)(image).hash.reshape(-1) for name in ("phash", "dhash")}


@dataclass(frozen=True)
class Answer:
    """What one way of finding said of one edited picture: was the original among it, and what was wrong."""

    shelf: str
    edit: str
    asker: str
    way: str
    found: bool
    wrong: tuple[str, ...]


def asked(own: Shelf, askers: Sequence[str], encoder: ImageEncoder) -> Iterable[Answer]:
    kept = [hashed(open_shown(shown)) for shown in own.shown.values()]
    bits = {name: np.stack([one[name] for one in kept]) for name in kept[0]}
    for edit, distortion in COPIES.items():
        for i in askers:
            image = distortion(open_shown(own.shown[i]))
            ways = {"lookalike": {match.picture[0] for match in check(arrival(image, encoder), own.pictures)}}
            hashes = hashed(image)
            for name, most in HASHES if hashes else ():
                distances = (bits[name] != hashes[name]).sum(axis=1)
                ways[f"{name} {most}"] = {own.ids[at] for at in np.flatnonzero(distances <= most)}
            for way, found in ways.items():
                wrong = sorted(other for other in found if not own.equal(i, other))
                yield Answer(own.name, edit, i, way, i in found, tuple(wrong))


def figures(answers: Sequence[Answer]) -> dict[str, Any]:
    """Recall, precision and F1 with intervals over askers; of reported pictures, the original counts once."""
    askers = [answer.asker for answer in answers]
    hits = np.array([answer.found for answer in answers], dtype=float)
    wrong = np.array([len(answer.wrong) for answer in answers], dtype=float)
    none = hits.sum() + wrong.sum() == 0
    return {
        "cases": len(answers),
        "recall": comparing.rounded(estimate(hits, askers)),
        "precision": None if none else comparing.rounded(ratio(hits, hits + wrong, askers)),
        "f1": comparing.rounded(ratio(2 * hits, 1 + hits + wrong, askers)),
    }


def transformed(
    shelves: Sequence[Shelf], askers: Sequence[list[str]], encoder: ImageEncoder
) -> dict[str, Any]:
    """Every edit of every asker, checked on arrival; a table for each way of finding."""
    answers: list[Answer] = []
    for own, ids in zip(shelves, askers, strict=True):
        answers += asked(own, ids, encoder)
    found: dict[str, Any] = {}
    for way in dict.fromkeys(answer.way for answer in answers):
        of_way = [answer for answer in answers if answer.way == way]
        found[way] = {"all": figures(of_way)}
        for own in shelves:
            found[way][own.name] = figures([answer for answer in of_way if answer.shelf == own.name])
        for edit in COPIES:
            found[way][edit] = figures([answer for answer in of_way if answer.edit == edit])
    ours = [answer for answer in answers if answer.way == "lookalike"]
    return {
        "ways": found,
        "wrong": sorted({(a.shelf, a.asker, other) for a in ours for other in a.wrong}),
        "missed": [(a.shelf, a.edit, a.asker) for a in ours if not a.found],
    }


def planted(shelves: Sequence[Shelf], askers: Sequence[list[str]], encoder: ImageEncoder) -> dict[str, Any]:
    """One edited copy of each asker among the catalogue, which is then searched whole.

    Every pair of pictures that stand in one group counts: it is right when both are the same picture, or
    copies of it.
    """
    found = {}
    for own, ids in zip(shelves, askers, strict=True):
        edits = dict(zip(ids, cycle(COPIES), strict=False))
        more = {f"{i}+copy": COPIES[edit](open_shown(own.shown[i])) for i, edit in edits.items()}
        groups = find(with_more(own, more, encoder), workers=2)
        pairs = together(groups)
        of = {**{i: i for i in own.ids}, **{f"{i}+copy": i for i in ids}}
        wrong = [pair for pair in pairs if not own.equal(*(of[i] for i in pair))]
        hits = np.array([tuple(sorted((i, f"{i}+copy"))) in pairs for i in ids], dtype=float)
        right = np.array([pair not in wrong for pair in sorted(pairs)], dtype=float)
        found[own.name] = {
            "planted": len(ids),
            "recall": comparing.rounded(estimate(hits, ids)),
            "pairs": len(pairs),
            "precision": comparing.rounded(estimate(right, [of[one] for one, _ in sorted(pairs)])),
            "groups": len(groups),
            "wrong": wrong,
        }
    return found


def together(groups: Iterable[Group]) -> set[tuple[str, str]]:
    """Every two ids that stand in one group, sorted."""
    ids = [sorted({member.picture[0] for member in group.members}) for group in groups]
    return {(one, other) for own in ids for one, other in combinations(own, 2)}


def dyed(shelves: Sequence[Shelf], askers: Sequence[list[str]], encoder: ImageEncoder) -> dict[str, Any]:
    """Askers with their item in another colour arrive: are they called the same photograph, or variants?"""
    found = {}
    for own, ids in zip(shelves, askers, strict=True):
        said: list[str] = []
        for i in ids:
            picture = recoloured(open_shown(own.shown[i]), int(1e6 * data.share(i)) + 5)
            if picture is None:
                continue
            matches = check(arrival(picture, encoder), own.pictures, kinds=[SAME_PHOTOGRAPH, VARIANT])
            said.append(next((match.kind for match in matches if match.picture[0] == i), ""))
        found[own.name] = {"recoloured": len(said)} | {
            kind: said.count(kind) for kind in (SAME_PHOTOGRAPH, VARIANT)
        }
    return found


def two_sizes(own: Shelf, large: unseen.Shop, encoder: ImageEncoder, count: int) -> dict[str, Any]:
    """The picture at 225x300 asks for itself among all at 60x80."""
    answers, seconds = [], []
    askers = (i for i in large.pictures if i in own.holders and measured_on(large.family[i]))
    for i in data.sample(askers, count):
        new = arrival(open_shown(large.pictures[i]), encoder)
        began = time.perf_counter()
        found = {match.picture[0] for match in check(new, own.pictures)}
        seconds.append(time.perf_counter() - began)
        wrong = tuple(sorted(other for other in found if not own.equal(i, other)))
        answers.append(Answer(own.name, "two sizes", i, "", bool(found & own.holders[i]), wrong))
    return {
        **figures(answers),
        "check_ms": record.spread([1000 * one for one in seconds]),
        "load": record.load(),
        "wrong": [(answer.asker, *answer.wrong) for answer in answers if answer.wrong],
        "missed": [answer.asker for answer in answers if not answer.found],
    }


def whole(own: Shelf, workers: int) -> dict[str, Any]:
    """All pairs of a catalogue: how long, are groups of equal pixels found, and what else is in one?"""
    began = time.perf_counter()
    groups = find(own.pictures, workers=workers)
    seconds = time.perf_counter() - began
    of = {member.picture[0]: group.id for group in groups for member in group.members}
    equal = {ids for ids in own.holders.values() if len(ids) > 1}
    pairs = sorted(together(groups))
    wrong = [pair for pair in pairs if not own.equal(*pair)]
    return {
        "pictures": len(own.pictures),
        "seconds": round(seconds, 1),
        "load": record.load(),
        "groups": {kind: sum(group.kind == kind for group in groups) for kind in KINDS},
        "equal_groups": len(equal),
        "equal_groups_found": sum(len({of.get(i, i) for i in ids}) == 1 for ids in equal),
        "pairs": len(pairs),
        "not_equal_to_the_eye": len(wrong),
        "not_equal": wrong,
    }


def drawn_variants(work: Path, encoder: ImageEncoder) -> dict[str, Any]:
    """How many pairs of variants of a drawn shop are called duplicates, and how many variants."""
    folder = work / f"demo-{OTHER_SHOP}"
    rows = unseen._rows(draw_shop(folder, unseen.DEMO_PRODUCTS, seed=OTHER_SHOP))
    own = shelf(f"demo-{OTHER_SHOP}", {row["id"]: folder / row["image_link"] for row in rows}, work, encoder)
    style = {row["id"]: row["item_group_id"] for row in rows}
    pairs = {pair for pair in combinations(sorted(style), 2) if style[pair[0]] == style[pair[1]] != ""}
    called = together(find(own.pictures, workers=2))
    shown = together(find(own.pictures, kinds=[VARIANT], workers=2))
    others = called - pairs
    return {
        "pictures": len(own.pictures),
        "pairs": len(pairs),
        "called_duplicates": sorted(pairs & called),
        "others_called_duplicates": len(others),
        "of_them_not_equal": sorted(pair for pair in others if not own.equal(*pair)),
        "shown_as_variants": len(pairs & shown),
        "others_shown_as_variants": len(shown - pairs),
    }


def printed(found: dict[str, Any]) -> None:
    rows = []
    for edit in ("all", "fashion-300", "clothing-cc0", *COPIES):
        for way, own in found["transformed"]["ways"].items():
            row = own[edit]
            precision = comparing.shown(row["precision"]) if row["precision"] else "-"
            shown = (comparing.shown(row["recall"]), precision, comparing.shown(row["f1"]))
            rows.append((edit, way, row["cases"], *shown))
    record.table(("edit", "way", "cases", "recall", "precision", "F1"), rows)


def main(arguments: Sequence[str]) -> int:
    data.require("fashion-small", "fashion-300", "clothing-cc0")
    count = int(arguments[0]) if arguments else ASKERS
    encoder = load_encoder()
    with data.work_folder() as work:
        small, large = unseen.fashion(work)
        shops = {"fashion-300": large, "clothing-cc0": unseen.clothes(work)}
        shelves = [shelf(name, shop.pictures, work, encoder) for name, shop in shops.items()]
        askers = [
            data.sample((i for i in shop.pictures if measured_on(shop.family[i])), count)
            for shop in shops.values()
        ]
        everything: list[Shelf] = []

        def of_all() -> Shelf:
            if not everything:
                everything.append(shelf("fashion-small", small.pictures, work, encoder))
            return everything[0]

        parts: dict[str, Callable[[], dict[str, Any]]] = {
            "variants": lambda: drawn_variants(work, encoder),
            "recoloured": lambda: dyed(shelves, askers, encoder),
            "planted": lambda: planted(shelves, askers, encoder),
            "two sizes": lambda: two_sizes(of_all(), large, encoder, 3 * count),
            "transformed": lambda: transformed(shelves, askers, encoder),
            "whole": lambda: whole(of_all(), 2),
        }
        found: dict[str, Any] = {"askers": count, "kinds": list(DUPLICATES)}
        for name, part in parts.items():
            found[name] = part()
            record.write("duplicates", found)
            if name == "transformed":
                printed(found)
            else:
                print(name, found[name], flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
