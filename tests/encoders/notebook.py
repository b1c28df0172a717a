"""Keras as a notebook uses it: what the vectors of our encoders are compared with."""

from __future__ import annotations

import urllib.request
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lookalike.encoders.keras_names import ARCHITECTURES

SMALL = "MobileNetV3Small"


@pytest.fixture(scope="module")
def keras(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Keras on torch, with a home of its own, a cache of our own, and no way out to a network."""
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # third parties' deprecations, while they are imported
        patch.setenv("KERAS_BACKEND", "torch")
        patch.setenv("KERAS_HOME", str(tmp_path_factory.mktemp("keras")))
        patch.setenv("LOOKALIKE_CACHE", str(tmp_path_factory.mktemp("cache")))
        for name in ("http_proxy", "https_proxy"):
            patch.setenv(name, "http://127.0.0.1:9")
        # what is asked for first makes an opener for the whole process, with the proxies of that moment
        patch.setattr(urllib.request, "_opener", None)
        import keras

        yield keras


def application(keras: Any, name: str, seed: int = 3, **options: Any) -> Any:
    """The network as a notebook makes it, with random weights; the same for a seed."""
    keras.utils.set_random_seed(seed)
    side = ARCHITECTURES[name].side
    chosen = {"include_top": False, "pooling": "avg", "input_shape": (side, side, 3), **options}
    model = getattr(keras.applications, name)(weights=None, **chosen)
    norms = [layer for layer in model.layers if type(layer).__name__ == "BatchNormalization"]
    for layer in norms:  # without statistics of its own a fresh network sees hardly any difference
        layer.momentum = 0.0
    if norms:
        run(keras, name, model, some_pixels(side), training=True)
    return model


def notebook(keras: Any, name: str, model: Any, pixels: np.ndarray) -> np.ndarray:
    """``model(preprocess_input(x))`` as the page of Keras' applications says, shape (n, dim)."""
    return run(keras, name, model, pixels, training=False)


def run(keras: Any, name: str, model: Any, pixels: np.ndarray, training: bool) -> np.ndarray:
    import torch

    prepare = getattr(keras.applications, ARCHITECTURES[name].module).preprocess_input
    with torch.no_grad():
        vectors = model(prepare(pixels.astype("float32")), training=training)
    return np.asarray(keras.ops.convert_to_numpy(vectors))


def some_pixels(side: int, count: int = 3) -> np.ndarray:
    """Coarse patterns, and noise last: pixels of every brightness, shape (count, side, side, 3)."""
    chance = np.random.default_rng(5)
    coarse = chance.integers(0, 256, (count, 7, 7, 3), dtype=np.uint8)
    drawn = [np.asarray(Image.fromarray(one).resize((side, side))) for one in coarse]
    drawn[-1] = chance.integers(0, 256, (side, side, 3), dtype=np.uint8)
    return np.stack(drawn)
