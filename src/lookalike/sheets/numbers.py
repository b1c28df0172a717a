"""Figures in words: shares as percentages, differences in points, each with its interval."""

from __future__ import annotations

from lookalike.evaluation.bootstrap import Estimate

MINUS = "\N{MINUS SIGN}"
BETWEEN = "\N{EN DASH}"

TOLD = {"better": "better", "worse": "worse", "even": "no difference beyond chance"}
"""What a paired difference says, in words."""


def share(one: Estimate) -> str:
    """A share with its 95% interval below it, as HTML."""
    return f"<b>{one.mean:.1%}</b> <small>{one.low * 100:.1f}{BETWEEN}{one.high * 100:.1f}</small>"


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
    """What a paired difference says: "better", "worse" or "even", which is none that can be told."""
    if one.low > 0:
        return "better"
    return "worse" if one.high < 0 else "even"


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
    if size < 1e6:
        return f"{size:,} bytes" if size < 1e4 else f"{size / 1e3:.0f} kB"
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
