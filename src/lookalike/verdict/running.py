"""One subject is asked every question, and what it answers is measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import cycle
from typing import Any, Final

from lookalike.evaluation.beyond import Beyond, Known, beyond
from lookalike.evaluation.by_label import by_label
from lookalike.evaluation.cases import Case, SameLabel
from lookalike.evaluation.gallery import Gallery
from lookalike.evaluation.judge import Judgement, judge
from lookalike.evaluation.question import About, Question, Visit
from lookalike.training.learnt import Tell
from lookalike.verdict.costs import ANSWERS, PHOTOS, Memory, quantiles, timed
from lookalike.verdict.labels import ALL, listed, question_of
from lookalike.verdict.panel import Panel
from lookalike.verdict.standing import Cost, Result, Standing
from lookalike.verdict.structure import Shot
from lookalike.verdict.subjects import Ranking, Subject, failed_at, told_faults

KEPT: Final = 10
"""Products of each list that are kept and looked at beyond right and wrong."""

_PART = 32  # cases asked between two words about how far it is

_CANNOT = {
    "product": "It cannot be asked with a product.",
    "photo": "It cannot be asked with a picture.",
    "visit": "It cannot be asked with a visit.",
}
_WITH = {"product": "products", "visit": "visits", "photo": "pictures"}
_FINDS_ITSELF = "It searches all pictures, and would find the very one that asks."


Answers = Callable[[Sequence[Any], int], Sequence[Sequence[str]]]

Knowing = Mapping[About, Known]
"""What is known of the products that may be found, by what is asked about."""


def known_of(panel: Panel, had: Mapping[str, int] | None = None, shoppers: int = 0) -> Known:
    """What is known of the products of a panel; ``had`` says how many of ``shoppers`` had each."""
    return Known(panel.ids, panel.looks, panel.kinds, had, shoppers)


def run(
    subject: Subject,
    questions: Mapping[str, Question],
    panel: Panel,
    tell: Tell,
    *,
    known: Knowing | None = None,
    memory: Memory | None = None,
) -> Standing:
    """Ask a subject everything that it can be asked, and measure what it answers and what that costs.

    Lists of `KEPT` are measured; the full rankings of a `Ranking` are on questions of labels. What it cannot
    be asked is in ``unasked``, with the reason. ``tell`` is told how many cases are asked of how many; what
    it raises ends the run. ``known`` says more of the products than the panel does, such as who had them.
    """
    unasked = {name: why for name, one in questions.items() if (why := _why_not(subject, one))}
    asked = {name: one for name, one in questions.items() if name not in unasked}
    with (memory or Memory()).growth() as grown:
        running = _Run(subject, panel, tell, known or {})
        results = running.results(asked)
        cost = running.cost(asked, grown())
    ordered = {name: results[name] for name in asked}
    return Standing(subject.name, subject.kind, ordered, cost, unasked)


def asks_with(question: Question) -> str:
    """What a question is asked with: "product", "photo" or "visit"."""
    ask = question.cases.cases[0].ask
    return "product" if isinstance(ask, str) else "visit" if isinstance(ask, Visit) else "photo"


def _why_not(subject: Subject, question: Question) -> str:
    kind = asks_with(question)
    if kind not in subject.asks:
        return failed_at(subject, kind) or _CANNOT[kind]
    return _FINDS_ITSELF if question.pictures == "main" and not subject.exact else ""


class _Run:
    """The questions that one subject is asked, one after the other."""

    def __init__(self, subject: Subject, panel: Panel, tell: Tell, known: Knowing) -> None:
        self._subject = subject
        self._panel = panel
        self._tell = tell
        self._known = known
        self._of_panel = known_of(panel)
        self._cases: Counter[str] = Counter()
        self._done: Counter[str] = Counter()
        self._answers: dict[str, tuple[int, Sequence[str]]] = {}  # how many were asked for, and the list

    def results(self, questions: Mapping[str, Question]) -> dict[str, Result]:
        """The results by question; those of labels are asked of a `Ranking` all at once."""
        found: dict[str, Result] = {}
        ranked = {
            name: one
            for name, one in questions.items()
            if isinstance(self._subject, Ranking) and isinstance(one.cases.truth, SameLabel)
        }
        if ranked:
            for name, judgement in self._ranked(ranked).items():
                found[name] = self._result(questions[name], judgement)
        others = {name: one for name, one in questions.items() if name not in ranked}
        for one in others.values():
            self._cases[asks_with(one)] += len(one.cases.cases)
        for name, one in others.items():
            found[name] = self._result(one, self._judged(one))
        return found

    def cost(self, questions: Mapping[str, Question], peak: int | None) -> Cost:
        """What the subject tells of its cost, and what single answers take."""
        product, visit, photo = (
            [one for one in questions.values() if asks_with(one) == kind] for kind in _WITH
        )
        seconds = self._timed(product or visit, ANSWERS)
        median, most = quantiles(seconds)
        photo_ms, _ = quantiles(self._timed(photo, PHOTOS))
        return replace(
            self._subject.cost(),
            answer_ms=median,
            answer_ms_p95=most,
            answers=len(seconds),
            photo_ms=photo_ms,
            peak_bytes=peak,
        )

    def _timed(self, questions: Sequence[Question], most: int) -> list[float]:
        """Seconds of single answers to what asks the first of some questions; photographs are read before.

        A picture of the panel as it is does not ask: whose own encoder made its vector need not look.
        """
        asks = [[case.ask for case in one.cases.cases] for one in questions if one.pictures == "all"]
        if not asks:
            return []
        answer = self._answering(questions[0])
        ready = (ask() if isinstance(ask, Shot) else ask for ask in cycle(asks[0]))
        return timed(lambda ask: answer([ask], KEPT), ready, most)

    def _ranked(self, questions: Mapping[str, Question]) -> dict[str, Judgement]:
        cases = {name: one.cases for name, one in questions.items()}
        return by_label(
            self._gallery(),
            cases,
            progress=partial(self._tell, f"Asking {self._subject.name} with products"),
            workers=self._panel.workers,
        )

    def _judged(self, question: Question) -> Judgement:
        kind = asks_with(question)

        def told(more: int) -> None:
            self._done[kind] += more
            doing = f"Asking {self._subject.name} with {_WITH[kind]}"
            self._tell(doing, self._done[kind], self._cases[kind])

        answer = self._answering(question)
        if kind == "product":
            answer = partial(self._once, answer)
        return judge(_InParts(answer, told), question.cases, depth=KEPT)

    def _once(self, answer: Answers, asks: Sequence[str], count: int) -> list[Sequence[str]]:
        """Answers to products, of which each asks once however many questions it asks."""
        short = [ask for ask in asks if ask not in self._answers or self._answers[ask][0] < count]
        for ask, own in zip(short, answer(short, count) if short else (), strict=True):
            self._answers[ask] = count, own
        return [self._answers[ask][1][:count] for ask in asks]

    def _gallery(self) -> Gallery:
        assert isinstance(self._subject, Ranking)
        return self._subject.gallery

    def _answering(self, question: Question) -> Answers:
        if isinstance(self._subject, Ranking) and asks_with(question) != "visit":
            return self._gallery().answer_many
        return self._subject.answer_many

    def _result(self, question: Question, judgement: Judgement) -> Result:
        present = {case.key for case in judgement.cases}
        parts = {name: keys & present for name, keys in question.parts.items()}
        lists = {case.key: own for case, own in zip(judgement.cases, judgement.lists, strict=True)}
        return Result(
            values=judgement.estimates(),
            beyond=self._beside(question, judgement),
            judgement=judgement,
            lists=lists,
            parts={name: judgement.estimates(keys) for name, keys in parts.items() if keys},
            note=self._note(question, judgement),
        )

    def _beside(self, question: Question, judgement: Judgement) -> Beyond:
        """What the lists are beside right; nothing can be told where nobody got any."""
        if not any(judgement.lists):
            return Beyond(0.0, 0.0, None, None, None, None)
        known = self._known.get(question.about, self._of_panel)
        asking = [_asker(case) for case in judgement.cases]
        return beyond(judgement.lists, known, asking, judgement.clusters)

    def _note(self, question: Question, judgement: Judgement) -> str:
        """What makes the figures less than they seem."""
        columns = self._panel.labels
        about = [one for one in columns if question.name in (question_of(one), ALL)]
        read = [one for one in about if self._subject.reads(one)] if question.about == "labels" else []
        flattered = f"It reads {listed(read)}, by which it is judged here." if read else ""
        none, asked = sum(not own for own in judgement.lists), len(judgement.lists)
        faults = told_faults(self._subject) or (
            f"Of {asked:,} who asked {none:,} got nothing." if none else ""
        )
        return " ".join(filter(None, (flattered, faults)))


class _InParts:
    """Answers some asks at a time, so that somebody is told in between, and may stop it."""

    def __init__(self, answer: Answers, told: Callable[[int], None]) -> None:
        self._answer = answer
        self._told = told

    def answer_many(self, asks: Sequence[Any], count: int) -> list[Sequence[str]]:
        """For each ask, ids in order, best first."""
        found: list[Sequence[str]] = []
        for start in range(0, len(asks), _PART):
            some = asks[start : start + _PART]
            found += self._answer(some, count)
            self._told(len(some))
        return found


def _asker(case: Case) -> str:
    """The product that asks, that a picture shows, or that was seen last."""
    if isinstance(case.ask, Visit):
        return case.ask.items[-1] if case.ask.items else ""
    return case.key
