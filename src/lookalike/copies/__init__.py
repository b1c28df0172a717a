"""The same picture twice, in an index: its groups, whether a picture is there already, and review."""

from lookalike.copies.answer import Check, Copy, DuplicateGroup, Duplicates
from lookalike.copies.review import JudgementReport, Refusal

__all__ = ["Check", "Copy", "DuplicateGroup", "Duplicates", "JudgementReport", "Refusal"]
