"""The options that several verbs share, spelled the same everywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from lookalike import settings
from lookalike.encoders.names import BUILT_IN, DEFAULT_ENCODER
from lookalike.errors import BadArgument

Command = TypeVar("Command", bound=Callable[..., Any])

index_option = click.option(
    "--index",
    "index_path",
    type=settings.index_path,
    metavar="PATH",
    default=lambda: str(settings.index_path()),
    help="The index: a folder, or s3://BUCKET/NAME. Default: LOOKALIKE_INDEX, else ./lookalike-index.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
events_option = click.option(
    "--events",
    metavar="URL",
    help="The database that events are in, and on a server (postgresql://) what people decide as well. "
    "Default: LOOKALIKE_EVENTS, else a file in the index.",
)
where_option = click.option(
    "--where", multiple=True, help='A filter, such as "category=Shoes price<=50 colour=blue|navy".'
)
exclude_option = click.option("--exclude", multiple=True, metavar="ID", help="Leave this product out.")
workers_option = click.option(
    "--workers", type=click.IntRange(min=1), help="Threads. Default: every processor."
)


def wait_option(said: str) -> Callable[[Command], Command]:
    """How long to wait for a writer; ``said`` is its help."""
    return click.option(
        "--wait", type=click.FloatRange(0, 86_400), default=600.0, show_default=True, help=said
    )


duplicates_option = click.option(
    "--duplicates/--no-duplicates",
    default=True,
    help="End with comparing the new pictures with all others, which finds copies.",
)
fit_option = click.option(
    "--fit/--no-fit",
    default=True,
    help="End with learning what the catalogue's words look like, where that is missing or out of date.",
)
private_option = click.option(
    "--allow-private", is_flag=True, help="Let picture URLs name private addresses."
)


def query_options(command: Command) -> Command:
    """What a question may say: how many, which, weighed how, and where the pictures of the answer go."""
    asked = (
        click.option("--like", multiple=True, metavar="ID[=WEIGHT]", help="More like this product, too."),
        click.option("--unlike", multiple=True, metavar="ID[=WEIGHT]", help="Less like this product."),
        click.option("--weights", help="What the score is made of, such as look=1,colour=0.5."),
        click.option("--metric", default="cosine", show_default=True, metavar="[cosine|euclidean]"),
    )
    return _with((*_which(), *asked, *_order("any", diversity=0.0), _sheet()), command)


def shelf_options(command: Command) -> Command:
    """What a shelf for a shopper may say: how many, which, in what order, and where its pictures go."""
    return _with((*_which(), *_order("first"), _sheet()), command)


def _with(options: Sequence[Callable[[Command], Command]], command: Command) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def _which() -> tuple[Callable[[Command], Command], ...]:
    """How many products, and which."""
    return (
        click.option("-k", "k", type=int, default=12, show_default=True, help="How many products."),
        where_option,
        exclude_option,
    )


def _order(stock: str, diversity: float | None = None) -> tuple[Callable[[Command], Command], ...]:
    """Which of several alike are shown, and in what order."""
    return (
        click.option("--variants", is_flag=True, help="Let all products of one group in."),
        click.option("--duplicates", is_flag=True, help="Let products that show the same picture in."),
        click.option(
            "--diversity",
            type=float,
            default=diversity,
            show_default=diversity is not None,
            help="How unlike each other the products are to be, 0 to 1.",
        ),
        click.option(
            "--stock",
            default=stock,
            show_default=True,
            metavar="[any|first]",
            help="first puts what is sold out last.",
        ),
        click.option("--per-brand", type=int, metavar="N", help="At most this many of one brand."),
    )


def _sheet() -> Callable[[Command], Command]:
    return click.option("--sheet", type=click.Path(path_type=Path), help="Write the answer as an HTML page.")


def copies_options(command: Command) -> Command:
    """Which pictures count as the same."""
    for option in reversed(
        (
            click.option(
                "--kinds",
                metavar="KIND,...",
                help="same-bytes, same-pixels, same-photograph (edited), variant (the photograph in another "
                "colour). Default: those that are copies.",
            ),
            click.option(
                "--threshold", type=float, help="How sure it must be, up to 1. Default: each kind's own."
            ),
        )
    ):
        command = option(command)
    return command


def encoder_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which encoder: the command gets ``encoder``, one full name that loads it again, or None.

    ``--weights-file`` and ``--pooling`` are folded into that name.
    """

    @wraps(command)
    def named(
        *args: Any, encoder: str | None, weights_file: Path | None, pooling: str | None, **options: Any
    ) -> Any:
        return command(*args, encoder=full_encoder_name(encoder, weights_file, pooling), **options)

    wrapped: Callable[..., Any] = named
    for option in reversed(
        (
            click.option(
                "--encoder",
                metavar="NAME",
                help=f"{', '.join(BUILT_IN)}, onnx:PATH, hub:REPO or keras:ResNet50. "
                f"A new index has {DEFAULT_ENCODER} unless told.",
            ),
            click.option(
                "--weights-file",
                type=click.Path(path_type=Path),
                help="Weights of a keras: encoder, with or without its top. Default: its ImageNet weights.",
            ),
            click.option(
                "--pooling",
                type=click.Choice(["avg", "max"]),
                help="How a keras: encoder pools. Default: avg.",
            ),
        )
    ):
        wrapped = option(wrapped)
    return wrapped


