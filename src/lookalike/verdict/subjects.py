"""What can be judged: encoders, weights, recipes and functions of one's own, by how they are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

from lookalike.evaluation.gallery import Gallery
from lookalike.questions import Questions
from lookalike.training.learnt import Tell, silent
from lookalike.verdict.panel import Panel
from lookalike.verdict.standing import Cost, Kind


class Subject(Protocol):
    """Whoever answers the questions of an evaluation.

    ``asks`` are the things it can be asked with: "product" (an id), "photo" (a picture, or a call that gives
    one) and "visit" (a `lookalike.evaluation.question.Visit`). ``exact`` says that it is a `Ranking`: it tells
    full lists at no cost.
    """

    name: str
    kind: Kind
    asks: frozenset[str]
    exact: bool

    def answer_many(self, asks: Sequence[Any], count: int) -> Sequence[Sequence[str]]:
        """For each ask at most ``count`` ids of the panel, best first, none twice."""
        ...

    def reads(self, column: str) -> bool:
        """Whether what it ranks by reads this column of the table, which makes judging by it lenient."""
        ...

    def cost(self) -> Cost:
        """What it can tell of its cost by itself; the rest is None."""
        ...


@runtime_checkable
class Ranking(Protocol):
    """A subject that ranks by vectors alone."""

    def gallery(self, pictures: Literal["all", "main"]) -> Gallery:
        """The panel's products by all their pictures or the main ones. Encodes what is not encoded yet."""
        ...


Given = str | Callable[..., Any] | Any
"""A subject as people give it: a text, in Python also a function or an encoder."""

Shopping = Callable[[str], Subject]
"""Makes the subject of a recipe that reads events, by the recipe's name; raises `BadArgument` without any."""


@dataclass(frozen=True, slots=True)
class Written:
    """A subject that was read, and not made yet: its name, its kind, what stands behind the colon."""

    name: str
    kind: Kind
    rest: str
    given: Any = field(default=None, repr=False)


def read_subject(given: Given | None, own: str) -> Written:
    """A subject as people write it: ``encoder:NAME``, ``weights:look=1,colour=0.5``, ``recipe:NAME`` or
    ``module:function``; in Python also a function or an encoder. None is the encoder called ``own``.

    Raises `BadArgument` for what is none, with what to write instead; encoders and functions are looked for
    when the subject is made.
    """
    raise NotImplementedError


def make_subject(
    written: Written,
    index: Questions,
    panel: Panel,
    *,
    shopping: Shopping | None = None,
    workers: int | None = None,
    tell: Tell = silent,
) -> Subject:
    """The subject, ready to be asked among the products of a panel.

    ``shopping`` makes the recipes that read events ("recommend", "popular", "bought-together"); None refuses
    them. Pictures are encoded when a `Ranking` is first asked for them; ``tell`` is told how many. Raises
    `EncoderError`, `BadArgument`.
    """
    raise NotImplementedError
