"""Write docs/reference/ from the code: the Python names, the errors, the command line, the JSON documents.

    python tools/make_reference.py

A test compares the result with what is committed.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner
from PIL import Image

import lookalike
from lookalike import Index, PictureSource, Price, Product, errors
from lookalike.cli.main import main as command_line
from lookalike.service import problems
from lookalike.service.app import create_app
from lookalike.store.memory import MemoryStore
from lookalike.testing.grid import GridEncoder

HOME = Path(__file__).parent.parent / "docs" / "reference"
NOTE = "<!-- Written by tools/make_reference.py. Change the code, then run it. -->"
ALSO = (
    "lookalike.copies.Check",
    "lookalike.copies.Copy",
    "lookalike.copies.DuplicateGroup",
    "lookalike.copies.Duplicates",
    "lookalike.copies.JudgementReport",
    "lookalike.duplicates.finding.Match",
    "lookalike.duplicates.judgements.Judgement",
    "lookalike.products.Problem",
    "lookalike.ingest.verification.VerifyReport",
    "lookalike.store.base.Manifest",
    "lookalike.vectors.Space",
)
"""What the ten public names hand out."""

VARYING = {"seconds": 0.05, "bytes": 12345, "workers": 2, "installed": True}
"""Values that differ from run to run, and what stands for them."""


def main() -> None:
    HOME.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (HOME / name).write_text(text, encoding="utf-8")
        print(HOME / name)


def pages() -> dict[str, str]:
    """Every page of the reference by file name."""
    return {
        "python.md": python_page(),
        "errors.md": errors_page(),
        "commands.md": commands_page(),
        "documents.md": documents_page(),
        "http.md": http_page(),
    }


def python_page() -> str:
    parts = [
        NOTE,
        "# Python",
        "Everything here is imported from `lookalike`. All errors are in [errors](errors.md).",
    ]
    for name in sorted(lookalike.__all__):
        parts += described(getattr(lookalike, name), name, "##")
    parts += ["## Also met", "Handed out by the names above, imported from their own modules."]
    for path in ALSO:
        module, _, name = path.rpartition(".")
        parts += described(getattr(importlib.import_module(module), name), name, "###", home=module)
    return "\n\n".join(parts) + "\n"


def described(thing: Any, name: str, level: str, home: str = "") -> list[str]:
    parts = [f"{level} {name}"]
    if home:
        parts.append(f"`from {home} import {name}`")
    if not inspect.isclass(thing):
        return [*parts, code(call(name, inspect.signature(thing))), inspect.getdoc(thing) or ""]
    constructed = is_dataclass(thing) or name == "LookalikeError"
    parts.append(inspect.getdoc(thing) or "")
    if constructed and is_dataclass(thing):
        shown = [f"{field.name}: {field.type}" for field in fields(thing) if field.repr or name != "Answer"]
        parts.append(code("\n".join(shown)))
    for member, value in members(thing).items():
        if not member.startswith("_") and inspect.getdoc(value) and is_documented(value):
            parts += method(thing, name, member, value, level + "#")
    return parts


def members(thing: type) -> dict[str, Any]:
    """What a class has of its own, then what it has of the classes of this project that it extends."""
    own = [kind for kind in thing.__mro__ if kind.__module__.startswith("lookalike.")]
    found: dict[str, Any] = {}
    for kind in own:
        found |= {name: value for name, value in vars(kind).items() if name not in found}
    return found


def is_documented(value: Any) -> bool:
    return isinstance(value, property | classmethod) or inspect.isfunction(value)


def method(owner: type, name: str, member: str, value: Any, level: str) -> list[str]:
    doc = inspect.getdoc(value) or ""
    if isinstance(value, property):
        result = inspect.signature(value.fget).return_annotation if value.fget else ""
        return [f"{level} {name}.{member}", code(f"{name}.{member} -> {result}"), doc]
    signature = inspect.signature(getattr(owner, member))
    if inspect.isfunction(value):
        signature = signature.replace(parameters=list(signature.parameters.values())[1:])
    return [f"{level} {name}.{member}", code(call(f"{name}.{member}", signature)), doc]


def call(name: str, signature: inspect.Signature) -> str:
    """How a function is called, over several lines where one does not do."""
    inside: list[str] = []
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in inside:
            inside.append("*")
        default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
        inside.append(f"{parameter.name}: {parameter.annotation}{default}")
    line = f"{name}({', '.join(inside)}) -> {signature.return_annotation}"
    if len(line) <= 90:
        return line
    return "\n".join(
        [f"{name}(", *(f"    {part}," for part in inside), f") -> {signature.return_annotation}"]
    )


def code(text: str) -> str:
    return f"```text\n{text}\n```"


def errors_page() -> str:
    rows = [
        f"| `{error.code}` | `{name}` | {(inspect.getdoc(error) or '').splitlines()[0]} |"
        for name, error in vars(errors).items()
        if inspect.isclass(error) and issubclass(error, errors.LookalikeError) and error.code != "error"
    ]
    reasons = (inspect.getdoc(errors.PictureError) or "").partition("Reasons:")[2].strip()
    return "\n\n".join(
        [
            NOTE,
            "# Errors",
            inspect.getdoc(errors.LookalikeError) or "",
            "All are in `lookalike.errors` and derive from `LookalikeError`. The command line prints\n"
            "message and next step in one line and exits with 2; with `--json` it also prints\n"
            '`{"error": {"code", "message", "next_step"}}`.',
            "\n".join(["| code | class | meaning |", "| --- | --- | --- |", *rows]),
            "## Pictures",
            f"A `PictureError` has a `reason`: {reasons}",
            "## Exit statuses",
            "\n".join(
                [
                    "| status | meaning |",
                    "| --- | --- |",
                    "| 0 | done |",
                    "| 1 | `verify` found an index that is not sound |",
                    "| 2 | refused: one of the errors above, or a wrong option |",
                    "| 3 | `add`, `sync`: more rows than `--tolerate` were not indexed; the rest is stored |",
                    "| 3 | `duplicates --review`: rows were refused; the rest is taken |",
                    "| 70 | a fault in Lookalike itself; `LOOKALIKE_DEBUG=1` shows where |",
                    "| 130 | stopped by Ctrl-C; what was indexed is stored |",
                ]
            ),
        ]
    ) + "\n"  # fmt: skip


def commands_page() -> str:
    group: Any = command_line
    wide = {"terminal_width": 96, "max_content_width": 96}
    with click.Context(group, info_name="lookalike", **group.context_settings, **wide) as top:
        parts = [NOTE, "# Command line", code(top.get_help())]
        for verb in group.list_commands(top):
            with click.Context(group.get_command(top, verb), parent=top, info_name=verb) as context:
                parts += [f"## {verb}", code(context.get_help())]
    return "\n\n".join(parts) + "\n"


def http_page() -> str:
    document = create_app(Index(MemoryStore(GridEncoder().space, "grid"))).openapi()
    parts = [
        NOTE,
        "# HTTP",
        "What a service answers; the same is at `/openapi.json`. How to run one is in\n"
        "[serving](../guide/serving.md). " + HTTP,
        problems_table(),
    ]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            parts += [f"## {method.upper()} {path}", *operation_described(operation)]
    return "\n\n".join(parts) + "\n"


def operation_described(operation: dict[str, Any]) -> Iterator[str]:
    yield f"**{operation['summary']}**"
    yield operation["description"]
    if parameters := operation.get("parameters"):
        rows = [parameter_row(parameter) for parameter in parameters]
        yield "\n".join(["| parameter | | meaning | example |", "| --- | --- | --- | --- |", *rows])
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"Takes `{media_type}`:"
        yield shown_example(content)
    for status, answer in operation["responses"].items():
        for media_type, content in answer.get("content", {}).items():
            if int(status) < 400 and media_type != "image/jpeg":
                yield f"Answers {status}, `{media_type}`:"
                yield shown_example(content)
    refusals = [status for status in operation["responses"] if int(status) >= 400]
    if refusals:
        yield f"May refuse with {', '.join(refusals)}."


def parameter_row(parameter: dict[str, Any]) -> str:
    schema = parameter["schema"]
    kind = " or ".join(f"`{value}`" for value in schema.get("enum", ())) or schema.get("type", "")
    default = f", default `{plain_text(schema['default'])}`" if "default" in schema else ""
    text = plain_text(parameter["example"])
    shown = f"`{text}`" if text else ""
    return f"| `{parameter['name']}` | {kind}{default} | {parameter['description']} | {shown} |"


def plain_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def shown_example(content: dict[str, Any]) -> str:
    others = (one["value"] for one in content.get("examples", {}).values())
    example = content["example"] if "example" in content else next(others)
    if isinstance(example, str):
        return code(example)
    return f"```json\n{json.dumps(example, indent=2, ensure_ascii=False)}\n```"


def problems_table() -> str:
    kinds = {kind.code: kind for kind in subclasses(errors.LookalikeError)}
    rows = [
        f"| {status} | `{name}` | {(inspect.getdoc(kinds[name]) or '').splitlines()[0]} |"
        for name, status in sorted(problems.STATUS.items(), key=lambda entry: (entry[1], entry[0]))
        if name in kinds
    ]
    return "\n".join(["| status | code | meaning |", "| --- | --- | --- |", *rows])


def subclasses(kind: type) -> Iterator[Any]:
    for child in kind.__subclasses__():
        yield child
        yield from subclasses(child)


def documents_page() -> str:
    parts = [
        NOTE,
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
    yield "A removal", "`remove`.", run("remove", "mug-2")
    yield "An error", "On any verb, with exit status 2.", run("product", "no-such-id")


HTTP = (
    "Every answer has the header `X-Request-ID`, and every JSON\n"
    "object its `request_id`; answers about products have the `version` of the index. A refusal is\n"
    "`application/problem+json` (RFC 9457) with a stable `code` and the `next_step`:"
)
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


if __name__ == "__main__":
    main()
