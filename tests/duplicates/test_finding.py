from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lookalike.distortions import COPIES
from lookalike.duplicates import finding
from lookalike.duplicates.finding import (
    DUPLICATES,
    KINDS,
    SAME_BYTES,
    SAME_PHOTOGRAPH,
    SAME_PIXELS,
    VARIANT,
    Arrival,
    Found,
    Pictures,
    check,
    chosen,
    find,
    find_pairs,
)
from lookalike.duplicates.groups import Group, Pair
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
    assert {i for i, _ in arrived(COPIES["upside down"](shop["m1"]))} == {"m1", "m1-bis", "m1-ter"}
    assert arrived(Image.effect_mandelbrot((90, 120), (-2, -1.5, 1, 1.5), 60).convert("RGB")) == []


def in_pieces(pictures: Pictures, **options: Any) -> list[Found]:
    return list(find_pairs(pictures, **options))


def test_equal_pictures_come_first_and_in_the_end_every_picture_is_looked_at(edited: Pictures) -> None:
    first, *pieces = in_pieces(edited)
    assert {pair.kind for pair in first.pairs} <= {SAME_BYTES, SAME_PIXELS}
    assert not len(first.covered)
    covered = np.concatenate([piece.covered for piece in pieces])
    assert sorted(covered.tolist()) == list(range(len(edited)))


def test_a_stop_half_way_keeps_what_was_found_and_the_rest_is_found_later(
    edited: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "PIECE", 12)
    whole = in_pieces(edited)
    assert len(whole) > 3
    begun = in_pieces(edited)[:3]
    fresh = np.ones(len(edited), dtype=np.bool_)
    fresh[np.concatenate([piece.covered for piece in begun])] = False
    known = [pair for piece in begun for pair in piece.pairs]
    rest = in_pieces(edited, fresh=fresh, known=known)
    together = {pair.first + pair.second for pair in known + [pair for piece in rest for pair in piece.pairs]}
    assert together == {pair.first + pair.second for piece in whole for pair in piece.pairs}


def test_one_new_picture_is_compared_and_the_old_ones_are_not(edited: Pictures) -> None:
    at = edited.keys.index(("w1-edited", 0))
    fresh = np.arange(len(edited)) == at
    pieces = in_pieces(edited, fresh=fresh)
    pairs = [pair for piece in pieces for pair in piece.pairs]
    assert [(pair.first[0], pair.second[0]) for pair in chosen(pairs)] == [("w1", "w1-edited")]
    assert [piece.covered.tolist() for piece in pieces] == [[], [at]]


def test_what_was_done_is_told_while_it_is_done(edited: Pictures) -> None:
    told: list[tuple[int, int]] = []
    in_pieces(edited, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (len(edited), len(edited))


def test_little_memory_finds_the_same(edited: Pictures) -> None:
    least = 6 * len(edited)
    assert find(edited, memory=least) == find(edited)


def test_pairs_below_a_kinds_threshold_are_there_for_those_who_ask() -> None:
    pairs = [Pair(("a", 0), ("b", 0), SAME_PHOTOGRAPH, 0.6), Pair(("a", 0), ("b", 0), VARIANT, 0.95)]
    assert chosen(pairs) == []
    assert chosen(pairs, threshold=0.55) == pairs[:1]
    assert chosen(pairs, kinds=[VARIANT]) == pairs[1:]


def test_a_copy_says_what_was_done_to_it(shop: Shop, shelved: Shelf) -> None:
    darker, own = COPIES["light -30%"](shop["c1"]), shop["c1"]
    (group,) = find(shelved({"a": own, "b": darker}))
    (group_back,) = find(shelved({"a": darker, "b": own}))
    assert [member.changes for member in group.members[1:]] == [("30% darker",)]
    assert "brighter" in group_back.members[1].changes[0]
    new = shelved({"new": COPIES["mirrored"](own)})
    arrival = Arrival(new.contents[0], new.pixels[0], new.looks[0], new.glances, new.thumbnails([0])[0])
    assert {match.changes for match in check(arrival, shelved(shop)) if match.picture[0] == "c1"} == {
        ("mirrored",)
    }


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


def test_many_twins_do_not_crowd_out_an_edited_copy(shop: Shop, shelved: Shelf) -> None:
    twins = {f"{i}-twin-{n}": shop[i] for i in ("w1",) for n in range(9)}
    small = COPIES["half size"](shop["w1"])
    pictures = shelved({**shop, **twins, **{f"w1-small-{n}": small for n in range(9)}})
    (group,) = (own for own in map(members, find(pictures)) if "w1" in own)
    assert group == {"w1", *twins, *(f"w1-small-{n}" for n in range(9))}
    own = shelved({"new": COPIES["mirrored"](shop["w1"])})
    arrival = Arrival(own.contents[0], own.pixels[0], own.looks[0], own.glances, own.thumbnails([0])[0])
    assert {match.picture[0] for match in check(arrival, pictures)} == group
