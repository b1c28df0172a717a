"""The names of the encoders in the package; light to import, so that help texts may show them."""

from __future__ import annotations

BUILT_IN = ("imagenet",)
"""Encoders whose weights are in the package."""

DEFAULT_ENCODER = "imagenet"
"""The encoder of a new index whose maker names none."""
