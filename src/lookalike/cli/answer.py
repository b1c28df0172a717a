"""An answer on a terminal: a table, and what there is to say of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from lookalike.cli.output import plain, print_reasoned, print_table
from lookalike.recommend.recommendation import colour_names
from lookalike.recommend.remarks import folded_into, folding, percent, remarks, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lookalike.recommend.answer import Answer
    from lookalike.recommend.recommendation import Recommendation

_SHARE_NAMED = 0.1  # smaller parts of an item are not named in a table


def print_answer(answer: Answer) -> None:
    """An answer as a table, best first, with what was read, done and left out; or what there is instead."""
    for said in filter(None, [warning(answer), *remarks(answer)]):
        click.echo(plain(said))
    printed = partial(_print_results, weighed="colour" in answer.explain["weights"])
    if not len(answer):
        _print_instead(answer, printed)
        return
    printed(answer.results)
    first = answer.results[0]
    if first.sentence and (first.closeness is not None or "look" not in first.evidence):
        click.echo(plain(f"The first: {first.sentence}"))
    _print_folding(answer)
    if answer.complete:
        folded = answer.explain["folded"]
        click.echo(f"These are all that match: {len(answer)}{f', and {folded:,} folded' if folded else ''}.")


def print_shelf(answer: Answer) -> None:
    """An answer for a shopper, best first: each product in a line, and below it why it is there."""
    for said in filter(None, [warning(answer), *remarks(answer)]):
        click.echo(plain(said))
    if not len(answer):
        _print_instead(answer, _print_reasons)
        return
    _print_reasons(answer.results)
    _print_folding(answer)


def _print_reasons(results: Sequence[Recommendation]) -> None:
    print_reasoned(
        [(str(rank), result.product, result.sentence) for rank, result in enumerate(results, start=1)]
    )


def _print_results(results: Sequence[Recommendation], weighed: bool) -> None:
    """A table; ``weighed`` says that colour made part of the score."""
    columns = {
        "": [str(rank) for rank in range(1, len(results) + 1)],
        "id": [result.id for result in results],
        "score": [f"{result.score:.4f}" for result in results],
        "close": [percent(result.closeness) for result in results],
        "title": [result.product.title for result in results],
        "folded": [folded_into(result) for result in results],
        "category": [result.product.category for result in results],
        "price": ["" if (price := result.product.price) is None else str(price) for result in results],
        "look": [_measured(result, "look") for result in results],
        "colour": [_measured(result, "colour") if weighed else "" for result in results],
        "text": [_measured(result, "text") for result in results],
        "shown": [_measured(result, "shown") for result in results],
        "colours": [_named(result) for result in results],
    }
    print_table(columns)


def _print_instead(answer: Answer, printed: Callable[[Sequence[Recommendation]], None]) -> None:
    """Why nothing matches, and the nearest that does."""
    click.echo("Nothing in the catalogue matches.")
    for sentence in answer.explain["unmet"]:
        click.echo(plain(sentence))
    for other in answer.instead:
        click.echo(plain(other.said))
        if other.results:
            printed(other.results)
    _print_folding(answer)


def _print_folding(answer: Answer) -> None:
    said = folding(answer)
    if said:
        by = answer.explain.get("folded_by", {})
        copies = by.get("copies") or answer.explain.get("left_out", {}).get("copies")
        options = ["--duplicates"] if copies else []
        options += ["--variants"] if by.get("variants") else []
        click.echo(f"{said}; {' and '.join(options)} {'show' if len(options) > 1 else 'shows'} them.")


def _measured(result: Recommendation, name: str) -> str:
    return f"{result.evidence[name]:.3f}" if name in result.evidence else ""


def _named(result: Recommendation) -> str:
    return " ".join(name for name, share in colour_names(result.colours).items() if share >= _SHARE_NAMED)
