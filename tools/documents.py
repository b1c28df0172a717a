"""The page of JSON documents: what every verb prints with ``--json``, on an index of a few plain pictures."""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from PIL import Image

from lookalike import Index, PictureSource, Price, Product
from lookalike.cli.main import main as command_line
from lookalike.testing.grid import GridEncoder

VARYING = {"examined_at": 1700000000000, "seconds": 0.05, "bytes": 12345, "workers": 2, "installed": True}
"""Values that differ from run to run, and what stands for them."""


def documents_page() -> str:
    parts = [
        "# JSON documents",
        "What `--json` prints, and what `to_dict()` of the same thing returns in Python. These come from an\n"
        "index of three plain pictures.",
    ]
    with quiet_folder():
        for heading, text, document in documents():
            shown = json.dumps(settled(document), indent=2, ensure_ascii=False)
            parts += [f"## {heading}", text, f"```json\n{shown}\n```"]
    return "\n\n".join(parts) + "\n"


def documents() -> Iterator[tuple[str, str, Any]]:
    index = Index.create("shop-index", GridEncoder())
    report = index.add([*three_products(), Product(id="bad", pictures=("/shop/gone.jpg",), row=4)])
    yield (
        "An answer",
        "`similar`, `search`, `Answer.to_dict()`. " + ANSWER,
        run("similar", "mug-1", "-k", "1"),
    )
    yield (
        "A product",
        "`product`. " + PRODUCT,
        run("product", "mug-1"),
    )
    yield "A report", "`add`, `sync`, `IngestReport.to_dict()`. " + REPORT, report.to_dict()
    yield "A list", "`list`. `total` is how many pass the filter.", run("list", "-k", "1")
    yield "An index", "`info`, `create`, `Index.info()`.", run("info")
    yield "A self-test", "`verify`, `VerifyReport.to_dict()`.", index.verify().to_dict()
    yield (
        "A rebuild",
        "`rebuild`, `rebuild --back`, `RebuildReport.to_dict()`. " + REBUILD,
        index.rebuild(GridEncoder("other")).to_dict(),
    )
    yield "Encoders", "`encoders`. " + ENCODERS, run("encoders", "imagenet", "--seconds", "0")
    yield "Files", "`export`.", run("export", "vectors.npy")
    (copied,) = three_products()[0].pictures
    index.add([Product(id="mug-1-again", title="Mug 1", pictures=(copied,))], duplicates=False)
    found = run("duplicates", "--kinds", "same-bytes", "--no-look")
    yield "Duplicates", "`duplicates`, `Duplicates.to_dict()`. " + DUPLICATES, found
    report = index.judge(judgements())
    yield "Judgements", "`duplicates --review`, `JudgementReport.to_dict()`. " + JUDGEMENTS, report.to_dict()
    checked = index.check(copied.data or b"", kinds="same-bytes")
    yield (
        "A check",
        "`check`, `Check.to_dict()`. `changes` are those of the picture that was checked.",
        checked.to_dict(),
    )
    index.add([Product(id="MUG-2", title="Mug 2", pictures=three_products()[1].pictures)], duplicates=False)
    told = run("doctor", "--kind", "id-clash", "--kind", "price")
    yield "Findings", "`doctor`, `Findings.to_dict()`. " + FINDINGS, told
    made = index.doctor.decide(decisions(told["findings"][0]["id"]))
    yield "Decisions", "`doctor --apply`, `DecisionReport.to_dict()`. " + DECISIONS, made.to_dict()
    yield "A removal", "`remove`.", run("remove", "mug-2")
    yield "An error", "On any verb, with exit status 2.", run("product", "no-such-id")


ANSWER = (
    "\n`complete` is true when every product that matches is among the results. `explain` says how the\n"
    "answer was found: `matching` products could have been chosen, `left_out` counts the others by reason.\n"
    "`evidence.picture` is the position of the picture that matched best; 0 is the main one."
)
PRODUCT = (
    "What `Product.to_dict()` says, and the `colours` measured on the main picture, largest first;\n"
    "two shades of one name are two entries."
)
REPORT = (
    "`rows` = `added` + `updated` + `unchanged` + `reported`; `problems` has every row and picture left out."
)
REBUILD = (
    "`pictures` = `ready` + `missing`; `problems` has every picture without a\n"
    "vector of the new encoder. `switched` false is exit status 3: the index answers as before."
)
ENCODERS = (
    "`bytes` is the size of the weights, `dim` how many numbers a vector has,\n"
    "`speed` pictures a second on `workers` threads; one that cannot be loaded has `error` instead."
)


DUPLICATES = (
    "\n`looked_at` of `pictures` were looked at, `unreadable` are left out. Members begin with the `head`;\n"
    "`changes` are as seen from it. `keep` and `verdict` are what a person said, `reviewed` that they said\n"
    "it of every member. `--no-look` leaves `complete` false where pictures came since the last look."
)
JUDGEMENTS = "`refused` has the row, counted from 1, of\neach judgement that was not taken; the others count."


FINDINGS = (
    "\nThe surest first of each kind. `confidence` is the probability that a person who looks agrees;\n"
    "`evidence.says` the reason in a sentence, `evidence.products` what to look at beside it. `decision`\n"
    "is what a person said, `applied` the value that was written; `can_apply` tells whether the\n"
    "suggestion can be written as it is, `takes_value` whether another value can. `stale` is true when\n"
    "the index has changed since, `unkept` says why the findings could not be kept. `unjudged` has what\n"
    "could not be judged, and why."
)
DECISIONS = (
    "`changed` has the products that were\nwritten, `refused` each decision that was not taken; "
    "the others count."
)


def decisions(finding: str) -> list[dict[str, str]]:
    """One that can be taken, and one that cannot."""
    return [{"finding": finding, "decision": "dismiss"}, {"finding": finding, "decision": "apply"}]


def judgements() -> list[dict[str, Any]]:
    """One that can be taken, and one that cannot."""
    keep, other = {"id": "mug-1", "picture": 0}, {"id": "mug-1-again", "picture": 0}
    return [
        {"keep": keep, "other": other, "verdict": "same"},
        {"keep": keep, "other": {"id": "mug-9", "picture": 0}, "verdict": "not-same"},
    ]


def three_products() -> list[Product]:
    colours = {"mug-1": (200, 30, 40), "mug-2": (205, 40, 35), "mug-3": (30, 60, 180)}
    return [
        Product(
            id=name,
            pictures=(PictureSource(f"{name}.png", png(colour)),),
            title=f"Mug {row}",
            category="Home > Mugs",
            price=Price(Decimal(f"{row}2.50"), "EUR"),
            availability="in stock",
            attributes={"material": "stoneware"},
            row=row,
        )
        for row, (name, colour) in enumerate(colours.items(), start=1)
    ]


def png(colour: tuple[int, int, int]) -> bytes:
    picture = Image.new("RGB", (96, 120), "white")
    picture.paste(colour, (24, 30, 72, 90))
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def run(*words: str) -> Any:
    """The JSON document of one command, run on ./shop-index."""
    done = CliRunner().invoke(command_line, [*words, "--index", "shop-index", "--json"])
    return json.JSONDecoder().raw_decode(done.output)[0]


def settled(document: Any) -> Any:
    """A document without what differs from run to run."""
    if isinstance(document, dict):
        return {key: VARYING.get(key, settled(value)) for key, value in document.items()}
    return [settled(value) for value in document] if isinstance(document, list) else document


@contextlib.contextmanager
def quiet_folder() -> Iterator[None]:
    """A temporary folder to work in."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
