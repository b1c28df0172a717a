"""An answer as pictures: a contact sheet that opens offline, and the same shelf inside a notebook."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files

from lookalike.recommend.recommendation import Colour, Instead, Recommendation, Shelf, colour_names
from lookalike.recommend.remarks import folded_into, folding, how_found, remarks, warning, why

_SHARE_SHOWN = 0.08  # smaller parts of a palette are not worth a swatch


def answer_html(answer: Shelf) -> str:
    """One answer as a fragment of HTML with its own style and its pictures inside."""
    return f"<style>{_style('shelf')}</style>{_shelf(answer, 'answer')}"


def sheet_html(answers: Mapping[str, Shelf], title: str, lead: str = "") -> str:
    """A whole page of answers by heading. Opens offline: style and pictures are inside.

    On a narrow screen a single answer is a grid; of several, each is a row to swipe through.
    """
    shelves = "".join(
        (f"<h2>{escape(heading)}</h2>" if heading else "") + _shelf(answer, heading or title)
        for heading, answer in answers.items()
    )
    kind = "many" if len(answers) > 1 else "one"
    opening = f"<h1>{escape(title)}</h1>" + (f'<p class="lead">{escape(lead)}</p>' if lead else "")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">'
        f"<title>{escape(title)}</title><style>{_style('page')}{_style('shelf')}</style></head>"
        f'<body><main class="{kind}">{opening}{shelves}</main></body></html>\n'
    )


def _shelf(answer: Shelf, heading: str) -> str:
    if len(answer):
        shown = _cards(answer, answer.results, f"Results: {heading}")
    else:
        unmet = "".join(f"<p>{escape(said)}</p>" for said in answer.explain.get("unmet", ()))
        shown = f'<div class="nothing"><p>Nothing in the catalogue matches.</p>{unmet}</div>'
        shown += "".join(_instead(answer, other) for other in answer.instead)
    far = warning(answer)
    said = remarks(answer)
    folded = folding(answer)
    before = f'<p class="far">{escape(far)}</p>' if far else ""
    before += f'<p class="soft remarks">{escape(" ".join(said))}</p>' if said else ""
    note = f'<p class="soft folded">{escape(folded[0].upper() + folded[1:])}.</p>' if folded else ""
    return f'<section class="ll">{_asked(answer)}<div class="found">{before}{shown}{note}</div></section>'


def _cards(answer: Shelf, results: Sequence[Recommendation], label: str) -> str:
    keys = [(result.product.id, int(result.evidence.get("picture", 0))) for result in results]
    thumbnails = answer.thumbnails(keys) if answer.thumbnails is not None else {}
    below = answer.explain.get("closeness", {}).get("nothing_close_below")
    cards = "".join(
        _card(result, thumbnails.get(key, b""), below) for result, key in zip(results, keys, strict=True)
    )
    return f'<ol class="shelf" tabindex="0" aria-label="{escape(label)}">{cards}</ol>'


def _instead(answer: Shelf, other: Instead) -> str:
    """What there is when one wish gives way."""
    said = f'<p class="instead">{escape(other.said)}</p>'
    return said + (_cards(answer, other.results, other.said) if other.results else "")


def _asked(answer: Shelf) -> str:
    if answer.asked is None:
        return ""
    asked = answer.asked()
    how = f'<p class="soft">{escape(how_found(answer))}</p>'
    return (
        f'<figure class="asked">{_image(asked.thumbnail, asked.caption)}<figcaption>'
        f"<strong>{escape(asked.caption)}</strong>{_swatches(asked.colours)}{how}</figcaption></figure>"
    )


def _card(result: Recommendation, thumbnail: bytes, below: float | None) -> str:
    product = result.product
    title = product.title or product.id
    level = product.category.rpartition(">")[2].strip()
    kind = " · ".join(part for part in (product.brand, level) if part)
    price = f'<div class="price">{escape(str(product.price))}</div>' if product.price is not None else ""
    code = f"<code>{escape(product.id)}</code>" if product.title else ""
    named = escape(", ".join((*result.copies, *result.variants)))
    folded = folded_into(result)
    copies = f'<div class="copies" title="{named}">{folded}</div>' if folded else ""
    sentence = f'<p class="sentence">{escape(result.sentence)}</p>' if result.sentence else ""
    return (
        f'<li class="card">{_image(thumbnail, title)}<div class="text">'
        f'<div class="title">{_linked(title, product.link)}</div>'
        f'<div class="soft">{escape(kind)}</div>{price}{copies}'
        f'<div class="why">{_bar(result, below)}{sentence}'
        f'<div class="soft">{_unbroken(why(result))}</div>'
        f'<div class="foot">{_swatches(result.colours)}{code}</div></div></div></li>'
    )


def _bar(result: Recommendation, below: float | None) -> str:
    """How close it is in this shop, as a bar; where that is not known, how high its look or score is."""
    share = result.closeness
    if share is None:
        share = result.evidence.get("look", 0.0) if "distance" in result.evidence else result.score
    width = max(0, min(100, round(100 * share)))
    far = below is not None and result.similarity is not None and result.similarity < below
    kind = "track distant" if far else "track"
    return f'<div class="{kind}" aria-hidden="true"><i style="width:{width}%"></i></div>'


def _unbroken(text: str) -> str:
    """Measurements that break between only."""
    return escape(text).replace(" ", "&nbsp;").replace("&nbsp;·&nbsp;", " · ")


def _linked(title: str, link: str) -> str:
    if not link.lower().startswith(("http://", "https://")):
        return escape(title)
    return f'<a href="{escape(link)}" rel="noreferrer">{escape(title)}</a>'


def _swatches(colours: Sequence[Colour]) -> str:
    seen = [entry for entry in colours if entry[1] >= _SHARE_SHOWN]
    if not seen:
        return ""
    words = ", ".join(f"{name} {share:.0%}" for name, share in colour_names(seen).items())
    dots = "".join(f'<i style="background:{value}"></i>' for _, _, value in seen)
    return f'<div class="dots" role="img" aria-label="{escape(words)}" title="{escape(words)}">{dots}</div>'


def _image(data: bytes, alt: str) -> str:
    if not data:
        return '<div class="none">no picture</div>'
    encoded = base64.b64encode(data).decode("ascii")
    return f'<img src="data:image/jpeg;base64,{encoded}" alt="{escape(alt)}">'


@cache
def _style(name: str) -> str:
    return files("lookalike.recommend").joinpath(f"{name}.css").read_text(encoding="utf-8")
