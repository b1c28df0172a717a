"""Fitting on the catalogue of an index what is missing there or does not fit any more."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lookalike.errors import BadArgument, EncoderError
from lookalike.fitted.seen import Seen
from lookalike.fitted.things import THINGS, Catalogue, Thing
from lookalike.fitted.versions import begins, read_version
from lookalike.products import Problem
from lookalike.store.base import FITTED_ENDINGS, Manifest, Notes, Store, fitted_note

MOST_CHANGED = 0.1
"""The share of what a thing was fitted on that may have changed since, before it is fitted anew."""

FitProgress = Callable[[int, int], None]
"""Called with how many products were learnt from, none or all, and how many there are."""

_OVERTAKEN = "The vectors were switched to others meanwhile."
_SEEN = FITTED_ENDINGS[1]


@dataclass(frozen=True, slots=True)
class Standing:
    """How one fitted thing stands in a version of an index.

    ``version`` is what the manifest names, ``changed`` the share of what it was fitted on that has changed
    since, ``flaw`` why it cannot be used: "" where it can.
    """

    version: str | None
    changed: float
    flaw: str

    @property
    def due(self) -> bool:
        """Whether it has to be fitted anew."""
        return self.version is None or bool(self.flaw) or self.changed > MOST_CHANGED

    def to_dict(self, products: int) -> dict[str, Any]:
        """One JSON-ready document; ``products`` there are to learn from now."""
        return {
            "version": self.version,
            "products": products,
            "changed": round(self.changed, 4),
            "problem": self.flaw,
        }


@dataclass(frozen=True, slots=True)
class Fit:
    """What came of one thing: fitted or not, on how many ``products``, in how many seconds.

    ``version`` is the one that holds now, None where there is none; ``why`` says why it was not fitted, ""
    where it was.
    """

    name: str
    version: str | None
    products: int
    seconds: float
    why: str = ""

    def to_dict(self) -> dict[str, Any]:
        """One JSON-ready document."""
        return {
            "name": self.name,
            "fitted": not self.why,
            "version": self.version,
            "products": self.products,
            "seconds": round(self.seconds, 3),
            "why": self.why,
        }


class Fitting:
    """Fits what is due on one version of an index, then publishes it in one commit that changes no row.

    Use once. Whatever ends it before that, what was fitted before holds.
    """

    def __init__(
        self, store: Store, catalogue: Catalogue, *, anew: bool = False, progress: FitProgress | None = None
    ) -> None:
        """``anew``: fit everything, due or not."""
        self._store = store
        self._catalogue = catalogue
        self._anew = anew
        self._progress = progress
        self._notes: dict[str, bytes] = {}
        self._versions: dict[str, str | None] = {}

    def run(self, wait: float = 10.0) -> list[Fit]:
        """What came of each thing. The writer's lock is held only for publishing.

        Raises `IndexLocked` after ``wait`` seconds, `StorageError`, and what ``progress`` raises.
        """
        fits = [self._fit(thing) for thing in THINGS]
        if not self._versions:
            return fits
        with self._store.writer(wait) as writer:
            now = writer.reader.manifest
            if now.space != self._catalogue.manifest.space:
                return [replace(one, version=None, why=_OVERTAKEN) for one in fits]
            for name, data in self._notes.items():
                self._store.notes.write(name, data)
            fitted = {**now.fitted, **self._versions}
            writer.commit(fitted={name: version for name, version in fitted.items() if version is not None})
        return fits

    def _fit(self, thing: Thing) -> Fit:
        began = time.monotonic()
        seen = thing.seen(self._catalogue)
        stands = standing(thing, self._store.notes, self._catalogue.manifest, seen)
        if not (self._anew or stands.due):
            return Fit(thing.name, stands.version, len(seen), 0.0, "It fits still.")
        self._tell(0, len(seen))
        try:
            if len(seen) < thing.least:
                raise BadArgument("There is too little.", next_step="Add products.")
            version, data = thing.fit(self._catalogue)
        except (BadArgument, EncoderError, np.linalg.LinAlgError, MemoryError) as error:
            if stands.version is not None:
                self._versions[thing.name] = None
            return Fit(thing.name, None, len(seen), time.monotonic() - began, _reason(thing, error))
        self._notes[fitted_note(thing.name, version)] = data
        self._notes[fitted_note(thing.name, version, _SEEN)] = seen.to_bytes()
        self._versions[thing.name] = version
        self._tell(len(seen), len(seen))
        return Fit(thing.name, version, len(seen), time.monotonic() - began)

    def _tell(self, done: int, total: int) -> None:
        if self._progress is not None:
            self._progress(done, total)


def standing(thing: Thing, notes: Notes, manifest: Manifest, seen: Seen) -> Standing:
    """How a thing stands; ``seen`` is what it would be fitted on now."""
    version = manifest.fitted.get(thing.name)
    if version is None:
        return Standing(None, 1.0, "")
    if not _holds(thing, manifest, version):
        return Standing(version, 1.0, "It was fitted for another encoder, or by another version.")
    if read_version(notes, thing.name, version) is None:
        return Standing(version, 1.0, "Its note is missing or damaged.")
    before = Seen.from_bytes(notes.read(fitted_note(thing.name, version, _SEEN)))
    return Standing(version, before.changed(seen), "")


def standings(notes: Notes, catalogue: Catalogue) -> dict[str, Any]:
    """How everything stands, as one JSON-ready document."""
    found = {}
    for thing in THINGS:
        seen = thing.seen(catalogue)
        found[thing.name] = standing(thing, notes, catalogue.manifest, seen).to_dict(len(seen))
    return found


def flaws(notes: Notes, manifest: Manifest) -> list[str]:
    """A sentence for each thing whose note is missing or holds something else than was written."""
    return [
        f"What was fitted of {thing.name} is missing or damaged; lookalike refit makes it anew."
        for thing in THINGS
        if (version := manifest.fitted.get(thing.name)) is not None
        and _holds(thing, manifest, version)
        and read_version(notes, thing.name, version) is None
    ]


def is_complete(notes: Notes, manifest: Manifest) -> bool:
    """Whether everything is fitted for this space; a quick look at names, that reads nothing."""
    return all(
        (version := manifest.fitted.get(thing.name)) is not None
        and _holds(thing, manifest, version)
        and notes.revision(fitted_note(thing.name, version))
        for thing in THINGS
    )


def _holds(thing: Thing, manifest: Manifest, version: str) -> bool:
    """Whether a version was made by the method of now, in the space of now."""
    return any(begins(version, beginning) for beginning in thing.beginnings(manifest.space))


def _reason(thing: Thing, error: Exception) -> str:
    """Why nothing could be learnt, in a sentence."""
    if isinstance(error, BadArgument):
        return f"There are fewer than {thing.least} {thing.what}."
    if isinstance(error, MemoryError):
        return "There is not enough memory."
    return f"{error}."


def not_fitted(error: BaseException) -> Problem:
    """A problem of a run whose rows are stored, at the end of which nothing could be fitted."""
    why = f"{error}" or "It was stopped."
    return Problem(None, "", "not-fitted", f"Nothing was learnt of the catalogue: {why}", fatal=False)
