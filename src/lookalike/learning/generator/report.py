"""What came of a training of a generator: where it lies, what it makes of words, and whether it copies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lookalike.imagining.eigenpictures import Pixels
from lookalike.learning.gathering import Taught
from lookalike.learning.generator.likeness import Copying, Variety, together
from lookalike.training.learnt import Curve


@dataclass(frozen=True)
class Sample:
    """One generated picture, and the nearest of the pictures that were learnt from, by pixels and by codes.

    Each as a product's id and a distance in levels of 255, see `lookalike.learning.generator.likeness`.
    ``pictures`` (3, side, side, 3) are the generated one and these two.
    """

    by_pixels: tuple[str, float]
    by_codes: tuple[str, float]
    pictures: Pixels = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The neighbours as one JSON-ready document."""
        named = {"pixels": self.by_pixels, "codes": self.by_codes}
        return {name: {"id": own[0], "distance": round(own[1], 2)} for name, own in named.items()}


@dataclass(frozen=True)
class Imagined:
    """What was made of one ``text`` that the catalogue says of ``products`` products."""

    text: str
    products: int
    variety: Variety
    samples: Sequence[Sample] = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The text and its figures as one JSON-ready document."""
        return {
            "text": self.text,
            "generated": True,
            "products": self.products,
            "variety": self.variety.to_dict(),
            "nearest_learnt_from": [one.to_dict() for one in self.samples],
        }


@dataclass(frozen=True)
class GeneratorReport:
    """The account of one training of a generator; everything that it made is generated, and shows no product.

    ``products`` were learnt from, ``epochs`` times each, of ``planned``. ``sheets`` are files of what it made
    at the end of some epochs, a row for each text. ``seconds`` are wall time by step: "gather", "learn",
    "measure", "all". ``memory_bytes`` is the most that the process has had, None where the system does not
    tell. ``page`` is the report for people. ``notes`` are sentences.
    """

    file: Path
    encoder: str
    taught: Taught
    products: int
    epochs: int
    planned: int
    device: str
    settings: Mapping[str, Any]
    curves: Sequence[Curve]
    imagined: Sequence[Imagined]
    copying: Copying
    sheets: Mapping[int, Path]
    seconds: Mapping[str, float] = field(default_factory=dict)
    memory_bytes: int | None = None
    page: Path | None = None
    notes: Sequence[str] = ()

    def __repr__(self) -> str:
        return f"GeneratorReport({str(self.file)!r}, {self.products:,} products, {self.epochs} epochs)"

    @property
    def variety(self) -> Variety | None:
        """How varied what it made is, in the mean over the texts."""
        return together([one.variety for one in self.imagined])

    def to_dict(self) -> dict[str, Any]:
        """The report as one JSON-ready document."""
        variety = self.variety
        return {
            "recipe": "generator",
            "file": str(self.file),
            "encoder": self.encoder,
            "report": None if self.page is None else str(self.page),
            "taught": self.taught.to_dict(),
            "products": self.products,
            "epochs": self.epochs,
            "planned": self.planned,
            "device": self.device,
            "settings": dict(self.settings),
            "seconds": {name: round(value, 3) for name, value in self.seconds.items()},
            "memory_bytes": self.memory_bytes,
            "curves": [
                {
                    "name": curve.name,
                    "diagram": curve.diagram,
                    "epochs": [*curve.epochs],
                    "values": [*curve.values],
                }
                for curve in self.curves
            ],
            "imagined": [one.to_dict() for one in self.imagined],
            "copying": self.copying.to_dict(),
            "variety": None if variety is None else variety.to_dict(),
            "sheets": [{"epoch": epoch, "file": str(path)} for epoch, path in self.sheets.items()],
            "notes": list(self.notes),
        }
