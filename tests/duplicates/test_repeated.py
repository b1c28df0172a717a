"""Pictures that several products show are found again by the file of a kept version."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.duplicates.repeated import keep_repeated, kept_repeated
from lookalike.stacked import Kept
from lookalike.vectors import Rows

from ..neighbours.later import Later, later

Contents = list[str]


def pictures_of(products: list[Contents]) -> tuple[Rows, pa.Array]:
    owners = np.array([row for row, own in enumerate(products) for _ in own], dtype=np.intp)
    return owners, pa.array([content for own in products for content in own], pa.string())


@settings(deadline=None, max_examples=80)
@given(later(st.lists(st.sampled_from("uvwxyz"), max_size=3)))
def test_main_pictures_that_are_there_twice_are_found(shop: Later[Contents]) -> None:
    mains = [own[0] for own in shop.last if own]
    with tempfile.TemporaryDirectory() as name:
        keep_repeated(Path(name), *pictures_of(shop.first))
        found = kept_repeated(Kept(Path(name), 1, shop.products), *pictures_of(shop.last))

    assert found is not None
    assert sorted(found.to_pylist()) == sorted({one for one in mains if mains.count(one) > 1})


def test_without_a_file_nothing_is_known(tmp_path: Path) -> None:
    assert kept_repeated(Kept(tmp_path, 1), *pictures_of([["u"]])) is None
