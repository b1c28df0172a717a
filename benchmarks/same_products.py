"""Is a probability of being the same product what it says? Part of `closeness.py`.

A probability is calibrated on one half of the products with several pictures, by hash, and checked on the
other: each of its pictures asks among the pictures of that half, once with its product there and once with it
taken away, and the ten nearest products are candidates. The expected calibration error is the mean distance
between what was said and what was true, over ten bins with equally many candidates (Naeini, Cooper,
Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015); intervals are 95%
bootstrap over the products that ask.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import record
import unseen

from lookalike.demo.shop import draw_shop
from lookalike.encoders.base import ImageEncoder
from lookalike.evaluation.split import companions, position, ties_of
from lookalike.recommend.closeness import Closeness
from lookalike.recommend.pairs import CANDIDATES, SAME_PICTURE
from lookalike.vectors import Floats

SEEDS = (7, 11, 12)  # of drawn shops: half of their products have 200 pairs
BINS, ROUNDS = 10, 1000
NONE = 0


class Gallery:
    """Pictures of products in the order of products, with each product's family."""

    def __init__(self, shows: Sequence[str], looks: Floats, kin: Mapping[str, str]) -> None:
        order = np.argsort(np.array(shows), kind="stable")
        self.ids, self.product = np.unique(np.array(shows)[order], return_inverse=True)
        self.looks = looks[order]
        numbers: dict[str, int] = {}
        self.family = np.array([numbers.setdefault(kin.get(i, i), len(numbers)) for i in self.ids.tolist()])

    def half(self, upper: bool, kin: Mapping[str, str]) -> Gallery:
        """The products, families whole, on one side by hash."""
        side = [(position(kin.get(i, i), "same") >= 0.5) == upper for i in self.ids.tolist()]
        kept = np.array(side)[self.product]
        return Gallery(self.ids[self.product[kept]].tolist(), self.looks[kept], kin)

    def fitted(self, encoder: ImageEncoder) -> Closeness:
        """What is close among them."""
        empty = np.empty((0, self.looks.shape[1]), np.float32)
        return Closeness.fitted(self.looks, self.product, self.family, empty, encoder.space)

    def several(self) -> list[int]:
        """Pictures of products that have more than one."""
        return np.flatnonzero(np.bincount(self.product)[self.product] > 1).tolist()


def candidates(gallery: Gallery, looks: Floats, own: Sequence[int]) -> tuple[Floats, np.ndarray, np.ndarray]:
    """Cosines of the nearest products, whether each is the one that asked, and who asked.

    ``own`` are the products (places in the gallery) that the pictures show; pictures that are the asker's to
    the last number are left out, and so are other products of its family.
    """
    starts = np.flatnonzero(np.diff(gallery.product, prepend=-1))
    cosines, true, asker = [], [], []
    for look, product in zip(looks, own, strict=True):
        said = gallery.looks @ look
        said[(gallery.product == product) & (said > SAME_PICTURE)] = -np.inf
        best = np.maximum.reduceat(said, starts)
        kin = gallery.family == gallery.family[product]
        kin[product] = False
        best[kin] = -np.inf
        if not np.isfinite(best[product]):
            continue
        for there in (True, False):
            scores = best.copy()
            if not there:
                scores[product] = -np.inf
            top = np.argsort(-scores, kind="stable")[:CANDIDATES]
            top = top[np.isfinite(scores[top])]
            cosines.append(scores[top])
            true.append(top == product)
            asker.append(np.full(len(top), product))
    return np.concatenate(cosines), np.concatenate(true), np.concatenate(asker)


def error(said: np.ndarray, true: np.ndarray) -> float:
    """The expected calibration error of probabilities (n,) of what was true or not (n,)."""
    bins = np.array_split(np.argsort(said, kind="stable"), BINS)
    return float(sum(len(b) * abs(said[b].mean() - true[b].mean()) for b in bins if len(b)) / len(said))


