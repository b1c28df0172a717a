"""Keras as a notebook uses it: what the vectors of our encoders are compared with."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

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
        import keras

        yield keras


def application(keras: Any, name: str, seed: int = 3, **options: Any) -> Any:
    """The network as a notebook makes it, with random weights; the same for a seed."""
    keras.utils.set_random_seed(seed)
    side = ARCHITECTURES[name].side
    chosen = {"include_top": False, "pooling": "avg", "input_shape": (side, side, 3), **options}
    model = getattr(keras.applications, name)(weights=None, **chosen)
    for layer in model.layers:  # fresh statistics are 0 and 1, which would hide weights that are mixed up
        if type(layer).__name__ == "BatchNormalization":
            chance = np.random.default_rng(len(layer.name))
            layer.set_weights([1 + 0.1 * chance.random(one.shape) for one in layer.get_weights()])
    return model


def notebook(keras: Any, name: str, model: Any, pixels: np.ndarray) -> np.ndarray:
    """``model(preprocess_input(x))`` as the page of Keras' applications says, shape (n, dim)."""
    import torch

    prepare = getattr(keras.applications, ARCHITECTURES[name].module).preprocess_input
    with torch.no_grad():
        return np.asarray(keras.ops.convert_to_numpy(model(prepare(pixels.astype("float32")))))
