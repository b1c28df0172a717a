"""``lookalike encoders``: which encoders there are, and how fast they are here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lookalike import settings
from lookalike.cli.options import index_option, json_option, workers_option
from lookalike.cli.output import near, plain, print_json, print_table, progress
from lookalike.encoders.names import BUILT_IN, DEFAULT_ENCODER
from lookalike.settings import IndexPath

if TYPE_CHECKING:
    from lookalike.store.base import Manifest

_NUMBERS = ("MB", "numbers", "pictures/s")


@click.command(short_help="Which encoders are there?")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@index_option
@json_option
@workers_option
@click.option(
    "--seconds",
    type=click.FloatRange(0, 60),
    default=1.0,
    show_default=True,
    help="How long to measure each one's speed; 0 measures nothing.",
)
def encoders(
    names: tuple[str, ...], index_path: IndexPath, as_json: bool, workers: int | None, seconds: float
) -> None:
    """List the encoders that come with the package, those learnt from the index, and those named.

    One NAME alone shows all of its card. Speed is that of the encoder alone, on this machine now. A star
    marks the encoder of the index.
    """
    from lookalike.encoders.description import FAMILIES

    current = _current(index_path)
    own = _learnt(index_path) if current else {}
    asked = names if len(names) == 1 else tuple(dict.fromkeys((*BUILT_IN, *own, *_of_index(current), *names)))
    threads = workers or settings.workers()
    described = _without_moved(_described(asked, names, threads, seconds), current)
    for document in described:
        document["default"] = document["name"] == DEFAULT_ENCODER
        document["in_use"] = current is not None and document.get("fingerprint") == current.space.fingerprint
        document["report"] = str(own[document["name"]]) if document["name"] in own else None
    if as_json:
        families = [family.to_dict() for family in FAMILIES]
        index = None if current is None else {"path": str(index_path), "encoder": current.encoder}
        print_json({"encoders": described, "families": families, "index": index, "workers": threads})
    elif len(names) == 1:
        _print_card(described[0], threads)
    else:
        _print_list(described, threads, index_path if current else None)


def _current(index_path: IndexPath) -> Manifest | None:
    """What made the vectors of the index, where there is one that can be read."""
    if isinstance(index_path, Path) and not index_path.is_dir():
        return None
    from lookalike.errors import LookalikeError
    from lookalike.store.lance import LanceStore

    try:
        return LanceStore.open(index_path).reader().manifest
    except LookalikeError:
        return None


def _of_index(current: Manifest | None) -> tuple[str, ...]:
    return () if current is None else (current.encoder,)


def _learnt(index_path: IndexPath) -> dict[str, Path]:
    """Encoders that were learnt from the index, by name, each with the report of its training."""
    from lookalike.encoders.moved import FOLDER

    if isinstance(index_path, str):
        from lookalike.store.places import place_at

        index_path = place_at(index_path).local(FOLDER).parent
    models = sorted((index_path / FOLDER).glob("*/*.onnx"))
    return {f"onnx:{path.resolve()}": path.with_name("report.html") for path in models if _is_named(path)}


def _is_named(model: Path) -> bool:
    """Whether a file is an encoder, and not what a training left on its way."""
    return model.stem == model.parent.name and model.with_suffix(".toml").is_file()


def _without_moved(described: list[dict[str, Any]], current: Manifest | None) -> list[dict[str, Any]]:
    """Less the index's encoder at the place where it lay before the folder was moved, where it is found."""
    if current is None or all(
        document.get("fingerprint") != current.space.fingerprint for document in described
    ):
        return described
    return [
        document for document in described if "error" not in document or document["name"] != current.encoder
    ]


def _described(
    asked: tuple[str, ...], named: tuple[str, ...], workers: int, seconds: float
) -> list[dict[str, Any]]:
    """A document for each encoder; one that nobody named and that does not load says why instead."""
    from lookalike.encoders.description import describe, pictures_a_second
    from lookalike.encoders.loading import load_encoder
    from lookalike.errors import LookalikeError

    found: list[dict[str, Any]] = []
    with progress("Measuring", len(asked)) as advance:
        for name in asked:
            try:
                encoder = load_encoder(name)
            except LookalikeError as error:
                if name in named:
                    raise
                found.append({"name": name, "error": error.to_dict()})
                continue
            speed = round(pictures_a_second(encoder, workers, seconds), 1) if seconds else None
            found.append({**describe(encoder), "speed": speed})
            advance(len(found))
    return [*{document["name"]: document for document in found}.values()]


