"""The verdict in one sentence: which is better, by how much, on how many cases, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Final

from lookalike.evaluation.bootstrap import FEWEST, Estimate
from lookalike.evaluation.question import Question
from lookalike.sheets.numbers import points, reach, sized
from lookalike.verdict.gate import families
from lookalike.verdict.labels import listed
from lookalike.verdict.shown import is_single
from lookalike.verdict.spelling import short
from lookalike.verdict.standing import LENIENT, Cost, Standing

_RISK: Final = 0.05  # that a sentence sees a difference where there is none, over all its questions together
_WORTH = 1.5  # times as much that a cost is before it is said
_WAIT = 1.0  # milliseconds below which nobody waits
_COSTS = 2  # costs that are said
_NAMED = 3  # questions that are named, the others are counted

Changes = Mapping[str, Mapping[str, Estimate]]


def verdict(
    standings: Sequence[Standing], changes: Sequence[Changes], questions: Mapping[str, Question]
) -> str:
    """One sentence about two subjects, or about each of several against the first.

    A difference is sure where 0 lies outside an interval that holds for all questions together: of m
    questions the 95% intervals are widened to 1 - 0.05 / m (Bonferroni, by the quantiles of a normal mean),
    since one of twenty would differ by chance. What a subject reads itself, or was learnt from, decides only
    where there is nothing else; so do pictures with a single change, which explain the others. Questions that
    too few families can ask decide nothing.
    """
    first, *others = standings
    pairs = [_Pair.of(first, one, own, questions) for one, own in zip(others, changes, strict=True)]
    if len(pairs) == 1:
        return f"{pairs[0].sentence}."
    return f"Against {first.subject}, {'; '.join(pair.clause for pair in pairs)}."


@dataclass(frozen=True, slots=True)
class _Told:
    """The first metric of one question, of both; ``sure`` is 1 or -1 where the difference is, else 0."""

    name: str
    metric: str
    before: Estimate
    after: Estimate
    change: Estimate
    lenient: bool
    sure: int = 0

    @property
    def figures(self) -> str:
        return (
            f"{short(self.metric)} of {self.name} is {self.after.mean:.1%} instead of {self.before.mean:.1%} "
            f"({self.by})"
        )

    @property
    def brief(self) -> str:
        return f"{short(self.metric)} of {self.name} {self.by}"

    @property
    def by(self) -> str:
        return f"{points(self.change)} points, {reach(self.change)}, on {self.change.cases:,} cases"

    def judged_among(self, many: int) -> _Told:
        """With ``sure`` told, where so many questions are judged together."""
        wide = NormalDist().inv_cdf(1 - _RISK / 2 / many) / NormalDist().inv_cdf(1 - _RISK / 2)
        mean = self.change.mean
        above = mean - wide * (mean - self.change.low) > 0
        below = mean + wide * (self.change.high - mean) < 0
        return replace(self, sure=int(above) - int(below))


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two subjects and what decides between them; ``silent`` says why nothing does."""

    first: Standing
    last: Standing
    told: Sequence[_Told]
    silent: str = ""

    @classmethod
    def of(
        cls, first: Standing, last: Standing, changes: Changes, questions: Mapping[str, Question]
    ) -> _Pair:
        every = [*_all_told(first, last, changes, questions)]
        if not every:
            return cls(first, last, (), "no question could be asked of both")
        enough = [one for one in every if families(questions[one.name]) >= FEWEST]
        if not enough:
            most = max(families(questions[one.name]) for one in every)
            silent = (
                f"too few families of products could ask ({most:,}, weighed by size, and it takes {FEWEST})"
            )
            return cls(first, last, (), silent)
        fair = [one for one in enough if not one.lenient] or enough
        main = [one for one in fair if not is_single(questions[one.name])] or fair
        return cls(first, last, [one.judged_among(len(main)) for one in main])

    @property
    def better(self) -> list[_Told]:
        return [one for one in self.told if one.sure > 0]

    @property
    def worse(self) -> list[_Told]:
        return [one for one in self.told if one.sure < 0]

    @property
    def alike(self) -> bool:
        return all(one.change.low == one.change.high == 0 for one in self.told)

    @property
    def sentence(self) -> str:
        first, last, better, worse = self.first.subject, self.last.subject, self.better, self.worse
        if self.silent:
            return f"Nothing can be said of whether {last} is better than {first}: {self.silent}"
        if self.alike:
            cases = max(one.change.cases for one in self.told)
            return f"{last} is as good as {first}: no figure differs, on {cases:,} cases{self._costs}"
        if better and worse:
            return (
                f"{last} is better than {first} at {_names(better)} and worse at {_names(worse)}: "
                f"{better[0].figures}, but {worse[0].figures}{self._lenient}{self._costs}"
            )
        if won := better or worse:
            word = "better" if better else "worse"
            also = f"; so it is at {_names(won[1:])}" if won[1:] else ""
            if unsure := len(self.told) - len(won):
                also += f"; of {unsure} other question{'s' * (unsure > 1)} nothing is sure"
            return f"{last} is {word} than {first}: {won[0].figures}{also}{self._lenient}{self._costs}"
        return (
            f"Nothing can be said of whether {last} is better than {first}: {self.told[0].figures}, "
            f"which may be chance{self._costs}"
        )

    @property
    def clause(self) -> str:
        """What is said of the last one where several stand beside the first."""
        last, better, worse = self.last.subject, self.better, self.worse
        if self.silent:
            return f"nothing can be said of {last} ({self.silent})"
        if self.alike:
            return f"{last} is as good (no figure differs{self._costs})"
        if better and worse:
            return (
                f"{last} is better at {_names(better)} and worse at {_names(worse)} "
                f"({better[0].brief}; {worse[0].brief}{self._lenient}{self._costs})"
            )
        if won := better or worse:
            return f"{last} is {'better' if better else 'worse'} ({won[0].brief}{self._lenient}{self._costs})"
        return f"nothing can be said of {last} ({self.told[0].brief}{self._costs})"

    @property
    def _lenient(self) -> str:
        if not any(one.lenient for one in self.told):
            return ""
        name = self.told[0].name
        readers = [one.subject for one in (self.first, self.last) if LENIENT in one.results[name].note]
        return f", though {listed(readers)} reads that very column"

    @property
    def _costs(self) -> str:
        said = [*_traded(self.first.cost, self.last.cost)][:_COSTS]
        return f"; it {listed(said)}" if said else ""


