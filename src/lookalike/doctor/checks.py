"""All that a doctor looks for, one after another."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from lookalike.doctor.aspect import aspect
from lookalike.doctor.blank import blank
from lookalike.doctor.blurred import blurred
from lookalike.doctor.border import border
from lookalike.doctor.case import Case
from lookalike.doctor.colour_text import colour_texts
from lookalike.doctor.currency import mixed_currencies
from lookalike.doctor.finding import Finding, Unjudged
from lookalike.doctor.id_clash import clashing_ids
from lookalike.doctor.person import people
from lookalike.doctor.placeholder import placeholders
from lookalike.doctor.price import far_prices
from lookalike.doctor.rotated import rotated
from lookalike.doctor.same_product import same_products
from lookalike.doctor.shelves import shelves
from lookalike.doctor.tags.telling import tags
from lookalike.doctor.text import text
from lookalike.doctor.tiny import tiny
from lookalike.doctor.unreadable import unreadable, without_picture
from lookalike.doctor.variants_joined import joined_variants
from lookalike.doctor.variants_split import split_variants

Find = Callable[[Case], Iterator[Finding | Unjudged]]


@dataclass(frozen=True, slots=True)
class Check:
    """What finds some kinds of `lookalike.doctor.finding.KINDS`."""

    kinds: tuple[str, ...]
    find: Find


CHECKS: tuple[Check, ...] = (
    Check(("unreadable",), unreadable),
    Check(("no-picture",), without_picture),
    Check(("tiny",), tiny),
    Check(("blurred",), blurred),
    Check(("blank", "one-colour"), blank),
    Check(("aspect",), aspect),
    Check(("rotated",), rotated),
    Check(("placeholder",), placeholders),
    Check(("border",), border),
    Check(("text",), text),
    Check(("person",), people),
    Check(("wrong-tag", "missing-tag"), tags),
    Check(("id-clash",), clashing_ids),
    Check(("variants-split",), split_variants),
    Check(("variants-joined",), joined_variants),
    Check(("same-product",), same_products),
    Check(("price",), far_prices),
    Check(("currency",), mixed_currencies),
    Check(("colour-text",), colour_texts),
    Check(("hidden", "hub"), shelves),
)
"""Every check, in the order they run."""


def examined(case: Case, kinds: Collection[str]) -> tuple[list[Finding], list[Unjudged]]:
    """What is found of these kinds, the surest of each kind first, and what could not be judged."""
    findings: list[Finding] = []
    unjudged: list[Unjudged] = []
    for check in CHECKS:
        if not set(check.kinds) & set(kinds):
            continue
        for one in check.find(case):
            if one.kind not in kinds:
                continue
            if isinstance(one, Finding):
                findings.append(one)
            else:
                unjudged.append(one)
    return findings, unjudged
