"""What a preprocessor_config.json says is done to the pixel: each case is written down a second time here."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lookalike.encoders import preprocess
from lookalike.encoders.processor import parse_processor
from lookalike.errors import EncoderError

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
HALF = [0.5, 0.5, 0.5]
BILINEAR, BICUBIC, LANCZOS = 2, 3, 1
Resize = Callable[[Image.Image], Image.Image]


def config(kind: str, **fields: Any) -> dict[str, Any]:
    usual = {"do_resize": True, "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True}
    return {"image_processor_type": f"{kind}ImageProcessor", **usual, **fields}


def shorter_to(edge: int, how: int) -> Resize:
    def resize(image: Image.Image) -> Image.Image:
        width, height = image.size
        if width <= height:
            return image.resize((edge, int(edge * height / width)), how)
        return image.resize((int(edge * width / height), edge), how)

    return resize


def to(width: int, height: int, how: int) -> Resize:
    return lambda image: image.resize((width, height), how)


def then_middle(resize: Resize, side: int) -> Resize:
    """The middle of a resized picture; where that is smaller, in the middle of black."""

    def crop(image: Image.Image) -> Image.Image:
        image = resize(image)
        left, top = (image.width - side) // 2, (image.height - side) // 2
        padded = np.zeros((max(side, image.height) + 2, max(side, image.width) + 2, 3), np.uint8)
        down, right = max(0, -top), max(0, -left)
        padded[down : down + image.height, right : right + image.width] = np.asarray(image)
        top, left = max(0, top), max(0, left)
        return Image.fromarray(padded[top : top + side, left : left + side])

    return crop


def numbers(image: Image.Image, mean: list[float], std: list[float]) -> np.ndarray:
    return ((np.asarray(image) * (1 / 255) - mean) / std).transpose(2, 0, 1)


CASES = {
    "CLIP": (
        config(
            "CLIP",
            size={"shortest_edge": 224},
            crop_size={"height": 224, "width": 224},
            do_center_crop=True,
            resample=BICUBIC,
            image_mean=MEAN,
            image_std=STD,
            do_convert_rgb=True,
        ),
        then_middle(shorter_to(224, BICUBIC), 224),
    ),
    "CLIP, as it was written at first": (
        {
            "feature_extractor_type": "CLIPFeatureExtractor",
            "size": 224,
            "crop_size": 224,
            "do_center_crop": True,
            "do_resize": True,
            "do_normalize": True,
            "resample": BICUBIC,
            "image_mean": MEAN,
            "image_std": STD,
        },
        then_middle(shorter_to(224, BICUBIC), 224),
    ),
    "SigLIP": (
        config(
            "Siglip", size={"height": 256, "width": 256}, resample=BICUBIC, image_mean=HALF, image_std=HALF
        ),
        to(256, 256, BICUBIC),
    ),
    "ViT": (
        config("ViT", size=224, resample=BILINEAR, image_mean=HALF, image_std=HALF),
        to(224, 224, BILINEAR),
    ),
    "ViT, quick": (
        config("ViT", size={"height": 96, "width": 128}, resample=BILINEAR, image_mean=MEAN, image_std=STD)
        | {"image_processor_type": "ViTImageProcessorFast"},
        to(128, 96, BILINEAR),
    ),
    "DINOv2": (
        config(
            "Bit",
            size={"shortest_edge": 256},
            crop_size={"height": 224, "width": 224},
            do_center_crop=True,
            resample=BICUBIC,
            image_mean=MEAN,
            image_std=STD,
        ),
        then_middle(shorter_to(256, BICUBIC), 224),
    ),
    "ConvNext, small": (
        config(
            "ConvNext",
            size={"shortest_edge": 224},
            crop_pct=0.875,
            resample=BILINEAR,
            image_mean=MEAN,
            image_std=STD,
        ),
        then_middle(shorter_to(256, BILINEAR), 224),
    ),
    "ConvNext, a share that is no whole number": (
        config("ConvNext", size=200, crop_pct=0.95, resample=BICUBIC, image_mean=MEAN, image_std=STD),
        then_middle(shorter_to(210, BICUBIC), 200),
    ),
    "ConvNext, large": (
        config(
            "ConvNext",
            size={"shortest_edge": 384},
            crop_pct=0.875,
            resample=BICUBIC,
            image_mean=MEAN,
            image_std=STD,
        ),
        to(384, 384, BICUBIC),
    ),
    "DeiT": (
        config(
            "DeiT",
            size={"height": 256, "width": 256},
            crop_size={"height": 224, "width": 224},
            do_center_crop=True,
            resample=LANCZOS,
            image_mean=MEAN,
            image_std=STD,
        ),
        then_middle(to(256, 256, LANCZOS), 224),
    ),
    "a crop larger than what is cropped": (
        config(
            "CLIP",
            size={"shortest_edge": 90},
            crop_size=101,
            do_center_crop=True,
            resample=BICUBIC,
            image_mean=MEAN,
            image_std=STD,
        ),
        then_middle(shorter_to(90, BICUBIC), 101),
    ),
}


@cache
def photo(width: int, height: int) -> Image.Image:
    chance = np.random.default_rng(width * height)
    coarse = chance.integers(0, 256, (height // 9 + 2, width // 9 + 2, 3), dtype=np.uint8)
    fine = np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC), np.int16)
    return Image.fromarray(np.clip(fine + chance.integers(-30, 31, fine.shape), 0, 255).astype(np.uint8))


def prepared(document: dict[str, Any], image: Image.Image) -> np.ndarray:
    how = parse_processor(document, "preprocessor_config.json")
    return preprocess.to_input(preprocess.prepare(image, how)[None], how, np.float32)[0]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("size", [(301, 223), (150, 407), (256, 256), (1800, 1350)], ids=str)
def test_pixels_are_those_of_the_processor(name: str, size: tuple[int, int]) -> None:
    document, resize = CASES[name]
    image = photo(*size)
    expected = numbers(resize(image), document["image_mean"], document["image_std"])
    np.testing.assert_allclose(prepared(document, image), expected, atol=3e-6)


def test_pixels_from_minus_one_to_one_and_colours_in_the_other_order() -> None:
    image = Image.new("RGB", (30, 30), (0, 51, 255))
    shifted = config("EfficientNet", size=20, resample=0, rescale_factor=1 / 127.5, rescale_offset=True)
    shifted |= {"do_normalize": False}
    np.testing.assert_allclose(prepared(shifted, image)[:, 0, 0], [-1, -0.6, 1], atol=1e-6)
    twice = config("EfficientNet", size=20, resample=0, image_mean=HALF, image_std=HALF, include_top=True)
    np.testing.assert_allclose(prepared(twice, image)[:, 0, 0], [-2, -1.2, 2], atol=1e-6)
    turned = config("MobileViT", size=24, crop_size=20, resample=2, do_flip_channel_order=True)
    turned |= {"do_normalize": None}
    np.testing.assert_allclose(prepared(turned, image)[:, 0, 0], [1, 0.2, 0], atol=1e-6)
    whole = config(
        "CLIP", size=20, crop_size=20, resample=2, do_rescale=False, image_mean=HALF, image_std=HALF
    )
    np.testing.assert_allclose(prepared(whole, image)[:, 0, 0], [-1, 101, 509], atol=1e-4)


def test_a_very_long_picture_does_not_become_a_huge_one() -> None:
    document, _ = CASES["CLIP"]
    image = Image.new("RGB", (9000, 3), (255, 0, 0))
    assert prepared(document, image).shape == (3, 224, 224)


def test_every_step_is_part_of_the_space() -> None:
    from lookalike.encoders.card import Card

    seen = {
        Card("n", "f", "0" * 64, "i", "o", 4, parse_processor(document, "p")).fingerprint()
        for document, _ in CASES.values()
    }
    assert len(seen) == len(CASES) - 1  # the two ways to write CLIP's are one


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"image_processor_type": "LevitImageProcessor"}, "LevitImageProcessor"),
        ({"image_processor_type": None}, "no kind of processor"),
        ({"do_pad": True}, "do_pad"),
        ({"do_resize": False}, "does not bring pictures to one size"),
        ({"size": None}, "does not bring pictures to one size"),
        ({"size": {"longest_edge": 224}}, "resizes by longest_edge"),
        ({"size": {"shortest_edge": 224, "longest_edge": 300}}, "longest_edge, shortest_edge"),
        ({"size": {"shortest_edge": 0}}, "has 0 for a side"),
        ({"size": {"shortest_edge": True}}, "has True for a side"),
        ({"size": "large"}, "has the size 'large'"),
        ({"do_center_crop": False}, "nothing is cut off the longer side"),
        ({"crop_size": {"height": 3}}, "has the crop_size"),
        ({"resample": 9}, "has 9 for resample"),
        ({"resample": None}, "has None for resample"),
        ({"rescale_factor": 0}, "rescale_factor 0"),
        ({"image_mean": [1, 2]}, "not three numbers"),
        ({"image_std": [0, 1, 1]}, "not above 0"),
        ({"do_rescale": "yes"}, "not true or false"),
    ],
)
def test_what_cannot_be_reproduced_is_refused_by_name(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(EncoderError) as caught:
        parse_processor({**CASES["CLIP"][0], **change}, "preprocessor_config.json of owner/net")
    assert complaint in caught.value.message and "owner/net" in caught.value.message
    assert "onnx:PATH" in caught.value.next_step


def test_a_document_that_is_none_is_refused() -> None:
    with pytest.raises(EncoderError, match="not a JSON object"):
        parse_processor([1, 2], "preprocessor_config.json")
