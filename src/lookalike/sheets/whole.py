"""A page that opens offline, needs no script and asks nobody for anything: its head, links and parts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.resources import files


def whole(title: str, opening: str, sections: Mapping[str, tuple[str, str, str]], style: str = "") -> str:
    """A whole page in the common style, with ``style`` after it.

    ``opening`` is HTML below the title. ``sections`` have an id, and a heading, one sentence and the HTML of
    what stands there, the first two as text; empty ones are left out. A list of links leads to them.
    """
    filled = {name: section for name, section in sections.items() if section[2]}
    links = "".join(f'<li><a href="#{name}">{escape(head)}</a></li>' for name, (head, _, _) in filled.items())
    body = "".join(
        f'<section id="{name}"><h2>{escape(head)}</h2>{said_of(said)}{content}</section>'
        for name, (head, said, content) in filled.items()
    )
    named = escape(title)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">'
        f"<title>{named}</title><style>{_common()}{style}</style></head><body><main>"
        f"<header><h1>{named}</h1>{opening}</header>"
        f'<nav aria-label="Sections"><ul>{links}</ul></nav>{body}</main></body></html>\n'
    )


def said_of(said: str) -> str:
    """A sentence about what follows, "" for none."""
    return f'<p class="rest">{escape(said)}</p>' if said else ""


@cache
def _common() -> str:
    return files("lookalike.sheets").joinpath("sheet.css").read_text(encoding="utf-8")
