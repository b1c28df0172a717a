"""Names and settings of a training in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lookalike.training.trial import Standing

ROLES = {"before": "the index's own", "learnt": "learnt here", "beside": "beside it"}
"""Roles of encoders in words."""


def encoder_name(encoder: str) -> str:
    """What an encoder is called among others: the name of its file, where it is one."""
    kind, _, rest = encoder.partition(":")
    return PurePath(rest).stem if kind == "onnx" and rest else encoder


def standing_name(standing: Standing) -> str:
    """An encoder with its role."""
    name = f"<b>{escape(encoder_name(standing.encoder))}</b>"
    return f"{name} <small>{ROLES[standing.role]}</small>"


def last_steps(names: Sequence[str]) -> list[str]:
    """Names, those that are paths cut to their last step where that is still only theirs."""
    steps = [name.rpartition(">")[2].strip() or name for name in names]
    held = Counter(steps)
    return [step if held[step] == 1 else name for name, step in zip(names, steps, strict=True)]


def spoken(value: Any) -> str:
    """A setting in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if value == int(value) and abs(value) >= 1 else f"{value:.4g}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, dict):
        return ", ".join(f"{key} {spoken(own)}" for key, own in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(spoken(own) for own in value)
    return "none" if value is None else str(value)
