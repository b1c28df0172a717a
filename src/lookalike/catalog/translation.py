"""A row becomes a product, or the problem that says why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from lookalike.catalog import offers, references
from lookalike.catalog.fields import Assignment, assign
from lookalike.catalog.layouts import Beside, UnreadableDetails
from lookalike.catalog.rows import Row, text
from lookalike.products import PictureSource, Price, Problem, Product

LONGEST_ID = 512
"""An id of more characters is taken for a sign that the row is not what it seems."""

_NOT_FROM_DETAILS = ("id", "picture", "more_pictures", "link")
_PLAIN = ("title", "description", "brand", "category", "group", "link")


class Translator:
    """Turns rows of one table into products.

    ``columns`` are those known at the start; a row with others (JSON lines may) is assigned anew, with what
    was decided before kept. ``notes`` counts what was passed over without losing a product.
    """

    def __init__(
        self,
        columns: Iterable[str],
        *,
        mapping: Mapping[str, str],
        picture_columns: Sequence[str],
        beside: Beside,
        name_bytes: Callable[[int], str],
        notes: Counter[str],
    ) -> None:
        self.assignment = assign(columns, mapping, picture_columns)
        self.beside = beside
        self.notes = notes
        self._mapping = mapping
        self._picture_columns = picture_columns
        self._name_bytes = name_bytes
        self._others: dict[tuple[str, ...], Assignment] = {}

    @property
    def has_pictures(self) -> bool:
        """True when some column holds pictures, or a folder beside the table does."""
        return self._has_picture_column or self.beside.has_images

    @property
    def _has_picture_column(self) -> bool:
        return bool({"picture", "more_pictures"} & set(self.assignment.positions))

    def product(self, row: Row) -> Product | Problem:
        """The product of a row; a `Problem` for one without id, without pictures and words, or malformed."""
        if row.error:
            return Problem(row.number, "", "malformed", row.error)
        assignment = self.assigned(row.columns)
        cells = fitted(row, assignment)
        if cells is None:
            return Problem(
                row.number,
                text(row.cells[assignment.positions["id"][0]]) if "id" in assignment.positions else "",
                "malformed",
                f"The row has {len(row.cells)} cells and the header {len(row.columns)}.",
            )
        values = _Values(cells, assignment)
        product_id = values.first("id")
        if not product_id:
            return Problem(row.number, "", "no-id", "The row has no id.")
        if len(product_id) > LONGEST_ID:
            return Problem(
                row.number, product_id[:80], "malformed", f"The id has {len(product_id)} characters."
            )
        pictures = self._pictures(values, row.number, product_id)
        details = self._details(product_id, assignment)
        spare = {field: details.pop(field, "") for field in _PLAIN}
        found, price = values.price(details)
        product = Product(
            id=product_id,
            pictures=pictures,
            **{field: values.first(field) or given for field, given in spare.items()},
            price=price,
            availability=offers.availability(values.first("availability") or details.pop("availability", "")),
            attributes=_attributes(values, found, details),
            row=row.number,
        )
        if not (pictures or product.says_something):
            return Problem(
                row.number, product_id, "no-picture", "The row names no picture, and says nothing."
            )
        return product

    def assigned(self, columns: tuple[str, ...]) -> Assignment:
        """Which column is which field in a row of these columns."""
        if columns is self.assignment.columns or columns == self.assignment.columns:
            return self.assignment
        assignment = self._others.get(columns)
        if assignment is None:
            decided = {**self.assignment.named(), **self._mapping}
            settled = set(self.assignment.positions) - {"more_pictures"}
            assignment = assign(columns, decided, self._picture_columns, settled)
            if len(self._others) < 1000:
                self._others[columns] = assignment
        return assignment

    def _pictures(self, values: _Values, number: int, product_id: str) -> tuple[PictureSource, ...]:
        name = self._name_bytes(number)
        cells = [*values.raw("picture"), *values.raw("more_pictures")]
        found: dict[str, PictureSource] = {}
        for at, cell in enumerate(cells):
            own = name if at == 0 else f"{name}.{at + 1}"
            for picture in references.pictures(cell, self.beside.folder, own, self.beside.within):
                other = found.setdefault(picture.uri, picture)
                if other.data != picture.data:
                    uri = f"{picture.uri}.{len(found) + 1}"
                    found[uri] = PictureSource(uri, picture.data)
        if not found and not self._has_picture_column and self.beside.has_images:
            return (PictureSource(self.beside.picture(product_id)),)
        return tuple(found.values())

    def _details(self, product_id: str, assignment: Assignment) -> dict[str, str]:
        """Cells of styles/ID.json by field, or by their own name; none that the table has as a column."""
        try:
            cells = self.beside.details(product_id)
        except UnreadableDetails:
            self.notes["details not readable, table row used alone"] += 1
            return {}
        if not cells:
            return {}
        fields = assign(cells).named()
        passed_over = {column.casefold() for column in assignment.columns}
        passed_over |= {name.casefold() for name, field in fields.items() if field in _NOT_FROM_DETAILS}
        return {
            fields.get(name, name): cell for name, cell in cells.items() if name.casefold() not in passed_over
        }


class _Values:
    """The cells of one row by field."""

    def __init__(self, cells: Sequence[Any], assignment: Assignment) -> None:
        self.cells = cells
        self.assignment = assignment

    def raw(self, field: str) -> list[Any]:
        places = self.assignment.positions.get(field)
        return [self.cells[at] for at in places if at < len(self.cells)] if places else []

    def first(self, field: str) -> str:
        for cell in self.raw(field):
            if value := text(cell):
                return value
        return ""

    def price(self, details: dict[str, str]) -> tuple[dict[str, str], Price | None]:
        """What to keep of the price as attributes, and the price that counts."""
        currency = self.first("currency") or details.pop("currency", "")
        spare, spare_sale = details.pop("price", None), details.pop("sale_price", None)
        regular = next((cell for cell in self.raw("price") if text(cell)), spare)
        reduced = next((cell for cell in self.raw("sale_price") if text(cell)), spare_sale)
        full, sale = offers.price(regular, currency), offers.price(reduced, currency)
        if sale is not None and full is not None and not sale.currency:
            sale = Price(sale.amount, full.currency)
        if sale is not None and (
            full is None or (sale.amount <= full.amount and sale.currency == full.currency)
        ):
            return ({"regular_price": str(full)} if full is not None and full != sale else {}), sale
        if full is None and (kept := text(regular)):
            return {"price_text": kept}, None
        return {}, full


def _attributes(values: _Values, found: dict[str, str], details: dict[str, str]) -> dict[str, str]:
    attributes: dict[str, str] = {}
    columns = values.assignment.columns
    for at in values.assignment.attributes:
        if at < len(values.cells) and (cell := text(values.cells[at])):
            name = columns[at].strip()
            before = attributes.get(name)
            attributes[name] = cell if before is None or before == cell else f"{before}, {cell}"
    for name, cell in (*found.items(), *details.items()):
        attributes.setdefault(name, cell)
    return attributes


def fitted(row: Row, assignment: Assignment) -> Sequence[Any] | None:
    """The cells of a row, one a column; None when there are too many and no saying where they belong.

    Empty cells at the end are dropped. Surplus cells are the parts of a title or description with bare
    delimiters, and are joined again when that is the table's only free text.
    """
    cells = row.cells
    surplus = len(cells) - len(row.columns)
    if surplus <= 0:
        return cells
    if not any(text(cell) for cell in cells[len(row.columns) :]):
        return cells[: len(row.columns)]
    free = [at for field in ("title", "description") for at in assignment.positions.get(field, ())]
    if len(free) != 1:
        return None
    at = free[0]
    return [*cells[:at], row.joiner.join(cells[at : at + surplus + 1]), *cells[at + surplus + 1 :]]
