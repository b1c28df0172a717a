"""What questions share: the wishes of a question, and showing its answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lookalike.cli.answer import print_answer
from lookalike.cli.output import PAGE_BEGINS, check_target, print_json, write_page
from lookalike.settings import IndexPath

if TYPE_CHECKING:
    from lookalike.index import Index
    from lookalike.recommend.answer import Answer


def arguments(index: Index, wishes: dict[str, Any]) -> dict[str, Any]:
    """The options of `lookalike.cli.options.query_options` as the questions of an index take them."""
    from lookalike.asking.wishes import weighted_ids

    asked = {name: value for name, value in wishes.items() if value not in (None, ())}
    for name in asked.keys() & {"where", "but"}:
        asked[name] = " ".join(asked[name])
    for name in asked.keys() & {"like", "unlike"}:
        asked[name] = weighted_ids(asked[name], index)
    if "exclude" in asked:
        asked["exclude"] = _ids(asked["exclude"], index)
    return asked


def _ids(given: tuple[str, ...], index: Index) -> list[str]:
    """Ids as given, or several in one with commas between; those that do not exist are named."""
    ids = [one for text in given for one in ([text] if text in index else text.split(","))]
    if unknown := [one for one in ids if one not in index]:
        click.echo(f"Not in the index, so not left out: {', '.join(unknown)}", err=True)
    return ids


def show(
    answer: Answer,
    sheet: Path | None,
    as_json: bool,
    index_path: IndexPath,
    printed: Callable[[Answer], None] = print_answer,
) -> None:
    """Print an answer as the user asked for it, and write its pictures where wanted."""
    if sheet is not None:
        check_target(sheet, index_path, PAGE_BEGINS)
        write_page(sheet, answer.to_html())
    if as_json:
        print_json(answer.to_dict())
        return
    printed(answer)
    if sheet is not None:
        click.echo(f"The pictures are in {sheet}.")
