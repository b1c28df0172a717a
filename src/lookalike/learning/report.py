"""What came of a training: the new encoder, whether it is better, and what it cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lookalike.evaluation.bootstrap import Estimate
from lookalike.ingest.rebuild_report import RebuildReport
from lookalike.learning.gathering import Taught
from lookalike.training.learnt import Confusion, Learnt
from lookalike.training.trial import Comparison, Standing

_CONFUSED = 50  # pairs of kinds that are named, those taken for each other most often


@dataclass(frozen=True)
class TrainingReport:
    """The account of one training.

    ``encoder`` is the name that loads the new encoder, ``base`` that of the index's own until then. It is
    ``better`` when the lower end of the 95% interval of its gain on unseen products is above 0, and not only
    a handful of them could ask. ``switched`` says whether the index answers with it now, ``forced`` whether
    that was to be in any case; ``rebuild`` is the account of the switch. ``seconds`` are wall time by step:
    "gather", "learn", "compare", "switch", "all". ``memory_bytes`` is the most that the process has had, None
    where the system does not tell. ``page`` is the report for people. ``problems`` are sentences.
    """

    recipe: str
    name: str
    encoder: str
    base: str
    folder: Path
    taught: Taught
    comparison: Comparison
    learnt: Learnt
    better: bool
    switched: bool = False
    forced: bool = False
    rebuild: RebuildReport | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    memory_bytes: int | None = None
    page: Path | None = None
    problems: Sequence[str] = ()

    def __repr__(self) -> str:
        said = "better" if self.better else "not shown to be better"
        return f"TrainingReport({self.encoder!r}, {said}: {self.gain}, switched={self.switched})"

    @property
    def before(self) -> Standing:
        """How the index's own encoder did."""
        return self.comparison.standings[0]

    @property
    def after(self) -> Standing:
        """How the learnt one did."""
        return self.comparison.standings[1]

    @property
    def gain(self) -> Estimate:
        """How much better it is, in the mean over the columns that were learnt from."""
        gain = self.after.gain
        assert gain is not None
        return gain

    @property
    def worse_at(self) -> list[str]:
        """The questions that it answers worse than the one before, beyond chance, whatever the gain is."""
        return [name for name, gain in self.after.gains.items() if gain.high < 0]

    def to_dict(self) -> dict[str, Any]:
        """The report as one JSON-ready document."""
        learnt, comparison = self.learnt, self.comparison.to_dict()
        before, after, *beside = comparison.pop("standings")
        return {
            "recipe": self.recipe,
            "name": self.name,
            "encoder": self.encoder,
            "base": self.base,
            "folder": str(self.folder),
            "report": None if self.page is None else str(self.page),
            "better": self.better,
            "switched": self.switched,
            "forced": self.forced,
            "gain": self.gain.to_dict(),
            "worse_at": self.worse_at,
            "before": before,
            "after": after,
            "beside": beside,
            "taught": self.taught.to_dict(),
            "questions": comparison.pop("questions"),
            "families": comparison.pop("families"),
            "seconds": {name: round(value, 3) for name, value in self.seconds.items()},
            "memory_bytes": self.memory_bytes,
            "epochs": learnt.epochs,
            "device": learnt.device,
            "settings": dict(learnt.settings),
            "notes": list(learnt.notes),
            "curves": [
                {
                    "name": curve.name,
                    "diagram": curve.diagram,
                    "epochs": [int(epoch) for epoch in curve.epochs],
                    "values": [round(float(value), 5) for value in curve.values],
                }
                for curve in learnt.curves
            ],
            "confusion": [_confused(one) for one in learnt.confusion],
            "rebuild": None if self.rebuild is None else self.rebuild.to_dict(),
            "problems": list(self.problems),
            "examples": comparison,
        }


def _confused(one: Confusion) -> dict[str, Any]:
    """A confusion by its most frequent mistakes: [kind, taken for, how often]."""
    wrong = np.array(one.counts)
    np.fill_diagonal(wrong, 0)
    order = np.argsort(-wrong, axis=None, kind="stable")[:_CONFUSED]
    pairs = [divmod(int(at), len(one.kinds)) for at in order]
    return {
        "of": one.part,
        "kinds": len(one.kinds),
        "accuracy": round(one.accuracy, 4),
        "top5": round(one.top5, 4),
        "mistakes": [[one.kinds[a], one.kinds[b], int(wrong[a, b])] for a, b in pairs if wrong[a, b]],
    }
