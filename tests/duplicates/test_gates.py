from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest
from PIL import Image

from lookalike.distortions import COPIES, crop, mirrored, rotation
from lookalike.duplicates.bank import BANK, Gallery, flips_alike, poses_alike
from lookalike.duplicates.gates import Candidates, Passed, passed
from lookalike.duplicates.sight import glances
from lookalike.glance import glance

Shop = Mapping[str, Image.Image]
Seen = Callable[..., Passed]

ASKED = ("0007", "t8", "0100", "0000300", "m1", "c1", "d2", "w1")
PAIRS = np.arange(len(ASKED))


def seen(pictures: list[Image.Image]) -> Gallery:
    return Gallery(glances(map(glance, pictures)))


@pytest.fixture(scope="module")
def originals(shop: Shop) -> Gallery:
    return seen([shop[product] for product in ASKED])


@pytest.fixture(scope="module")
def compared(shop: Shop, originals: Gallery) -> Seen:
    """Compares pictures with the originals one by one, their vectors near or not."""

    def compare(
        pictures: list[Image.Image], cosine: float, crowd: float, second: np.ndarray = PAIRS
    ) -> Passed:
        near = np.full(len(pictures), cosine, dtype=np.float32)
        around = np.full(len(pictures), crowd, dtype=np.float32)
        candidates = Candidates(np.arange(len(pictures)), second, near, around)
        return passed(candidates, seen(pictures), originals)

    return compare


def test_a_flip_is_told_by_which_correlation_is_high(shop: Shop, originals: Gallery) -> None:
    for at, edit in enumerate(("JPEG 25", "mirrored", None, "upside down")):
        if edit:
            copies = seen([COPIES[edit](shop[product]) for product in ASKED])
            assert (flips_alike(copies, PAIRS, originals, PAIRS)[at] > 0.9).all()


def test_the_bank_holds_a_pose_near_a_turn_and_near_a_crop(shop: Shop, originals: Gallery) -> None:
    for edit in (rotation(12), crop(0.8, 0.0, 0.5), lambda picture: mirrored(rotation(12)(picture))):
        copies = seen([edit(shop[product]) for product in ASKED])
        whole = flips_alike(copies, PAIRS, originals, PAIRS).max(axis=0)
        posed, at = poses_alike(copies, PAIRS, originals, PAIRS)
        assert np.median(posed.max(axis=0)) > 0.75
        assert np.median(posed.max(axis=0) - whole) > 0
        assert at.max() < BANK.shape[1]


@pytest.mark.parametrize("name", COPIES)
def test_an_edited_picture_passes_if_its_vector_is_a_little_nearer_than_those_around(
    name: str, shop: Shop, compared: Seen
) -> None:
    through = compared([COPIES[name](shop[product]) for product in ASKED], 0.93, 0.89)
    assert len(through.rows) >= len(ASKED) - 2


def test_another_product_does_not_pass_however_near_its_vector(shop: Shop, compared: Seen) -> None:
    others = np.roll(PAIRS, 1)
    through = compared([shop[product] for product in ASKED], 0.93, 0.93, others)
    assert len(through.rows) <= 1


def test_a_pose_lays_one_picture_over_the_other(shop: Shop, compared: Seen) -> None:
    through = compared([COPIES["turned 15°"](shop[product]) for product in ASKED], 0.95, 0.9)
    angles = np.rad2deg(np.arctan2(through.poses[:, 1, 0], through.poses[:, 0, 0]))
    assert np.median(np.abs(np.abs(angles) - 15)) < 2


def test_what_looks_alike_both_ways_has_a_rival_pose(shop: Shop, compared: Seen) -> None:
    through = compared([shop[product] for product in ASKED], 0.99, 0.9)
    symmetrical = through.rivals[ASKED.index("0007")]
    assert np.linalg.det(symmetrical[:, :2]) < 0


def test_a_picture_many_times_as_long_as_wide_is_compared_like_others(shop: Shop, originals: Gallery) -> None:
    """So thin that its width is none to two decimals."""
    thin = seen([shop[product].resize((6, 3000)) for product in ASKED])
    posed, _ = poses_alike(thin, PAIRS, originals, PAIRS)
    assert np.isfinite(posed).all()


def test_nothing_compared_lets_nothing_pass(compared: Seen) -> None:
    assert len(compared([], 0.9, 0.9, PAIRS[:0]).rows) == 0
