"""What a file's sample tells of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookalike.mapped import sampled


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 200_000), st.floats(0, 0.75), st.floats(0.25, 1))
def test_a_quarter_that_is_lost_to_zeros_is_noticed(
    tmp_path: Path, size: int, start: float, share: float
) -> None:
    data = bytearray(np.random.default_rng(0).integers(1, 256, size, dtype=np.uint8).tobytes())
    file = tmp_path / "file"
    file.write_bytes(data)
    whole = sampled(file)
    assert sampled(file) == whole
    first = int(start * size)
    lost = min(size - first, max(1, -int(-share * size // 1)))
    data[first : first + lost] = bytes(lost)
    file.write_bytes(data)
    assert sampled(file) != whole


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097])
def test_a_small_file_is_looked_at_whole(tmp_path: Path, size: int) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x" * size)
    whole = sampled(file)
    for at in {0, size // 2, size - 1} if size else set():
        file.write_bytes(b"x" * at + b"y" + b"x" * (size - at - 1))
        assert sampled(file) != whole
