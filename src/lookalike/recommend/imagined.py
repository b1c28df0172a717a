"""Pictures that a generator made of words: for showing, and never a product's."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Imagined:
    """What was imagined of a ``text`` with a ``seed``: the same again where both are.

    ``pictures`` are PNGs of ``side`` by ``side`` pixels, each of which says in itself that it was generated.
    ``words`` is what was made of the text: those that are "unknown", and what others were "read_as".
    """

    text: str
    seed: int
    side: int
    words: Mapping[str, Sequence[str]]
    pictures: tuple[bytes, ...] = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """One JSON-ready document, the pictures as links that hold them (RFC 2397)."""
        links = [f"data:image/png;base64,{base64.b64encode(one).decode('ascii')}" for one in self.pictures]
        return {
            "generated": True,
            "text": self.text,
            "seed": self.seed,
            "side": self.side,
            "words": {name: [*said] for name, said in self.words.items()},
            "pictures": links,
        }
