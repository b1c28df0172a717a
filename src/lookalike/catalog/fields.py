"""Which column is which field: the table of header names, and the choice between several that fit."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lookalike.errors import CatalogError

ATTRIBUTE = "attribute"
"""The field to give with a mapping to keep a column as an attribute whatever its name."""

ALIASES: dict[str, tuple[str, ...]] = {
    "id": (
        "id", "product_id", "item_id", "article_id", "sku", "offer_id", "product_sku", "item_sku",
        "variant_sku", "asin", "uniq_id", "style_id", "article_number", "item_number", "product_number",
        "part_number", "style_code", "product_code", "item_code", "code", "handle",
    ),
    "title": (
        "title", "product_title", "product_display_name", "product_name", "prod_name", "item_name",
        "name", "display_name", "item_title",
    ),
    "description": (
        "description", "product_description", "detail_desc", "long_description", "body_html", "body",
        "short_description", "desc",
    ),
    "brand": ("brand", "brand_name", "manufacturer", "vendor", "designer", "maker"),
    "category": (
        "category", "product_type", "google_product_category", "article_type", "product_type_name",
        "product_category", "category_name", "categories", "item_type", "sub_category", "main_category",
        "master_category", "type", "class", "class_name", "label",
    ),
    "price": (
        "price", "price.amount", "price.value", "offers.price", "regular_price", "list_price",
        "retail_price", "current_price", "unit_price", "msrp", "mrp",
    ),
    "sale_price": (
        "sale_price", "discounted_price", "discount_price", "special_price", "offer_price", "selling_price",
    ),
    "currency": (
        "currency", "price_currency", "currency_code", "price_currency_code", "price.currency",
        "offers.price_currency",
    ),
    "availability": (
        "availability", "stock_status", "in_stock", "is_in_stock", "available", "is_available", "stock",
        "quantity", "qty", "inventory", "stock_quantity", "inventory_quantity", "offers.availability",
    ),
    "group": (
        "item_group_id", "group", "group_id", "product_group_id", "parent_id", "parent_sku", "parent_asin",
        "product_code", "variant_group", "model_id",
    ),
    "link": (
        "link", "url", "product_link", "product_url", "item_url", "canonical_link", "page_url", "permalink",
    ),
    "picture": (
        "image_link", "image", "picture", "photo", "img", "main_image", "primary_image", "image_path",
        "picture_path", "photo_path", "img_path", "image_file", "image_filename",
        "image_url", "picture_url", "photo_url", "img_url", "main_image_url", "primary_image_url",
        "product_image", "product_image_url", "image_src", "featured_image", "picture_link", "photo_link",
        "thumbnail", "thumbnail_url", "file_name", "file_path", "file", "path",
    ),
    "more_pictures": (
        "additional_image_link", "additional_image_links", "additional_image", "additional_images",
        "more_pictures", "more_images", "other_images", "gallery", "gallery_images", "images", "pictures",
        "photos", "imgs", "image_links", "image_urls", "image_paths", "picture_urls", "photo_urls",
    ),
}  # fmt: skip
"""Header names of each field, the preferred first. Case, spaces, "_", "-" and a "g:" before do not matter.

