from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from PIL import Image

from lookalike.distortions import COPIES, Distortion, brightness, chain, mirrored
from lookalike.duplicates.changes import changes
from lookalike.duplicates.judging import Verdicts, judged_from
from lookalike.duplicates.sight import Couples, sights
from lookalike.images import thumbnail

Shop = Mapping[str, Image.Image]

PLAIN = np.eye(2)
ASKED = ("0007", "t8", "0100", "m1", "c1", "w1")


def turned(degrees: float) -> np.ndarray:
    """Takes places in a picture that was turned anticlockwise back to where they were; y is down."""
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return np.array([[c, -s], [s, c]])


def compared(one: list[Image.Image], other: list[Image.Image], near: np.ndarray) -> Verdicts:
    """Pairs aligned from about where they lie."""
    poses = np.zeros((len(one), 2, 3), dtype=np.float32)
    poses[:, :, :2] = near
    first, second = (sights([thumbnail(picture) for picture in pictures]) for pictures in (one, other))
    rows = np.arange(len(one))
    return judged_from(Couples(first, rows, second, rows), poses)


def words(shop: Shop, edit: Distortion, near: np.ndarray) -> list[tuple[str, ...]]:
    """What is said of a few pictures to which this was done."""
    verdicts = compared([shop[i] for i in ASKED], [edit(shop[i]) for i in ASKED], near)
    return [changes(verdicts.traces, at) for at in range(len(ASKED))]


KNOWN = {
    "crop to 80%": (0.8 * PLAIN, {"cropped to 80%", "cropped to 79%", "cropped to 81%"}),
    "crop to 80%, a corner": (0.8 * PLAIN, {"cropped to 80%", "cropped to 79%", "cropped to 81%"}),
    "mirrored": (np.diag([-1, 1]), {"mirrored"}),
    "upside down": (np.diag([1, -1]), {"upside down"}),
    "turned 15°": (turned(15), {"turned by 15°"}),
    "turned 25°": (turned(25), {"turned by 25°"}),
    "stretched by 1.25": (np.diag([0.8, 1]), {"stretched 25% wider"}),
    "light -30%": (PLAIN, {"30% darker"}),
    "light +30%": (PLAIN, {"30% brighter", "25% brighter", "20% brighter"}),
    "warm light": (PLAIN, {"warmer"}),
    "JPEG 25": (PLAIN, set()),
    "half size": (PLAIN, set()),
    "white border": (1.2 * PLAIN, {"more around it", "in a frame"}),
    "black border": (PLAIN, {"in a frame"}),
    "watermark": (PLAIN, {"a part of it differs"}),
    "greyscale": (PLAIN, {"no colours"}),
}


def test_every_edit_has_a_known_answer() -> None:
    assert set(KNOWN) == set(COPIES)


@pytest.mark.parametrize("name", COPIES)
def test_what_was_done_is_said_and_nothing_else(name: str, shop: Shop) -> None:
    near, expected = KNOWN[name]
    said = words(shop, COPIES[name], near)
    right = [set(own) <= expected and bool(own) == bool(expected) for own in said]
    assert sum(right) >= len(ASKED) - 1, said


def test_two_changes_are_both_said(shop: Shop) -> None:
    said = words(shop, chain(mirrored, brightness(0.7)), np.diag([-1, 1]))
    assert said.count(("mirrored", "30% darker")) >= len(ASKED) - 1, said


def test_the_other_way_round_a_change_is_undone(shop: Shop) -> None:
    verdicts = compared([shop["c1"]], [COPIES["light -30%"](shop["c1"])], PLAIN)
    assert changes(verdicts.traces, 0) == ("30% darker",)
    (brighter,) = changes(verdicts.traces, 0, of_first=True)
    assert brighter in ("40% brighter", "45% brighter")
    verdicts = compared([shop["c1"]], [COPIES["greyscale"](shop["c1"])], PLAIN)
    assert changes(verdicts.traces, 0, of_first=True) == ("in colour",)


def test_nothing_is_said_of_a_picture_that_is_the_same(shop: Shop) -> None:
    verdicts = compared([shop["t8"]], [shop["t8"]], PLAIN)
    assert changes(verdicts.traces, 0) == ()
    assert verdicts.photograph[0] > 0.95
