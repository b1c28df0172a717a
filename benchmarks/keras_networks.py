"""Does every application of Keras give the framework's own numbers, and how much faster is its graph?

Weights are random, so nothing is fetched, and normalising layers get the statistics of three pictures.
Each network runs in a process of its own: built, saved with its top, loaded through
``keras:NAME?weights=FILE``, and compared on three pictures with
``Model(include_top=False, pooling="avg")(preprocess_input(x))``. Speeds are pictures per second of processor
time, one thread, one picture a call, without decoding.

    python benchmarks/keras_networks.py [NAME ...]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import record

from lookalike.encoders.keras_names import ARCHITECTURES

RESULT = "keras_networks"


def main(names: list[str]) -> None:
    """Measure the networks named, or all; what was measured before of others is kept."""
    wanted = names or list(ARCHITECTURES)
    kept = record.RESULTS / f"{RESULT}.json"
    known = json.loads(kept.read_text(encoding="utf-8"))["networks"] if names and kept.is_file() else []
    rows = {row["network"]: row for row in known}
    found: list[dict[str, Any]] = known
    for name in wanted:
        done = subprocess.run(
            [sys.executable, __file__, "--one", name], stdout=subprocess.PIPE, text=True, check=False
        )
        if done.returncode != 0:
            print(f"{name}: failed")
            continue
        rows[name] = json.loads(done.stdout.splitlines()[-1])
        found = [rows[one] for one in ARCHITECTURES if one in rows]
        record.write(RESULT, {"load": record.load(), "networks": found}, "keras", "torch")
    if found:
        record.table(list(found[0]), [list(row.values()) for row in found])


def measured(name: str) -> dict[str, Any]:
    """What one network gives and takes."""
    import keras
    import torch

    from lookalike.encoders.keras import load_keras
    from lookalike.encoders.onnx import OnnxEncoder

    torch.set_num_threads(1)
    side = ARCHITECTURES[name].side
    build = getattr(keras.applications, name)
    whole = build(weights=None)
    prepare = getattr(keras.applications, ARCHITECTURES[name].module).preprocess_input
    coarse = np.random.default_rng(0).integers(0, 256, (3, 9, 9, 3), dtype=np.uint8)
    pixels = coarse.repeat(side // 9 + 1, axis=1).repeat(side // 9 + 1, axis=2)[:, :side, :side]
    with torch.no_grad():
        settled(whole, prepare(pixels.astype("float32")))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "whole.weights.h5"
        whole.save_weights(file)
        del whole
        os.environ["LOOKALIKE_CACHE"] = folder
        start = time.process_time()
        encoder = load_keras(f"keras:{name}?weights={file}")
        loading = time.process_time() - start
        plain = build(weights=None, include_top=False, pooling="avg", input_shape=(side, side, 3))
        plain.load_weights(file)

    def framework(one: Any) -> Any:
        with torch.no_grad():
            return plain(prepare(one.astype("float32"))).numpy()

    expected = np.concatenate([framework(pixels[at : at + 1]) for at in range(3)])
    found = encoder.encode(pixels)
    lengths = np.linalg.norm(found, axis=1) * np.linalg.norm(expected, axis=1)
    return {
        "network": name,
        "side": side,
        "dim": encoder.space.dim,
        "graph": isinstance(encoder._network, OnnxEncoder),
        "MB": round(encoder.weight_bytes / 1e6),
        "cosine": round(float(((found * expected).sum(axis=1) / lengths).min()), 6),
        "largest difference": float(np.abs(found - expected).max() / np.abs(expected).max()),
        "seconds to load first": round(loading, 1),
        "graph/s": round(speed(lambda: encoder.encode(pixels[:1])), 1),
        "keras/s": round(speed(lambda: framework(pixels[:1])), 1),
    }


def settled(model: Any, pixels: Any) -> None:
    """Give normalising layers the statistics of ``pixels``: a fresh network sees hardly any difference."""
    for layer in model.layers:
        if type(layer).__name__ == "BatchNormalization":
            layer.momentum = 0.0
    model(pixels, training=True)


def speed(call: Callable[[], object]) -> float:
    """Calls per second of processor time."""
    call()
    start, calls = time.process_time(), 0
    while calls < 3 or time.process_time() - start < 2:
        call()
        calls += 1
    return calls / (time.process_time() - start)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        os.environ["KERAS_BACKEND"] = "torch"
        warnings.simplefilter("ignore")
        print(json.dumps(measured(sys.argv[2])))
    else:
        main(sys.argv[1:])
