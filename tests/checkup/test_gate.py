"""A gate counts what is found, and lets pass or not."""

from __future__ import annotations

from typing import Any

import pytest

from lookalike.doctor.finding import Finding, Unjudged
from lookalike.errors import BadArgument
from lookalike.index import Index

from .conftest import Found

FINDINGS = (
    Finding("unreadable", (), 1.0, "row", "row 1"),
    Finding("tiny", ("8",), 1.0, picture=0),
    Finding("tiny", ("8",), 1.0, picture=1),
    Finding("wrong-tag", ("8",), 0.9, "colour", "blue", "red"),
    Finding("wrong-tag", ("10",), 0.9, "article Type", "blue", "red"),
)


@pytest.mark.parametrize(
    ("expression", "count", "passed"),
    [
        ("unreadable<=0", 1, False),
        (" unreadable <= 1 ", 1, True),
        ("blurred==0", 0, True),
        ("tiny<2", 2, False),
        ("wrong-tag:colour<=1", 1, True),
        ("wrong-tag: article Type >=2", 1, False),
        ("wrong-tag:season<=0", 0, True),
        ("pictures>3", 3, False),
        ("tiny<=25%", 25, True),
        ("pictures<50%", 50, False),
        ("tags<=49.9%", 50, False),
    ],
)
def test_a_gate_counts_findings_or_the_share_of_products(
    index: Index, found: Found, expression: str, count: float, passed: bool
) -> None:
    found(*FINDINGS)
    result = index.doctor.findings().gate(expression)
    assert (result.count, result.passed, result.expression) == (count, passed, expression.strip())


@pytest.mark.parametrize("text", ["", "tiny", "tiny<=", "tiny<=-1", "<=3", "tiny=3", "tiny<=x", "1<=1", 7])
def test_what_is_no_gate_is_shown_how_to_write_one(index: Index, found: Found, text: Any) -> None:
    found(*FINDINGS)
    with pytest.raises(BadArgument) as caught:
        index.doctor.findings().gate(text)
    assert "unreadable<=0" in caught.value.next_step


def test_an_unknown_kind_is_told_with_those_near(index: Index, found: Found) -> None:
    found(*FINDINGS)
    with pytest.raises(BadArgument) as caught:
        index.doctor.findings().gate("unreadible<=0")
    assert "unreadable" in caught.value.next_step


def test_a_gate_about_what_nobody_looked_for_passes_nothing(index: Index) -> None:
    found = index.doctor.examine("no-picture")
    assert found.gate("no-picture<=0").passed
    with pytest.raises(BadArgument, match="nobody looked for"):
        found.gate("unreadable<=0")


def test_a_gate_says_that_the_doctor_could_not_judge(index: Index, found: Found) -> None:
    found(unjudged=(Unjudged("wrong-tag", "season", "It cannot be told from the pictures."),))
    gate = index.doctor.findings().gate
    assert [gate(text).unjudged for text in ("tags<=0", "wrong-tag:season<1", "tiny<1")] == [1, 1, 0]


def test_what_was_dismissed_counts_no_more(index: Index, found: Found) -> None:
    found(*FINDINGS)
    index.doctor.dismiss(FINDINGS[0].id)
    assert index.doctor.findings().gate("unreadable<=0").passed
