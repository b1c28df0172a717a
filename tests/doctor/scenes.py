"""Drawn photographs for looking at their pixels: a shop of them, with spoilt ones in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache

import numpy as np
from PIL import Image, ImageDraw

from lookalike.doctor.case import Case
from lookalike.doctor.finding import Finding, Unjudged

from .cases import Goods, case_of

Check = Callable[[Case], Iterator[Finding | Unjudged]]
Draw = Callable[[int], Image.Image]


@cache
def photograph(seed: int, size: tuple[int, int] = (96, 128)) -> Image.Image:
    """Many sharp things all over, in all directions."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", size, tuple(rng.integers(60, 200, 3).tolist()))
    draw = ImageDraw.Draw(image)
    for _ in range(40):
        x, y, width, height = (rng.random(4) * [*size, size[0] / 3, size[1] / 3]).tolist()
        shape = draw.ellipse if rng.random() < 0.5 else draw.rectangle
        shape((x - width / 2, y - height / 2, x + width / 2, y + height / 2), tuple(rng.integers(0, 256, 3)))
    return image


@cache
def packshot(seed: int, size: tuple[int, int] = (96, 128)) -> Image.Image:
    """A round item in the middle of white."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", size, "white")
    radius = size[0] * rng.uniform(0.2, 0.35)
    middle = (size[0] / 2, size[1] / 2)
    draw = ImageDraw.Draw(image)
    draw.circle(middle, radius, tuple(rng.integers(0, 160, 3).tolist()))
    draw.circle(middle, radius / 3, tuple(rng.integers(100, 256, 3).tolist()))
    return image


def shop_of(pictures: Mapping[str, Image.Image]) -> Case:
    """A case of products with these pictures, by id; the originals are as large as they are."""
    case = case_of([Goods(name, picture=picture) for name, picture in pictures.items()])
    sizes = np.array([pictures[name].size for name, _ in case.keys], dtype=np.int32).reshape(-1, 2)
    return replace(case, sizes=sizes)


def among(
    spoilt: Mapping[str, Image.Image],
    usual: Draw = photograph,
    count: int = 40,
) -> Case:
    """A shop of many usual pictures and these."""
    return shop_of({**{f"p{at:03}": usual(at) for at in range(count)}, **spoilt})


def told(check: Check, case: Case, least: float = 0.5) -> dict[str, str]:
    """The kind of what is told, by product id."""
    found = (one for one in check(case) if isinstance(one, Finding) and one.confidence >= least)
    return {one.products[0]: one.kind for one in found}


def unjudged(check: Check, case: Case) -> list[tuple[str, str]]:
    """Kinds that could not be judged, and why."""
    return [(one.kind, one.why) for one in check(case) if isinstance(one, Unjudged)]
