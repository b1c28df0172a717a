"""``lookalike serve``: the index over HTTP, and the page that shows it."""

from __future__ import annotations

from pathlib import Path

import click

from lookalike.cli.options import index_option


@click.command(short_help="Answer over HTTP, with a page.")
@index_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
def serve(index_path: Path, host: str, port: int) -> None:
    """Serve an index over HTTP, and a page to look at it."""
    import uvicorn

    from lookalike.index import Index
    from lookalike.service.app import create_app

    Index.open(index_path)
    uvicorn.run(create_app(index_path), host=host, port=port, log_level="info")
