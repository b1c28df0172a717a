"""What subjects are called on a page, where their full names would be too long."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from lookalike.verdict.standing import Standing


def brief(standings: Sequence[Standing]) -> list[str]:
    """A short name for each subject, its full one where the short ones are not different."""
    short = [_brief(one) for one in standings]
    return [own if short.count(own) == 1 else one.subject for own, one in zip(short, standings, strict=True)]


def _brief(standing: Standing) -> str:
    """A name without what kind it is of; of an encoder's file only what the file is called."""
    if standing.kind == "module":
        return standing.subject
    _, _, name = standing.subject.partition(":")
    kind, _, place = name.partition(":")
    return PurePath(place).stem if kind == "onnx" and place else name or standing.subject
