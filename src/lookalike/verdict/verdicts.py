"""The part of an index that measures recommenders on its own catalogue."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from lookalike import settings
from lookalike.errors import BadArgument
from lookalike.events import Log
from lookalike.questions import Questions
from lookalike.training.learnt import Tell, silent

if TYPE_CHECKING:
    from lookalike.verdict.asking import Order
    from lookalike.verdict.evaluating import Verdict
    from lookalike.verdict.report import Comparison, Evaluation
    from lookalike.verdict.subjects import Given
    from lookalike.verdict.visits import Moment

_T = TypeVar("_T")
_Names = Sequence[str] | str | None


class Verdicts(Questions):
    """How good a recommender is on a catalogue, and whether another one is better."""

    def evaluate(
        self,
        subject: Given | None = None,
        *,
        labels: Sequence[str] | str | None = None,
        questions: Sequence[str] | str | None = None,
        events: Log | None = None,
        cut: Moment = None,
        most: int | None = None,
        seed: int = 0,
        progress: Tell | None = None,
        workers: int | None = None,
        thumbnails: bool = False,
        allow_private: bool = False,
    ) -> Evaluation:
        """How good one subject is, by labels, by structure and by events, with 95% intervals.

        ``subject`` is "encoder:NAME", "weights:look=1,colour=0.5", "recipe:NAME" or "module:function", an
        encoder or a function; without one the index's own encoder answers, and "recipe:recommend" where
        shoppers ask. ``labels`` are columns to ask of: without them the category, the colour and what else
        says something new. ``questions`` picks among "labels", "structure" and "events", or names of
        questions; without it everything is asked that can be. ``events`` are what shoppers did, by default
        what the index has recorded; the visits from ``cut`` on ask, by default the last fifth of them.
        ``most`` cases ask each question: for another draw of them give another ``seed``. ``progress`` is told
        what is being done, and how many of how many; what it raises ends the evaluation, and comes out.
        ``thumbnails`` lets small pictures stand in for those that cannot be had, ``allow_private`` lets
        pictures be at private addresses. Raises `BadArgument`, `EncoderError`, `StorageError`.
        """
        order = self._ordered(labels, questions, events, workers, cut=cut, most=most, seed=seed)
        return self._judged(
            lambda verdict: verdict.evaluation(subject), order, progress, thumbnails, allow_private
        )

    def compare(
        self,
        *subjects: Given,
        labels: Sequence[str] | str | None = None,
        questions: Sequence[str] | str | None = None,
        gates: Sequence[str] | str = (),
        events: Log | None = None,
        cut: Moment = None,
        most: int | None = None,
        seed: int = 0,
        progress: Tell | None = None,
        workers: int | None = None,
        thumbnails: bool = False,
        allow_private: bool = False,
    ) -> Comparison:
        """Several subjects asked the same, each beside the first: paired differences with 95% intervals.

        ``gates`` are texts such as "P@10>=-0.01" or "category:P@10>=-0.01": passed where the lower end of the
        interval of the last subject's change against the first is at least that. Everything else is as in
        `evaluate`. Where pictures have to be encoded for a subject first, the products that may be found are
        a sample of some thousands, drawn by hash with all their variants. Raises what `evaluate` raises.
        """
        from lookalike.verdict.gate import read_gates

        read = read_gates(gates)
        order = self._ordered(labels, questions, events, workers, cut=cut, most=most, seed=seed)
        return self._judged(
            lambda verdict: verdict.comparison(subjects, read), order, progress, thumbnails, allow_private
        )

    def _judged(
        self,
        judge: Callable[[Verdict], _T],
        order: Order,
        progress: Tell | None,
        thumbnails: bool,
        allow_private: bool,
    ) -> _T:
        from lookalike.fetching import Fetcher
        from lookalike.verdict.evaluating import Verdict  # what answers questions needs none of it
        from lookalike.verdict.panel import Source

        self.refresh()
        with Fetcher(allow_private=allow_private) as fetcher:
            source = Source(fetcher, lambda: self._newest().reader, thumbnails)
            return self._ask(lambda view: judge(Verdict(self, view, source, order, progress or silent)))

    def _ordered(
        self, labels: _Names, questions: _Names, events: Log | None, workers: int | None, **given: Any
    ) -> Order:
        from lookalike.verdict.asking import Order

        _require_numbers(given["most"], given["seed"])
        return Order(
            labels=_names(labels, "column", "--labels A,B"),
            questions=_names(questions, "question", "--questions labels,photo"),
            events=self._every_event() if events is None else events,
            workers=max(1, workers or settings.workers()),
            **given,
        )

    def _every_event(self) -> Log | None:
        """What shoppers did, of all kinds; None where nobody has written anything down."""
        return None


def _names(given: _Names, what: str, example: str) -> list[str] | None:
    """Names; given as one text they are separated by commas, and in quotes where they have one: '"a,b",c'."""
    if given is None:
        return None
    found = _split(given) if isinstance(given, str) else [*given]
    if not all(isinstance(name, str) for name in found):
        raise BadArgument(f"A {what} is no text.", next_step=f"Write {example}, or leave it out.")
    found = [name.strip() for name in found if name.strip()]
    if not found:
        raise BadArgument(f"No {what} is named.", next_step=f"Write {example}, or leave it out.")
    return found


def _split(text: str) -> list[str]:
    try:
        return next(csv.reader([text], skipinitialspace=True), [])
    except csv.Error:  # a line that breaks
        return text.split(",")


def _require_numbers(most: int | None, seed: int) -> None:
    if most is not None and (isinstance(most, bool) or not isinstance(most, int) or most < 1):
        raise BadArgument(f"most is {most!r:.40}.", next_step="Give a whole number from 1 on.")
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**32:
        raise BadArgument(f"seed is {seed!r:.40}.", next_step="Give a whole number from 0 to 4294967295.")
