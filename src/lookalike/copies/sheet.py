"""Groups of copies as a page that opens offline: side by side, with what differs in words."""

from __future__ import annotations

import base64
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lookalike.copies.answer import Copy, DuplicateGroup, Duplicates
    from lookalike.duplicates.groups import PictureKey
    from lookalike.products import Product

KIND_WORDS = {
    "same-bytes": "The same file",
    "same-pixels": "The same pixels in another file",
    "same-photograph": "The same photograph, edited",
    "variant": "The photograph in another colour",
}
"""Kinds in words."""

_AT_ONCE = 50  # groups in a notebook


def page(found: Duplicates) -> str:
    """A whole page of all groups; style and pictures are inside."""
    said = f"{len(found):,} groups, {found.copies:,} pictures more than one of each. Nothing is deleted."
    opening = f'<h1>Pictures that are there twice</h1><p class="lead">{said}</p>'
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">'
        f"<title>Pictures that are there twice</title><style>body{{margin:0}}{_style()}</style></head>"
        f'<body><main class="dup">{opening}{_groups(found, found.groups)}</main></body></html>\n'
    )


def fragment(found: Duplicates) -> str:
    """The first groups as a fragment of HTML with its own style and its pictures inside."""
    more = len(found) - _AT_ONCE
    rest = f"<p>and {more:,} groups more</p>" if more > 0 else ""
    shown = _groups(found, found.groups[:_AT_ONCE])
    return f'<style>{_style()}</style><div class="dup">{shown}{rest}</div>'


def _groups(found: Duplicates, groups: Sequence[DuplicateGroup]) -> str:
    members = [member for group in groups for member in group.members]
    products = found.products(sorted({member.id for member in members}))
    thumbnails = found.thumbnails([member.key for member in members])
    if not groups:
        return '<p class="nothing">No picture is there twice.</p>'
    return "".join(_group(group, products, thumbnails) for group in groups)


def _group(
    group: DuplicateGroup, products: Mapping[str, Product], thumbnails: Mapping[PictureKey, bytes]
) -> str:
    decided = " · decided" if group.reviewed else ""
    kind = KIND_WORDS.get(group.kind, group.kind)
    heading = f"<h2>{escape(kind)} <small>{len(group.members)} pictures{decided}</small></h2>"
    cards = "".join(
        _card(group, member, products.get(member.id), thumbnails.get(member.key, b""))
        for member in group.members
    )
    return f"<section>{heading}<ol>{cards}</ol></section>"


def _card(group: DuplicateGroup, member: Copy, product: Product | None, thumbnail: bytes) -> str:
    title = product.title if product is not None and product.title else member.id
    head = member is group.head
    said = [] if head else [f"{member.similarity:.0%} alike", *member.changes]
    if group.keep is not None:
        said.insert(0, "kept" if member.key == group.keep else "the same" if member.verdict else "open")
    place = f" · picture {member.picture}" if member.picture else ""
    price = "" if product is None or product.price is None else f" · {escape(str(product.price))}"
    return (
        f'<li class="{"head" if head else "copy"}">{_image(thumbnail, title)}<b>{escape(title)}</b>'
        f"<div><code>{escape(member.id)}</code>{place}{price}</div>"
        f"<div>{member.width} × {member.height}</div>"
        f'<div class="said">{escape(", ".join(said))}</div></li>'
    )


def _image(data: bytes, alt: str) -> str:
    if not data:
        return '<div class="none">no picture</div>'
    encoded = base64.b64encode(data).decode("ascii")
    return f'<img src="data:image/jpeg;base64,{encoded}" alt="{escape(alt)}">'


@cache
def _style() -> str:
    return files("lookalike.copies").joinpath("sheet.css").read_text(encoding="utf-8")
