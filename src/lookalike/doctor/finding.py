"""What a doctor finds: which products, what is wrong with them, how sure that is, and what to do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any

SURE = 0.8
"""The confidence from which on a finding is called sure."""

LIKELY = 0.5
"""The confidence from which on a finding is told unless a caller says otherwise."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of finding: its section ("pictures", "tags", "table", "shelves"), and what to do about it."""

    section: str
    title: str
    advice: str


KINDS: dict[str, Kind] = {
    "unreadable": Kind("pictures", "Pictures that cannot be read", "Send the picture again."),
    "no-picture": Kind("pictures", "Products without a picture", "Add a picture."),
    "tiny": Kind("pictures", "Tiny pictures", "Send a larger picture."),
    "blurred": Kind("pictures", "Blurred pictures", "Take the picture anew."),
    "blank": Kind("pictures", "Blank pictures", "Send the picture again: nothing is on it."),
    "one-colour": Kind("pictures", "Pictures of one colour", "Send the picture again: nothing is on it."),
    "aspect": Kind("pictures", "Pictures of an unusual shape", "Crop the picture as the others are."),
    "rotated": Kind("pictures", "Pictures lying on their side or head", "Turn the picture."),
    "placeholder": Kind("pictures", "Placeholders", "Send a picture of the product itself."),
    "border": Kind("pictures", "Heavy borders", "Crop the border away."),
    "text": Kind("pictures", "Text over the picture", "Send the picture without the text."),
    "person": Kind(
        "pictures", "People and scenes where packshots are the rule", "Send a packshot as the main picture."
    ),
    "wrong-tag": Kind("tags", "Tags that contradict the picture", "Look, and correct the tag."),
    "missing-tag": Kind("tags", "Tags that are missing", "Look, and fill the tag in."),
    "id-clash": Kind("table", "Ids that clash", "Keep one way of writing ids."),
    "variants-split": Kind("table", "Variants without their group", "Give them one group."),
    "variants-joined": Kind("table", "Groups that join unlike products", "Take the group away."),
    "same-product": Kind("table", "The same product twice", "Keep one of them."),
    "price": Kind("table", "Prices far from look-alikes'", "Check the price."),
    "currency": Kind("table", "Mixed currencies", "Check the currency."),
    "colour-text": Kind("table", "Text that names another colour", "Correct the text, or the picture."),
    "hidden": Kind(
        "shelves", "Products that no shelf shows", "Show them by a rule, or mend picture and tags."
    ),
    "hub": Kind(
        "shelves", "Products that are on everybody's shelf", "Bury them by a rule, or mend the picture."
    ),
}
"""Every kind of finding, by its stable name, in the order they are told."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    ``products`` are ids, first the one to mend; the others are in it as much (a clash, a group). ``field`` is
    the column it is about ("" for a picture), ``value`` what that says now and ``suggestion`` what it should
    say ("" where nobody can tell). ``picture`` is the position of the picture it is about. ``confidence`` is
    the probability that it is so, from 0 to 1; 1 for what was counted or read. ``evidence`` has "says", a
    sentence, where it helps "products", a list of {"id", "picture", "value"} to be looked at beside it, and
    numbers by name: all JSON-ready.
    """

    kind: str
    products: tuple[str, ...]
    confidence: float
    field: str = ""
    value: str = ""
    suggestion: str = ""
    picture: int | None = None
    evidence: Mapping[str, Any] = made(default_factory=dict)

    @property
    def id(self) -> str:
        """A name that stays the same as long as the same thing is wrong with the same products.

        It begins with a letter that no number does, so that no spreadsheet takes it for one.
        """
        told = [self.kind, sorted(self.products), self.field, self.value, self.picture]
        text = json.dumps(told, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return f"f{hashlib.blake2b(text, digest_size=6).hexdigest()}"

    @property
    def sure(self) -> bool:
        """Whether the confidence is at least `SURE`."""
        return self.confidence >= SURE

    @property
    def says(self) -> str:
        """The finding in one sentence."""
        return str(self.evidence.get("says", ""))

    def to_dict(self) -> dict[str, Any]:
        """The finding as one JSON-ready document."""
        return {
            "id": self.id,
            "kind": self.kind,
            "field": self.field,
            "products": list(self.products),
            "picture": self.picture,
            "value": self.value,
            "confidence": round(self.confidence, 3),
            "sure": self.sure,
            "suggestion": self.suggestion,
            "evidence": dict(self.evidence),
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Finding:
        """The finding that `to_dict` wrote."""
        return cls(
            document["kind"],
            tuple(document["products"]),
            document["confidence"],
            document["field"],
            document["value"],
            document["suggestion"],
            document["picture"],
            document["evidence"],
        )


@dataclass(frozen=True, slots=True)
class Unjudged:
    """What could not be judged, and why, in one sentence; ``field`` is "" where it is about pictures."""

    kind: str
    field: str
    why: str

    def to_dict(self) -> dict[str, str]:
        """It as one JSON-ready document."""
        return {"kind": self.kind, "field": self.field, "why": self.why}


def together(unjudged: Iterable[Unjudged]) -> list[tuple[list[str], str, str]]:
    """What could not be judged for the same reason, told once: kinds, field and why, in order."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for one in unjudged:
        reasons.setdefault((one.field, one.why), []).append(one.kind)
    return [(kinds, field, why) for (field, why), kinds in reasons.items()]
