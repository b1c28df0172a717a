"""What the last examinations found, as a store keeps it: each kind as the last look for it left it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from lookalike.checkup.packed import Packed
from lookalike.doctor.finding import KINDS, Finding, Unjudged
from lookalike.hashing import content_hash

NAME = "doctor.found"
"""The note in which a store keeps it: a hash of the rest, a line of JSON, and findings compressed."""

_FORMAT = 1
_DIGEST = len(content_hash(b""))
_ORDER = {kind: at for at, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Run:
    """An examination: when (milliseconds since 1970), of which version, of how many, and how long it took."""

    at: int
    version: int
    products: int
    pictures: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Examined:
    """What one examination found of the kinds that it looked for."""

    kinds: tuple[str, ...]
    findings: tuple[Finding, ...]
    unjudged: tuple[Unjudged, ...]
    run: Run


@dataclass(frozen=True)
class Kept:
    """Findings, and the run that last looked for each kind.

    ``new`` are ids of findings that the run before did not have.
    """

    packed: Packed = field(default_factory=lambda: Packed.of(()))
    unjudged: tuple[Unjudged, ...] = ()
    new: frozenset[str] = frozenset()
    runs: Mapping[str, Run] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def from_bytes(cls, data: bytes | None) -> Kept:
        """What `to_bytes` wrote; nothing where it cannot be read, since it can be found out again."""
        digest, data = (data or b"")[:_DIGEST], (data or b"")[_DIGEST:]
        if digest != content_hash(data).encode():
            return cls()
        try:
            line, _, body = data.partition(b"\n")
            head = json.loads(line)
            if head["format"] != _FORMAT or not set(head["kinds"]) <= set(KINDS):
                return cls()
            ends = np.cumsum(head["pieces"], dtype=np.int64).tolist()
            packed = Packed(
                head["ids"],
                head["products"],
                np.repeat(np.array([_ORDER[kind] for kind in head["kinds"]], np.int16), head["counts"] or 0),
                np.array(head["confidences"], np.float32),
                [body[start:end] for start, end in zip([0, *ends], ends, strict=False)],
            )
            return cls(
                packed,
                tuple(Unjudged(**one) for one in head["unjudged"]),
                frozenset(head["new"]),
                {kind: Run(*run) for kind, run in head["runs"].items() if kind in KINDS},
            )
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return cls()

    def to_bytes(self) -> bytes:
        """A hash of the rest, a line of JSON, and findings compressed in pieces."""
        kinds, counts = np.unique(self.packed.kinds, return_counts=True)
        names = tuple(KINDS)
        head = {
            "format": _FORMAT,
            "runs": {
                kind: [run.at, run.version, run.products, run.pictures, run.seconds]
                for kind, run in self.runs.items()
            },
            "unjudged": [one.to_dict() for one in self.unjudged],
            "kinds": [names[at] for at in kinds.tolist()],
            "counts": counts.tolist(),
            "ids": list(self.packed.ids),
            "products": list(self.packed.products),
            "confidences": [round(one, 3) for one in self.packed.confidences.tolist()],
            "new": sorted(self.new),
            "pieces": [len(piece) for piece in self.packed.pieces],
        }
        line = json.dumps(head, ensure_ascii=True, separators=(",", ":")).encode()
        data = b"\n".join((line, b"".join(self.packed.pieces)))
        return content_hash(data).encode() + data

    def renewed(self, news: Examined) -> Kept:
        """The same after another examination."""
        kept = np.flatnonzero(~self.packed.of_kinds(news.kinds)).tolist()
        packed = Packed.of((*map(self.packed.finding, kept), *news.findings))
        unjudged = [one for one in self.unjudged if one.kind not in news.kinds]
        stay = {self.packed.ids[row] for row in kept}
        fresh = set(packed.ids) - set(self.packed.ids)
        return Kept(
            packed,
            tuple(sorted((*unjudged, *news.unjudged), key=lambda one: _ORDER[one.kind])),
            frozenset((self.new & stay) | fresh),
            {**self.runs, **dict.fromkeys(news.kinds, news.run)},
        )
