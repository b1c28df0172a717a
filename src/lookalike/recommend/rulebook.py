"""A shop's rules told of one snapshot: which products each is about, and what they do to an answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lookalike.errors import BadFilter
from lookalike.filters import Filter
from lookalike.neighbours.snapshot import Snapshot
from lookalike.recommend.rules import Rule
from lookalike.vectors import Floats, Mask, Rows

_KEPT = 64  # sets of rules whose columns are kept

Fold = Callable[[str], str]
"""Makes one of the forms of a word, such as its singular and its plural."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What the rules that apply do to an answer from p products.

    ``lift`` (p,) is in steps of a score, see `lookalike.recommend.rules.Rule.by`; None where no product is
    lifted or lowered. ``keep`` (p,) is what may be in it; None for all. ``pins`` are the rows by their
    places, from 1. ``said`` is what there is to say of each rule.
    """

    lift: Floats | None
    keep: Mask | None
    pins: dict[int, int]
    said: list[dict[str, Any]]


class About:
    """One rule, told of a snapshot of p products; what cannot be told of it is in ``problem``."""

    def __init__(self, rule: Rule, snapshot: Snapshot, fold: Fold) -> None:
        self.rule = rule
        self.problem = ""
        self.words = frozenset(map(fold, rule.words))
        self._snapshot = snapshot

    @cached_property
    def rows(self) -> Rows:
        """The rows that it is about, in the order that it names them."""
        if self.rule.ids:
            row_of = self._snapshot.row_of
            return np.array([row_of[i] for i in self.rule.ids if i in row_of], dtype=np.intp)
        return np.flatnonzero(self._passing(self.rule.where))

    @cached_property
    def unknown(self) -> list[str]:
        """The ids that it names and that are not in the catalogue."""
        return [i for i in self.rule.ids if i not in self._snapshot.row_of]

    @cached_property
    def asked(self) -> Mask:
        """The products to whose questions it applies, (p,)."""
        return self._passing(self.rule.asked)

    def _passing(self, wishes: Filter) -> Mask:
        """What passes a filter, (p,); nothing does where the catalogue has lost what it speaks of."""
        try:
            return self._snapshot.mask(wishes)
        except BadFilter as error:
            self.problem = str(error)
            return np.zeros(len(self._snapshot), dtype=np.bool_)

    def applies(self, shelf: str, seed: int | None, typed: Collection[str], now: int) -> bool:
        """Whether it applies to a question on a shelf: of a row or of folded words, at a time."""
        rule = self.rule
        if shelf not in rule.shelves or not rule.is_active(now):
            return False
        if self.words and not self.words <= frozenset(typed):
            return False
        return not rule.asked.terms or (seed is not None and bool(self.asked[seed]))


class Rulebook:
    """The rules of a shop, told of one snapshot of p products. Many threads may ask at once."""

    def __init__(
        self,
        snapshot: Snapshot,
        rules: Sequence[Rule] = (),
        revision: str = "",
        fold: Fold = str,
        problem: str = "",
    ) -> None:
        """``revision`` says which state of the rules they are, ``fold`` which words are one.

        ``problem`` is why there are none though a shop has some; each answer says so.
        """
        self.problem = problem
        self.revision = revision
        self.rules = tuple(About(rule, snapshot, fold) for rule in rules)
        self._fold = fold
        self._products = len(snapshot)
        self._columns: dict[tuple[int, ...], tuple[Floats | None, Mask | None]] = {}

    def applied(self, shelf: str, seed: int | None, typed: Sequence[str], now: int) -> Applied | None:
        """What the rules do to one question, None where none applies.

        ``seed`` is the row that asks, ``typed`` are the words that do, folded; ``now`` is in milliseconds
        since 1970.
        """
        if self.problem:
            unread = {"name": None, "action": None, "products": 0, "problem": self.problem}
            return Applied(None, None, {}, [unread])
        if not self.rules:
            return None
        words = {self._fold(word) for word in typed}
        chosen = [at for at, one in enumerate(self.rules) if one.applies(shelf, seed, words, now)]
        if not chosen:
            return None
        about = [self.rules[at] for at in chosen]
        lift, keep = self._kept(tuple(chosen))
        return Applied(lift, keep, _pins(about), [_said(one) for one in about])

    def _kept(self, chosen: tuple[int, ...]) -> tuple[Floats | None, Mask | None]:
        """The columns of some of the rules, made once."""
        if chosen not in self._columns:
            if len(self._columns) >= _KEPT:
                self._columns = {}
            self._columns[chosen] = self._made([self.rules[at] for at in chosen])
        return self._columns[chosen]

    def _made(self, about: Sequence[About]) -> tuple[Floats | None, Mask | None]:
        lift = keep = None
        for one in about:
            if one.rule.action == "exclude":
                keep = np.ones(self._products, dtype=np.bool_) if keep is None else keep
                keep[one.rows] = False
            elif one.rule.action != "pin":
                lift = np.zeros(self._products, dtype=np.float32) if lift is None else lift
                lift[one.rows] += np.float32(one.rule.by if one.rule.action == "boost" else -one.rule.by)
        return lift, keep


def _pins(about: Sequence[About]) -> dict[int, int]:
    """Rows by place; where a place is taken already the next free one is.

    A row that two rules pin stands where the first of them puts it.
    """
    pins: dict[int, int] = {}
    for one in about:
        if one.rule.action != "pin":
            continue
        place = one.rule.place
        for row in one.rows.tolist():
            if row in pins.values():
                continue
            while place in pins:
                place += 1
            pins[place] = row
    return dict(sorted(pins.items()))


def _said(one: About) -> dict[str, Any]:
    rule = one.rule
    said: dict[str, Any] = {"name": rule.name, "action": rule.action, "products": len(one.rows)}
    if rule.action in ("boost", "bury"):
        said["by"] = rule.by
    if one.unknown:
        said["unknown"] = one.unknown
    if one.problem:
        said["problem"] = one.problem
    return said
