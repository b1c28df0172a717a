"""Is a picture still found after an edit that should fool nobody?

Unseen fashion pictures are edited one way at a time and searched among all unseen fashion products; the share
whose original comes first. A product whose picture is the original's to the last byte counts as the
original. Pictures that an edit leaves as they are do not ask, nor is the background changed of those that
were not taken on white.
Products that exist at 225x300 pixels are in the gallery at that size, the others at 60x80. Intervals are 95%
bootstrap over products; differences to the first encoder are paired.

    python benchmarks/distortions.py [NAME ...]        (default: imagenet product)
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import comparing
import data
import numpy as np
import record
import unseen

from lookalike import distortions
from lookalike.distortions import Distortion
from lookalike.encoders.base import ImageEncoder
from lookalike.encoders.loading import load_encoder
from lookalike.evaluation.bootstrap import estimate
from lookalike.evaluation.cases import CaseSet
from lookalike.evaluation.gallery import Gallery
from lookalike.evaluation.judge import Judgement, judge
from lookalike.evaluation.pictures import open_shown
from lookalike.evaluation.structure import distorted_cases

ASKERS = 1000
FIRST = "hit_rate_at_1"
BARS = {"edit": 0.98, "background": 0.90}
WHITE = 240  # the least a border's median red, green and blue are where a picture was taken on white
SIZES = ("60x80", "225x300")


def changed(picture: Any, edited: Any) -> bool:
    """False where an edit left every pixel as it was."""
    before, after = open_shown(picture), open_shown(edited)
    return before.size != after.size or before.tobytes() != after.tobytes()


def on_white(picture: Any) -> bool:
    return min(distortions.border_colour(open_shown(picture))) >= WHITE


def cases_of(distortion: Distortion, kind: str, pictures: Mapping[str, Any], small: unseen.Shop) -> CaseSet:
    """Pictures that the distortion is meant for and changes; how many it is not and does not."""
    meant = {i: shown for i, shown in pictures.items() if kind != "background" or on_white(shown)}
    whole = distorted_cases(meant, distortion, small.copies, small.family)
    kept = tuple(case for case in whole.cases if changed(meant[case.key], case.ask))
    left_out = {
        "not on white": len(pictures) - len(meant),
        "left as they are": len(meant) - len(kept),
    }
    return CaseSet(kept, whole.truth, left_out)


def by_size(verdicts: Mapping[str, Judgement], large: unseen.Shop) -> dict[str, Any]:
    """Shares by encoder and their differences to the first, for each size of picture and for all."""
    base, *others = verdicts
    cases = verdicts[base].cases
    is_large = np.array([case.key in large.pictures for case in cases])
    figures: dict[str, Any] = {}
    for size, mask in (("all", is_large | True), (SIZES[0], ~is_large), (SIZES[1], is_large)):
        if not mask.any():
            continue
        clusters = [case.cluster for case, kept in zip(cases, mask, strict=True) if kept]
        first = {name: verdict.values[FIRST][mask] for name, verdict in verdicts.items()}
        figures[size] = {
            "cases": int(mask.sum()),
            "means": {name: comparing.rounded(estimate(hits, clusters)) for name, hits in first.items()},
            "differences": {
                name: comparing.rounded(estimate(first[name] - first[base], clusters)) for name in others
            },
        }
    return figures


def subject(
    encoder: ImageEncoder, edit: str, cases: CaseSet, shops: Sequence[unseen.Shop], work: Path
) -> Gallery:
    """All unseen products, each by its largest picture, asked with edited ones; vectors are kept."""
    vectors: dict[str, Any] = {}
    for name, shop in zip(("fashion-small-unseen", "fashion-300-unseen"), shops, strict=True):
        own = unseen.looks(encoder, name, shop.only_unseen().values(), work)
        vectors |= dict(zip(shop.unseen, own, strict=True))
    asked = [case.ask for case in cases.cases]
    name = f"distorted-{edit}".replace(" ", "-")
    seen = dict(zip(asked, unseen.looks(encoder, name, asked, work), strict=True))
    return Gallery(
        [*vectors], np.stack([*vectors.values()]), lambda asks: np.stack([seen[ask] for ask in asks])
    )


def measured(encoders: Mapping[str, ImageEncoder], work: Path) -> dict[str, Any]:
    small, large = unseen.fashion(work)
    gallery = small.only_unseen() | large.only_unseen()
    others = data.sample((i for i in small.unseen if i not in large.pictures), ASKERS - len(large.unseen))
    pictures = {i: gallery[i] for i in [*large.unseen, *others]}
    edits = [(name, "edit", edit) for name, edit in distortions.EDITS.items()]
    edits += [(name, "background", edit) for name, edit in distortions.BACKGROUNDS.items()]
    found: dict[str, Any] = {}
    for name, kind, edit in edits:
        cases = cases_of(edit, kind, pictures, small)
        verdicts = {
            encoder: judge(subject(loaded, name, cases, (small, large), work), cases)
            for encoder, loaded in encoders.items()
        }
        found[name] = {
            "kind": kind,
            "left_out": dict(cases.left_out),
            "sizes": by_size(verdicts, large),
        }
    return {"gallery": len(gallery), "askers": len(pictures), "bars": BARS, "edits": found}


def main(names: Sequence[str]) -> int:
    data.require("fashion-small", "fashion-300")
    encoders: dict[str, ImageEncoder] = {name: load_encoder(name) for name in names}
    with data.work_folder() as work:
        figures = measured(encoders, work)
    record.write("distortions", {"encoders": list(names), **figures})
    record.table(
        ("the original comes first", "pictures", "cases", *names),
        [
            (name, size, row["cases"], *(comparing.shown(mean) for mean in row["means"].values()))
            for name, edit in figures["edits"].items()
            for size, row in edit["sizes"].items()
        ],
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or comparing.DEFAULT))