def reliability(closeness: Closeness, found: tuple[Floats, np.ndarray, np.ndarray]) -> dict[str, Any]:
    """The calibration error with its interval, and what was said and true in bins of the probability."""
    cosines, true, asker = found
    chances = closeness.same_product(cosines)
    assert chances is not None
    said = chances.astype(np.float64)
    rng = np.random.default_rng(0)
    askers = np.unique(asker)
    rows = {a: np.flatnonzero(asker == a) for a in askers.tolist()}
    drawn = (
        np.concatenate([rows[a] for a in rng.choice(askers, len(askers)).tolist()]) for _ in range(ROUNDS)
    )
    low, high = np.quantile([error(said[at], true[at]) for at in drawn], [0.025, 0.975])
    mean = error(said, true)
    bins = np.minimum((said * 5).astype(int), 4)
    return {
        "pairs": closeness.pairs,
        "askers": len(askers),
        "candidates": len(said),
        "ece": {name: round(float(v), 4) for name, v in (("mean", mean), ("low", low), ("high", high))},
        "brier": round(float(((said - true) ** 2).mean()), 4),
        "bins": [
            {
                "from": at / 5,
                "cases": int((bins == at).sum()),
                "said": round(float(said[bins == at].mean()), 3),
                "true": round(float(true[bins == at].mean()), 3),
            }
            for at in range(5)
            if (bins == at).any()
        ],
    }


def measured(encoder: ImageEncoder, work: Path) -> dict[str, Any]:
    """Reliability in the drawn shop and among groceries with their photos; and of street photos."""
    figures: dict[str, Any] = {}
    drawn, kin = drawn_pictures(encoder, work)
    groceries = unseen.groceries(work)
    shown = [*groceries.pictures, *groceries.shows.values()]
    food = [
        unseen.looks(encoder, "grocery", groceries.mains().values(), work),
        unseen.looks(encoder, "grocery-photos", groceries.photos.values(), work),
    ]
    galleries = {
        "drawn shops, their own further pictures": (drawn, kin),
        "grocery products and their photos": (Gallery(shown, np.concatenate(food), {}), {}),
    }
    for name, (whole, families) in galleries.items():
        closeness = whole.half(False, families).fitted(encoder)
        other = whole.half(True, families)
        asking = other.several()
        found = candidates(other, other.looks[asking], other.product[asking].tolist())
        figures[name] = reliability(closeness, found)
    figures["drawn shop, photos taken in the street"] = street(encoder, work)
    return figures


def drawn_pictures(encoder: ImageEncoder, work: Path) -> tuple[Gallery, dict[str, str]]:
    """Three drawn shops as one, with all their pictures, and its families of variants."""
    shown: list[tuple[str, Path]] = []
    groups: dict[str, str] = {}
    for seed in SEEDS:
        folder = work / ("demo" if seed == SEEDS[0] else f"demo-{seed}")
        for row in unseen._rows(draw_shop(folder, unseen.DEMO_PRODUCTS, seed)):
            i = f"{seed}-{row['id']}"
            groups[i] = row["item_group_id"] and f"{seed}-{row['item_group_id']}"
            links = (row["image_link"], *filter(None, row["additional_image_link"].split(",")))
            shown += [(i, folder / link) for link in links]
    looks = unseen.looks(encoder, "drawn-shops-all-pictures", [path for _, path in shown], work)
    kin = families(groups)
    return Gallery([i for i, _ in shown], looks, kin), kin


def families(groups: Mapping[str, str]) -> dict[str, str]:
    return {i: min(i, *others) for i, others in companions(ties_of(groups)).items()}


def street(encoder: ImageEncoder, work: Path) -> dict[str, Any]:
    """Photos that customers take, told by what the shop's own further pictures taught."""
    shop = unseen.drawn_shop(work)
    kin = {i: min(i, *others) for i, others in shop.variants.items()}
    further = [(i, path) for i, own in shop.pictures.items() for path in own[1:]]
    looks = [
        unseen.looks(encoder, "demo", shop.mains().values(), work),
        unseen.looks(encoder, "drawn-shop-another-picture-to-product", [path for _, path in further], work),
    ]
    gallery = Gallery([*shop.pictures, *(i for i, _ in further)], np.concatenate(looks), kin)
    photos = unseen.looks(encoder, "drawn-shop-street-photo-to-product", shop.photos.values(), work)
    place = {i: at for at, i in enumerate(gallery.ids.tolist())}
    own = [place[i] for i in shop.shows.values()]
    return reliability(gallery.fitted(encoder), candidates(gallery, photos, own))


def show(figures: Mapping[str, Any]) -> None:
    rows = []
    for name, row in figures.items():
        ece = row["ece"]
        told = f"{ece['mean']:.3f} [{ece['low']:.3f}, {ece['high']:.3f}]"
        bins = "  ".join(f"{one['said']:.2f}: {one['true']:.2f} ({one['cases']:,})" for one in row["bins"])
        rows.append((name, row["pairs"], row["askers"], row["candidates"], told, bins))
    record.table(("same product", "pairs", "askers", "candidates", "error", "said: true (cases)"), rows)
