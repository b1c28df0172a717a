"""Judgements are taken one by one: those that make no sense are refused with their row, the rest counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lookalike.duplicates.groups import PictureKey
from lookalike.duplicates.judgements import Judgement
from lookalike.errors import BadArgument, LookalikeError, UnknownPicture

_SHOWN = 80  # characters of an id
_LONGEST = 400  # of a message

Content = Callable[[PictureKey], str]
"""The content hash of a picture; raises `UnknownProduct`, `UnknownPicture`."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A judgement that was not taken: its row, counted from 1, the product it is about, and why."""

    row: int | None
    id: str
    message: str
    next_step: str

    def to_dict(self) -> dict[str, Any]:
        """The refusal as one JSON-ready document."""
        return {"row": self.row, "id": self.id, "message": self.message, "next_step": self.next_step}


@dataclass(frozen=True, slots=True)
class JudgementReport:
    """How many judgements were taken, and which were not."""

    taken: int
    refused: tuple[Refusal, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The report as one JSON-ready document."""
        return {"taken": self.taken, "refused": [refusal.to_dict() for refusal in self.refused]}


Row = tuple[int, Judgement | Mapping[str, Any] | LookalikeError, str]
"""A row's number; what it says, or why it says nothing; the product it is about."""


def shortened(message: str) -> str:
    """A message that may quote whatever somebody sent."""
    return message if len(message) <= _LONGEST else f"{message[:_SHOWN]}...{message[-_SHOWN:]}"


def numbered(judgements: Iterable[Judgement | Mapping[str, Any]]) -> list[Row]:
    """Judgements as rows, counted from 1."""
    if isinstance(judgements, Judgement | Mapping | str | bytes) or not isinstance(judgements, Iterable):
        raise BadArgument("The judgements are no list.", next_step="Give a list: index.judge([...]).")
    return [(number, given, "") for number, given in enumerate(judgements, start=1)]


def sifted(rows: Sequence[Row], content: Content) -> tuple[list[Judgement], list[Refusal]]:
    """The judgements that make sense, with the contents they hold on to, and the refusals."""
    taken, refused = [], []
    for row, given, about in rows:
        try:
            if isinstance(given, LookalikeError):
                raise given
            judgement = Judgement.from_dict(_told(given) if isinstance(given, Judgement) else given)
            about = about or judgement.other[0]
            taken.append(_grounded(judgement, content))
        except LookalikeError as error:
            name = (about or _named(given))[:_SHOWN]
            refused.append(Refusal(row, name, shortened(error.message), error.next_step))
    return taken, refused


def _told(judgement: Judgement) -> Mapping[str, Any]:
    """A judgement as a document, so that one made by hand is looked through as well."""
    try:
        return judgement.to_dict()
    except (TypeError, ValueError):
        raise BadArgument(
            "A judgement names no picture by product id and position.",
            next_step='Write Judgement(("1", 0), ("2", 0), "same").',
        ) from None


def _grounded(judgement: Judgement, content: Content) -> Judgement:
    if judgement.keep == judgement.other:
        raise BadArgument(
            f"Picture {judgement.keep[1]} of {judgement.keep[0]!r} is compared with itself.",
            next_step="Name two pictures.",
        )
    keep, other = content(judgement.keep), content(judgement.other)
    return replace(judgement, keep_content=keep, other_content=other)


def no_picture(key: PictureKey, positions: Sequence[int]) -> UnknownPicture:
    """The error of a picture that a product does not have."""
    has = f"It has: {', '.join(map(str, positions))}." if positions else "It has none."
    return UnknownPicture(f"{key[0]!r} has no picture {key[1]}.", next_step=has)


def _named(given: object) -> str:
    """The product that a judgement of a wrong shape is about, if it says so."""
    other = given.get("other") if isinstance(given, Mapping) else None
    return str(other.get("id", ""))[:80] if isinstance(other, Mapping) else ""
