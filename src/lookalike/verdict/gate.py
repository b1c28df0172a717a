"""A gate says how much worse the last subject may be than the first: "P@10>=-0.01"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lookalike.errors import BadArgument
from lookalike.evaluation.bootstrap import FEWEST, Estimate, effective_clusters
from lookalike.evaluation.question import Question
from lookalike.verdict.report import GateResult
from lookalike.verdict.spelling import metric_of, short
from lookalike.verdict.standing import Standing

_GATE = re.compile(
    r"(?:(?P<question>.*):)?\s*(?P<metric>[^:<>=]+?)\s*>=\s*(?P<allowance>[+-]?(?:\d+\.?\d*|\.\d+))",
    re.DOTALL,
)
_EXAMPLES = 'Write it like "P@10>=-0.01", or with a question in front: "category:P@10>=-0.01".'
_METRICS = "P@10, R@10, Hit@1, NDCG@10, MRR@10, mAP@R"
_SLACK: Final = 1e-12  # what is lost where numbers such as 0.1 are subtracted


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate that was read: the change of ``metric``, in the name of MTEB, is ``allowance`` at least.

    ``question`` "" means every question that tells this metric. The allowance is a share: -0.01 lets one of
    a hundred places be lost.
    """

    written: str
    question: str
    metric: str
    allowance: float

    @classmethod
    def read(cls, text: str) -> Gate:
        """The gate of a text ``[QUESTION:]METRIC>=NUMBER``. Raises `BadArgument` for what is none."""
        found = _GATE.fullmatch(text.strip()) if isinstance(text, str) else None
        if found is None:
            raise BadArgument(f"{str(text)[:80]!r} is no gate.", next_step=_EXAMPLES)
        metric = metric_of(found["metric"])
        if metric is None:
            raise BadArgument(f"There is no metric {found['metric'][:40]!r}.", next_step=f"Use {_METRICS}.")
        allowance = float(found["allowance"])
        if not -1 < allowance < 1:
            raise BadArgument(
                f"The gate {text.strip()[:80]!r} allows {found['allowance'][:40]}.",
                next_step="Metrics go from 0 to 1: -0.01 allows for one hundredth less.",
            )
        return cls(text.strip(), (found["question"] or "").strip(), metric, allowance)

    def of(
        self,
        question: str,
        change: Estimate | None,
        families: int,
        why: str = "Not both of them told it.",
    ) -> GateResult:
        """Whether the change of one question passes; ``families`` are the independent askers behind it.

        ``why`` says why there is no change where there is none.
        """
        if change is None:
            return self._result(question, "undecided", None, why)
        if families < FEWEST:
            said = (
                f"Only {families:,} families of products ask: an interval of fewer than {FEWEST} is chance."
            )
            return self._result(question, "undecided", change, said)
        told = f"{_signed(change.mean)} ({_signed(change.low)} to {_signed(change.high)})"
        allowed = f"{self.allowance:+g}" if self.allowance else "0"
        if change.low >= self.allowance - _SLACK:
            return self._result(question, "passed", change, f"{told}: not below {allowed}.")
        if change.high < self.allowance:
            return self._result(question, "failed", change, f"{told}: below {allowed}.")
        said = f"{told}: it may be below {allowed}; more products that ask would tell."
        return self._result(question, "failed", change, said)

    def _result(self, question: str, outcome: str, change: Estimate | None, why: str) -> GateResult:
        return GateResult(self.written, question, self.metric, self.allowance, outcome, change, why)  # type: ignore[arg-type]


def _signed(number: float) -> str:
    """A difference with its sign; one that is written as 0 has none."""
    return "0" if round(number, 4) == 0 else f"{number:+.4f}"


def read_gates(texts: str | Iterable[str]) -> list[Gate]:
    """The gates of texts, or of one. Raises `BadArgument`."""
    return [Gate.read(text) for text in ([texts] if isinstance(texts, str) else texts)]


def require_asked(gates: Iterable[Gate], asked: Iterable[str], unasked: Iterable[str] = ()) -> None:
    """Raise `BadArgument` for a gate about a question that is neither asked nor known to be unanswerable."""
    names = [*asked, *unasked]
    for gate in gates:
        if gate.question and _named(gate.question, names) is None:
            raise BadArgument(
                f"The gate {gate.written!r} is about {gate.question!r}, which is not asked.",
                next_step=f"Asked are: {', '.join(names) or 'none'}.",
            )


def _named(written: str, names: Iterable[str]) -> str | None:
    """The question of this name; case does not count where it is written otherwise nowhere."""
    same = [name for name in names if name.casefold() == written.casefold()]
    return written if written in same else same[0] if len(same) == 1 else None


def gated(
    gates: Sequence[Gate],
    questions: Mapping[str, Question],
    standings: Sequence[Standing],
    changes: Mapping[str, Mapping[str, Estimate]],
    unasked: Mapping[str, str],
) -> list[GateResult]:
    """The outcome of gates; ``changes`` are those of the last subject against the first, by question and
    metric, ``unasked`` says why nobody could be asked a question."""
    found: list[GateResult] = []
    for gate in gates:
        if gate.question:
            name = _named(gate.question, [*questions, *unasked]) or gate.question
            asked = [name]
        else:
            asked = [name for name, own in changes.items() if gate.metric in own]
        if not asked:
            said = f"No question that both could be asked tells {short(gate.metric)}."
            found.append(gate.of("", None, 0, said))
        for name in asked:
            change = changes.get(name, {}).get(gate.metric)
            why = unasked.get(name) or _untold(name, gate.metric, standings)
            found.append(gate.of(name, change, families(questions.get(name)), why))
    return found


def families(question: Question | None) -> int:
    """As how many families of one size those who ask a question are worth: intervals are drawn from these."""
    cases = () if question is None else question.cases.cases
    return round(effective_clusters([case.cluster for case in cases], len(cases))) if cases else 0


def _untold(question: str, metric: str, standings: Sequence[Standing]) -> str:
    """Why two subjects have no change in common."""
    for one in standings:
        if question in one.unasked:
            return f"{one.subject} could not be asked: {one.unasked[question]}"
        if question not in one.results:
            return f"{one.subject} was not asked."
    told = [short(name) for name in standings[0].results[question].values]
    return f"{short(metric)} is not told of it, but {', '.join(told)}."
