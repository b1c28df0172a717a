"""Where a network runs: on a card that gives nearly the vectors of the processors, else on these.

There is no card here. What stands for one is a session that reckons as one would: int8 steps in floats.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from lookalike import settings
from lookalike.encoders import onnx, session
from lookalike.encoders.base import Pixels
from lookalike.encoders.loading import load_encoder
from lookalike.encoders.onnx import OnnxEncoder
from lookalike.encoders.reference import reference_picture
from lookalike.errors import BadArgument


@pytest.fixture(scope="module")
def pictures() -> Pixels:
    one = reference_picture(224, 224)
    return np.stack([np.roll(one, 16 * n, axis=1) for n in range(7)])


@pytest.fixture(scope="module")
def usual(pictures: Pixels) -> np.ndarray:
    return load_encoder("product").encode(pictures)


def loaded() -> OnnxEncoder:
    encoder = load_encoder("product")
    assert isinstance(encoder, OnnxEncoder)
    return encoder


def in_floats(weights: bytes, origin: str, files: Mapping[str, Path]) -> onnxruntime.InferenceSession:
    """A session that reckons as cards do, where each int8 step is one of floats between two roundings."""
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])


class Wrong:
    """A session that gives other numbers."""

    def __init__(self, weights: bytes, origin: str, files: Mapping[str, Path]) -> None:
        self._right = in_floats(weights, origin, files)

    def run(self, names: list[str], feed: dict[str, Any]) -> list[np.ndarray]:
        return [output[..., ::-1] for output in self._right.run(names, feed)]


def test_a_card_is_used_where_it_gives_nearly_the_same_vectors(
    monkeypatch: pytest.MonkeyPatch, pictures: Pixels, usual: np.ndarray
) -> None:
    monkeypatch.setattr(onnx, "card_session", in_floats)
    encoder = loaded()
    assert encoder.device == "cuda"
    for found in (encoder.encode(pictures), encoder.encode(pictures)):  # tried, then taken together
        assert not np.array_equal(found, usual)
        cosines = (found * usual).sum(1) / np.linalg.norm(found, axis=1) / np.linalg.norm(usual, axis=1)
        assert cosines.min() > 0.998
    assert encoder._as_alone[len(pictures)]


def test_a_card_that_gives_other_vectors_is_left_and_told_of(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    pictures: Pixels,
    usual: np.ndarray,
) -> None:
    monkeypatch.setattr(onnx, "card_session", Wrong)
    session.use_processors.cache_clear()
    encoder = loaded()
    assert encoder.device == "cpu"
    assert np.array_equal(encoder.encode(pictures), usual)
    assert "another vector" in caplog.text


def test_without_a_card_processors_work_and_why_is_said_once(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    pictures: Pixels,
    usual: np.ndarray,
) -> None:
    session.use_processors.cache_clear()
    for wanted in ("auto", "cuda", "cuda"):
        monkeypatch.setenv("LOOKALIKE_DEVICE", wanted)
        encoder = loaded()
        assert encoder.device == "cpu"
    assert np.array_equal(encoder.encode(pictures), usual)
    assert [record.name for record in caplog.records] == ["lookalike.encoders"]
    assert "onnxruntime-gpu" in caplog.text


def test_a_device_or_a_share_that_cannot_be_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOKALIKE_DEVICE", "gpu")
    with pytest.raises(BadArgument, match="gpu"):
        settings.device()
    for share in ("0", "2", "half", "nan"):
        monkeypatch.setenv("LOOKALIKE_CARD_SHARE", share)
        with pytest.raises(BadArgument, match="SHARE"):
            settings.card_share()
