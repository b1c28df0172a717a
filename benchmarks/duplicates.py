"""Are edited copies of a picture found, and nothing else? How long does a whole catalogue take?

Every asker's picture is edited in each way of `lookalike.distortions.COPIES` and checked against the whole
catalogue it comes from, as a new product's picture is. True are the original and pictures that equal it by
nature: the same bytes, or one photograph under two ids, told by eye (`ALSO_SAME`). Figures are of the half of
the ids on which no weight and no threshold was chosen, families of equal pictures on one side; intervals are
95% bootstrap over products. Beside it, on the same files and in the same run, perceptual hashes of the
package imagehash, where it is installed.

    python benchmarks/duplicates.py [ASKERS]        (default: 300 of each catalogue)
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import comparing
import data
import numpy as np
import record
import unseen
from PIL import Image

from lookalike.distortions import COPIES
from lookalike.duplicates.candidates import signatures
from lookalike.duplicates.finding import DUPLICATES, KINDS, Arrival, Pictures, check, find
from lookalike.duplicates.sight import glances
from lookalike.encoders.base import ImageEncoder
from lookalike.encoders.loading import load_encoder
from lookalike.evaluation.bootstrap import estimate, ratio
from lookalike.evaluation.pictures import open_shown
from lookalike.glance import glance
from lookalike.hashing import content_hash, pixel_hash
from lookalike.images import open_image
from lookalike.ingest.measuring import detail, encode_pictures, small_picture

ASKERS = 300
HASHES = (("phash", 4), ("phash", 10), ("dhash", 4), ("dhash", 10))
"""Hashes of imagehash and the largest distances at which they are used."""

ALSO_SAME = (("fashion-300", ("34100", "35455")),)
"""One photograph under several ids in other bytes, looked at by eye."""


@dataclass(frozen=True)
class Shelf:
    """A catalogue: what is known of its pictures, their ids, and which are equal by nature."""

    name: str
    pictures: Pictures
    shown: Mapping[str, Any]
    equal: Mapping[str, frozenset[str]]


def measured_on(family: str) -> bool:
    """True for families on which nothing was chosen."""
    return data.share("duplicates" + family) >= 0.5


def shelf(name: str, shown: Mapping[str, Any], work: Path, encoder: ImageEncoder) -> Shelf:
    """A catalogue of one picture for each id, measured as an index measures it."""
    keys = list(shown)
    vectors = unseen.looks(encoder, f"duplicates-{name}", shown.values(), work)
    contents, pixels, small, seen, sizes = [], [], [], [], []
    for picture in shown.values():
        decoded = open_image(picture, detail=detail(encoder))
        opened = decoded.image
        content = picture if isinstance(picture, bytes) else Path(picture).read_bytes()
        contents.append(content_hash(content))
        pixels.append(pixel_hash(opened))
        small.append(small_picture(opened))
        seen.append(glance(opened))
        sizes.append((decoded.width, decoded.height))
    equal: dict[str, set[str]] = defaultdict(set)
    holders: dict[str, list[str]] = defaultdict(list)
    for i, pixel in zip(keys, pixels, strict=True):
        holders[pixel].append(i)
    for ids in [*holders.values(), *(ids for own, ids in ALSO_SAME if own == name)]:
        for i in ids:
            equal[i] |= set(ids)
    known = Pictures(
        [(i, 0) for i in keys],
        contents,
        pixels,
        vectors,
        glances(seen),
        lambda at: [small[i] for i in at],
        np.array(sizes, dtype=np.int32),
    )
    return Shelf(name, known, shown, {i: frozenset(own) for i, own in equal.items()})


def arrival(image: Image.Image, encoder: ImageEncoder) -> Arrival:
    """A picture as it is measured on arrival."""
    picture = open_image(image, detail=detail(encoder))
    looks, _ = encode_pictures([picture], encoder)
    small = small_picture(picture.image)
    return Arrival("new", pixel_hash(picture.image), looks[0], glances([glance(picture.image)]), small)


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


def asked(shelf: Shelf, askers: Sequence[str], encoder: ImageEncoder) -> Iterable[Answer]:
    signed = signatures(shelf.pictures.glances)
    ids = [i for i, _ in shelf.pictures.keys]
    kept = [hashed(open_shown(shown)) for shown in shelf.shown.values()]
    bits = {name: np.stack([own[name] for own in kept]) for name in kept[0]}
    for edit, distortion in COPIES.items():
        for i in askers:
            image = distortion(open_shown(shelf.shown[i]))
            matches = check(arrival(image, encoder), shelf.pictures, signed=signed)
            ways = {"lookalike": {match.picture[0] for match in matches}}
            own = hashed(image)
            for name, most in HASHES if own else ():
                distances = (bits[name] != own[name]).sum(axis=1)
                ways[f"{name} {most}"] = {ids[at] for at in np.flatnonzero(distances <= most)}
            for way, found in ways.items():
                yield Answer(shelf.name, edit, i, way, i in found, tuple(sorted(found - shelf.equal[i])))


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


def transformed(work: Path, encoder: ImageEncoder, count: int) -> dict[str, Any]:
    _, large = unseen.fashion(work)
    answers: list[Answer] = []
    for name, shop in (("fashion-300", large), ("clothing-cc0", unseen.clothes(work))):
        own = shelf(name, shop.pictures, work, encoder)
        askers = data.sample((i for i in shop.pictures if measured_on(shop.family[i])), count)
        answers += asked(own, askers, encoder)
    found: dict[str, Any] = {}
    for way in dict.fromkeys(answer.way for answer in answers):
        of_way = [answer for answer in answers if answer.way == way]
        found[way] = {"all": figures(of_way)}
        for name in ("fashion-300", "clothing-cc0"):
            found[way][name] = figures([answer for answer in of_way if answer.shelf == name])
        for edit in COPIES:
            found[way][edit] = figures([answer for answer in of_way if answer.edit == edit])
    wrong = sorted({(a.shelf, a.asker, i) for a in answers if a.way == "lookalike" for i in a.wrong})
    return {"ways": found, "wrong": wrong}


def two_sizes(own: Shelf, large: unseen.Shop, encoder: ImageEncoder, count: int) -> dict[str, Any]:
    """The picture at 225x300 asks for itself among all at 60x80."""
    signed = signatures(own.pictures.glances)
    answers, seconds = [], []
    askers = (i for i in large.pictures if i in own.equal and measured_on(large.family[i]))
    for i in data.sample(askers, count):
        new = arrival(open_shown(large.pictures[i]), encoder)
        began = time.perf_counter()
        found = {match.picture[0] for match in check(new, own.pictures, signed=signed)}
        seconds.append(time.perf_counter() - began)
        answers.append(
            Answer(own.name, "two sizes", i, "", bool(found & own.equal[i]), tuple(found - own.equal[i]))
        )
    return {
        **figures(answers),
        "check_ms": record.spread([1000 * one for one in seconds]),
        "wrong": [(answer.asker, *answer.wrong) for answer in answers if answer.wrong],
    }


def whole(own: Shelf, workers: int) -> dict[str, Any]:
    """All pairs of a catalogue: how long, and whether groups of equal bytes are found."""
    began = time.perf_counter()
    groups = find(own.pictures, workers=workers)
    seconds = time.perf_counter() - began
    kinds = {kind: sum(group.kind == kind for group in groups) for kind in KINDS}
    of = {m.picture[0]: group.id for group in groups for m in group.members}
    equal = {ids for ids in own.equal.values() if len(ids) > 1}
    kept = sum(len({of.get(i, i) for i in ids}) == 1 for ids in equal)
    edited = [[m.picture[0] for m in group.members] for group in groups if group.kind == KINDS[2]]
    return {
        "pictures": len(own.pictures),
        "seconds": round(seconds, 1),
        "load": record.load(),
        "groups": kinds,
        "equal_groups": len(equal),
        "equal_groups_found": kept,
        "edited": edited,
    }


def drawn_variants(work: Path, encoder: ImageEncoder, workers: int) -> dict[str, Any]:
    """How many pairs of variants of the drawn shop are called duplicates."""
    shop = unseen.drawn_shop(work)
    own = shelf("demo", shop.mains(), work, encoder)
    groups = find(own.pictures, workers=workers)
    pairs = {frozenset((one, other)) for one, others in shop.variants.items() for other in others}
    together = {
        frozenset((one.picture[0], other.picture[0]))
        for group in groups
        for one in group.members
        for other in group.members
        if one != other
    }
    found = find(own.pictures, kinds=[KINDS[3]], workers=workers)
    shown = {
        frozenset((one.picture[0], other.picture[0]))
        for group in found
        for one in group.members
        for other in group.members
        if one != other
    }
    return {
        "pictures": len(own.pictures),
        "pairs": len(pairs),
        "called_duplicates": len(pairs & together),
        "others_called_duplicates": [sorted(pair) for pair in together - pairs],
        "shown_as_variants": len(pairs & shown),
        "others_shown_as_variants": len(shown - pairs),
    }


def main(arguments: Sequence[str]) -> int:
    data.require("fashion-small", "fashion-300", "clothing-cc0")
    count = int(arguments[0]) if arguments else ASKERS
    encoder = load_encoder()
    with data.work_folder() as work:
        small, large = unseen.fashion(work)
        found: dict[str, Any] = {"askers": count, "kinds": list(DUPLICATES)}
        found["transformed"] = transformed(work, encoder, count)
        found["variants"] = drawn_variants(work, encoder, 2)
        own = shelf("fashion-small", small.pictures, work, encoder)
        found["two sizes"] = two_sizes(own, large, encoder, count)
        found["whole"] = whole(own, 2)
    record.write("duplicates", found)
    rows = []
    for edit in ("all", "fashion-300", "clothing-cc0", *COPIES):
        for way, own_figures in found["transformed"]["ways"].items():
            row = own_figures[edit]
            precision = comparing.shown(row["precision"]) if row["precision"] else "-"
            rows.append(
                (
                    edit,
                    way,
                    row["cases"],
                    comparing.shown(row["recall"]),
                    precision,
                    comparing.shown(row["f1"]),
                )
            )
    record.table(("edit", "way", "cases", "recall", "precision", "F1"), rows)
    for part in ("variants", "two sizes", "whole"):
        print(part, {name: value for name, value in found[part].items() if name not in ("edited", "wrong")})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
