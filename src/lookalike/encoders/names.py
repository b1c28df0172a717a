"""The names of the encoders in the package; light to import, so that help texts may show them."""

from __future__ import annotations

BUILT_IN = ("product", "imagenet")
"""Encoders whose weights are in the package."""

DEFAULT_ENCODER = "product"
"""The encoder of a new index whose maker names none."""
