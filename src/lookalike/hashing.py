"""Hashes that tell whether two pictures are the same: of the bytes, and of the pixels."""

from __future__ import annotations

import hashlib

from PIL import Image

_DIGEST = 16  # bytes: at a billion pictures an accidental clash has a chance under 1 in 10**20


def content_hash(data: bytes) -> str:
    """BLAKE2b over the bytes, as 32 hexadecimal digits."""
    return hashlib.blake2b(data, digest_size=_DIGEST).hexdigest()


def pixel_hash(image: Image.Image) -> str:
    """BLAKE2b over size and RGB pixels, as 32 hexadecimal digits.

    It is the hash of the picture as decoded for encoding: two files with equal pixels agree in whatever
    format they are stored without loss, as long as both were opened with the same ``detail``.
    """
    pixels = image if image.mode == "RGB" else image.convert("RGB")
    digest = hashlib.blake2b(f"{pixels.width}x{pixels.height}:".encode(), digest_size=_DIGEST)
    digest.update(pixels.tobytes())
    return digest.hexdigest()
