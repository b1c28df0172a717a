"""The part of an index that measures recommenders on its own catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lookalike.questions import Questions
from lookalike.training.learnt import Tell
from lookalike.verdict.report import Evaluation


class Verdicts(Questions):
    """How good a recommender is on a catalogue, and whether another one is better."""

    def evaluate(
        self,
        subject: Any = None,
        *,
        labels: Sequence[str] | str | None = None,
        questions: Sequence[str] | str | None = None,
        events: Any = None,
        most: int | None = None,
        seed: int = 0,
        progress: Tell | None = None,
        workers: int | None = None,
        thumbnails: bool = False,
        allow_private: bool = False,
    ) -> Evaluation:
        """How good one subject is, by labels, by structure and by events."""
        raise NotImplementedError
