"""What shoppers did, split by time: what came before a moment teaches, the visits after it ask."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

import numpy as np
import numpy.typing as npt

from lookalike.behaviour.visits import LONGEST, STRENGTH, Visits
from lookalike.deliveries.times import EARLIEST, NoTime, milliseconds
from lookalike.errors import BadArgument
from lookalike.evaluation.question import Question
from lookalike.events import KINDS, Log
from lookalike.vectors import Mask
from lookalike.verdict.visit_cases import Chosen, Gathered, shopper_cases, visit_cases

IN_VISIT: Final = "next in visit"
OF_SHOPPER: Final = "next of shopper"
QUESTIONS: Final = (IN_VISIT, OF_SHOPPER)

ASKING: Final = 0.2
"""The share of the visits, the last ones, that ask where nobody says from when on."""

MOST: Final = 1_000
"""Cases of each question where nobody says how many."""

METRIC: Final = "recall_at_10"

Moment = datetime | date | str | int | None
"""A time: as Python has it, in ISO 8601, or in milliseconds since 1970."""

_DAYLESS = "event without a time"
_UNKNOWN = "event of a product that is not in the catalogue"
_BOT = f"visit of more than {LONGEST} events, which is no shopper's"
_UNDER_WAY = "event of a visit that was under way when the time was split"


@dataclass(frozen=True)
class EventSplit:
    """Events as questions, and what was known before the first of them could be asked.

    ``cut`` is the moment in milliseconds since 1970, ``before`` all events earlier than it. ``had`` is how
    many shoppers had a product before, of ``shoppers``; who has no name is one for each visit. ``excluded``
    counts, by reason, what no question is made of, ``unasked`` says why by question that there is none of.
    """

    cut: int
    before: Log = field(repr=False)
    questions: Mapping[str, Question] = field(repr=False)
    excluded: Mapping[str, int]
    unasked: Mapping[str, str]
    had: Mapping[str, int] = field(repr=False)
    shoppers: int = 0


def split_events(
    log: Log,
    ids: Collection[str],
    *,
    cut: Moment = None,
    most: int | None = None,
    seed: int = 0,
) -> EventSplit:
    """The questions that events of all kinds give about products that may be found, ``ids``.

    Visits that began at ``cut`` or later ask; where it is None the last fifth of the visits do. At most
    ``most`` cases of each question are made, of visits and shoppers drawn by hash with a ``seed``. Sources:
    a split by one moment, so that nothing of the future teaches, as Meng, McCreadie, Macdonald, Ounis:
    Exploring data splitting strategies for the evaluation of recommendation models, RecSys 2020, ask for;
    after each product of a visit the next, as Ludewig, Jannach: Evaluation of session-based recommendation
    algorithms, UMUAI 2018. Raises `BadArgument` for a moment that is none.
    """
    moment = None if cut is None else _moment(cut)
    timed = log.time >= EARLIEST * 1000
    found = _part(log, timed)
    listed = frozenset(ids)
    known = np.array([item in listed for item in found.items], dtype=np.bool_)
    excluded = {
        _DAYLESS: int(np.count_nonzero(~timed)),
        _UNKNOWN: int(np.count_nonzero(~known[found.item])),
    }
    chosen = _chosen(found, known)
    bots = np.bincount(chosen.visit, minlength=1) > LONGEST
    begun = _begun(chosen)
    if moment is None:
        moment = _last_fifth(begun)
    later, asking = chosen.time >= moment, begun[chosen.visit] >= moment
    excluded[_UNDER_WAY] = int(np.count_nonzero(later & ~asking))
    excluded[_BOT] = len(np.unique(chosen.visit[asking & bots[chosen.visit]]))
    past, future = chosen.only(~later), chosen.only(asking & ~bots[chosen.visit])
    before = _part(found, found.time < moment)
    had, shoppers = _had(before)
    questions, unasked = {}, {}
    reason = _nothing(log, chosen, past, future, moment)
    for name, cases in ((IN_VISIT, visit_cases), (OF_SHOPPER, shopper_cases)):
        gathered = None if reason else cases(past, future, MOST if most is None else most, seed)
        if gathered is not None and gathered.cases.cases:
            questions[name] = _question(name, gathered, moment)
        else:
            unasked[name] = reason or _why_none(name, gathered)
    told = {why: count for why, count in excluded.items() if count}
    return EventSplit(moment, before, questions, told, unasked, had, shoppers)


def said_time(moment: int) -> str:
    """A moment as people read it, in UTC."""
    told = datetime.fromtimestamp(moment / 1000, UTC)
    return f"{told.day} {told:%B %Y, %H:%M}"


def _moment(given: Moment) -> int:
    try:
        return milliseconds(given)
    except NoTime as error:
        text = str(error)
        raise BadArgument(
            f"The time to split events at is {given!r:.60}.",
            next_step=text if "Write it" in text else "Write it as 2026-11-22T06:30:00Z.",
        ) from None


def _part(log: Log, keep: Mask) -> Log:
    """The same log with some of its events; codes stay as they are."""
    if keep.all():
        return log
    return Log(
        log.users,
        log.items,
        log.user[keep],
        log.item[keep],
        log.session[keep],
        log.kind[keep],
        log.time[keep],
        log.weight[keep],
        log.revision,
    )


def _chosen(log: Log, known: npt.NDArray[np.bool_]) -> Chosen:
    """The events that choose a product of the catalogue, in order of time."""
    strength = np.array([STRENGTH.get(kind, 0.0) for kind in KINDS], np.float32)[log.kind]
    keep = (strength > 0) & known[log.item]
    return Chosen(
        log.users,
        log.items,
        log.user[keep],
        log.item[keep],
        log.session[keep],
        log.time[keep],
        strength[keep],
    )


def _begun(chosen: Chosen) -> npt.NDArray[np.int64]:
    """When each visit began, by its number; at the end of time where it chose nothing."""
    begun = np.full(int(chosen.visit.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(begun, chosen.visit, chosen.time)
    return begun


def _last_fifth(begun: npt.NDArray[np.int64]) -> int:
    """The moment from which the last fifth of the visits began."""
    times = np.sort(begun[begun < np.iinfo(np.int64).max])
    return int(times[int((1 - ASKING) * len(times))]) if len(times) else 0


def _had(before: Log) -> tuple[dict[str, int], int]:
    """How many shoppers had each product, and how many shoppers there were."""
    visits = Visits.of(before)
    shopper = visits.shopper[visits.visit]
    pairs = np.unique(shopper.astype(np.int64) * max(visits.items, 1) + visits.item)
    counts = np.bincount(pairs % max(visits.items, 1), minlength=1)
    had = {before.items[at]: int(counts[at]) for at in np.flatnonzero(counts).tolist()}
    return had, len(np.unique(shopper))


def _question(name: str, gathered: Gathered, cut: int) -> Question:
    when = f"Events before {said_time(cut)} UTC teach"
    said = {
        IN_VISIT: f"{when}, visits after it ask what they come to next, by what they came to before; what "
        "was seen does not count.",
        OF_SHOPPER: f"{when}, shoppers whom they know ask for what they chose first after it and had not "
        "had; of a visit with a purchase what was bought.",
    }
    return Question(name, "events", METRIC, said[name], gathered.cases, gathered.parts)


def _nothing(log: Log, chosen: Chosen, past: Chosen, future: Chosen, cut: int) -> str:
    """Why nothing can be asked at all; "" where something may be."""
    if not len(log):
        return "No event is recorded. Give events: lookalike record FILE"
    if not len(chosen):
        return "No event is of a shopper who chose a product that is in the catalogue."
    if not len(past):
        first = said_time(int(chosen.time.min()))
        return f"No event is older than {said_time(cut)} UTC, the first is of {first}: nothing teaches."
    if not len(future):
        last = said_time(int(chosen.time.max()))
        return f"No visit began at {said_time(cut)} UTC or later, the last event is of {last}: nobody asks."
    return ""


def _why_none(name: str, gathered: Gathered | None) -> str:
    left_out = {} if gathered is None else gathered.cases.left_out
    reasons = ", ".join(f"{count:,} {why}" for why, count in left_out.items() if count)
    asked = {
        IN_VISIT: "No visit came to a second product that it had not seen",
        OF_SHOPPER: "No shopper with a name was there before and chose something new after",
    }
    return f"{asked[name]}{f' ({reasons})' if reasons else ''}."
