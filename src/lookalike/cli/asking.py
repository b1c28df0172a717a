"""What ``similar`` and ``search`` share: the wishes of a question, and showing its answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lookalike.cli.output import check_target, print_answer, print_json, write_page

if TYPE_CHECKING:
    from lookalike.index import Index
    from lookalike.recommend.answer import Answer


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options of `lookalike.cli.options.query_options` as the command line gave them."""

    k: int
    where: tuple[str, ...]
    exclude: tuple[str, ...]
    weights: str | None
    metric: str
    duplicates: bool
    sheet: Path | None
    as_json: bool

    def arguments(self, index: Index) -> dict[str, Any]:
        """The same wishes as `Index.similar` and `Index.search` take them."""
        return {
            "k": self.k,
            "where": " ".join(self.where) or None,
            "exclude": _ids(self.exclude, index),
            "weights": self.weights,
            "metric": self.metric,
            "duplicates": self.duplicates,
        }


def _ids(given: tuple[str, ...], index: Index) -> list[str]:
    """Ids as given, or several in one with commas between; those that do not exist are named."""
    ids = [one for text in given for one in ([text] if text in index else text.split(","))]
    if unknown := [one for one in ids if one not in index]:
        click.echo(f"Not in the index, so not left out: {', '.join(unknown)}", err=True)
    return ids


def show(answer: Answer, wishes: Wishes, index_path: Path) -> None:
    """Print an answer as the user asked for it, and write its pictures where wanted."""
    if wishes.sheet is not None:
        check_target(wishes.sheet, index_path, "<!doctype html")
        write_page(wishes.sheet, answer.to_html())
    if wishes.as_json:
        print_json(answer.to_dict())
        return
    print_answer(answer)
    if wishes.sheet is not None:
        click.echo(f"The pictures are in {wishes.sheet}.")
