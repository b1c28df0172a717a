"""What was answered, in pictures: who asked, what each subject found, and what of it counts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Protocol

from lookalike.errors import LookalikeError
from lookalike.evaluation.cases import Case, SameLabel
from lookalike.evaluation.question import Question, Visit
from lookalike.images import inlined, thumbnail
from lookalike.products import Product
from lookalike.sheets.numbers import signed
from lookalike.sheets.pictures import LARGE, SMALL, TICK, image
from lookalike.verdict.report import Comparison, Disagreement, Measured
from lookalike.verdict.sheet.names import brief
from lookalike.verdict.shown import leading
from lookalike.verdict.spelling import short
from lookalike.verdict.standing import Result, Standing

OPEN = 4
"""Cases that are not folded."""

EACH = 6
"""Cases that are drawn of a question."""

_AND = " · "
_VISITED = 4  # products of a visit that are shown, the last ones


class Shop(Protocol):
    """Where titles and small pictures come from: an `Index`."""

    def products(self, ids: Iterable[str | int]) -> Mapping[str, Product]:
        """Products by id; an id that does not exist is left out."""
        ...

    def thumbnails(self, pictures: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], bytes]:
        """Small JPEGs by product id and position; a picture that does not exist is left out."""
        ...


@dataclass(frozen=True)
class _Shown:
    """One case: who asked what, and a list from each subject. ``photo`` is the address of what was asked with
    where that is a picture, "" where it is a product."""

    question: Question
    product: str
    visited: tuple[str, ...]
    photo: str
    lists: Sequence[tuple[str, Sequence[str]]]
    right: frozenset[str]
    change: float | None

    @property
    def asked_with(self) -> tuple[str, ...]:
        return self.visited[-_VISITED:] or ((self.product,) if self.product else ())


@dataclass(frozen=True)
class _Sight:
    """Addresses of pictures and titles of everything that is shown, read at once."""

    large: Mapping[str, str]
    small: Mapping[str, str]
    products: Mapping[str, Product]

    @classmethod
    def of(cls, shown: Sequence[_Shown], shop: Shop) -> _Sight:
        asking = dict.fromkeys(i for one in shown for i in one.asked_with)
        found = dict.fromkeys(i for one in shown for _, own in one.lists for i in own)
        ids = [*(asking | found)]
        read = shop.thumbnails([(i, 0) for i in ids])
        return cls(
            {i: inlined(read.get((i, 0), b""), LARGE) for i in asking},
            {i: inlined(read.get((i, 0), b""), SMALL) for i in found},
            shop.products(ids),
        )

    def title(self, product_id: str) -> str:
        product = self.products.get(product_id)
        return product.title if product is not None and product.title else product_id


def disagreements(report: Comparison, shop: Shop) -> str:
    """Cases that the last and the first answer differently, with the lists of whoever was asked."""
    questions = report.measured.questions
    told = [one for one in report.disagreements if one.question in questions]
    return _drawn([_disagreed(one, questions[one.question], report.standings) for one in told], shop)


def _disagreed(one: Disagreement, question: Question, standings: Sequence[Standing]) -> _Shown:
    case = next((case for case in question.cases.cases if case.key == one.key), None)
    lists = [
        (name, own)
        for name, standing, own in zip(brief(standings), standings, one.lists, strict=True)
        if question.name in standing.results
    ]
    photo = "" if case is None else _photo(case)
    return _Shown(question, one.product, one.asked_with, photo, lists, one.right, one.change)


def examples(measured: Measured, standing: Standing, shop: Shop) -> str:
    """Cases of the first question of each sort, drawn by a hash of their keys; all but a few folded."""
    told = {name: standing.results[name] for name in leading(measured, [standing])}
    sections = [
        (measured.questions[name], _drawn_cases(measured.questions[name], result, brief([standing])[0]))
        for name, result in told.items()
    ]
    return "".join(
        f"<h3>{escape(question.name)} <small>{escape(question.said)}</small></h3>{_drawn(shown, shop)}"
        for question, shown in sections
        if shown
    )


def _drawn_cases(question: Question, result: Result, subject: str) -> list[_Shown]:
    kept = [case for case in question.cases.cases if result.lists.get(case.key)]
    drawn = sorted(kept, key=lambda case: hashlib.blake2b(case.key.encode("utf-8", "surrogatepass")).digest())
    return [_example(case, question, result, subject) for case in drawn[:EACH]]


def _example(case: Case, question: Question, result: Result, subject: str) -> _Shown:
    found = [*result.lists[case.key]]
    hits = question.cases.truth.relevant(case, found)
    right = frozenset(i for i, hit in zip(found, hits.tolist(), strict=True) if hit)
    visited = case.ask.items if isinstance(case.ask, Visit) else ()
    product = "" if visited else case.key
    return _Shown(question, product, visited, _photo(case), [(subject, found)], right, None)


def _photo(case: Case) -> str:
    """What a case asks with where that is a picture of its own, "" else or where it cannot be opened."""
    ask: Any = case.ask
    if not callable(ask):
        return ""
    try:
        return inlined(thumbnail(ask(), LARGE), LARGE)
    except (LookalikeError, OSError):
        return ""


def _drawn(shown: Sequence[_Shown], shop: Shop) -> str:
    sight = _Sight.of(shown, shop)
    drawn = [_case(one, sight) for one in shown]
    more = len(drawn) - OPEN
    folded = f"<details><summary>{more} more</summary>{''.join(drawn[OPEN:])}</details>" if more > 0 else ""
    return "".join(drawn[:OPEN]) + folded


def _case(one: _Shown, sight: _Sight) -> str:
    lists = "".join(_list(name, own, one, sight) for name, own in one.lists)
    return f'<article class="example">{_asked(one, sight)}<div class="lists">{lists}</div></article>'


def _asked(one: _Shown, sight: _Sight) -> str:
    """Who asked: a product, a picture of it, or the products of a visit."""
    title = sight.title(one.product) if one.product else f"A visit of {len(one.visited):,} products"
    if len(one.visited) > 1:
        held = "".join(image(sight.large.get(i, ""), sight.title(i)) for i in one.asked_with)
        pictures = f'<div class="visited">{held}</div>'
    else:
        own = "".join(sight.large.get(i, "") for i in one.asked_with[:1])
        pictures = image(one.photo or own, f"a picture of {title}" if one.photo else title)
    code = f"<code>{escape(one.product)}</code>" if one.product and title != one.product else ""
    change = ""
    if one.change is not None:
        said = f"{signed(one.change * 100, 0)} points {short(one.question.metric)}"
        change = (
            f'<span class="gain {"up" if one.change > 0 else "down" if one.change < 0 else ""}">{said}</span>'
        )
    own = _label(one.question, one.product)
    about = f"{one.question.name}: {own}" if own else one.question.name
    asked = f'<span class="label">{escape(about)}</span>'
    return f'<div class="asked">{pictures}<div><h3>{escape(title)}</h3>{asked}{code}{change}</div></div>'


def _list(name: str, own: Sequence[str], one: _Shown, sight: _Sight) -> str:
    cards = "".join(_found(i, one, sight) for i in own)
    return (
        f'<section class="list"><h4><b>{escape(name)}</b> <span class="count">{_count(own, one)}</span></h4>'
        f"<ol>{cards}</ol></section>"
    )


def _count(own: Sequence[str], one: _Shown) -> str:
    """How much of a list counts; where one answer is looked for, its place."""
    if not own:
        return "no answer"
    if one.question.about == "labels":
        return f"{sum(i in one.right for i in own)} of {len(own)} count"
    place = next((at for at, i in enumerate(own, start=1) if i in one.right), None)
    return f"not among the first {len(own)}" if place is None else f"found at place {place}"


def _found(i: str, one: _Shown, sight: _Sight) -> str:
    title, right = sight.title(i), i in one.right
    product = sight.products.get(i)
    own = _label(one.question, i) or (product.category if product is not None else "")
    steps = [step.rpartition(">")[2].strip() for step in own.split(_AND)]
    said = f"<small>{escape(_AND.join(steps))}</small>" if own else ""
    alt = f"{title}: {'counts' if right else 'does not count'}"
    return (
        f'<li class="{"hit" if right else "miss"}" title="{escape(title)}">'
        f'<span class="frame">{image(sight.small.get(i, ""), alt)}{TICK if right else ""}</span>{said}</li>'
    )


def _label(question: Question, i: str) -> str:
    """What a product says in the column of a question, or in all of them; "" where labels do not count."""
    truth = question.cases.truth
    return truth.labels.get(i, "").replace("\x1f", _AND) if isinstance(truth, SameLabel) else ""