def _all_told(
    first: Standing, last: Standing, changes: Changes, questions: Mapping[str, Question]
) -> Iterator[_Told]:
    for name, question in questions.items():
        change = changes.get(name, {}).get(question.metric)
        if change is not None:
            one, base = last.results[name], first.results[name]
            yield _Told(
                name,
                question.metric,
                base.values[question.metric],
                one.values[question.metric],
                change,
                LENIENT in f"{one.note} {base.note}",
            )


def _traded(before: Cost, after: Cost) -> Iterator[str]:
    """What the one costs more or less than the other, where that is worth saying."""
    ms = before.answer_ms, after.answer_ms
    if _differ(*ms) and abs((ms[0] or 0) - (ms[1] or 0)) >= _WAIT:
        yield f"answers in {_ms(ms[1])} ms instead of {_ms(ms[0])}"
    if (before.vector_bytes, before.model_bytes) == (after.vector_bytes, after.model_bytes):
        return  # one network: what it costs is the same
    if _differ(before.pictures_per_second, after.pictures_per_second):
        yield (
            f"looks at {after.pictures_per_second:,.0f} pictures a second instead of "
            f"{before.pictures_per_second:,.0f}"
        )
    if before.vector_bytes and after.vector_bytes and before.vector_bytes != after.vector_bytes:
        yield f"takes {after.vector_bytes:,} bytes a picture instead of {before.vector_bytes:,}"
    if before.model_bytes and after.model_bytes and _differ(before.model_bytes, after.model_bytes):
        yield f"has a network of {sized(after.model_bytes)} instead of {sized(before.model_bytes)}"


def _ms(time: float | None) -> str:
    return f"{time or 0:.2g}" if (time or 0) < 10 else f"{time:,.0f}"


def _differ(before: float | None, after: float | None) -> bool:
    return bool(before and after) and max(before or 0, after or 0) >= _WORTH * min(before or 0, after or 0)


def _names(told: Sequence[_Told]) -> str:
    """The names of questions, the first few of many."""
    names = [one.name for one in told[:_NAMED]]
    more = len(told) - len(names)
    return listed([*names, f"{more} more"] if more else names)
