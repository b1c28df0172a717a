"""What becomes of vectors when another kind of device reckons them?

Graphics cards have no steps of int8 in ONNX Runtime: each becomes one of floats between two roundings. The
same is done here on the processor, which shows how far vectors move and whom they then find. It is not a
card: the order of its sums and its own kernels are not in these figures.

    python benchmarks/other_device.py [NAME ...]      (default: product imagenet)
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import data
import numpy as np
import onnxruntime
from PIL import Image

from lookalike import open_catalog
from lookalike.encoders.base import Pixels
from lookalike.encoders.loading import load_encoder
from lookalike.encoders.onnx import OnnxEncoder
from lookalike.products import Product
from lookalike.vectors import Floats, unit

PICTURES = 400
FIRST = 10


def moved(encoder: OnnxEncoder) -> None:
    """Let an encoder reckon in floats."""
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    options.intra_op_num_threads = 1
    encoder._session = onnxruntime.InferenceSession(
        encoder.model(), options, providers=["CPUExecutionProvider"]
    )
    encoder._as_alone = {1: True}


def pictures(name: str, work: Path, encoder: OnnxEncoder) -> Pixels:
    """Some main pictures of a catalogue, prepared."""
    rows = [one for one in open_catalog(data.unpacked(name, work)) if isinstance(one, Product)]
    uris = {one.id: one.pictures[0].uri for one in rows if one.pictures}
    opened = (Image.open(uris[one]).convert("RGB") for one in data.sample(uris, PICTURES))
    return np.stack([encoder.prepare(picture) for picture in opened])


def nearest(asking: Floats, looks: Floats) -> Any:
    """The first others of each, (n, FIRST)."""
    cosines = asking @ looks.T
    np.fill_diagonal(cosines, -2)
    return np.argsort(-cosines, axis=1, kind="stable")[:, :FIRST]


def shared(one: Any, other: Any) -> str:
    """How many of the first are the same, on average, with its 95% interval."""
    each = np.array([len(set(a) & set(b)) / FIRST for a, b in zip(one, other, strict=True)])
    return f"{each.mean():.3f} ± {1.96 * each.std() / len(each) ** 0.5:.3f}"


def main(names: list[str]) -> None:
    """Print a line for each encoder and catalogue."""
    data.require("fashion-300", "clothing-cc0")
    with data.work_folder() as work:
        for name in names:
            for catalogue in ("fashion-300", "clothing-cc0"):
                encoder = load_encoder(name)
                assert isinstance(encoder, OnnxEncoder)
                shown = pictures(catalogue, work, encoder)
                here, _ = unit(encoder.encode(shown))
                moved(encoder)
                there, _ = unit(encoder.encode(shown))
                cosines = (here * there).sum(axis=1)
                itself = (there @ here.T).argmax(axis=1) == np.arange(len(here))
                among = nearest(here, here)
                mixed = np.where(np.arange(len(here))[:, None] % 2 == 0, here, there)
                print(
                    f"{name}, {catalogue}, {len(here)} pictures: cosine {cosines.mean():.5f}, at the least "
                    f"{cosines.min():.5f}; finds itself {itself.sum()}; of the first {FIRST} the same, asked "
                    f"from the other: {shared(among, nearest(there, here))}; an index of both by halves: "
                    f"{shared(among, nearest(here, mixed))}"
                )


if __name__ == "__main__":
    main(sys.argv[1:] or ["product", "imagenet"])