def full_encoder_name(encoder: str | None, weights_file: Path | None, pooling: str | None) -> str | None:
    """The name with the options folded in. Raises `BadArgument` where they do not belong to it."""
    from lookalike.encoders.keras_names import PREFIX, keras_name, parse_keras_name

    if encoder is None or not encoder.startswith(PREFIX):
        if weights_file is not None or pooling is not None:
            option = "--weights-file" if weights_file is not None else "--pooling"
            raise BadArgument(
                f"{option} belongs to Keras' networks.", next_step="Add for example --encoder keras:ResNet50."
            )
        return encoder
    given = parse_keras_name(encoder)
    if weights_file is not None and given.weights is not None:
        raise BadArgument("The weights file is given twice.", next_step="Leave --weights-file out.")
    if pooling is not None and "pooling=" in encoder and pooling != given.pooling:
        raise BadArgument("The pooling is given twice.", next_step="Leave --pooling out.")
    return str(keras_name(given.architecture, pooling or given.pooling, weights_file or given.weights))


def ingest_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """How a catalogue is read."""
    for option in reversed(
        (
            click.option(
                "--map",
                "mapping",
                multiple=True,
                metavar="COLUMN=FIELD",
                help="Read COLUMN as id, title, description, brand, category, price, sale_price, currency, "
                "availability, group, link, picture or more_pictures.",
            ),
            click.option(
                "--format",
                type=click.Choice(["csv", "tsv", "jsonl", "json", "parquet", "folder"]),
                help="What the catalogue is, where its name and first bytes do not tell.",
            ),
            click.option("--report", type=click.Path(path_type=Path), help="Write every problem as CSV."),
            click.option(
                "--tolerate", default="5%", show_default=True, help="Share of bad rows that still exits 0."
            ),
            workers_option,
            click.option(
                "--on",
                metavar="[local|auto|HOST:PORT|ray://HOST:PORT]",
                help="Where pictures are encoded: here, or on a Ray cluster; auto is that of RAY_ADDRESS, if "
                "any. Default: LOOKALIKE_ON, else local.",
            ),
            duplicates_option,
            fit_option,
            private_option,
            click.option(
                "--wait",
                type=click.FloatRange(0, 86_400),
                default=10.0,
                show_default=True,
                help="Seconds to wait for a writer.",
            ),
        )
    ):
        command = option(command)
    return encoder_options(command)


def parse_share(text: str) -> float:
    """Read "5%" or "0.05" as 0.05. Raises `BadArgument` outside 0 to 1."""
    try:
        share = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise BadArgument(f"{text!r} is not a share.", next_step="Write for example 5% or 0.05.")
    return share


def parse_mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    """Read ``COLUMN=FIELD`` pairs. Raises `BadArgument` for anything else."""
    mapping: dict[str, str] = {}
    for pair in pairs:
        column, equals, field = pair.rpartition("=")
        if not (column and equals and field):
            raise BadArgument(f"{pair!r} maps nothing.", next_step="Write for example --map Photo=picture.")
        mapping[column] = field
    return mapping
