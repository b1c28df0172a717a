"""One subject is asked every question, and what it answers is measured."""

from __future__ import annotations

from collections.abc import Mapping

from lookalike.evaluation.question import Question
from lookalike.training.learnt import Tell
from lookalike.verdict.panel import Panel
from lookalike.verdict.standing import Standing
from lookalike.verdict.subjects import Subject

KEPT = 10
"""Products of each list that are kept and looked at beyond right and wrong."""


def run(subject: Subject, questions: Mapping[str, Question], panel: Panel, tell: Tell) -> Standing:
    """Ask a subject everything that it can be asked, and measure what it answers and what that costs.

    What it cannot be asked is in ``unasked``, with the reason.
    """
    raise NotImplementedError