Of the fields other than ``more_pictures`` one column is taken; columns left over become attributes.
"""

NUMBERED = re.compile(r"(additional)?(image|picture|photo|img)(link|url|path|src|file)?\d{1,3}")
"""Folded names like image1, image_2 or picture_url_3: all of them are more pictures."""

FIELDS = tuple(ALIASES)


def folded(header: str) -> str:
    """A header without case, spaces, underscores, hyphens and a leading ``g:``, for comparing."""
    name = header.strip().strip("\ufeff").casefold()
    return re.sub(r"[\s_\-]+", "", name.removeprefix("g:"))


_RANKS: dict[str, dict[str, int]] = {
    field: {folded(name): rank for rank, name in enumerate(names)} for field, names in ALIASES.items()
}


def fits(header: str) -> tuple[str, ...]:
    """The fields that a column of this name may be, most telling first; empty for none."""
    name = folded(header)
    found = tuple(field for field in FIELDS if name in _RANKS[field])
    return found or (("more_pictures",) if NUMBERED.fullmatch(name) else ())


def holds_pictures(header: str) -> bool:
    """True for a name that stands for one picture or several."""
    return any(field in ("picture", "more_pictures") for field in fits(header))


@dataclass(frozen=True, slots=True)
class Assignment:
    """Positions of the columns of each field, and of the columns that become attributes."""

    columns: tuple[str, ...]
    positions: Mapping[str, tuple[int, ...]]
    attributes: tuple[int, ...]

    def named(self) -> dict[str, str]:
        """Column name → field, for the columns that are fields."""
        return {self.columns[at]: field for field, places in self.positions.items() for at in places}


def assign(
    columns: Iterable[str],
    mapping: Mapping[str, str] | None = None,
    pictures: Iterable[str] = (),
    settled: Iterable[str] = (),
) -> Assignment:
    """Decide which column is which field.

    ``mapping`` (column → field) comes first, then `ALIASES` in their order; ``pictures`` are columns that
    are pictures whatever their name, used when no name says so; ``settled`` fields take no column but by
    ``mapping``. Each column is one field at most.
    """
    columns = tuple(columns)
    wanted = {folded(column): field for column, field in (mapping or {}).items()}
    positions: dict[str, list[int]] = {field: [] for field in FIELDS}
    left: list[int] = []
    kept: list[int] = []
    for at, column in enumerate(columns):
        field = wanted.get(folded(column))
        if field == ATTRIBUTE:
            kept.append(at)
        elif field is not None:
            positions[field].append(at)
        else:
            left.append(at)
    for field in [field for field in FIELDS if field not in set(settled)]:
        ranks = _RANKS[field]
        chosen = sorted((ranks[name], at) for at in left if (name := folded(columns[at])) in ranks)
        if field == "more_pictures":
            positions[field] += [at for _, at in chosen]
            positions[field] += [at for at in left if NUMBERED.fullmatch(folded(columns[at]))]
        elif chosen and not positions[field]:
            positions[field].append(chosen[0][1])
        taken = set(positions[field])
        left = [at for at in left if at not in taken]
    if not positions["picture"] and not positions["more_pictures"]:
        known = set(pictures)
        positions["picture"] = [at for at in left if columns[at] in known]
        left = [at for at in left if columns[at] not in known]
    attributes = tuple(sorted(kept + [at for at in left if folded(columns[at])]))
    return Assignment(columns, {field: tuple(at) for field, at in positions.items() if at}, attributes)


def checked_mapping(mapping: Mapping[str, str] | None, columns: Iterable[str]) -> dict[str, str]:
    """The mapping with its fields in their own spelling; `CatalogError` for a name that is not there."""
    known = {folded(field): field for field in (*FIELDS, ATTRIBUTE)} | {"images": "more_pictures"}
    for field in ("picture", "more_pictures"):
        known |= {folded(name): known.get(folded(name), field) for name in ALIASES[field]}
    present = {folded(column): column for column in columns}
    checked: dict[str, str] = {}
    for column, field in (mapping or {}).items():
        if folded(column) not in present:
            if folded(field) in present and folded(column) in known:
                right = f"{shlex.quote(present[folded(field)])}={column}"
                raise CatalogError(
                    f"The catalogue has no column {column!r}, but {field!r}: "
                    "the mapping is the wrong way round.",
                    next_step=f"Write COLUMN=FIELD: {right}.",
                )
            raise CatalogError(
                f"The catalogue has no column {column!r}.",
                next_step=f"Its columns are: {', '.join(present.values()) or '(none)'}.",
            )
        if folded(field) not in known:
            raise CatalogError(
                f"{field!r} is not a field that column {column!r} could be.",
                next_step=f"The fields are: {', '.join(FIELDS)}, and {ATTRIBUTE} to leave it as it is.",
            )
        checked[column] = known[folded(field)]
    for field in FIELDS:
        named = [column for column, given in checked.items() if given == field]
        if len(named) > 1 and field not in ("picture", "more_pictures"):
            raise CatalogError(
                f"The columns {' and '.join(map(repr, named))} are both mapped to {field}.",
                next_step=f"Map one of them to {field}; the others stay attributes.",
            )
    return checked
