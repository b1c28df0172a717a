"""The doctor of an index: what it found, what people decided of that, and what follows from it."""

from lookalike.checkup.findings import Findings

__all__ = ["Findings"]
