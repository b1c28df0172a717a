"""Pictures to ask with, opened when they are asked and not before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from lookalike.distortions import Distortion
from lookalike.errors import BadArgument
from lookalike.images import open_image
from lookalike.products import PictureSource

Shown = bytes | str | Path | Image.Image | PictureSource | Callable[[], Image.Image]
"""A picture, or where it is: a path, bytes, an image, a `PictureSource`, or a call that gives an image."""


@dataclass(frozen=True, slots=True)
class Edited:
    """A picture under a distortion. Calling it reads and distorts; until then it is a reference."""

    shown: Any = field(repr=False)
    edit: Distortion

    def __call__(self) -> Image.Image:
        """The distorted picture, from all the pixels of the original."""
        return self.edit(open_shown(self.shown))


def asking(shown: Any) -> Any:
    """What a case asks with: a path given as text becomes a `Path`, since a text would be a product id."""
    if isinstance(shown, str) and not PictureSource(shown).is_url:
        return Path(shown)
    return shown


def open_shown(shown: Any, detail: int | None = None) -> Image.Image:
    """A `Shown` as upright RGB pixels; with ``detail`` decoders may reduce it, see `open_image`.

    Raises `PictureError` when it cannot be read, `BadArgument` for a URL and for what is no picture.
    """
    if isinstance(shown, PictureSource):
        if shown.is_url:
            raise BadArgument(
                f"{shown.uri} is on a server.", next_step="Fetch pictures before measuring with them."
            )
        shown = Path(shown.uri) if shown.data is None else shown.data
    elif callable(shown):
        shown = shown()
    if not isinstance(shown, bytes | str | Path | Image.Image):
        raise BadArgument(
            f"A {type(shown).__name__} is no picture.",
            next_step="Give a path, bytes, a Pillow image, or a function that returns one.",
        )
    return open_image(shown, detail=detail).image
