"""How one subject did: its figures by question, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from lookalike.encoders.base import ImageEncoder
from lookalike.evaluation.beyond import Beyond
from lookalike.evaluation.bootstrap import Estimate
from lookalike.evaluation.judge import Judgement

Kind = Literal["encoder", "weights", "recipe", "module"]

LENIENT: Final = "by which it is judged here"
"""Stands in the note of a result whose subject reads, or learnt from, the very column."""

_HALF = 2  # bytes of a number as an index stores it


@dataclass(frozen=True)
class Result:
    """One subject on one question. ``values`` are by metric, in the names that MTEB uses.

    ``parts`` are the same of some of the cases, by name ("warm", "cold"). ``note`` says what makes the
    figures less than they seem, such as that the subject reads the column it is judged by; "" where nothing
    does.
    ``judgement`` has each case's values, ``lists`` the first products by the key of the case.
    """

    values: Mapping[str, Estimate]
    beyond: Beyond
    judgement: Judgement = field(repr=False)
    lists: Mapping[str, Sequence[str]] = field(repr=False)
    parts: Mapping[str, Mapping[str, Estimate]] = field(default_factory=dict)
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The result as one JSON-ready document."""
        return {
            "values": {name: one.to_dict() for name, one in self.values.items()},
            "parts": {
                part: {name: one.to_dict() for name, one in values.items()}
                for part, values in self.parts.items()
            },
            "beyond": self.beyond.to_dict(),
            "note": self.note,
        }


@dataclass(frozen=True)
class Cost:
    """What a subject costs; None where it does not apply or cannot be known.

    ``answer_ms`` is the median of one answer asked by itself with a product or a visit, ``answer_ms_p95``
    what nineteen of twenty stay below, over ``answers`` of them; ``photo_ms`` is the median with a photo,
    once read. ``pictures_per_second`` is how fast its network looks, ``vector_bytes`` what one picture
    takes, ``model_bytes`` the network's file. ``peak_bytes`` is by how much the process grew at most while it
    was judged.
    """

    answer_ms: float | None = None
    answer_ms_p95: float | None = None
    answers: int = 0
    pictures_per_second: float | None = None
    vector_bytes: int | None = None
    model_bytes: int | None = None
    peak_bytes: int | None = None
    photo_ms: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """The cost as one JSON-ready document."""
        names = ("answer_ms", "answer_ms_p95", "photo_ms", "pictures_per_second")
        floats = {name: getattr(self, name) for name in names}
        rounded = {name: None if one is None else round(one, 3) for name, one in floats.items()}
        whole = {
            name: getattr(self, name) for name in ("answers", "vector_bytes", "model_bytes", "peak_bytes")
        }
        return {**rounded, **whole}


def cost_of(encoder: ImageEncoder) -> Cost:
    """What an encoder costs by itself: bytes of a picture's vector in an index, and of the network."""
    return Cost(vector_bytes=_HALF * encoder.space.dim, model_bytes=getattr(encoder, "weight_bytes", None))


@dataclass(frozen=True)
class Standing:
    """How one subject, named as it was written, did; ``unasked`` says why, by question it has no result
    for."""

    subject: str
    kind: Kind
    results: Mapping[str, Result]
    cost: Cost
    unasked: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The standing as one JSON-ready document."""
        return {
            "subject": self.subject,
            "kind": self.kind,
            "results": {name: one.to_dict() for name, one in self.results.items()},
            "cost": self.cost.to_dict(),
            "unasked": dict(self.unasked),
        }
