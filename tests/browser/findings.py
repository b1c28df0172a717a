"""What a doctor is made to find in the tiny shop: one or a few of several kinds, known by heart."""

from __future__ import annotations

from collections.abc import Iterator

from lookalike.doctor.case import Case
from lookalike.doctor.checks import Check
from lookalike.doctor.finding import KINDS, Finding, Unjudged

BESIDE = ("0008", "0009", "0010")
FOUND: tuple[Finding | Unjudged, ...] = (
    *(
        Finding("blurred", (id_,), 0.9, picture=0, evidence={"says": "It is softer than the others."})
        for id_ in ("0100", "0101", "t5", "t6", "t7", "t8")
    ),
    Finding(
        "wrong-tag",
        ("0007",),
        0.93,
        "pattern",
        "plain",
        "stripes",
        0,
        {
            "says": "What looks like it has stripes.",
            "products": [{"id": id_, "picture": 0, "value": "stripes"} for id_ in BESIDE],
        },
    ),
    Finding(
        "missing-tag", ("t9",), 0.7, "season", "", "summer", 0, {"says": "Its look-alikes are for summer."}
    ),
    Finding(
        "id-clash", ("0009", "t9"), 1.0, "id", evidence={"says": "Other programs take these ids for one."}
    ),
    Finding(
        "price",
        ("0101",),
        0.6,
        "price",
        "79.90 EUR",
        "7.99 EUR",
        None,
        {"says": "It costs ten times as much."},
    ),
    Finding("hub", ("0010",), 0.3, evidence={"says": "It is on many shelves."}),
    Unjudged("wrong-tag", "season", "The season cannot be told from the pictures."),
    Unjudged("rotated", "", "Ten pictures are too few to know which way is up."),
)
"""Ten findings that are told, one that is doubtful, and two things that cannot be judged."""


def check(found: tuple[Finding | Unjudged, ...] = FOUND) -> Check:
    """A check of all kinds that finds these."""

    def find(case: Case) -> Iterator[Finding | Unjudged]:
        case.tell("Looking", len(found), len(found))
        yield from found

    return Check(tuple(KINDS), find)
