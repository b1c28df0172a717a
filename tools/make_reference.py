"""Write docs/reference/ from the code: the Python names, the errors, the command line, the JSON documents.

    python tools/make_reference.py

A test compares the result with what is committed.
"""

from __future__ import annotations

import importlib
import inspect
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import click
from documents import documents_page

import lookalike
from lookalike import Index, errors
from lookalike.cli.main import main as command_line
from lookalike.service import problems
from lookalike.service.app import create_app
from lookalike.store.memory import MemoryStore
from lookalike.testing.grid import GridEncoder

HOME = Path(__file__).parent.parent / "docs" / "reference"
NOTE = "<!-- Written by tools/make_reference.py. Change the code, then run it. -->"
ALSO = (
    "lookalike.checkup.decision.Decision",
    "lookalike.checkup.decision.DecisionReport",
    "lookalike.checkup.doctor.Doctor",
    "lookalike.checkup.findings.Findings",
    "lookalike.checkup.gate.GateResult",
    "lookalike.copies.Check",
    "lookalike.copies.Copy",
    "lookalike.copies.DuplicateGroup",
    "lookalike.copies.Duplicates",
    "lookalike.copies.JudgementReport",
    "lookalike.doctor.finding.Finding",
    "lookalike.doctor.finding.Unjudged",
    "lookalike.duplicates.finding.Match",
    "lookalike.duplicates.judgements.Judgement",
    "lookalike.encoders.kinds.Kinds",
    "lookalike.evaluation.beyond.Beyond",
    "lookalike.evaluation.bootstrap.Estimate",
    "lookalike.evaluation.judge.Judgement",
    "lookalike.evaluation.question.Question",
    "lookalike.evaluation.question.Visit",
    "lookalike.exploring.documents.CatalogMap",
    "lookalike.exploring.documents.Chart",
    "lookalike.exploring.documents.Counts",
    "lookalike.exploring.documents.MapStanding",
    "lookalike.exploring.documents.Matrix",
    "lookalike.exploring.documents.Paint",
    "lookalike.exploring.explorer.Explorer",
    "lookalike.learning.gathering.Labels",
    "lookalike.learning.gathering.Taught",
    "lookalike.learning.report.TrainingReport",
    "lookalike.learning.generator.report.GeneratorReport",
    "lookalike.products.Problem",
    "lookalike.ingest.verification.VerifyReport",
    "lookalike.store.base.Manifest",
    "lookalike.training.learnt.Learnt",
    "lookalike.training.learnt.Wishes",
    "lookalike.training.trial.Comparison",
    "lookalike.training.trial.Question",
    "lookalike.training.trial.Standing",
    "lookalike.vectors.Space",
    "lookalike.verdict.report.Comparison",
    "lookalike.verdict.report.Disagreement",
    "lookalike.verdict.report.Evaluation",
    "lookalike.verdict.report.GateResult",
    "lookalike.verdict.report.Measured",
    "lookalike.verdict.standing.Cost",
    "lookalike.verdict.standing.Result",
    "lookalike.verdict.standing.Standing",
)
"""What the ten public names hand out."""


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
        "documents.md": f"{NOTE}\n\n{documents_page()}",
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
    return isinstance(value, property | cached_property | classmethod) or inspect.isfunction(value)


def method(owner: type, name: str, member: str, value: Any, level: str) -> list[str]:
    doc = inspect.getdoc(value) or ""
    if isinstance(value, property | cached_property):
        getter = value.func if isinstance(value, cached_property) else value.fget
        result = inspect.signature(getter).return_annotation if getter else ""
        return [f"{level} {name}.{member}", code(f"{name}.{member} -> {result}"), doc]
    signature = inspect.signature(getattr(owner, member))
    if inspect.isfunction(value):
        signature = signature.replace(parameters=list(signature.parameters.values())[1:])
    return [f"{level} {name}.{member}", code(call(f"{name}.{member}", signature)), doc]


def call(name: str, signature: inspect.Signature) -> str:
    """How a function is called, over several lines where one does not do."""
    inside: list[str] = []
    for parameter in signature.parameters.values():
        star = "*" if parameter.kind is parameter.VAR_POSITIONAL else ""
        starred = any(part.startswith("*") for part in inside)
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            inside.append("*")
        default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
        inside.append(f"{star}{parameter.name}: {parameter.annotation}{default}")
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
                    "| 1 | `doctor --gate`: a gate does not hold |",
                    "| 2 | refused: one of the errors above, or a wrong option |",
                    "| 3 | `add`, `sync`: more rows than `--tolerate` were not indexed; the rest is stored |",
                    "| 3 | `duplicates --review`: rows were refused; the rest is taken |",
                    "| 3 | `doctor --apply`: decisions were refused; the rest is taken |",
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
    kinds: dict[str, type] = {}
    for kind in subclasses(errors.LookalikeError):
        kinds.setdefault(kind.code, kind)  # a narrower error of the same code comes after it
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


HTTP = (
    "Every answer has the header `X-Request-ID`, and every JSON\n"
    "object its `request_id`; answers about products have the `version` of the index. A refusal is\n"
    "`application/problem+json` (RFC 9457) with a stable `code` and the `next_step`:"
)


if __name__ == "__main__":
    main()
