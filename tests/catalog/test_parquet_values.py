"""Parquet holds dates and durations that Python does not; they cost no row."""

import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lookalike.catalog import open_catalog
from lookalike.products import Product


def with_raw(values: list[int], kind: pa.DataType) -> pa.Array:
    return pa.array(values, pa.int64()).view(kind)


YEAR_10000 = 253_402_300_800_000_000  # microseconds: the day after 9999-12-31


@pytest.mark.parametrize(
    ("column", "shown"),
    [
        (with_raw([2**62, 60], pa.duration("s")), ["4611686018427387904", "0:01:00"]),
        (
            with_raw([YEAR_10000, 0], pa.timestamp("us")),
            ["10000-01-01 00:00:00.000000", "1970-01-01T00:00:00"],
        ),
        (with_raw([10**15, 0], pa.date64()), [None, "1970-01-01"]),
        (with_raw([2**62, 0], pa.timestamp("ms")), [None, "1970-01-01T00:00:00"]),
        (pa.array([b"Caf\xe9", b"Hat"]).view(pa.string()), ["Café", "Hat"]),
        (
            pa.StructArray.from_arrays([with_raw([2**62, 60], pa.duration("s"))], ["left"]),
            ["4611686018427387904", "0:01:00"],
        ),
        (
            pa.ListArray.from_arrays([0, 1, 2], with_raw([10**15, 0], pa.date64())),
            [None, "1970-01-01"],
        ),
    ],
)  # fmt: skip
def test_a_value_that_python_cannot_hold_costs_no_row(tmp_path, column, shown):
    path = tmp_path / "shop.parquet"
    pq.write_table(pa.table({"id": ["1", "2"], "image": ["a.jpg", "b.jpg"], "until": column}), path)
    found = list(open_catalog(path))
    assert [item.id for item in found if isinstance(item, Product)] == ["1", "2"]
    assert [next(iter(item.attributes.values()), None) for item in found] == shown


def test_dates_that_python_holds_stay_as_they_are(tmp_path):
    path = tmp_path / "shop.parquet"
    last = datetime.date(9999, 12, 31)
    pq.write_table(pa.table({"id": ["1"], "image": ["a.jpg"], "until": [last]}), path)
    (product,) = open_catalog(path)
    assert dict(product.attributes) == {"until": "9999-12-31"}
