"""Make the ONNX file of a taught network, which takes pictures as JPEG keeps them.

    cd tools && python -m lettering.export network.pt ../src/lookalike/doctor/lettering.onnx

``--scale`` and ``--shift`` make log-odds of its logits, as found on pictures that it was not taught on.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from lettering.network import Network

RGB_OF_YCBCR = torch.tensor([[1, 0, 1.402], [1, -0.344136, -0.714136], [1, 1.772, 0]])  # ITU-R BT.601
MIDDLE = torch.tensor([127.5, 128.0, 128.0])


SMALLER = 0.75


class Shipped(nn.Module):
    """Levels (n, 3, h, w), YCbCr from 0 to 255, become log-odds of places, and of pictures (n,).

    The picture is judged twice, the second time at `SMALLER` its size, for larger text.
    """

    def __init__(self, network: Network, scale: float, shift: float) -> None:
        super().__init__()
        self.network, self.scale, self.shift = network, scale, shift
        first = network.stem[0]
        first.weight.data = torch.einsum("ochw,cd->odhw", first.weight.data / 64, RGB_OF_YCBCR)

    def forward(self, levels: Tensor) -> tuple[Tensor, Tensor]:
        """Log-odds of levels."""
        seen = levels.float() - MIDDLE.view(1, 3, 1, 1)
        smaller = functional.interpolate(seen, scale_factor=SMALLER, mode="bilinear", align_corners=False)
        places, odds = self.network.judged(seen)
        again = self.network.judged(smaller)[1]
        return places, (odds + again) / 2 * self.scale + self.shift


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("taught", type=Path)
    arguments.add_argument("to", type=Path)
    arguments.add_argument("--scale", type=float, default=1.0)
    arguments.add_argument("--shift", type=float, default=0.0)
    chosen = arguments.parse_args()
    network = Network()
    network.load_state_dict(torch.load(chosen.taught))
    free = {0: "n", 2: "h", 3: "w"}
    torch.onnx.export(
        Shipped(network, chosen.scale, chosen.shift).eval(),
        (torch.zeros((1, 3, 256, 192), dtype=torch.uint8),),
        str(chosen.to),
        input_names=["pictures"],
        output_names=["places", "odds"],
        dynamic_axes={"pictures": free, "places": {0: "n", 1: "r", 2: "c"}, "odds": {0: "n"}},
        opset_version=17,
        dynamo=False,
    )


if __name__ == "__main__":
    main()
