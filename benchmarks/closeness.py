"""Does "nothing close" mean the same in every shop, and is a probability what it says?

Photos of things that a shop does not sell are asked of it, and new pictures of things that it sells: real
photos where there are any, else what phones make of the catalogue's pictures. The one number of the threshold
was chosen on half of what asks, by hash of the product; the figures are of the other half. Intervals are 95%
bootstrap over products. The first encoder's figures have bars; others show whether the rule is of one alone.

    python benchmarks/closeness.py [NAME ...]      (default: product imagenet)
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import comparing
import data
import numpy as np
import record
import same_products
import unseen

from lookalike.distortions import background, chain, phone, room
from lookalike.encoders.base import ImageEncoder
from lookalike.encoders.loading import load_encoder
from lookalike.evaluation.bootstrap import estimate
from lookalike.evaluation.pictures import Edited
from lookalike.evaluation.split import position
from lookalike.recommend import closeness
from lookalike.recommend.closeness import Closeness
from lookalike.recommend.strangers import strangers
from lookalike.vectors import Floats

BARS = {"foreign": 0.90, "stocked": 0.05}
TRIED = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)
SMALL_ASKERS, FOREIGN = 1500, 2000
SIZES = (60, 150, 500)
KINDS = ("Tshirts", "Casual Shoes", "Watches", "Handbags")
LARGEST = 10_000  # products of a catalogue that is encoded for the other encoders


@dataclass(frozen=True)
class Asked:
    """Pictures that ask a shop, by the product each shows."""

    shows: list[str]
    looks: Floats

    def only(self, wanted: Callable[[str], bool]) -> Asked:
        """Those that show some products."""
        kept = [at for at, product in enumerate(self.shows) if wanted(product)]
        return Asked([self.shows[at] for at in kept], self.looks[kept])

    def best(self, looks: Floats) -> Floats:
        """The cosine of the nearest picture to each, (n,)."""
        parts = [self.looks[at : at + 64] @ looks.T for at in range(0, len(self.looks), 64)]
        return np.concatenate([part.max(axis=1) for part in parts])


@dataclass(frozen=True)
class Shop:
    """A catalogue, what is asked of it that it sells, and what it does not; ``barred`` sets have the bar."""

    name: str
    ids: list[str]
    looks: Floats
    kin: Mapping[str, str]
    stocked: Mapping[str, Asked]
    foreign: Mapping[str, Asked]
    barred: tuple[str, ...]

    def fitted(self, empty: Floats, encoder: ImageEncoder) -> Closeness:
        """What is close in this shop; ``empty`` are pictures of nothing."""
        numbers: dict[str, int] = {}
        family = [numbers.setdefault(self.kin.get(i, i), len(numbers)) for i in self.ids]
        return Closeness.fitted(self.looks, np.arange(len(self.ids)), np.array(family), empty, encoder.space)

    def part(self, name: str, ids: Iterable[str]) -> Shop:
        """The same with fewer products: what asks for the others is left out."""
        wanted = set(ids)
        at = [place for place, i in enumerate(self.ids) if i in wanted]
        stocked = {name: asked.only(wanted.__contains__) for name, asked in self.stocked.items()}
        return replace(
            self,
            name=name,
            ids=[self.ids[place] for place in at],
            looks=self.looks[at],
            stocked={name: asked for name, asked in stocked.items() if len(asked.shows) >= 30},
        )


class Pictures:
    """What one encoder makes of the sets."""

    def __init__(self, encoder: ImageEncoder, work: Path) -> None:
        self.encoder, self.work = encoder, work
        self.small, self.large = unseen.fashion(work)
        self.cloth, self.grocery = unseen.clothes(work), unseen.groceries(work)
        self.drawn = unseen.drawn_shop(work)

    def looks(self, name: str, pictures: Iterable[Any]) -> Floats:
        """Unit vectors, kept from run to run."""
        return unseen.looks(self.encoder, name, pictures, self.work)

    def asked(self, name: str, pictures: Mapping[str, Any]) -> Asked:
        """Pictures by the product each shows."""
        return Asked([*pictures], self.looks(name, pictures.values()))

    def phoned(self, name: str, pictures: Mapping[str, Any], in_room: bool = False) -> Asked:
        """As a phone might take them, by a chance of each product's own, and on other ground."""

        def edit(i: str) -> Edited:
            seed = int(data.share(i) * 2**32)
            return Edited(pictures[i], chain(background(room(seed)), phone(seed)) if in_room else phone(seed))

        kind = "in-a-room" if in_room else "by-phone"
        return self.asked(f"closeness-{name}-{kind}", {i: edit(i) for i in pictures})

    def shops(self) -> Iterator[Shop]:
        """Catalogues with what is asked of them."""
        photos = self.grocery.photos
        food = Asked(list(self.grocery.shows.values()), self.looks("grocery-photos", photos.values()))
        goods = self.asked("grocery", self.grocery.mains())
        drawn = self.asked("demo", self.drawn.mains())
        unseen_small = self.asked("fashion-small-unseen", self.small.only_unseen())
        clothes = self.asked("clothing-cc0", self.cloth.pictures)
        strange = {"grocery photos": food, "grocery products": goods}
        yield from self._fashion(unseen_small, strange)
        phoned = self.phoned("clothes", self.cloth.only_unseen())
        yield Shop(
            "clothing-cc0", clothes.shows, clothes.looks, self.cloth.family,
            {"by phone": phoned}, strange, ("grocery photos",),
        )  # fmt: skip
        some = set(data.sample(self.small.unseen, FOREIGN))
        fashion = unseen_small.only(some.__contains__)
        yield Shop(
            "grocery", goods.shows, goods.looks, {},
            {"real photos": food, "by phone": self.phoned("grocery", self.grocery.mains())},
            {"fashion": fashion, "clothes on phones": clothes, "drawn goods": drawn}, (),
        )  # fmt: skip
        yield from self._drawn(drawn, {**strange, "clothes on phones": clothes})

    def _fashion(self, mains: Asked, strange: Mapping[str, Asked]) -> Iterator[Shop]:
        large = self.large.only_unseen()
        some = {i: self.small.pictures[i] for i in data.sample(self.small.unseen, SMALL_ASKERS)}
        stocked = {
            "another size": self.asked("fashion-300-unseen", large),
            "by phone": self.phoned("fashion-300", large),
            "in a room": self.phoned("fashion-300", large, in_room=True),
            "60x80 by phone": self.phoned("fashion-small", some),
        }
        barred = ("grocery photos",)
        made = Shop(
            "fashion-small, unseen", mains.shows, mains.looks, self.small.family, stocked, strange, barred
        )
        if self.encoder.name == "product":
            whole = self.asked("duplicates-fashion-small", self.small.pictures)
            yield replace(made, name="fashion-small", ids=whole.shows, looks=whole.looks)
            whole = self.asked("duplicates-fashion-300", self.large.pictures)
            in_small = {name: stocked[name] for name in ("by phone", "in a room")}
            in_small["another size"] = mains.only(set(self.large.unseen).__contains__)
            yield Shop("fashion-300", whole.shows, whole.looks, self.large.family, in_small, strange, barred)
        yield made
        for size in SIZES:
            half = [*data.sample(self.large.unseen, size // 2), *data.sample(mains.shows, size - size // 2)]
            yield made.part(f"{size} of them", half)
        for kind in KINDS:
            yield made.part(f"only {kind}", [i for i in mains.shows if self.small.labels[i][0] == kind])

    def _drawn(self, mains: Asked, strange: Mapping[str, Asked]) -> Iterator[Shop]:
        shop = self.drawn
        further = [(i, path) for i, own in shop.pictures.items() for path in own[1:]]
        kin = {i: min(i, *others) for i, others in shop.variants.items()}
        stocked = {
            "street photos": Asked(
                list(shop.shows.values()),
                self.looks("drawn-shop-street-photo-to-product", shop.photos.values()),
            ),
            "another picture": Asked(
                [i for i, _ in further],
                self.looks("drawn-shop-another-picture-to-product", [path for _, path in further]),
            ),
            "by phone": self.phoned("demo", shop.mains()),
        }
        barred = ("grocery photos",)
        made = Shop("drawn shop", mains.shows, mains.looks, kin, stocked, strange, barred)
        yield made
        yield made.part("150 of it", data.sample(mains.shows, 150))


def figures_half(product: str) -> bool:
    """True for what figures are taken of, False for what the threshold was chosen on."""
    return position(product, "closeness") >= 0.5


def judged(shop: Shop, encoder: ImageEncoder, empty: Floats) -> dict[str, Any]:
    """The threshold of a shop; how often each set that asks is said to find nothing close."""
    fitted = shop.fitted(empty, encoder)
    below = fitted.nothing_close_below
    assert below is not None
    figures: dict[str, Any] = {
        "products": len(shop.ids),
        "median_nearest": round(float(np.median(fitted.nearest)), 4),
        "nothing_close_below": round(below, 4),
    }
    for side, sets in (("foreign", shop.foreign), ("stocked", shop.stocked)):
        figures[side] = {}
        for name, asked in sets.items():
            kept = asked.only(figures_half)
            far = kept.best(shop.looks) < below
            figures[side][name] = {
                **comparing.rounded(estimate(far, kept.shows)),
                "cases": len(kept.shows),
                "bar": side == "stocked" or name in shop.barred,
            }
    return figures


def choice(shops: Sequence[Shop], encoder: ImageEncoder, empty: Floats) -> list[dict[str, Any]]:
    """For every way from chance to the neighbours that was tried: how many sets miss their bar."""
    missed = dict.fromkeys(TRIED, 0)
    beyond = dict.fromkeys(TRIED, 0.0)
    for shop in shops:
        fitted = shop.fitted(empty, encoder)
        chance = float(np.quantile((empty @ shop.looks.T).max(axis=1), closeness.BY_CHANCE))
        near = float(np.median(fitted.nearest))
        for side, sets in (("foreign", shop.foreign), ("stocked", shop.stocked)):
            for name, asked in sets.items():
                if side == "foreign" and name not in shop.barred:
                    continue
                best = asked.only(lambda product: not figures_half(product)).best(shop.looks)
                for share in TRIED:
                    far = float((best < chance + share * (near - chance)).mean())
                    over = BARS["foreign"] - far if side == "foreign" else far - BARS["stocked"]
                    missed[share] += over > 0
                    beyond[share] += max(0.0, over)
    return [{"share": s, "missed": missed[s], "beyond": round(beyond[s], 4)} for s in TRIED]


def show(figures: Mapping[str, Any]) -> None:
    for name, found in figures["encoders"].items():
        print(f"\n{name}")
        rows = [
            (shop, row["products"], f"{row['nothing_close_below']:.3f}", side, asked, one["cases"],
             comparing.shown(one), "bar" if one["bar"] else "")
            for shop, row in found["shops"].items()
            for side in ("foreign", "stocked")
            for asked, one in row[side].items()
        ]  # fmt: skip
        record.table(("shop", "products", "below", "asked", "with", "photos", "nothing close", ""), rows)
    record.table(
        ("from chance to neighbours", "sets that miss their bar", "by how much in all"),
        [(row["share"], row["missed"], row["beyond"]) for row in figures["choice"]],
    )
    same_products.show(figures["same_product"])


def main(names: Sequence[str]) -> int:
    data.require(*data.FILES)
    figures: dict[str, Any] = {
        "bars": BARS,
        "by_chance": closeness.BY_CHANCE,
        "from_chance": closeness.FROM_CHANCE,
        "encoders": {},
    }
    with data.work_folder() as work:
        for name in names:
            encoder = load_encoder(name)
            empty = strangers(encoder)
            shops = [*Pictures(encoder, work).shops()]
            if name == names[0]:
                figures["choice"] = choice(shops, encoder, empty)
            figures["encoders"][name] = {"shops": {s.name: judged(s, encoder, empty) for s in shops}}
        figures["same_product"] = same_products.measured(load_encoder(names[0]), work)
    record.write("closeness", figures)
    show(figures)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ("product", "imagenet")))
