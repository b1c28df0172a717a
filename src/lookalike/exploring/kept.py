"""A map as a store keeps it: where each product lies, and which picture put it there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lookalike.exploring.placing import beside
from lookalike.exploring.sealing import sealed, unsealed
from lookalike.vectors import Floats, Rows

NAME = "explore.map"
"""The note in which a store keeps it: see `KeptMap.to_bytes`."""

_FORMAT = 1
_MARK = 16  # digits of a picture's hash that are kept: enough to see that it is another


@dataclass(frozen=True)
class KeptMap:
    """Points (n, 2) of n products, each laid out by the picture that ``marks`` names.

    ``fingerprint`` is that of the encoder whose looks were laid out, ``version`` the catalogue's.
    """

    ids: Sequence[str]
    marks: Sequence[str]
    points: Floats = field(repr=False)
    method: str
    version: int
    seconds: float
    fingerprint: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_bytes(cls, data: bytes | None) -> KeptMap | None:
        """What `to_bytes` wrote; None where it cannot be read, since it can be laid out again."""
        found = unsealed(data)
        if found is None:
            return None
        head, body = found
        try:
            if head.pop("format") != _FORMAT:
                return None
            points = np.frombuffer(body, "<f4").reshape(len(head["ids"]), 2).astype(np.float32)
            return cls(points=points, **head)
        except (ValueError, LookupError, TypeError):
            return None

    def to_bytes(self) -> bytes:
        """A line of JSON, and the points as little-endian floats, sealed by their hash."""
        head = {
            "format": _FORMAT,
            "ids": list(self.ids),
            "marks": list(self.marks),
            "method": self.method,
            "version": self.version,
            "seconds": self.seconds,
            "fingerprint": self.fingerprint,
            "settings": dict(self.settings),
        }
        return sealed(head, self.points.astype("<f4").tobytes())

    def found(self, ids: Sequence[str], marks: Sequence[str]) -> Rows:
        """Where each of these products is among the kept ones, (m,); -1 of new ones and of other pictures."""
        at = {(id, mark): row for row, (id, mark) in enumerate(zip(self.ids, self.marks, strict=True))}
        return np.array([at.get(key, -1) for key in zip(ids, marks, strict=True)], np.intp)

    def points_of(self, known: Rows, looks: Floats) -> Floats:
        """Points (m, 2) of products, of which ``known`` says where they are kept, and their looks (m, dim).

        What is not kept lies where those lie that it looks like most.
        """
        points = np.full((len(known), 2), 0.5, np.float32)
        there = known >= 0
        points[there] = self.points[known[there]]
        if there.any() and not there.all():
            points[~there] = beside(looks[~there], looks[there], points[there])
        return points


def marks_of(contents: Sequence[str]) -> list[str]:
    """What is kept of the hashes of pictures."""
    return [content[:_MARK] for content in contents]
