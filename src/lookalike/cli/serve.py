"""``lookalike serve``: the index over HTTP, and the page that shows it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from lookalike import settings
from lookalike.cli.options import events_option, index_option, private_option
from lookalike.settings import IndexPath

if TYPE_CHECKING:
    from lookalike.service.config import ServiceConfig
    from lookalike.service.server import Place

_DEFAULTS: dict[str, Any] = {"host": "127.0.0.1", "port": 8000, "workers": 1}


@click.command(short_help="Answer over HTTP, with a page to look at.")
@index_option
@events_option
@click.option("--host", help="The address to listen on. Default: 127.0.0.1, this machine alone.")
@click.option("--port", type=click.IntRange(0, 65535), help="Default: 8000; 0 takes a free one.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes that answer. Default: 1.")
@click.option(
    "--read-key", "read_keys", multiple=True, metavar="KEY", help="Let only those read who send it."
)
@click.option("--write-key", "write_keys", multiple=True, metavar="KEY", help="Let those write who send it.")
@click.option("--cors", multiple=True, metavar="ORIGIN", help="Let this site's pages read; * is every site.")
@click.option(
    "--log", type=click.Choice(["text", "json"]), help="How a line of the log looks. Default: text."
)
@private_option
@click.option("--open", "show", is_flag=True, help="Open the page where there is a screen.")
def serve(index_path: IndexPath, show: bool, allow_private: bool, **given: Any) -> None:
    """Serve an index over HTTP, with a page to look at it.

    Everything may be set in lookalike.toml below [serve], or as LOOKALIKE_SERVE_NAME, as well: names are
    those of the options (read_keys, write_keys and cors hold several), and of the limits in the guide.
    Ctrl-C ends the service when its requests are answered.
    """
    from lookalike.service.server import run

    named = {name: value for name, value in given.items() if value not in (None, ())}
    config, place = stated({**named, **({"allow_private": True} if allow_private else {})})
    _require_index(index_path, place.workers)
    index = index_path if isinstance(index_path, str) else index_path.absolute()
    run(index, config, place, started=lambda address: say(address, index_path, show))


def stated(named: dict[str, Any]) -> tuple[ServiceConfig, Place]:
    """What a service is to be: what was named, else what the settings say, else as usual."""
    from lookalike.service.config import ServiceConfig
    from lookalike.service.server import Place

    told = {**_DEFAULTS, **settings.serve(), **named}
    place = Place(told.pop("host"), told.pop("port"), told.pop("workers"))
    if "log" in told:
        told["log_format"] = told.pop("log")
    return ServiceConfig(**told), place


def _require_index(path: IndexPath, workers: int) -> None:
    """Say what is wrong with an index before anything is started.

    Several workers look at its tables themselves: what reads them takes long to load, and would be loaded
    here once more.
    """
    if workers > 1:
        from lookalike.store.manifest import read_manifest
        from lookalike.store.places import place_at

        with suppress(OSError):
            read_manifest(place_at(path))
            return
    from lookalike.index import Index

    Index.open(path)


def say(address: str, index_path: IndexPath, show: bool) -> None:
    """Tell where the service is."""
    import webbrowser

    click.echo(f"{index_path} is at {address} until Ctrl-C.")
    if show and settings.has_screen():
        webbrowser.open(address)
