"""A note that is damaged, or that a later version wrote, is said, or found out again; it ends nothing."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import numpy as np
import pytest

from lookalike.checkup import decided
from lookalike.doctor.finding import Finding
from lookalike.doctor.pixels import MEASURES, Pixels
from lookalike.errors import BadArgument, IndexDamaged
from lookalike.index import Index

FOUND = Finding("tiny", ("8",), 1.0, picture=0, evidence={"says": "Small."}).to_dict()


@pytest.mark.parametrize(
    "row",
    [
        [{**FOUND, "kind": "of a later version"}, "dismissed", 5, "", ""],
        [{**FOUND, "confidence": "high"}, "dismissed", 5, "", ""],
        [{**FOUND, "evidence": None}, "dismissed", 5, "", ""],
        [{**FOUND, "products": []}, "applied", 5, "", ""],
        [FOUND, "dismissed", "yesterday", "", ""],
        [FOUND, "praised", 5, "", ""],
    ],
)
def test_decisions_that_make_no_sense_are_said_to_be_damaged(index: Index, row: list[Any]) -> None:
    note = json.dumps({"format": 1, "decided": [row]}).encode()
    index._store.notes.write(decided.NAME, note)
    with pytest.raises(IndexDamaged, match="cannot be read"):
        index.doctor.dismiss("f0")
    with pytest.raises(IndexDamaged, match="cannot be read"):
        _ = index.doctor.corrected


def test_pixels_with_any_damage_are_measured_anew() -> None:
    chance = Random(8)
    sound = Pixels(("a", "b", "c"), np.ones((3, len(MEASURES)), np.float32)).to_bytes()
    for _ in range(400):
        damaged = bytearray(sound)
        for _ in range(3):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        Pixels.from_bytes(bytes(damaged))


def test_what_is_no_list_of_findings_is_refused(index: Index) -> None:
    for given in (None, 5):
        with pytest.raises(BadArgument, match="no list of findings"):
            index.doctor.dismiss(given)  # type: ignore[arg-type]
