"""Figures in words: shares as percentages, differences in points, each with its interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from lookalike.evaluation.bootstrap import Estimate

if TYPE_CHECKING:
    from lookalike.training.trial import Standing

MINUS = "\N{MINUS SIGN}"
_BETWEEN = "\N{EN DASH}"

ROLES = {"before": "the index's own", "learnt": "learnt here", "beside": "beside it"}
"""Roles of encoders in words."""


def share(one: Estimate) -> str:
    """A share with its 95% interval below it."""
    return f"<b>{one.mean:.1%}</b> <small>{one.low * 100:.1f}{_BETWEEN}{one.high * 100:.1f}</small>"


def signed(value: float, digits: int = 1) -> str:
    """A number with its sign, and none where it rounds to nothing."""
    text = f"{abs(value):.{digits}f}"
    if float(text) == 0:
        return text
    return f"{'+' if value > 0 else MINUS}{text}"


def points(one: Estimate) -> str:
    """A difference of shares in percentage points."""
    return signed(one.mean * 100)


def reach(one: Estimate) -> str:
    """The interval of a difference of shares, in percentage points."""
    return f"{signed(one.low * 100)} to {signed(one.high * 100)}"


def verdict(one: Estimate) -> str:
    """What a paired difference says: "better", "worse" or "no difference that can be told"."""
    if one.low > 0:
        return "better"
    return "worse" if one.high < 0 else "even"


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


def lasting(seconds: float) -> str:
    """A duration in words."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if minutes < 10 and rest else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def sized(size: int) -> str:
    """A number of bytes in words."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
