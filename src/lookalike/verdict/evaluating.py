"""One version of an index is made questions, and subjects are asked them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Final

from lookalike.errors import BadArgument
from lookalike.evaluation.question import Question
from lookalike.questions import Questions
from lookalike.training.learnt import Tell
from lookalike.verdict.asking import Asked, Order, asked
from lookalike.verdict.comparing import compared
from lookalike.verdict.costs import Memory
from lookalike.verdict.gate import Gate, require_asked
from lookalike.verdict.panel import Source
from lookalike.verdict.report import Comparison, Evaluation, Measured
from lookalike.verdict.running import run
from lookalike.verdict.shopping_subjects import shopping
from lookalike.verdict.speed import with_speeds
from lookalike.verdict.standing import Standing
from lookalike.verdict.subjects import (
    Given,
    Subject,
    Written,
    encoder_of,
    make_subject,
    needs_looking,
    read_subject,
)
from lookalike.view import View

FOR_SHOPPERS: Final = "recipe:recommend"
"""What answers the questions of events where no subject is named."""


class Verdict:
    """One evaluation or comparison. Use once. The index is read only."""

    def __init__(self, index: Questions, view: View, source: Source, order: Order, tell: Tell) -> None:
        self._index = index
        self._view = view
        self._source = source
        self._order = order
        self._tell = tell
        self._memory = Memory()
        self._began = perf_counter()

    def evaluation(self, given: Given | None) -> Evaluation:
        """Ask one subject; without one the index's own encoder, and for events the whole recipe."""
        written = self._read([given])
        found = self._asked(written)
        events = {name: one for name, one in found.questions.items() if one.about == "events"}
        if given is None and events:
            own, pipeline = self._subjects([*written, *self._read([FOR_SHOPPERS])], found)
            others = {name: one for name, one in found.questions.items() if name not in events}
            standing = _joined(self._standing(own, found, others), self._standing(pipeline, found, events))
        else:
            (own,) = self._subjects(written, found)
            standing = self._standing(own, found, found.questions)
        (standing,) = self._with_speeds([standing], written, found)
        return Evaluation(self._measured(found), standing)

    def comparison(self, given: Sequence[Given], gates: Sequence[Gate]) -> Comparison:
        """Ask several subjects the same, and put each beside the first."""
        if len(given) < 2:
            raise BadArgument(
                "One subject alone cannot be compared.", next_step="Name two or more, the one you use first."
            )
        written = self._read(given)
        found = self._asked(written)
        require_asked(gates, found.questions, found.unasked)
        subjects = self._subjects(written, found)
        standings = [self._standing(one, found, found.questions) for one in subjects]
        standings = self._with_speeds(standings, written, found)
        return compared(self._measured(found), standings, found.panel, gates)

    def _read(self, given: Sequence[Given | None]) -> list[Written]:
        own = self._view.reader.manifest.encoder
        return [read_subject(one, own, self._index.home) for one in given]

    def _asked(self, written: Sequence[Written]) -> Asked:
        self._tell("Choosing what to ask", 0, 1)
        order = replace(
            self._order,
            looking=any(needs_looking(one, self._view) for one in written),
            singly=any(one.kind != "encoder" for one in written),
        )
        found = asked(self._view, self._source, order, self._tell)
        self._tell("Choosing what to ask", 1, 1)
        return found

    def _subjects(self, written: Sequence[Written], found: Asked) -> list[Subject]:
        """All of them before any is asked, since some cannot be made; what events tell is shared."""
        make = None if found.split is None else shopping(self._view, found.found, found.split)
        return [
            make_subject(one, self._index, found.panel, shopping=make, tell=self._tell) for one in written
        ]

    def _standing(self, subject: Subject, found: Asked, questions: Mapping[str, Question]) -> Standing:
        return run(subject, questions, found.panel, self._tell, known=found.known(), memory=self._memory)

    def _with_speeds(
        self, standings: Sequence[Standing], written: Sequence[Written], found: Asked
    ) -> list[Standing]:
        self._tell("Measuring speed", 0, 1)
        encoders = [encoder_of(one, self._index, self._view) for one in written]
        told = with_speeds(standings, encoders, found.panel)
        self._tell("Measuring speed", 1, 1)
        return told

    def _measured(self, found: Asked) -> Measured:
        self._memory.look()
        return Measured(
            products=len(found.panel),
            pictures=len(found.panel.pictures),
            sample=found.panel.sample,
            questions=found.questions,
            excluded=found.excluded,
            unasked=found.unasked,
            seconds=perf_counter() - self._began,
            memory_bytes=self._memory.most,
        )


def _joined(own: Standing, pipeline: Standing) -> Standing:
    """The standing of an encoder with the results that another subject has on questions of events."""
    note = f"Answered by {pipeline.subject}, with what was known before."
    told = {
        name: replace(one, note=" ".join(filter(None, (note, one.note))))
        for name, one in pipeline.results.items()
    }
    return replace(own, results={**own.results, **told}, unasked={**own.unasked, **pipeline.unasked})
