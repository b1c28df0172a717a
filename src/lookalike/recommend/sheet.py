"""An answer as pictures: a contact sheet that opens offline, and the same shelf inside a notebook."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape

from lookalike.recommend.answer import Answer, Colour, Recommendation

_SHARE_SHOWN = 0.08  # smaller parts of a palette are not worth a swatch

_CSS = """
.ll{--ink:#1c1b1a;--soft:#6f6a64;--line:#e6e1da;--card:#fff;--bar:#c2571a;font:14px/1.4 system-ui,sans-serif;
color:var(--ink);display:flex;gap:24px;align-items:flex-start;margin:0 0 40px}
.ll *{box-sizing:border-box}
.ll figure{margin:0}
.ll .asked{flex:0 0 190px;position:sticky;top:16px}
.ll .asked img{width:100%;border-radius:10px;border:3px solid var(--bar);background:#fff;display:block}
.ll .asked figcaption{margin-top:8px;font-weight:600;overflow-wrap:anywhere}
.ll .shelf{flex:1;display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:16px;padding:0;margin:0;
list-style:none}
.ll .card{background:var(--card);border:1px solid var(--line);border-radius:10px;overflow:hidden;margin:0}
.ll .card img,.ll .card .none{width:100%;aspect-ratio:4/5;object-fit:contain;background:#fff;display:block}
.ll .card .none{display:grid;place-items:center;color:var(--soft)}
.ll .text{padding:8px 10px 10px}
.ll .title{font-weight:600;display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow:hidden;
min-height:2.8em}
.ll .soft{color:var(--soft);font-size:12px;overflow-wrap:anywhere}
.ll .price{font-weight:600;margin-top:2px;min-height:1.4em}
.ll .track{height:4px;border-radius:2px;background:var(--line);margin:6px 0 4px;overflow:hidden}
.ll .track i{display:block;height:100%;background:var(--bar)}
.ll .dots{display:flex;gap:4px;margin-top:6px;min-height:14px}
.ll .dots i{width:14px;height:14px;border-radius:50%;border:1px solid rgba(128,128,128,.45)}
@media(max-width:600px){.ll{flex-direction:column}.ll .asked{position:static;flex:none;width:150px}
.ll .shelf{width:100%;grid-template-columns:repeat(2,1fr)}}
@media(prefers-color-scheme:dark){.ll{--ink:#f1ede8;--soft:#a8a19a;--line:#3a3632;--card:#262320;--bar:#e58a4e}}
"""
_PAGE_CSS = """
body{margin:0 auto;max-width:1280px;padding:24px;background:#faf8f5;font:16px/1.5 system-ui,sans-serif;color:#1c1b1a}
h1{font-size:26px;margin:0 0 4px}h2{font-size:18px;margin:32px 0 12px}p.lead{margin:0 0 28px;color:#6f6a64}
@media(prefers-color-scheme:dark){body{background:#171513;color:#f1ede8}p.lead{color:#a8a19a}}
"""


def answer_html(answer: Answer) -> str:
    """One answer as a fragment of HTML with its own style and its pictures inside."""
    return f"<style>{_CSS}</style>{_shelf(answer)}"


def sheet_html(answers: Mapping[str, Answer], title: str, lead: str = "") -> str:
    """A whole page of answers by heading. Opens offline: style and pictures are inside."""
    shelves = "".join(
        (f"<h2>{escape(heading)}</h2>" if heading else "") + _shelf(answer)
        for heading, answer in answers.items()
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_PAGE_CSS}{_CSS}</style></head><body><main>"
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
    picture = _image(answer.asked.thumbnail, answer.asked.caption)
    swatches = _swatches(answer.asked.colours)
    return (
        f'<figure class="asked">{picture}'
        f"<figcaption>{escape(answer.asked.caption)}</figcaption>{swatches}</figure>"
    )


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
