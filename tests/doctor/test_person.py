"""People and scenes among packshots, and shops where they are the rule."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from PIL import Image, ImageDraw

from lookalike.doctor.finding import Finding
from lookalike.doctor.person import people

from .cases import Goods, case_of
from .scenes import among, packshot, photograph, shop_of, told, unjudged


@cache
def wearer(seed: int) -> Image.Image:
    """Somebody before white, who is cut off by the lower edge."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (96, 128), "white")
    draw = ImageDraw.Draw(image)
    skin = tuple(np.array([[236, 188, 160], [198, 140, 105], [150, 98, 70]])[seed % 3].tolist())
    draw.ellipse((37, 4, 59, 34), fill=skin)
    draw.rectangle((24, 36, 72, 96), fill=tuple(rng.integers(0, 200, 3).tolist()))
    draw.rectangle((14, 40, 24, 100), fill=skin)
    draw.rectangle((72, 40, 82, 100), fill=skin)
    draw.rectangle((26, 96, 70, 128), fill=(50, 60, 90))
    return image


def test_people_among_packshots_are_told_and_nothing_else() -> None:
    worn = {f"worn{at}": wearer(at) for at in range(3)}
    assert told(people, among(worn, packshot, 60)) == dict.fromkeys(worn, "person")


def test_a_scene_among_packshots_is_told() -> None:
    assert told(people, among({"scene": photograph(7)}, packshot, 60)) == {"scene": "person"}


def test_where_people_are_the_rule_none_is_told_and_that_is_said() -> None:
    case = among({"p": packshot(1)}, wearer, 60)
    assert told(people, case, 0.2) == {}
    assert [kind for kind, _ in unjudged(people, case)] == ["person"]


def test_the_rule_is_that_of_the_kind() -> None:
    goods = [Goods(f"d{at}", category="Dresses", picture=wearer(at)) for at in range(60)]
    goods += [Goods(f"m{at}", category="Mugs", picture=packshot(at)) for at in range(300)]
    goods += [Goods("held", category="Mugs", picture=wearer(99))]
    found = [one for one in people(case_of(goods)) if isinstance(one, Finding)]
    assert [one.products for one in found] == [("held",)]
    assert "Mugs" in found[0].evidence["says"]
    assert all(shown["value"] == "Mugs" for shown in found[0].evidence["products"])


def test_items_with_the_colour_of_skin_are_packshots() -> None:
    def tan(seed: int) -> Image.Image:
        image: Image.Image = packshot(seed).copy()
        ImageDraw.Draw(image).circle((48, 64), 34, fill=(198, 140, 105 + seed % 20))
        return image

    assert told(people, among({f"tan{at}": tan(at) for at in range(4)}, packshot, 60)) == {}


def test_a_few_pictures_are_too_few_to_know() -> None:
    case = shop_of({f"p{at}": packshot(at) for at in range(5)})
    assert unjudged(people, case)[0][0] == "person"


def test_a_shop_without_pictures_is_not_judged() -> None:
    assert unjudged(people, case_of([Goods("a"), Goods("b")]))


def test_nothing_is_said_of_a_damaged_thumbnail() -> None:
    case = among({"worn": wearer(1)}, packshot, 60)
    broken = replace(case, thumbnails=lambda keys: dict.fromkeys(keys, b"no picture"))
    assert told(people, broken, 0.2) == {}
