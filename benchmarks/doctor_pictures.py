"""Are spoilt pictures found, and are found pictures spoilt?

Faults are planted into a catalogue of real photographs, all kinds at once, by code that shares nothing with
what finds them, and the whole is examined. Recall is the share of the planted that is found. Precision is the
share of what is told of a kind that was planted so, in the whole catalogue: once with everything else called
a false alarm, and once after a person looked at what else was told (`doctor_looked.py` says what was seen).
Choices were made with faults in one half of the products by hash (`--choose`); figures are of faults in the
other. Intervals are 95% (Wilson).

    python benchmarks/doctor_pictures.py [--choose] [KIND ...]
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import data
import doctor_faults
import doctor_laid
import numpy as np
import record
from doctor_looked import LOOKED
from planting import Fault, stored

from lookalike import Index
from lookalike.doctor.case import Case
from lookalike.doctor.checks import examined
from lookalike.doctor.finding import LIKELY, Finding
from lookalike.evaluation.split import position
from lookalike.images import Picture, open_image
from lookalike.ingest.measuring import encode_pictures
from lookalike.products import PictureSource

FAULTS: tuple[Fault, ...] = (*doctor_faults.FAULTS, *doctor_laid.FAULTS)
"""Every fault that is planted."""

EACH = 40  # of a kind in one round
ROUNDS = 3
BAR = 0.9
Planted = dict[str, tuple[Fault, str]]
"""By product id the fault that it was given, and the name of its design."""


@dataclass(frozen=True)
class Round:
    """A catalogue with faults in it, and what was told of it."""

    planted: Planted
    found: Sequence[Finding]
    base: str


def planted(index: Index, faults: Sequence[Fault], seed: int, choose: bool) -> dict[str, Any]:
    """What is planted in one round: by product id the fault, its design and the new file."""
    half = [i for i in index.ids if (position(i, "doctor") < 0.5) == choose]
    order = iter(sorted(half, key=lambda i: position(i, f"planted {seed}")))
    made: dict[str, Any] = {}
    for fault in faults:
        names = list(fault.designs)
        shared = b""
        for at in range(EACH):
            product = next(order)
            rng = np.random.default_rng([seed, at, *fault.kind.encode()])
            design = names[(at // fault.shared + seed) % len(names)]
            if at % fault.shared == 0:
                source = index.product(product).pictures[0]
                picture = open_image(source.data or Path(source.uri)).image
                new = fault.designs[design](picture, rng)
                shared = new if isinstance(new, bytes) else stored(new, rng)
            made[product] = (fault, design, shared)
    return made


def spoilt(base: str, faults: Sequence[Fault], seed: int, choose: bool, work: Path) -> tuple[Index, Planted]:
    """An index of a catalogue with faults in it, kept for the next time."""
    clean = data.indexed(base, work)
    made = planted(clean, faults, seed, choose)
    digest = hashlib.sha256(b"".join(i.encode() + new for i, (_, _, new) in sorted(made.items()))).hexdigest()
    path = work / "index" / f"planted-{base}-{digest[:12]}"
    if not path.exists():
        partial = path.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(work / "index" / base, partial)
        Index.open(partial).add(
            replace(clean.product(i), pictures=(PictureSource(f"{i}.jpg", new),))
            for i, (_, _, new) in made.items()
        )
        partial.rename(path)
    return Index.open(path), {i: (fault, design) for i, (fault, design, _) in made.items()}


def case_of(index: Index) -> Case:
    """The whole catalogue of an index, for examining."""
    view = index._now()
    return Case(
        snapshot=view.snapshot,
        sizes=view.sizes,
        contents=view.contents.to_pylist(),
        thumbnails=view.reader.thumbnails,
        encode=lambda images: encode_pictures([Picture(i, *i.size) for i in images], index.encoder)[0],
        workers=2,
    )


def told(rounds: Sequence[Round], kind: str) -> Iterator[tuple[int, str, Fault | None, str]]:
    """The round, the product, and what was planted there, of everything that is told of a kind."""
    for number, one in enumerate(rounds):
        for product in sorted({i for f in one.found if f.kind == kind for i in f.products}):
            fault, design = one.planted.get(product, (None, ""))
            yield number, product, fault, design


def judged(rounds: Sequence[Round], faults: Sequence[Fault]) -> dict[str, Any]:
    """Recall and precision of every kind."""
    figures: dict[str, Any] = {}
    for fault in faults:
        hits: list[bool] = []
        by_design: dict[str, list[bool]] = defaultdict(list)
        for one in rounds:
            named = {i for f in one.found if f.kind in (fault.kind, *fault.also) for i in f.products}
            for i, (own, design) in one.planted.items():
                if own is fault:
                    hits.append(i in named)
                    by_design[design].append(i in named)
        right: list[bool] = []
        looked: list[bool] = []
        false: dict[str, int] = defaultdict(int)
        for number, product, own, design in told(rounds, fault.kind):
            planted_so = own is not None and fault.kind in (own.kind, *own.also)
            right.append(planted_so)
            seen = own is None and product in LOOKED.get(rounds[number].base, {}).get(fault.kind, ())
            looked.append(planted_so or seen)
            if not planted_so:
                false[f"{own.kind}: {design}" if own else product] += 1
        figures[fault.kind] = {
            "recall": wilson(hits),
            "precision": wilson(right),
            "precision_looked": wilson(looked),
            "designs": {name: f"{sum(found)}/{len(found)}" for name, found in by_design.items()},
            "false": dict(sorted(false.items(), key=lambda one: -one[1])),
        }
    return figures


def wilson(outcomes: Sequence[bool]) -> dict[str, float]:
    """The share that is true, how many there are, and its 95% interval (Wilson, 1927)."""
    n, z = len(outcomes), 1.96
    if not n:
        return {"mean": float("nan"), "low": 0.0, "high": 1.0, "n": 0}
    share = sum(outcomes) / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    low, high = (round(min(max(end, 0.0), 1.0), 4) for end in (middle - half, middle + half))
    return {"mean": round(share, 4), "low": low, "high": high, "n": n}


def shown(share: Mapping[str, float]) -> str:
    return f"{share['mean']:.3f} [{share['low']:.2f}, {share['high']:.2f}] n={share['n']}"


def run(faults: Sequence[Fault], choose: bool, work: Path, kinds: Collection[str]) -> dict[str, Any]:
    """Every base catalogue with its faults, examined in rounds."""
    figures: dict[str, Any] = {}
    for base in dict.fromkeys(fault.base for fault in faults):
        own = [fault for fault in faults if fault.base == base]
        rounds = []
        for seed in range(ROUNDS):
            index, plants = spoilt(base, own, seed, choose, work)
            found, _ = examined(case_of(index), kinds)
            rounds.append(Round(plants, [f for f in found if f.confidence >= LIKELY], base))
        figures |= judged(rounds, [fault for fault in own if fault.kind in kinds])
    return figures


def show(figures: Mapping[str, Any]) -> None:
    record.table(
        ("kind", "recall", "precision", "after looking"),
        [
            (kind, shown(row["recall"]), shown(row["precision"]), shown(row["precision_looked"]))
            for kind, row in figures.items()
        ],
    )
    for kind, row in figures.items():
        print(f"\n{kind}: {row['designs']}\n  told besides: {row['false']}")


def main(arguments: Sequence[str]) -> int:
    data.require("clothing-cc0")
    choose = "--choose" in arguments
    kinds = [one for one in arguments if not one.startswith("-")] or [fault.kind for fault in FAULTS]
    with data.work_folder() as work:
        figures = run(FAULTS, choose, work, kinds)
    show(figures)
    if not choose:  # kinds that were not asked for keep their figures
        kept = record.RESULTS / "doctor_pictures.json"
        before = json.loads(kept.read_text(encoding="utf-8"))["kinds"] if kept.is_file() else {}
        figures = {fault.kind: row for fault in FAULTS if (row := (before | figures).get(fault.kind))}
        record.write("doctor_pictures", {"bar": BAR, "each": EACH, "rounds": ROUNDS, "kinds": figures})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
