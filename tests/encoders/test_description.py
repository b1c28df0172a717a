"""What is said of an encoder is what it is."""

from __future__ import annotations

import time

import numpy as np

from lookalike.encoders.base import Pixels
from lookalike.encoders.description import FAMILIES, Family, describe, pictures_a_second
from lookalike.encoders.loading import load_encoder
from lookalike.testing.grid import GridEncoder
from lookalike.vectors import Floats


def test_an_encoder_with_a_card_says_what_is_on_it() -> None:
    encoder = load_encoder("imagenet")
    said = describe(encoder)
    assert (said["name"], said["dim"], said["size"]) == ("imagenet", 256, [224, 224])
    assert (said["licence"], said["fingerprint"]) == ("Apache-2.0", encoder.space.fingerprint)
    assert said["data"].startswith("ImageNet-1k")
    assert 4_000_000 < said["bytes"] < 5_000_000
    assert said["scores"]["grocery photo: R@1"] == 0.3


def test_an_encoder_without_a_card_says_what_can_be_seen() -> None:
    said = describe(GridEncoder())
    assert (said["name"], said["dim"], said["size"], said["bytes"]) == ("grid", 192, [8, 8], None)
    assert (said["licence"], said["scores"]) == ("", {})


def test_speed_is_pictures_of_all_threads_over_time() -> None:
    class Slow(GridEncoder):
        def encode(self, batch: Pixels) -> Floats:
            time.sleep(0.02)
            return super().encode(batch)

    encoder = Slow()
    speed = pictures_a_second(encoder, workers=4, seconds=0.1)
    assert 0 < speed <= 4 / 0.02
    assert encoder.calls >= 4 + 1
    assert np.isfinite(speed)


def test_a_family_is_installed_when_all_it_needs_is() -> None:
    assert Family("x", "", "").is_installed
    assert not Family("x", "", "", "none", ("json", "no_such_module")).is_installed
    assert next(family for family in FAMILIES if family.form.startswith("onnx:")).is_installed
