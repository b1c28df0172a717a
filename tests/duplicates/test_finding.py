from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from PIL import Image

from lookalike.distortions import COPIES
from lookalike.duplicates.finding import (
    DUPLICATES,
    KINDS,
    SAME_BYTES,
    SAME_PHOTOGRAPH,
    SAME_PIXELS,
    VARIANT,
    Arrival,
    Pictures,
    check,
    find,
)
from lookalike.duplicates.groups import Group
from lookalike.errors import BadArgument
from lookalike.testing.tiny_shop import tiny_shop

Shop = Mapping[str, Image.Image]
Shelf = Callable[[Shop], Pictures]
EDITS = {
    "0007": "crop to 80%",
    "t8": "greyscale",
    "m4": "upside down",
    "c3": "turned 15°",
    "00": "JPEG 25",
    "w1": "white border",
}


@pytest.fixture(scope="module")
def edited(shop: Shop, shelved: Shelf) -> Pictures:
    """The tiny shop, and edited pictures of a few of its products."""
    return shelved({**shop, **{f"{i}-edited": COPIES[edit](shop[i]) for i, edit in EDITS.items()}})


def members(group: Group) -> set[str]:
    return {member.picture[0] for member in group.members}


def test_edited_pictures_and_equal_ones_are_found_and_nothing_else(edited: Pictures) -> None:
    groups = [members(group) for group in find(edited)]
    expected = {frozenset({i, f"{i}-edited"}) for i in EDITS} - {frozenset({"0007", "0007-edited"})}
    expected |= {frozenset({"0007", "0007-bis", "0007-edited"})}
    expected |= {frozenset({"t5", "t5-bis"}), frozenset({"m1", "m1-bis", "m1-ter"})}
    assert {frozenset(group) for group in groups} == expected


def test_equal_pixels_are_told_from_edits(edited: Pictures) -> None:
    kinds = {frozenset(members(group)): group.kind for group in find(edited)}
    assert kinds[frozenset({"t5", "t5-bis"})] == SAME_PIXELS
    assert kinds[frozenset({"w1", "w1-edited"})] == SAME_PHOTOGRAPH
    (group,) = (group for group in find(edited) if "0007" in members(group))
    assert {member.kind for member in group.members} >= {SAME_PHOTOGRAPH}


def test_only_the_kinds_asked_for_are_given(edited: Pictures) -> None:
    assert {group.kind for group in find(edited, kinds=[SAME_PIXELS])} == {SAME_PIXELS}
    assert find(edited, kinds=[SAME_BYTES]) == []


def test_variants_are_their_own_kind(edited: Pictures) -> None:
    variants = tiny_shop().variants
    groups = find(edited, kinds=[VARIANT])
    assert {"0100", "0101", "0102"} in [members(group) for group in groups]
    assert VARIANT not in DUPLICATES
    for group in find(edited, kinds=DUPLICATES):
        for own in variants.values():
            assert len(members(group) & own) < 2


def test_what_a_person_took_apart_stays_apart(edited: Pictures) -> None:
    apart = [(("w1-edited", 0), ("w1", 0))]
    assert not any("w1" in members(group) for group in find(edited, apart=apart))


def test_a_picture_that_is_there_already_is_recognised_on_arrival(shop: Shop, shelved: Shelf) -> None:
    pictures = shelved(shop)

    def arrived(picture: Image.Image) -> list[tuple[str, str]]:
        own = shelved({"new": picture})
        arrival = Arrival(own.contents[0], own.pixels[0], own.looks[0], own.glances, own.thumbnails([0])[0])
        return [(match.picture[0], match.kind) for match in check(arrival, pictures)]

    assert arrived(shop["w1"]) == [("w1", SAME_PIXELS)]
    assert arrived(COPIES["turned 15°"](shop["c3"])) == [("c3", SAME_PHOTOGRAPH)]
    assert {i for i, _ in arrived(COPIES["watermark"](shop["m1"]))} == {"m1", "m1-bis", "m1-ter"}
    assert arrived(Image.effect_mandelbrot((90, 120), (-2, -1.5, 1, 1.5), 60).convert("RGB")) == []


def test_an_empty_catalogue_has_no_duplicates(shelved: Shelf) -> None:
    assert find(shelved({})) == []


@pytest.mark.parametrize("kinds", [["same-photo"], [], "same-photograph"])
def test_unknown_kinds_are_refused_with_those_there_are(kinds: list[str], edited: Pictures) -> None:
    with pytest.raises(BadArgument) as raised:
        find(edited, kinds=kinds)
    assert all(kind in raised.value.next_step for kind in KINDS)


@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan")])
def test_a_threshold_that_is_no_share_is_refused(threshold: float, edited: Pictures) -> None:
    with pytest.raises(BadArgument):
        find(edited, threshold=threshold)
