"""Why a product is right for a shopper, in words: only what is known of this shopper and this product."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from lookalike.asking.placed import Placed
from lookalike.asking.shopper import Understood
from lookalike.behaviour.together import Together
from lookalike.events import Kind
from lookalike.products import Product
from lookalike.recommend.recommendation import Reason
from lookalike.recommend.shown import leaf
from lookalike.taste.ground import BRAND, COLOUR, KIND
from lookalike.taste.history import Piece
from lookalike.taste.promises import liked_values
from lookalike.vectors import Floats, Rows
from lookalike.view import View

ALIKE = 0.5
"""A picture at least so far from chance to near neighbours is said to look like another."""

TOGETHER = 0.2
"""From so much behaviour on, what ties a product to what the shopper did is looked for."""

POPULAR = 0.5
"""From so much popularity on a product is called popular."""

FEW = 3
"""Visits, or shoppers, that make "often" and "popular" true at least."""

_DID: Final[Mapping[Kind, str]] = {
    "bought": "bought",
    "liked": "liked",
    "carted": "put in your cart",
    "viewed": "looked at",
    "clicked": "looked at",
}
_ASKED = 8  # products whose ties are looked for
_LONGEST = 60  # signs of a title
_NONE: Rows = np.empty(0, dtype=np.intp)


@dataclass(frozen=True, eq=False)
class Because:
    """Says of one product after another why it is in a shopper's answer."""

    view: View
    placed: Placed
    found: Understood

    def __call__(self, product: Product, evidence: Mapping[str, float]) -> tuple[Sequence[Reason], str]:
        """The reasons, the strongest first, and one or two of them as sentences."""
        row = self.view.snapshot.row_of[product.id]
        reasons = [
            *self._together(product, evidence),
            *self._looks(row),
            *self._said(row, evidence),
            *self._liked(row),
            *self._price(product),
        ]
        if evidence.get("popular", 0.0) >= POPULAR and self._visits(product) >= FEW:
            reasons.append(Reason("popular", "Popular now", evidence["popular"]))
        if not reasons and evidence.get("behaviour", 0.0) >= TOGETHER:
            reasons.append(
                Reason("behaviour", "Wanted by shoppers who chose what you did", evidence["behaviour"])
            )
        if not reasons and (kind := self._kind(row)):
            reasons.append(Reason("kind", f"From {kind}", kind))
        return tuple(reasons), _sentence(reasons)

    def _together(self, product: Product, evidence: Mapping[str, float]) -> Iterator[Reason]:
        """What the shopper did something with that others bought or looked at together with this one."""
        at = self.placed.signals.place.get(product.id)
        if at is None or evidence.get("behaviour", 0.0) < TOGETHER:
            return
        for ties, said in ((self._bought, "Often bought with"), (self._viewed, "Often seen with")):
            tied = [
                (float(one.score[at]), piece)
                for piece, one in ties
                if one.support[at] >= FEW and piece.item != product.id
            ]
            if tied:
                piece = max(tied, key=lambda entry: entry[0])[1]
                text = f"{said} {self._title(piece)}, which you {_DID[piece.kind]}"
                yield Reason("behaviour", text, piece.item)
                return

    def _looks(self, row: int) -> Iterator[Reason]:
        """The product of its kind that it looks most like of those that were chosen."""
        pieces, looks = self._pictured
        own = self._of_its_kind(row, pieces)
        if not len(own) or not self.view.snapshot.pictured[row]:
            return
        cosines = looks[own] @ self.view.snapshot.looks_of(np.array([row]))[0]
        best = int(cosines.argmax())
        if self.view.scales["look"].told(cosines)[best] >= ALIKE:
            piece = pieces[int(own[best])]
            yield Reason("look", f"Looks like {self._title(piece)}, which you {_DID[piece.kind]}", piece.item)

    def _said(self, row: int, evidence: Mapping[str, float]) -> Iterator[Reason]:
        """The product of its kind of which most the same is said, of those chosen that have no picture."""
        pieces = self._blank
        own = self._of_its_kind(row, pieces)
        if not len(own) or evidence.get("content", 0.0) < ALIKE:
            return
        said = self.view.content.said(row)
        scores = np.nan_to_num(
            said.compared[np.array([pieces[at].row for at in own], dtype=np.intp)], nan=0.0
        )
        best = int(scores.argmax())
        if scores[best] > said.neutral:
            piece = pieces[int(own[best])]
            yield Reason("content", f"Like {self._title(piece)}, which you {_DID[piece.kind]}", piece.item)

    def _of_its_kind(self, row: int, pieces: Sequence[Piece]) -> Rows:
        """The places of pieces of the same kind as a product, but for itself."""
        if not pieces:
            return _NONE
        codes, rows = self.view.kinds.codes, np.array([piece.row for piece in pieces], dtype=np.intp)
        return np.flatnonzero((codes[rows] == codes[row]) & (rows != row))

    def _liked(self, row: int) -> Iterator[Reason]:
        """Its colour, brand and kind, where the shopper says to like them, or chose them more than others."""
        words = self.found.shopper.profile.declared
        said = {COLOUR: words.colours.like, BRAND: words.brands.like, KIND: words.kinds.like}
        for name, declared in said.items():
            respect = self.view.ground.respect(name)
            if respect is None:
                continue
            if respect.codes is not None:
                places = [int(respect.codes[row])] if respect.codes[row] >= 0 else []
            else:
                assert respect.shares is not None
                places = np.flatnonzero(respect.shares[row] > 0).tolist()
            stated = {*liked_values(respect, declared)}
            chosen = self._chosen.get(name, {})
            for at in places:
                value = leaf(respect.names[at]) if name == KIND else respect.names[at]
                if at in stated:
                    yield Reason(name, _stated(name, value), value)
                elif (count := chosen.get(respect.names[at], 0)) > 1:
                    yield Reason(name, _often(name, value, count), value)

    def _price(self, product: Product) -> Iterator[Reason]:
        """Its price, where it keeps a budget that the shopper set."""
        budget, price = self.found.shopper.profile.declared.budget, product.price
        if budget is not None and price is not None and price.amount <= budget.amount:
            yield Reason("price", f"Within your budget of {budget}", float(price.amount))

    def _kind(self, row: int) -> str:
        code = int(self.view.kinds.codes[row])
        return leaf(self.view.kinds.names[code]) if code >= 0 else ""

    def _title(self, piece: Piece) -> str:
        rows = np.array([piece.row])
        title = self.view.snapshot.columns.words("title", rows)[0].strip() or piece.item
        return title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1].rstrip()}…"

    @cached_property
    def _chosen(self) -> dict[str, dict[str, int]]:
        """How many products of each colour, brand and kind that is liked were chosen."""
        rows = np.array([piece.row for piece in self.found.history.liked], dtype=np.intp)
        return {
            name: {liking.name: liking.products for liking in self.found.taste.likings(name, rows)}
            for name in (COLOUR, BRAND, KIND)
        }

    @cached_property
    def _pictured(self) -> tuple[list[Piece], Floats]:
        snapshot = self.view.snapshot
        pieces = [piece for piece in self.found.history.liked if snapshot.pictured[piece.row]]
        return pieces, snapshot.looks_of(np.array([piece.row for piece in pieces], dtype=np.intp))

    @cached_property
    def _blank(self) -> list[Piece]:
        pictured = self.view.snapshot.pictured
        return [piece for piece in self.found.history.liked if not pictured[piece.row]]

    def _visits(self, product: Product) -> float:
        """In how many visits a product was."""
        at = self.placed.signals.place.get(product.id)
        return 0.0 if at is None else float(self.placed.signals.seen_often()[at])

    @cached_property
    def _bought(self) -> list[tuple[Piece, Together]]:
        bought = [piece for piece in self.found.history.liked if piece.kind == "bought"]
        return [(piece, self.placed.signals.bought_with(piece.item)) for piece in bought[:_ASKED]]

    @cached_property
    def _viewed(self) -> list[tuple[Piece, Together]]:
        pieces = self.found.history.liked[:_ASKED]
        return [(piece, self.placed.signals.viewed_with(piece.item)) for piece in pieces]


def _sentence(reasons: Sequence[Reason]) -> str:
    """The first two reasons as sentences; as one where the same product ties and looks alike."""
    if len(reasons) > 1 and reasons[0].kind == "behaviour" and reasons[0].value == reasons[1].value:
        often = "bought" if reasons[0].text.startswith("Often bought") else "seen"
        return f"{reasons[1].text}, and often {often} with it."
    return " ".join(f"{reason.text}." for reason in reasons[:2])


def _stated(name: str, value: str) -> str:
    return {
        COLOUR: f"In {value}, a colour you like",
        BRAND: f"By {value}, a brand you like",
        KIND: f"{value}, a kind you like",
    }[name]


def _often(name: str, value: str, count: int) -> str:
    return {
        COLOUR: f"In {value}, like {count} of what you chose",
        BRAND: f"By {value}, like {count} of what you chose",
        KIND: f"{value}, like {count} of what you chose",
    }[name]
