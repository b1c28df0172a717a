"""``lookalike rules``: what a shop pins, boosts, buries and leaves out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lookalike.cli.options import events_option, index_option, json_option
from lookalike.cli.output import called, plain, print_json, print_table
from lookalike.settings import IndexPath

_ACTS = ("check", "set", "clear", "text")


@click.command(short_help="Pin, boost, bury or leave out products.")
@click.argument("act", metavar="[check|set|clear|text]", required=False)
@click.argument("file", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@index_option
@events_option
@json_option
def rules(
    act: str | None, file: Path | None, index_path: IndexPath, events: str | None, as_json: bool
) -> None:
    """Show the shop's rules and how many products each is about.

    "check FILE" says what the rules of a TOML file would do, "set FILE" keeps them, from the next answer on.
    "clear" takes them away, "text" prints them as they were written.
    """
    from lookalike.errors import BadArgument
    from lookalike.index import Index

    if act not in (None, *_ACTS):
        raise BadArgument(f"There is no {act!r} of rules.", next_step=f"Write {', '.join(_ACTS)}.")
    if (file is None) == (act in ("check", "set")):
        step = f"Write: lookalike rules {act or 'set'} FILE" if file is None else "Leave FILE out."
        raise BadArgument(f"{'A file is missing' if file is None else 'Too many words'}.", next_step=step)
    index = Index.open(index_path, events=events)
    if act == "text":
        _print_text(index.rules, as_json)
        return
    if act == "clear":
        index.set_rules(None)
    told = index.set_rules(file) if act == "set" else index.check_rules(file)
    if as_json:
        print_json({"rules": told})
        return
    if told:
        _print_rules(told)
    else:
        click.echo(f"There are no rules. Write some, then: {called()} rules set FILE")
    if act == "check":
        click.echo("No mistakes. Nothing is kept yet.")


def _print_text(text: str | None, as_json: bool) -> None:
    if as_json:
        print_json({"toml": text})
    elif text:
        for line in text.splitlines():
            click.echo(plain(line))


def _print_rules(told: list[dict[str, Any]]) -> None:
    from lookalike.recommend.rules import SHELVES

    columns = {
        "line": [str(rule["line"]) for rule in told],
        "rule": [rule["name"] for rule in told],
        "action": [rule["action"] for rule in told],
        "products": [f"{rule['products']:,}" for rule in told],
        "now": ["" if rule["active"] else "no" for rule in told],
        "when": [_when(rule) for rule in told],
        "asked by": [_asked(rule) for rule in told],
        "shelves": [
            "" if len(rule["shelves"]) == len(SHELVES) else ", ".join(rule["shelves"]) for rule in told
        ],
    }
    print_table(columns, numbers=("line", "products"), texts=("rule", "asked by", "shelves"))
    for rule in told:
        if unknown := rule["unknown"]:
            more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
            names = ", ".join(unknown[:5])
            click.echo(plain(f"Line {rule['line']}: not in the index: {names}{more}."))


def _when(rule: dict[str, Any]) -> str:
    begins, ends = rule["from"], rule["until"]
    if begins and ends:
        return f"{begins} to {ends}"
    return f"from {begins}" if begins else f"to {ends}" if ends else ""


def _asked(rule: dict[str, Any]) -> str:
    if rule["words"]:
        return f"“{rule['words']}”"
    return "" if rule["for"] is None else f"{rule['for']:,} products"
