"""Groups of copies as a page that opens offline: side by side, with what differs in words."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lookalike.copies.answer import Copy, DuplicateGroup, Duplicates
    from lookalike.duplicates.groups import PictureKey
    from lookalike.products import Product

_STYLE = (
    ".copies ol{display:flex;gap:1rem;overflow-x:auto;list-style:none;padding:0;margin:.5rem 0 2rem}"
    ".copies li{flex:0 0 11rem}.copies img{display:block;height:11rem;max-width:100%;object-fit:contain}"
    ".copies small{display:block}"
)


def fragment(found: Duplicates) -> str:
    """The groups as a fragment of HTML with its own style and its pictures inside."""
    members = [member for group in found for member in group.members]
    products = found.products(sorted({member.id for member in members}))
    thumbnails = found.thumbnails([member.key for member in members])
    groups = "".join(_group(group, products, thumbnails) for group in found)
    return f'<style>{_STYLE}</style><div class="copies">{groups}</div>'


def page(found: Duplicates) -> str:
    """A whole page."""
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><body>{fragment(found)}</body></html>\n'


def _group(
    group: DuplicateGroup, products: Mapping[str, Product], thumbnails: Mapping[PictureKey, bytes]
) -> str:
    cards = "".join(_card(member, products, thumbnails) for member in group.members)
    return f"<section><h2>{escape(group.kind)}</h2><ol>{cards}</ol></section>"


def _card(member: Copy, products: Mapping[str, Product], thumbnails: Mapping[PictureKey, bytes]) -> str:
    title = products[member.id].title if member.id in products else member.id
    encoded = base64.b64encode(thumbnails.get(member.key, b"")).decode("ascii")
    said = "; ".join([f"{member.similarity:.2f}", *member.changes])
    return (
        f'<li><img src="data:image/jpeg;base64,{encoded}" alt="{escape(title)}">{escape(title)}'
        f"<small>{escape(member.id)}</small><small>{escape(said)}</small></li>"
    )
