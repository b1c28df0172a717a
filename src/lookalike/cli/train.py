"""``lookalike train``: an encoder of the shop's own, learnt from its own labels and pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from lookalike.cli.epochs import epochs
from lookalike.cli.exits import EXIT_REPORTED, EXIT_STOPPED
from lookalike.cli.learnt import show, show_generator
from lookalike.cli.options import index_option, json_option, private_option, wait_option, workers_option
from lookalike.cli.output import print_json
from lookalike.settings import IndexPath

if TYPE_CHECKING:
    from lookalike.index import Index

RECIPES = ("head", "finetune", "scratch", "generator")

GENERATOR = RECIPES[-1]

_OF_NETWORKS = {
    "epochs": None,
    "size": None,
    "batch": None,
    "rate": None,
    "loss": None,
    "device": "auto",
    "patience": None,
    "fresh": False,
}
"""Options that only the recipes of whole networks have, each with what stands for nothing said."""


@click.command(short_help="Learn an encoder from this catalogue.")
@index_option
@json_option
@click.option(
    "--recipe",
    type=click.Choice(RECIPES),
    default=RECIPES[0],
    show_default=True,
    help="head: a map of the vectors there are, seconds. finetune: the whole network. scratch: a small "
    "network from nothing. generator: no encoder, but pictures out of words, for search --imagine. All but "
    "head need pip install 'lookalike[train]'.",
)
@click.option(
    "--labels",
    metavar="A,B",
    help="Columns to learn from, the one that counts most first; none for no column. Default: the category, "
    "the colour and what else says something.",
)
@click.option("--name", metavar="NAME", help="What the encoder is called. Default: as the recipe.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Its folder. Default: encoders/NAME in the index."
)
@click.option("--beside", multiple=True, metavar="ENCODER", help="Judge this encoder too, on the same.")
@click.option("--switch", is_flag=True, help="Answer with it from then on, where it is better.")
@click.option("--force", is_flag=True, help="With --switch: even where it is not shown to be better.")
@click.option("--most", type=click.IntRange(min=1), help="Learn from this many pictures at most.")
@click.option("--epochs", "epochs_wished", type=click.IntRange(min=1), help="How often to go through all.")
@click.option("--size", type=click.IntRange(min=8, max=4096), help="Side of the pictures, in pixels.")
@click.option("--batch", type=click.IntRange(min=2), help="Pictures in one step.")
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), help="How far one step goes.")
@click.option("--loss", type=click.Choice(["classify", "metric"]), help="Tell kinds, or pull alike together.")
@click.option(
    "--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True, help="Where."
)
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), help="Begin no epoch after these.")
@click.option("--patience", type=click.IntRange(min=1), help="Stop after so many epochs without gain.")
@click.option("--fresh", is_flag=True, help="Forget what a training that was stopped has learnt.")
@click.option("--seed", type=int, default=0, show_default=True, help="What chance begins with.")
@click.option("--thumbnails", is_flag=True, help="Let kept small pictures stand in for those that are gone.")
@workers_option
@private_option
@wait_option("With --switch: seconds to wait for a writer.")
def train(
    *,
    index_path: IndexPath,
    as_json: bool,
    recipe: str,
    epochs_wished: int | None,
    switch: bool,
    force: bool,
    **how: Any,
) -> None:
    """Learn an encoder from this catalogue, and say on products it never saw how much better it is.

    With --recipe generator it is no encoder that is learnt, but how to make pictures out of words. The index
    stays as it is: with --switch it answers with the new encoder where that is better, and lookalike rebuild
    --back returns.
    """
    from lookalike.index import Index

    how["epochs"] = epochs_wished
    _require_sense(recipe, how, switch=switch, force=force)
    index = Index.open(index_path)
    done = _run(index, recipe, {**how, "switch": switch, "force": force})
    if as_json:
        print_json(done.to_dict())
    elif recipe == GENERATOR:
        show_generator(done, index_path)
    else:
        show(done, index_path, asked=switch)
    if switch and not done.switched:
        raise SystemExit(EXIT_REPORTED)


def _run(index: Index, recipe: str, how: dict[str, Any]) -> Any:
    """Train, and say what is kept when the user has enough."""
    from lookalike.ingest.rebuild_report import RebuildStopped

    try:
        with epochs() as told:
            return index.train(recipe, **how, progress=told)
    except RebuildStopped:
        _stopped("The encoder is made; the index is as it was. Switch with: lookalike rebuild --encoder NAME")
    except KeyboardInterrupt:
        if recipe == RECIPES[0]:
            _stopped("The index is as it was.")
        if recipe == GENERATOR:
            _stopped(
                "The index is as it was, and a generator that was there before still answers. What was "
                "learnt up to the last half minute is kept: the same command goes on, without --fresh."
            )
        _stopped("The index is as it was. What was learnt is kept: the same command goes on.")


def _stopped(how_it_stands: str) -> NoReturn:
    click.echo(f"Stopped. {how_it_stands}", err=True)
    raise SystemExit(EXIT_STOPPED)


def _require_sense(recipe: str, how: dict[str, Any], *, switch: bool, force: bool) -> None:
    """Raise `BadArgument` for options that would do nothing."""
    from lookalike.errors import BadArgument

    if force and not switch:
        raise BadArgument("--force belongs to --switch.", next_step="Leave it out, or add --switch.")
    given = [name for name, nothing in _OF_NETWORKS.items() if how[name] != nothing]
    if recipe == "head" and given:
        raise BadArgument(
            f"--{given[0]} means nothing to a head, which has no epochs.",
            next_step="Leave it out, or add --recipe finetune.",
        )
