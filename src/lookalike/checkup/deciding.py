"""Decisions are taken one by one: those that make no sense are refused with their row, the rest counts."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from lookalike.checkup.applying import corrected, put_back, said, still_says, wanted_value
from lookalike.checkup.decided import APPLIED, DISMISSED, Decided, Decisions
from lookalike.checkup.decision import APPLY, DISMISS, UNDO, Decision, DecisionReport, Refusal, Row
from lookalike.doctor.finding import Finding
from lookalike.errors import BadArgument, LookalikeError
from lookalike.products import Product


def touched(rows: Iterable[Row], found: Mapping[str, Finding], decided: Decisions) -> list[str]:
    """The ids of the products that decisions are about to write, or to put back."""
    ids: set[str] = set()
    for _, name, row in rows:
        made, finding = decided.made.get(name), found.get(name)
        if isinstance(row, Decision) and row.decision == APPLY and finding is not None:
            ids |= {*finding.products[:1]}
        if isinstance(row, Decision) and made is not None and made.decision == APPLIED:
            ids |= {*made.finding.products[:1]}
    return sorted(ids)


class Sitting:
    """One round of decisions, before anything is written. Use once.

    ``found`` are findings by id, ``decided`` what was decided before, ``products`` those that `touched`
    names, by id. ``changed`` are then products as they are to be, ``made`` and ``undone`` what is to be kept.
    """

    def __init__(
        self, found: Mapping[str, Finding], decided: Decisions, products: Mapping[str, Product]
    ) -> None:
        self._found = found
        self._before = decided.made
        self._products = dict(products)
        self._refused: list[Refusal] = []
        self._counts: Counter[str] = Counter()
        self._now = round(time.time() * 1000)
        self.changed: dict[str, Product] = {}
        self.made: dict[str, Decided] = {}
        self.undone: set[str] = set()

    def take(self, rows: Sequence[Row]) -> None:
        """Take each row, or refuse it."""
        for number, name, row in rows:
            try:
                if isinstance(row, LookalikeError):
                    raise row
                self._take(row)
                self._counts[row.decision] += 1
            except LookalikeError as error:
                self._refused.append(Refusal.of(number, name, error))

    def report(self, version: int) -> DecisionReport:
        """What became of the rows."""
        return DecisionReport(
            self._counts[APPLY],
            self._counts[DISMISS],
            self._counts[UNDO],
            tuple(self._refused),
            tuple(self.changed),
            version,
        )

    def _take(self, decision: Decision) -> None:
        name = decision.finding
        made = None if name in self.undone else self.made.get(name, self._before.get(name))
        finding = self._found.get(name) or (made.finding if made else None)
        if finding is None:
            raise BadArgument(
                f"No finding has the id {name[:40]!r}.",
                next_step="Take it from a new examination: what was mended is not found any more.",
            )
        if decision.decision == APPLY:
            self._apply(finding, made, wanted_value(finding, decision.value))
        elif decision.decision == DISMISS:
            if made is not None and made.decision == APPLIED:
                raise BadArgument("It was applied.", next_step="Undo it first.")
            self._decide(Decided(finding, DISMISSED, self._now))
        else:
            self._undo(name, made)

    def _apply(self, finding: Finding, made: Decided | None, value: str) -> None:
        """Write a value into the product of a finding, if that still says what it says.

        One that says the value already stays: a run was killed before it took note, or a feed wrote it.
        """
        applied = made if made is not None and made.decision == APPLIED else None
        product = self._product(finding.products[0])
        now, new = said(product, finding.field), corrected(product, finding.field, value)
        written = said(new, finding.field)
        if applied is not None and now in (written, applied.value):
            before = applied.before
        elif now == written:
            before = finding.value
        elif still_says(product, finding):
            before = now
        else:
            raise _changed(product, finding.field, now)
        if now != written:
            self._write(new)
        self._decide(Decided(finding, APPLIED, self._now, written, before))

    def _undo(self, name: str, made: Decided | None) -> None:
        """Forget a decision; a product that was corrected says again what it said, if it is there still."""
        if made is None:
            raise BadArgument("Nobody decided of it.", next_step="There is nothing to undo.")
        field = made.finding.field
        product = self._products.get(made.finding.products[0]) if made.decision == APPLIED else None
        if product is not None and (now := said(product, field)) != made.before:
            if now != made.value:
                raise _changed(product, field, now)
            self._write(put_back(product, field, made.before))
        self.made.pop(name, None)
        self.undone.add(name)

    def _product(self, id: str) -> Product:
        product = self._products.get(id)
        if product is None:
            raise BadArgument(f"The product {id!r} is not in the index.", next_step="Examine again.")
        return product

    def _write(self, product: Product) -> None:
        self._products[product.id] = self.changed[product.id] = product

    def _decide(self, made: Decided) -> None:
        name = made.finding.id
        self.undone.discard(name)
        self.made[name] = made


def _changed(product: Product, field: str, now: str) -> BadArgument:
    """The error of a product that somebody else has changed meanwhile."""
    return BadArgument(
        f"{product.id!r} has changed since: its {field} is {now[:60]!r}.",
        next_step="Examine again, and decide of what is found then.",
    )
