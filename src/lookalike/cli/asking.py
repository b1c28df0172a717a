"""What ``similar`` and ``search`` share: the wishes of a question, and showing its answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lookalike.cli.output import print_answer, print_json, write_sheet

if TYPE_CHECKING:
    from lookalike.recommend.answer import Answer


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options of `lookalike.cli.options.query_options` as the command line gave them."""

    k: int
    where: tuple[str, ...]
    exclude: tuple[str, ...]
    weights: str | None
    metric: str
    sheet: Path | None
    as_json: bool

    def arguments(self) -> dict[str, Any]:
        """The same wishes as `Index.similar` and `Index.search` take them."""
        from lookalike.recommend.query import parse_weights

        return {
            "k": self.k,
            "where": " ".join(self.where) or None,
            "exclude": self.exclude,
            "weights": None if self.weights is None else parse_weights(self.weights),
            "metric": self.metric,
        }


def show(answer: Answer, wishes: Wishes, title: str) -> None:
    """Print an answer as the user asked for it, and write its pictures where wanted."""
    if wishes.sheet is not None:
        write_sheet(answer, wishes.sheet, title)
    if wishes.as_json:
        print_json(answer.to_dict())
        return
    print_answer(answer)
    if wishes.sheet is not None:
        click.echo(f"The pictures are in {wishes.sheet}.")
