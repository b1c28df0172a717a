"""An answer as pictures: a contact sheet that opens offline, and the same shelf inside a notebook."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files

from lookalike.recommend.recommendation import Colour, Recommendation, Shelf, colour_names

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
    keys = [(result.product.id, int(result.evidence.get("picture", 0))) for result in answer]
    thumbnails = answer.thumbnails(keys) if answer.thumbnails is not None else {}
    cards = "".join(_card(result, thumbnails.get(key, b"")) for result, key in zip(answer, keys, strict=True))
    if cards:
        label = escape(f"Results: {heading}")
        shown = f'<ol class="shelf" tabindex="0" aria-label="{label}">{cards}</ol>'
    else:
        shown = '<p class="nothing">Nothing in the catalogue matches.</p>'
    folded = folding(answer)
    note = f'<p class="soft folded">{escape(folded)}.</p>' if folded else ""
    return f'<section class="ll">{_asked(answer)}<div class="found">{shown}{note}</div></section>'


def _asked(answer: Shelf) -> str:
    if answer.asked is None:
        return ""
    asked = answer.asked()
    how = f'<p class="soft">{escape(how_found(answer))}</p>'
    return (
        f'<figure class="asked">{_image(asked.thumbnail, asked.caption)}<figcaption>'
        f"<strong>{escape(asked.caption)}</strong>{_swatches(asked.colours)}{how}</figcaption></figure>"
    )


def _card(result: Recommendation, thumbnail: bytes) -> str:
    product = result.product
    title = product.title or product.id
    level = product.category.rpartition(">")[2].strip()
    kind = " · ".join(part for part in (product.brand, level) if part)
    price = f'<div class="price">{escape(str(product.price))}</div>' if product.price is not None else ""
    share = result.evidence.get("look", 0.0) if "distance" in result.evidence else result.score
    width = max(0, min(100, round(100 * share)))
    said = escape(why(result)).replace(" ", "&nbsp;").replace("&nbsp;·&nbsp;", " · ")  # break between only
    code = f"<code>{escape(product.id)}</code>" if product.title else ""
    foot = f"{_swatches(result.colours)}{code}"
    named = escape(", ".join(result.copies))
    copies = f'<div class="copies" title="{named}">{folded_into(result)}</div>' if result.copies else ""
    return (
        f'<li class="card">{_image(thumbnail, title)}<div class="text">'
        f'<div class="title">{_linked(title, product.link)}</div>'
        f'<div class="soft">{escape(kind)}</div>{price}{copies}'
        f'<div class="why"><div class="track" aria-hidden="true"><i style="width:{width}%"></i></div>'
        f'<div class="soft">{said}</div>'
        f'<div class="foot">{foot}</div></div></div></li>'
    )


def why(result: Recommendation) -> str:
    """The score and what it was made of, in a few words; a score that is one measurement is said once."""
    measured = {
        name: result.evidence[name] for name in ("look", "colour", "distance") if name in result.evidence
    }
    parts = [f"{name} {value:.2f}" for name, value in measured.items()]
    if not any(abs(abs(value) - abs(result.score)) < 1e-9 for value in measured.values()):
        parts.insert(0, f"score {result.score:.2f}")
    return " · ".join(parts)


def how_found(answer: Shelf) -> str:
    """Which wishes an answer follows, and among how many products it was chosen."""
    explain = answer.explain
    weights = {"distance": 1.0} if explain.get("metric") == "euclidean" else explain.get("weights", {})
    order = " + ".join(name if share == 1 else f"{share:g} {name}" for name, share in weights.items())
    parts = [f"only {explain['where']}"] if explain.get("where") else []
    if "matching" in explain:
        parts.append(f"best {len(answer):,} of {explain['matching']:,}")
    if order:
        parts.append(f"ordered by {order}")
    return ", ".join(parts)


def folded_into(result: Recommendation) -> str:
    """How many products are folded into one, as "+2 copies"; "" for none."""
    count = len(result.copies)
    return f"+{count:,} {'copy' if count == 1 else 'copies'}" if count else ""


def folding(answer: Shelf) -> str:
    """What an answer folded and left out because it shows the same picture, in words; "" for nothing."""
    folded = answer.explain.get("folded", 0)
    own = answer.explain.get("left_out", {}).get("copies", 0)
    parts = []
    if folded:
        into = "one that shows" if folded == 1 else "those that show"
        parts.append(f"{folded:,} {_products(folded)} folded into {into} the same picture")
    if own:
        parts.append(f"{own:,} {_products(own)} with the picture that asks left out")
    return ", ".join(parts)


def _products(count: int) -> str:
    return "product" if count == 1 else "products"


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
