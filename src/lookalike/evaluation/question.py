"""What is asked of everything that is judged: cases of one sort, and what their figures are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from lookalike.evaluation.cases import CaseSet

About = Literal["labels", "structure", "events"]


@dataclass(frozen=True, slots=True)
class Visit:
    """What a case of events asks: what comes after these products, oldest first, for a shopper or for
    nobody."""

    items: tuple[str, ...]
    user: str | None = None


@dataclass(frozen=True)
class Question:
    """Cases that are judged together.

    ``name`` is the name of a label column, "all labels", "other picture", "variants", "photo",
    "copy: mirrored", "next in visit" and the like; ``metric`` the one it is judged by first. ``said`` is one
    sentence for people. ``parts`` are keys of some of its cases by name, such as "warm" and "cold", which get
    figures of their own. ``pictures`` is "main" where only main pictures may be found, since another one
    asks: whoever searches all of them would find the very one that asks.
    """

    name: str
    about: About
    metric: str
    said: str
    cases: CaseSet = field(repr=False)
    parts: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    pictures: Literal["all", "main"] = "all"

    def to_dict(self) -> dict[str, Any]:
        """The question without its cases, as one JSON-ready document."""
        left_out = {reason: count for reason, count in self.cases.left_out.items() if count}
        return {
            "name": self.name,
            "about": self.about,
            "metric": self.metric,
            "said": self.said,
            "cases": len(self.cases.cases),
            "left_out": left_out,
        }
