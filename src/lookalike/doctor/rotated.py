"""Pictures that lie on their side or on their head.

Some of the shop's own pictures are turned for a trial, from which is learnt what stands upright. All looks
are judged at first sight; those that seem turned are then turned themselves, and their ways of being seen are
compared with one another and with the shop's other pictures. How much that is worth is measured on the
trial's pictures, each by what had not seen it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
from PIL.Image import Transpose
from scipy.optimize import minimize
from scipy.special import log_softmax, logsumexp

from lookalike.doctor.case import Case
from lookalike.doctor.finding import LIKELY, Finding, Unjudged
from lookalike.doctor.placeholder import empty_pictures
from lookalike.doctor.planted import FEW, Head, Preference, chosen, decoded, encoded, folds, posterior
from lookalike.vectors import Floats, Rows

_SMALL = 5_000  # pictures; in a smaller shop more is tried, since it costs little
_TRIED = (250, 500, 200)  # pictures that are turned for a trial: of a small shop at least, at most; of others
_TRIED_SHARE = 0.35  # of a small shop
_CLOSELY = 400  # pictures that seem turned at first sight and are turned themselves, at most
_SHARE = 0.15  # of the catalogue, the same
_AT_ONCE = 64  # suspects; where none of so many is told, the less suspicious are left alone
_GALLERY = 8_000  # pictures with which turned ones are compared, at most
_NEAREST = 5
_RIGHT = 0.2  # share of the trial's turned pictures that must be noticed for the answer to mean something
_TOLD = 0.2
_USUAL = 0.01  # of a catalogue that is turned, where a trial is judged
_BEYOND = 5.0  # times as sure as the number of trials bears out, at most
_MISTAKEN = 0.03  # of the trial's pictures that may have been lying already
_ODD = 0.02  # share of pictures that may be wide in a shop of tall ones, or the other way about
_SHAPE = 3.0  # log-odds, at most, by which such a shape tells what lies
_SEEMS = 0.2  # chance of standing below which a picture of the trial is not learnt from
_TURNS = (None, Transpose.ROTATE_90, Transpose.ROTATE_180, Transpose.ROTATE_270)  # anticlockwise
_CLASSES = np.array([0, 1, 2, 1])  # upright, side, head: a look hardly tells left from right
_SAYS = {
    1: "It seems to lie on its side: a quarter clockwise, and it stands as the shop's other pictures do.",
    2: "It seems to stand on its head: turned by a half, it stands as the shop's other pictures do.",
    3: "It seems to lie on its side: a quarter anticlockwise, and it stands as the other pictures do.",
}
_MEND = {1: "90° clockwise", 2: "180°", 3: "90° anticlockwise"}


def rotated(case: Case) -> Iterator[Finding | Unjudged]:
    """Every picture that seems to be turned, the surest first."""
    tried = chosen(case, _trials(len(case.keys)))
    if len(tried) < FEW:
        few = f"{len(tried)} pictures are too few to learn which way up they are; {FEW} are enough."
        yield Unjudged("rotated", "", few)
        return
    places, views = _views(case, tried, "Turning pictures for a trial")
    if len(places) < FEW:
        yield Unjudged("rotated", "", "Most thumbnails are damaged.")
        return
    gallery = Gallery.of(case)
    trial = Trial.of(places, views, gallery)
    if trial.noticed < _RIGHT:
        yield Unjudged(
            "rotated",
            "",
            f"Which way up they are cannot be told from these pictures: of {len(places)} that were "
            f"turned for a trial, {trial.noticed:.0%} were noticed.",
        )
        return
    yield from _found(case, trial, gallery)


def _trials(many: int) -> int:
    least, most, usual = _TRIED
    return int(np.clip(_TRIED_SHARE * many, least, most)) if many < _SMALL else usual


@dataclass(frozen=True)
class Gallery:
    """Pictures of the shop, nearly all of which stand.

    ``rows`` (g,) are their places among all, of which ``contents`` (n,) tell the same picture again.
    ``shapes`` (n,) are log-odds that a picture stands, by being as wide or tall as the others.
    """

    rows: Rows
    looks: Floats
    contents: Rows
    shapes: Floats

    @classmethod
    def of(cls, case: Case) -> Gallery:
        """From all pictures, or a sample that is spread evenly."""
        many = len(case.keys)
        rows = np.unique(np.linspace(0, many - 1, min(many, _GALLERY)).astype(np.intp))
        contents = np.unique(np.asarray(case.contents), return_inverse=True)[1].reshape(-1).astype(np.intp)
        return cls(rows, case.snapshot.vectors[rows], contents, _shapes(case.sizes))

    def nearness(self, views: Floats, places: Rows) -> Floats:
        """How near views (4, m, dim) of pictures are to the shop's others, (m, 4): by what would be upright.

        Columns are in the order of `states`. ``places`` (m,) say which pictures they are.
        """
        none, left, half, right = (self._near(view, places) for view in views)
        return np.column_stack([none, right, half, left])

    def _near(self, looks: Floats, places: Rows) -> Floats:
        """Mean cosine (m,) of looks (m, dim) to the nearest others."""
        near = looks @ self.looks.T
        near[self.contents[places][:, None] == self.contents[self.rows][None]] = -1.0
        few = min(_NEAREST, near.shape[1])
        made: Floats = np.partition(near, near.shape[1] - few, axis=1)[:, -few:].mean(axis=1)
        return made

    def beside(self, views: Floats, places: Rows) -> Floats:
        """What `states` needs besides the measures of `Turns`, (m, 5)."""
        return np.column_stack([self.nearness(views, places), self.shapes[places]])


def _shapes(sizes: npt.NDArray[np.int32]) -> Floats:
    """Log-odds (n,) that pictures stand, by sizes (n, 2), where nearly all are tall or nearly all wide."""
    tall = np.sign(sizes[:, 1] - sizes[:, 0]).astype(np.float32)
    some, others = sorted(((tall > 0).sum(), (tall < 0).sum()))
    if some > _ODD * others:
        return np.zeros_like(tall)
    usual = 1.0 if (tall > 0).sum() == others else -1.0
    made: Floats = (tall * usual * min(np.log((others + 1) / (some + 1)), _SHAPE)).astype(np.float32)
    return made


@dataclass(frozen=True)
class Turns:
    """What tells in which of four ways a picture is turned, from its looks in all four turns.

    ``lies`` prefers what stands, on its feet or its head, to what lies; ``head`` feet to head.
    """

    lies: Preference
    head: Preference

    @classmethod
    def learnt(cls, views: Floats) -> Turns:
        """From views (4, m, dim) of upright pictures, turned by no, one, two and three quarters."""
        none, left, half, right = views
        odd = (np.arange(len(none)) % 2 == 1)[:, None]
        stands = np.concatenate([none, half])
        lies = np.concatenate([np.where(odd, left, right), np.where(odd, right, left)])
        return cls(Preference.fitted(stands, lies), Preference.fitted(none, half))

    def measures(self, views: Floats) -> Floats:
        """Of views (4, m, dim): how much they stand, on their feet if so, on their right if not, (m, 3)."""
        none, left, half, right = views
        pairs = ((none, left), (none, right), (half, left), (half, right))
        stands = sum((self.lies.scores(*pair) for pair in pairs), np.zeros(len(none), np.float32)) / len(
            pairs
        )
        return np.column_stack([stands, self.head.scores(none, half), self.head.scores(right, left)])


Weights = npt.NDArray[np.float64]


def states(measures: Floats, weights: Weights) -> Floats:
    """Log-probabilities (m, 4) that pictures are turned anticlockwise by 0 to 3 quarters, none likelier.

    ``measures`` (m, 8) are three of `Turns`, four of nearness, and the log-odds of standing by shape.
    """
    stands, feet, side = (measures[:, :3] * weights[[0, 1, 1]]).T
    stands = stands + measures[:, 7] / 4
    ways = np.stack([stands + feet, side - stands, stands - feet, -side - stands], axis=1)
    made: Floats = log_softmax(ways + weights[2] * measures[:, 3:7], axis=1)
    return made


@dataclass(frozen=True)
class Trial:
    """What was learnt from m of the shop's pictures, turned.

    ``places`` (m,) are theirs among all pictures. ``logs`` (m, 4) are how they are turned, as `states` has
    it, taken by what had not seen them; ``views`` (4, m, dim) are their looks. ``weights`` (3,) make
    probabilities of measures. ``noticed`` is the share of turned pictures that is told.
    """

    places: Rows
    views: Floats
    first: Head
    turns: Turns
    logs: Floats
    weights: Weights
    noticed: float

    @classmethod
    def of(cls, places: Rows, views: Floats, gallery: Gallery) -> Trial:
        """From places (m,) and views (4, m, dim)."""
        beside = gallery.beside(views, places)
        stands = np.ones(len(places), dtype=bool)
        for _ in range(2):  # what seems to lie already is not learnt from the second time
            measures = np.empty((len(places), 3), dtype=np.float32)
            for known, apart in folds(len(places)):
                measures[apart] = Turns.learnt(views[:, known & stands]).measures(views[:, apart])
            weights = _weighed(np.hstack([measures, beside]))
            logs = states(np.hstack([measures, beside]), weights)
            if (logs[:, 0] > np.log(_SEEMS)).sum() < FEW / 2:
                break
            stands = logs[:, 0] > np.log(_SEEMS)
        odds = np.concatenate([_odds(np.roll(logs, by, axis=1)) for by in (1, 2, 3)])
        noticed = float((odds + np.log(_USUAL / (1 - _USUAL)) >= np.log(LIKELY / (1 - LIKELY))).mean())
        sound = views[:, stands]
        return cls(places, views, _first(sound), Turns.learnt(sound), logs, weights, noticed)


def _first(views: Floats) -> Head:
    """What judges at first sight."""
    return Head.fitted(views.reshape(-1, views.shape[2]), np.repeat(_CLASSES, views.shape[1]), 3)


def _doubts(head: Head, looks: Floats) -> Floats:
    scores = head.scores(looks)
    made: Floats = scores[:, 1:].max(axis=1) - scores[:, 0]
    return made


def _weighed(measures: Floats) -> Weights:
    """The weights under which upright pictures are likeliest upright, a few mistaken ones aside."""

    def loss(logs: Weights) -> float:
        upright = states(measures, np.exp(logs))[:, 0]
        few = np.full(len(upright), np.log(_MISTAKEN / 4))
        return -float(np.logaddexp(upright + np.log(1 - _MISTAKEN), few).sum())

    start, most = np.log([4.0, 4.0, 10.0]), [(-7.0, 4.0)] * 3
    made: Weights = np.exp(minimize(loss, start, method="Nelder-Mead", bounds=most).x)
    return made


def _odds(logs: Floats) -> Floats:
    """Log-odds (m,) of being turned in whatever way, where half of the pictures are."""
    made: Floats = logsumexp(logs[:, 1:], axis=1) - np.log(3) - logs[:, 0]
    return made


def _views(case: Case, pictures: Rows, doing: str) -> tuple[Rows, Floats]:
    """The pictures that could be decoded, (m,), and their looks in all four turns, (4, m, dim)."""
    places, images = [], []
    for at, image in decoded(case, pictures):
        places.append(at)
        images += [image if turn is None else image.transpose(turn) for turn in _TURNS]
    looks = encoded(case, images, doing)
    return np.array(places, dtype=np.intp), looks.reshape(len(places), 4, looks.shape[1]).transpose(1, 0, 2)


def _found(case: Case, trial: Trial, gallery: Gallery) -> Iterator[Finding]:
    """What is told of the trial's own pictures and of those that seem turned at first sight."""
    most = np.log(_BEYOND * len(trial.places))  # more cannot be claimed after so few
    parts = [(trial.places, trial.views, trial.logs)]
    for suspects in _suspects(case, trial):
        places, views = _views(case, suspects, "Turning what seems turned")
        if not len(places):
            continue
        measures = np.hstack([trial.turns.measures(views), gallery.beside(views, places)])
        parts.append((places, views, states(measures, trial.weights)))
        if _odds(parts[-1][2]).max() < np.log((1 - _USUAL) / _USUAL):
            break
    places = np.concatenate([part[0] for part in parts])
    views = np.concatenate([part[1] for part in parts], axis=1)
    logs = np.concatenate([part[2] for part in parts])
    chances = posterior(np.minimum(_odds(logs), most), len(case.keys))
    chances[empty_pictures(case)[places]] = 0  # a placeholder stands as it should
    ways = logs[:, 1:].argmax(axis=1) + 1
    for own in np.argsort(-chances, kind="stable").tolist():
        if chances[own] < _TOLD:
            return
        way, (product, position) = int(ways[own]), case.keys[places[own]]
        yield Finding(
            "rotated",
            (product,),
            float(chances[own]),
            suggestion=_MEND[way],
            picture=position,
            evidence={
                "says": _SAYS[way],
                "clockwise": way * 90,
                "products": _upright(case, views[4 - way, own], product),
            },
        )


def _suspects(case: Case, trial: Trial) -> Iterator[Rows]:
    """What seems turned at first sight and was not in the trial, the most suspicious first, some at once."""
    doubts = case.snapshot.vectors.each(partial(_doubts, trial.first))
    doubts[trial.places] = -np.inf
    many = min(_CLOSELY, max(FEW, int(_SHARE * len(doubts))), len(doubts) - len(trial.places))
    order = np.argsort(-doubts, kind="stable")[:many]
    for start in range(0, many, _AT_ONCE):
        yield order[start : start + _AT_ONCE]


def _upright(case: Case, look: Floats, product: str) -> list[dict[str, object]]:
    """The pictures of other products that look most like a picture turned upright."""
    nearest = np.argsort(-(case.snapshot.vectors @ look), kind="stable")[:20].tolist()
    others = [case.keys[at] for at in nearest if case.keys[at][0] != product]
    return [{"id": other, "picture": position, "value": ""} for other, position in others[:3]]
