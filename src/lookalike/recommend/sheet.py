"""An answer as pictures: a contact sheet that opens offline, and the same shelf inside a notebook."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files

from lookalike.recommend.answer import Answer, Colour, Recommendation

_SHARE_SHOWN = 0.08  # smaller parts of a palette are not worth a swatch


def answer_html(answer: Answer) -> str:
    """One answer as a fragment of HTML with its own style and its pictures inside."""
    return f"<style>{_style('shelf')}</style>{_shelf(answer)}"


def sheet_html(answers: Mapping[str, Answer], title: str, lead: str = "") -> str:
    """A whole page of answers by heading. Opens offline: style and pictures are inside."""
    shelves = "".join(
        (f"<h2>{escape(heading)}</h2>" if heading else "") + _shelf(answer)
        for heading, answer in answers.items()
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_style('page')}{_style('shelf')}</style></head><body><main>"
        f'<h1>{escape(title)}</h1><p class="lead">{escape(lead)}</p>{shelves}</main></body></html>\n'
    )


def _shelf(answer: Answer) -> str:
    keys = [(result.product.id, int(result.evidence.get("picture", 0))) for result in answer]
    thumbnails = answer.thumbnails(keys) if answer.thumbnails is not None else {}
    cards = "".join(_card(result, thumbnails.get(key)) for result, key in zip(answer, keys, strict=True))
    if not cards:
        cards = '<li class="soft">Nothing in the catalogue matches.</li>'
    return f'<section class="ll">{_asked(answer)}<ul class="shelf">{cards}</ul></section>'


def _asked(answer: Answer) -> str:
    if answer.asked is None:
        return ""
    asked = answer.asked()
    picture = _image(asked.thumbnail, asked.caption)
    caption = f"<figcaption>{escape(asked.caption)}</figcaption>"
    return f'<figure class="asked">{picture}{caption}{_swatches(asked.colours)}</figure>'


def _card(result: Recommendation, thumbnail: bytes | None) -> str:
    product = result.product
    title = product.title or product.id
    picture = '<div class="none">no picture</div>' if thumbnail is None else _image(thumbnail, title)
    kind = " · ".join(part for part in (product.brand, product.category) if part)
    price = escape(str(product.price)) if product.price is not None else ""
    width = max(0, min(100, round(100 * result.evidence.get("look", result.score))))
    return (
        f'<li class="card">{picture}<div class="text"><div class="title">{escape(title)}</div>'
        f'<div class="soft">{escape(kind)}</div><div class="price">{price}</div>'
        f'<div class="track"><i style="width:{width}%"></i></div>'
        f'<div class="soft">{escape(why(result))}</div>{_swatches(result.colours)}'
        f'<div class="soft">{escape(product.id)}</div></div></li>'
    )


def why(result: Recommendation) -> str:
    """The score and what it was made of, in a few words."""
    parts = [f"score {result.score:.3f}"]
    parts += [
        f"{name} {result.evidence[name]:.2f}"
        for name in ("look", "colour", "distance")
        if name in result.evidence
    ]
    return " · ".join(parts)


def _swatches(colours: Sequence[Colour]) -> str:
    dots = "".join(
        f'<i style="background:{value}" title="{escape(name)} {share:.0%}"></i>'
        for name, share, value in colours
        if share >= _SHARE_SHOWN
    )
    return f'<div class="dots">{dots}</div>'


def _image(data: bytes, alt: str) -> str:
    encoded = base64.b64encode(data).decode("ascii")
    return f'<img src="data:image/jpeg;base64,{encoded}" alt="{escape(alt)}" loading="lazy">'


@cache
def _style(name: str) -> str:
    return files("lookalike.recommend").joinpath(f"{name}.css").read_text(encoding="utf-8")
