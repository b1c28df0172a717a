"""What was measured as files of TREC: the right answers of each question, and what each subject answered."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from lookalike.evaluation.trec import write_qrels, write_run
from lookalike.training.learnt import Tell, silent
from lookalike.verdict.report import Comparison, Evaluation

_APART = re.compile(r"[:\s]+")
_UNFIT = re.compile(r"[^\w.,=+%-]", re.ASCII)
_LONGEST = 80  # characters of a name, so that a file of two is one for every system


@dataclass(frozen=True, slots=True)
class Written:
    """How many files were written; of how many who asked, by question whose right answers are too many."""

    files: int
    shortened: dict[str, int]


def write_trec(report: Evaluation | Comparison, folder: Path, tell: Tell = silent) -> Written:
    """Write ``QUESTION.qrels`` for every question, and ``SUBJECT.QUESTION.run`` for whoever answered it.

    Names of files are those of questions and subjects without what some system does not take. ``tell`` is
    told how many questions are written. Raises `OSError`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    standings = report.standings if isinstance(report, Comparison) else [report.standing]
    subjects = file_names([one.subject for one in standings])
    questions = file_names([*report.measured.questions])
    shortened: dict[str, int] = {}
    files = 0
    for at, (name, question) in enumerate(report.measured.questions.items()):
        tell("Writing TREC files", at, len(questions))
        keys = write_qrels(folder / f"{questions[name]}.qrels", question.cases)
        if len(keys) < len(question.cases.cases):
            shortened[name] = len(keys)
        files += 1
        for standing in standings:
            if (result := standing.results.get(name)) is not None:
                place = folder / f"{subjects[standing.subject]}.{questions[name]}.run"
                write_run(place, result.judgement, standing.subject, keys)
                files += 1
    return Written(files, shortened)


def file_names(names: Collection[str]) -> dict[str, str]:
    """Names as files may be called everywhere, different even where capitals do not count."""
    chosen: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        plain = _UNFIT.sub("_", _APART.sub("-", name.strip()))[:_LONGEST] or "_"
        own, number = plain, 1
        while own.casefold() in taken:
            number += 1
            own = f"{plain}-{number}"
        taken.add(own.casefold())
        chosen[name] = own
    return chosen