def _print_list(described: list[dict[str, Any]], workers: int, index_path: IndexPath | None) -> None:
    loaded = [document for document in described if "error" not in document]
    print_table(
        {
            "": ["*" if document["in_use"] else "" for document in loaded],
            "name": [near(document["name"]) for document in loaded],
            "MB": [_megabytes(document["bytes"]) for document in loaded],
            "numbers": [f"{document['dim']:,}" for document in loaded],
            "pictures/s": [_speed(document["speed"]) for document in loaded],
            "input": [_input(document) for document in loaded],
            "licence": [document["licence"] or "not stated" for document in loaded],
        },
        _NUMBERS,
    )
    if learnt := [document for document in loaded if document["report"]]:
        these = "One was" if len(learnt) == 1 else f"{len(learnt)} were"
        where = Path(learnt[0]["report"]).parent.parent / "NAME" / "report.html"
        click.echo(plain(f"{these} learnt from this index. How good: {where}"))
    for document in described:
        if "error" in document:
            click.echo(plain(f"{document['name']} cannot be loaded: {document['error']['message']}"))
    said = [f"{DEFAULT_ENCODER} is the default."]
    if any(document["in_use"] for document in described):
        said.append(f"The star: {plain(str(index_path))} holds its vectors.")
    if any(document["speed"] for document in loaded):
        said.append(f"Speed: the encoder alone on this machine, {workers} threads.")
    click.echo(" ".join(said))
    _print_scores([document for document in loaded if document["scores"]])
    _print_families()


def _print_scores(scored: list[dict[str, Any]]) -> None:
    """The scores that cards state, a row each, an encoder in each column."""
    measures = dict.fromkeys(name for document in scored for name in document["scores"])
    if not measures:
        return
    click.echo("\nScores, as their cards state them (higher is better):")
    columns = {"measure": [*measures]}
    for document in scored:
        columns[document["name"]] = [
            f"{document['scores'][name]:.3f}" if name in document["scores"] else "" for name in measures
        ]
    print_table(columns, columns.keys() - {"measure"})


def _print_families() -> None:
    from lookalike.encoders.description import FAMILIES

    click.echo("\nOthers, by name:")
    for family in FAMILIES:
        needs = ""
        if family.extra:
            needs = f"pip install 'lookalike[{family.extra}]'"
            needs = f" (installed: {family.extra})" if family.is_installed else f" (needs: {needs})"
        click.echo(f"  {family.form:<18} {family.about}, such as {family.example}{needs}")


def _print_card(document: dict[str, Any], workers: int) -> None:
    uses = [word for word, holds in (("the default", "default"), ("in use", "in_use")) if document[holds]]
    fields = {
        "name": document["name"] + (f" ({', '.join(uses)})" if uses else ""),
        "description": document["description"],
        "trained on": document["data"],
        "licence": document["licence"] or "not stated",
        "source": document["source"],
        "file": f"{_megabytes(document['bytes'])} MB" if document["bytes"] else "",
        "numbers": f"{document['dim']:,} a picture",
        "input": f"{_input(document)} pixels",
        "runs on": "processors" if document["device"] == "cpu" else "a graphics card",
        "speed": f"{_speed(document['speed'])} pictures a second here, {workers} threads"
        if document["speed"]
        else "",
        "fingerprint": document["fingerprint"],
    }
    for name, value in fields.items():
        if value:
            click.echo(f"{name:<12} {plain(value)}")
    for number, (name, score) in enumerate(document["scores"].items()):
        click.echo(f"{'' if number else 'scores':<12} {score:.3f}  {plain(name)}")


def _megabytes(size: int | None) -> str:
    return "" if size is None else f"{size / 1e6:,.1f}"


def _speed(speed: float | None) -> str:
    return "" if speed is None else f"{speed:,.0f}" if speed >= 10 else f"{speed:.1f}"


def _input(document: dict[str, Any]) -> str:
    width, height = document["size"]
    return f"{width} x {height}"
