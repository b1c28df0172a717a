"""One question put to several encoders, and their answers compared case by case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import unseen

from lookalike.encoders.base import ImageEncoder
from lookalike.evaluation.bootstrap import Estimate
from lookalike.evaluation.cases import CaseSet
from lookalike.evaluation.gallery import Gallery
from lookalike.evaluation.judge import Judgement, judge

DEFAULT = ("imagenet", "product")
"""Encoders that are compared when none is named, the baseline first."""


@dataclass(frozen=True)
class Question:
    """Cases that ask a gallery of pictures by product, named for keeping, and the metrics that answer it."""

    name: str
    gallery: str
    pictures: Mapping[str, Any]
    cases: CaseSet
    metrics: tuple[str, ...] = ("precision_at_10",)


def subject(encoder: ImageEncoder, question: Question, work: Path) -> Gallery:
    """A gallery of vectors; what asks from outside it is encoded beforehand, and kept."""
    vectors = unseen.looks(encoder, question.gallery, question.pictures.values(), work)
    asked = [case.ask for case in question.cases.cases if not isinstance(case.ask, str)]
    name = question.name.replace(" ", "-").replace(":", "").replace(",", "")
    seen = dict(zip(asked, unseen.looks(encoder, name, asked, work), strict=True)) if asked else {}
    return Gallery([*question.pictures], vectors, lambda asks: np.stack([seen[ask] for ask in asks]))


def rounded(found: Estimate) -> dict[str, float]:
    return {"mean": round(found.mean, 4), "low": round(found.low, 4), "high": round(found.high, 4)}


def compared(verdicts: Mapping[str, Judgement], metric: str) -> dict[str, Any]:
    """Means by encoder; differences to the first, and how many times its mean."""
    base, *others = verdicts
    figures: dict[str, Any] = {
        "means": {name: rounded(verdict[metric]) for name, verdict in verdicts.items()},
        "differences": {name: rounded(verdicts[name].minus(verdicts[base], metric)) for name in others},
    }
    if verdicts[base].values[metric].any():
        figures["times"] = {name: rounded(verdicts[name].over(verdicts[base], metric)) for name in others}
    return figures


def answered(question: Question, encoders: Mapping[str, ImageEncoder], work: Path) -> dict[str, Any]:
    verdicts = {
        name: judge(subject(encoder, question, work), question.cases) for name, encoder in encoders.items()
    }
    return {
        "cases": len(question.cases.cases),
        "gallery": len(question.pictures),
        "left_out": dict(question.cases.left_out),
        "at_most": {metric: ceiling(question.cases, metric) for metric in question.metrics},
        "metrics": {metric: compared(verdicts, metric) for metric in question.metrics},
    }


def ceiling(cases: CaseSet, metric: str) -> float:
    """What an encoder that makes no mistake would reach: fewer than k may be right, and precision falls."""
    name, _, k = metric.partition("_at_")
    if name != "precision":
        return 1.0
    found = [min(cases.truth.total(case), int(k)) / int(k) for case in cases.cases]
    return round(float(np.mean(found)), 4)


def shown(figure: Mapping[str, float], sign: str = "") -> str:
    """A mean and its interval for a printed table."""
    mean, low, high = (f"{figure[part]:{sign}.3f}" for part in ("mean", "low", "high"))
    return f"{mean} [{low}, {high}]"
