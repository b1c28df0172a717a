"""One version of an index: its reader, its snapshot in memory."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from lookalike import colour
from lookalike.content.content import Content
from lookalike.content.style import Style
from lookalike.derived import content_in, full_text_of
from lookalike.duplicates.catalogue import keys_of, known_pictures
from lookalike.duplicates.finding import Pictures
from lookalike.duplicates.groups import PictureKey
from lookalike.duplicates.known import Known
from lookalike.duplicates.repeated import kept_repeated
from lookalike.errors import BadArgument, UnknownPicture
from lookalike.filters import Filter
from lookalike.fitted.fitted import Fitted
from lookalike.neighbours.kinds import Kinds
from lookalike.neighbours.links import Links
from lookalike.neighbours.snapshot import Snapshot
from lookalike.neighbours.yardstick import Yardstick, yardstick
from lookalike.palette import COLOURS
from lookalike.photo import SmallPicture, shown_picture
from lookalike.products import Product
from lookalike.recommend.facets import Facets
from lookalike.recommend.page import Listed, Page
from lookalike.recommend.recommendation import Asked, Colour
from lookalike.recommend.rulebook import Rulebook
from lookalike.recommend.scales import Scale, measured_scales
from lookalike.recommend.shown import Shown
from lookalike.recommend.stages.stock import sold_out
from lookalike.store.base import Reader
from lookalike.taste.ground import Ground
from lookalike.vectors import Floats, Mask, Rows, best
from lookalike.words.full_text import FullText
from lookalike.words.texts import FIELDS

_SAMPLED = 50_000  # products of which the middles of colours are taken, at least, where there are as many
_ENOUGH = 8  # products of a colour whose middle says something
_WALKED = 1 << 16  # rows of an order looked at at once
_READ = 40_000  # products kept as objects, some 60 MB: to read one costs more than to find it again


class View:
    """One version of the index: its reader, and its snapshot in memory."""

    reader: Reader
    snapshot: Snapshot

    known: Known
    fitted: Fitted
    rules: Rulebook

    def __init__(self, reader: Reader, before: View | None, known: Known, fitted: Fitted) -> None:
        """``before`` is an earlier version, of which is taken over what still holds.

        ``known`` is what the notes of the store say of copies, ``fitted`` what was fitted on the catalogue.
        """
        columns = reader.columns()
        kin = before is not None and before.reader.manifest.space == reader.manifest.space
        self.reader = reader
        self.known = known
        self.fitted = fitted
        self.contents, self.sizes = columns.contents, columns.sizes
        self._columns = replace(columns, palettes=np.empty((0, COLOURS, 4), np.float32))
        self._read: dict[int, Product] = {}
        self._shown: dict[int, Shown] = {}
        self.snapshot = Snapshot(
            version=columns.version,
            products=columns.products,
            picture_product=columns.picture_product,
            position=columns.position,
            looks=columns.looks,
            norms=columns.norms,
            palettes=columns.palettes,
            kept=columns.kept,
            before=before.snapshot if before is not None and kin else None,
        )
        self.snapshot = self.snapshot.with_copies(self._copies())
        self.rules = Rulebook(self.snapshot)
        self._earlier = None if before is None else before._known_pictures
        if before is not None:  # load now what every answer needs, and facets where somebody asks for them
            reader.products_at([])
            self._take_texts(before)
            if "content" in vars(before):
                _ = self.content
            if "facets" in vars(before):
                self.facets.count(Filter())
            if "ground" in vars(before):
                _ = self.ground
            if "pictures" in vars(before):
                _ = self.pictures
            if "style" in vars(before):
                _ = self.style

    def _take_texts(self, before: View) -> None:
        """Take over the words of the version before where they are the same, else make them where it had."""
        if "full_text" not in vars(before):
            return
        own, old = (view.snapshot.columns.table.select(["id", *FIELDS]) for view in (self, before))
        if own.equals(old):
            self.full_text = before.full_text
        _ = self.full_text
        if "lengths" in vars(before) and self.fitted.words is not None:
            _ = self.lengths

    def with_known(self, known: Known) -> View:
        """The same version with other copies; everything else is shared."""
        made = copy.copy(self)
        made.known = known
        made.snapshot = self.snapshot.with_copies(made._copies())
        return made

    def with_rules(self, rules: Rulebook) -> View:
        """The same version with other rules of the shop; everything else is shared."""
        made = copy.copy(self)
        made.rules = rules
        return made

    def _copies(self) -> list[list[str]]:
        """Groups of ids of products that show the same picture."""
        snapshot = self.snapshot
        owners, contents = snapshot.picture_product, self.contents
        many = None if snapshot.kept is None else kept_repeated(snapshot.kept, owners, contents)
        return self.known.product_groups(snapshot.ids, owners, contents, many)

    @cached_property
    def keys(self) -> list[PictureKey]:
        """Product id and position of every picture, in order."""
        return keys_of(self._columns)

    @cached_property
    def pictures(self) -> Pictures:
        """The pictures as they are compared with one another; those with a damaged glance are not in it."""
        before, self._earlier = self._earlier, None
        return known_pictures(self.reader, self._columns, before)

    @property
    def _known_pictures(self) -> Pictures | None:
        """The pictures of this version where somebody asked for them, else of an earlier one."""
        known: Pictures | None = vars(self).get("pictures", self._earlier)
        return known

    @cached_property
    def middles(self) -> dict[str, Floats]:
        """The mean look (dim,) of the products of each measured colour that enough of them have."""
        rows = np.flatnonzero(self.snapshot.pictured)
        rows = rows[:: max(1, len(rows) // _SAMPLED)]
        looks = self.snapshot.looks_of(rows)
        of = {name: self.is_of_colour(name)[rows] for name in colour.NAMES}
        return {name: looks[mask].mean(axis=0) for name, mask in of.items() if mask.sum() >= _ENOUGH}

    def is_of_colour(self, name: str) -> Mask:
        """Which products are of a measured colour, (p,)."""
        mask = self.snapshot.columns.colour(name)
        assert mask is not None
        return mask

    def pictures_of(self, product_id: str, which: str) -> slice:
        """The rows of a product's main picture, or of all its pictures. Raises `BadArgument`."""
        own = self.snapshot.pictures_of(self.snapshot.row(product_id))
        if which not in ("main", "all"):
            raise BadArgument(f"pictures is {which!r}.", next_step="Choose main or all.")
        return own if which == "all" else slice(own.start, min(own.start + 1, own.stop))

    def product(self, product_id: str) -> Product:
        """One product. Raises `UnknownProduct`."""
        return self.products_at([self.snapshot.row(product_id)])[0]

    def products(self, ids: Sequence[str]) -> dict[str, Product]:
        """Products by id, in the order asked; an id that does not exist is left out."""
        row_of = self.snapshot.row_of
        rows = {i: row for i in ids if (row := row_of.get(i)) is not None}
        return dict(zip(rows, self.products_at([*rows.values()]), strict=True))

    def products_at(self, rows: Sequence[int]) -> list[Product]:
        """The products of some rows, in their order."""
        read = self._read
        if missing := [row for row in rows if row not in read]:
            if len(read) + len(missing) > _READ:
                read = self._read = {row: read[row] for row in rows if row in read}
            read.update(zip(missing, self.reader.products_at(missing), strict=True))
        return [read[row] for row in rows]

    def shown(self, rows: Sequence[int]) -> list[Shown]:
        """The products of some rows as answers show them, in their order."""
        known = self._shown
        if missing := [row for row in dict.fromkeys(rows) if row not in known]:
            if len(known) + len(missing) > _READ:
                known = self._shown = {row: known[row] for row in rows if row in known}
            colours = self.snapshot.palettes.described(missing)
            shown = map(Shown.of, self.products_at(missing), colours)
            known.update(zip(missing, shown, strict=True))
        return [known[row] for row in rows]

    def colours(self, row: int) -> Sequence[Colour]:
        """The colours of the main picture of a row."""
        return self.snapshot.palettes.described([row])[0]

    def asked(self, product_id: str) -> Asked:
        """The product that asks, for showing."""
        thumbnails = self.reader.thumbnails([(product_id, 0)])
        row = self.snapshot.row(product_id)
        title = self.products_at([row])[0].title
        caption = f"{title} ({product_id})" if title else product_id
        return Asked(caption, thumbnails.get((product_id, 0), b""), self.colours(row))

    def page(self, wishes: Filter, words: Sequence[str], sort: str, limit: int, offset: int) -> Page:
        """Some of the products that pass a filter and have all of these words, in an order."""
        keep = self.snapshot.mask(wishes)
        if words:
            keep &= self.full_text.holding(words)
        if sort == "relevance":
            rows, total = self._relevant(keep, words, offset + limit)
        else:
            rows, total = self._sorted(keep, sort, offset + limit), int(np.count_nonzero(keep))
        shown = rows[offset:].tolist()
        colours = self.snapshot.palettes.described(shown)
        listed = tuple(map(Listed, self.products_at(shown), colours))
        return Page(listed, total, self.snapshot.version, sort, limit, offset)

    def _sorted(self, keep: Mask, sort: str, count: int) -> Rows:
        """The first rows to keep in an order."""
        order = self.snapshot.order(sort)
        found, start = np.empty(0, dtype=np.intp), 0
        while len(found) < count and start < len(order):
            part = order[start : start + _WALKED]
            found, start = np.append(found, part[keep[part]]), start + _WALKED
        return found[:count]

    def _relevant(self, keep: Mask, words: Sequence[str], count: int) -> tuple[Rows, int]:
        """The first rows to keep by how much of the words they say, and how many say any."""
        rows = np.flatnonzero(keep)
        text = self.full_text
        shares = text.shares(text.terms(words))[rows]
        return rows[best(shares, count)[0]], int(np.count_nonzero(~np.isnan(shares)))

    def facets_of(self, wishes: Filter, words: Sequence[str]) -> dict[str, Any]:
        """What the products that pass a filter and have all of these words can be filtered by further."""
        return self.facets.count(wishes, self.full_text.holding(words) if words else None)

    @cached_property
    def full_text(self) -> FullText:
        """The words of the products."""
        return full_text_of(self.snapshot)

    @cached_property
    def lengths(self) -> Floats:
        """The lengths (n,) that all pictures' vectors have to what knows how words look."""
        spoken = self.fitted.words
        assert spoken is not None
        return self.snapshot.vectors.each(spoken.lengths)

    @cached_property
    def content(self) -> Content:
        """What is said of the products, for comparing one with all."""
        return content_in(self.snapshot, self.yardstick)

    @cached_property
    def sold_out(self) -> Mask:
        """Which products cannot be had, (p,)."""
        column = self.snapshot.columns.text("availability")
        if column is None:
            return np.zeros(len(self.snapshot), dtype=np.bool_)
        found: Mask = np.append(sold_out(column.values), False)[column.codes]
        return found

    @cached_property
    def kinds(self) -> Kinds:
        """What kind of thing each product is."""
        return Kinds(self.snapshot)

    @cached_property
    def ground(self) -> Ground:
        """In which respects products differ, as shoppers' tastes tell them apart."""
        return Ground.of(self.snapshot, self.kinds)

    @cached_property
    def style(self) -> Style:
        """What goes with what by style, in other kinds."""
        return Style(self.snapshot, self.kinds)

    @cached_property
    def links(self) -> Links:
        """What the merchant tied together."""
        return Links(self.snapshot.columns, self.snapshot.row_of)

    @cached_property
    def yardstick(self) -> Yardstick:
        """Pairs of products by which evidence of different kinds is told on one scale."""
        return yardstick(self.snapshot)

    @cached_property
    def scales(self) -> dict[str, Scale]:
        """How looks and colours are told beside other evidence."""
        return measured_scales(self.snapshot, self.yardstick)

    @cached_property
    def facets(self) -> Facets:
        """What the products can be filtered by."""
        return Facets(self.snapshot)

    def variants(self, product_id: str) -> list[str]:
        """The ids of a product's group, itself left out."""
        row = self.snapshot.row(product_id)
        return [self.snapshot.ids[other] for other in self.snapshot.group(row).tolist() if other != row]

    def picture(self, product_id: str, position: int, width: int) -> SmallPicture:
        """A picture of a product, small; see `lookalike.questions.Questions.picture`."""
        self.snapshot.row(product_id)
        stored = {
            picture.position: picture for picture in self.reader.pictures([product_id]).get(product_id, [])
        }
        if position not in stored:
            raise UnknownPicture(
                f"{product_id!r} has no picture {position}.",
                next_step=f"It has: {', '.join(map(str, stored))}." if stored else "It has none.",
            )
        kept = partial(self.reader.original, product_id, position)
        return shown_picture(stored[position], width, kept)


def palette_vectors(palette: Floats) -> Floats:
    """The colour vector of one palette (n, 4), as a stack of one."""
    full = np.zeros((1, COLOURS, 4), dtype=np.float32)
    full[0, : len(palette)] = palette
    return colour.colour_vectors(full)
