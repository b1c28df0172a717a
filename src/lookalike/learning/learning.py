"""The part of an index that learns encoders of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lookalike import settings
from lookalike.encoders.base import ImageEncoder
from lookalike.errors import BadArgument
from lookalike.events import Log
from lookalike.questions import Questions
from lookalike.training.learnt import Recipe, Tell, Wishes, silent

if TYPE_CHECKING:
    from lookalike.ingest.rebuild_report import RebuildReport
    from lookalike.learning.generator.report import GeneratorReport
    from lookalike.learning.place import Place
    from lookalike.learning.report import TrainingReport

_LOSSES = ("classify", "metric")
_DEVICES = ("auto", "cpu", "cuda")
_COUNTS = ("epochs", "size", "batch", "most", "patience")
_AMOUNTS = ("rate", "minutes")
_NOT_OF_GENERATORS = {
    "name": "an index has one, in its folder imagine",
    "out": "it lies in the folder imagine of the index",
    "switch": "it makes no encoder, and answers as soon as it is learnt",
    "force": "it makes no encoder, and answers as soon as it is learnt",
    "beside": "it makes no encoder to compare with others",
    "size": "its pictures have 64 pixels",
    "loss": "it has one",
    "patience": "it learns for as many epochs as are asked for",
}
_WITHOUT = "Without it, lookalike search WORDS finds products by words."


class Learning(Questions):
    """What an index learns from its own catalogue."""

    rebuild: Callable[..., RebuildReport]

    def train(
        self,
        recipe: str | Recipe = "head",
        *,
        labels: Sequence[str] | str | None = None,
        name: str | None = None,
        out: str | Path | None = None,
        switch: bool = False,
        force: bool = False,
        beside: Sequence[str | ImageEncoder] = (),
        epochs: int | None = None,
        size: int | None = None,
        batch: int | None = None,
        rate: float | None = None,
        most: int | None = None,
        loss: str | None = None,
        device: str = "auto",
        minutes: float | None = None,
        patience: int | None = None,
        seed: int = 0,
        fresh: bool = False,
        progress: Tell | None = None,
        workers: int | None = None,
        thumbnails: bool = False,
        allow_private: bool = False,
        wait: float = 600.0,
    ) -> TrainingReport | Any:
        """Learn an encoder from the catalogue's own labels, and say whether it is better.

        ``recipe`` is "head" (a linear map over the vectors that are there: no picture is read), "finetune"
        (the whole network, on the pictures) or "scratch" (a small network from nothing), or a `Recipe` of
        one's own; "generator" makes no encoder, see `train_generator`. ``labels`` are columns, the one that
        counts most first; the category, the colour and what else says something where None, and no column at
        all for "none"; "scratch" learns the first alone. A fifth of the products, with all that belongs to
        them, is kept apart: it is only measured with. The encoder lies in the folder ``encoders/NAME`` of the
        index, or in ``out``, with a report; ``beside`` are encoders to compare it with. What was begun and
        not finished is gone on with, unless ``fresh``.

        The index stays as it is unless ``switch``: then, where the lower end of the 95% interval of the gain
        is above 0, or with ``force``, it is rebuilt with the new encoder and switched once; `rebuild_back`
        is the way back. The numbers from ``epochs`` to ``seed`` are those of `Wishes`, ``thumbnails`` lets
        small pictures stand in for those that cannot be had, ``wait`` is how many seconds to wait for another
        writer at the switch. Raises `TrainingError`, `BadArgument`, `EncoderError`, `StorageError`.
        """
        from lookalike.training.recipes import COLUMNS, GENERATOR, recipe_of

        how: dict[str, Any] = {
            "epochs": epochs,
            "batch": batch,
            "rate": rate,
            "most": most,
            "device": device,
            "minutes": minutes,
            "seed": seed,
            "fresh": fresh,
        }
        if recipe == GENERATOR:
            _require_of_generator([name, out, switch, force, beside, size, loss, patience])
            also: dict[str, Any] = {"workers": workers, "allow_private": allow_private, "progress": progress}
            return self.train_generator(labels=labels, **how, **also)
        called = recipe if isinstance(recipe, str) else getattr(recipe, "__name__", "own")
        place = self._place(called, name, out)
        order: dict[str, Any] = {
            "recipe": recipe_of(recipe) if isinstance(recipe, str) else recipe,
            "called": called,
            "place": place,
            "wishes": _wishes(work=place.work, size=size, loss=loss, patience=patience, **how),
            "labels": _names(labels),
            "columns": COLUMNS.get(called),
            "beside": [beside] if isinstance(beside, str) else list(beside),
            "switch": switch,
            "force": force,
        }
        again = {"workers": workers, "allow_private": allow_private, "thumbnails": thumbnails, "wait": wait}
        return self._trained(order, progress or silent, again)

    def train_generator(
        self,
        *,
        labels: Sequence[str] | str | None = None,
        epochs: int | None = None,
        batch: int | None = None,
        rate: float | None = None,
        most: int | None = None,
        device: str = "auto",
        minutes: float | None = None,
        seed: int = 0,
        fresh: bool = False,
        progress: Tell | None = None,
        workers: int | None = None,
        allow_private: bool = False,
    ) -> GeneratorReport:
        """Learn to make pictures out of words, from the catalogue's own pictures, titles and labels.

        The generator lies in the folder ``imagine`` of the index, in place of the one before once it is
        ready, with a report; it fits vectors of the index's encoder only. Pictures are read from the
        thumbnails of the index, up to ``most`` of them (50,000). ``epochs`` are as many as show half a
        million pictures where None. What was begun and not finished is gone on with, unless
        ``fresh``; after ``minutes`` no further epoch begins, and the same call goes on from there. The others
        as in `train`. Raises `TrainingError`, `BadArgument`, `StorageError`, `IndexLocked`.
        """
        from lookalike.training.recipes import needing_torch

        with needing_torch("A generator is a network", _WITHOUT):
            from lookalike.learning.generator.training import GeneratorTraining, Ordered

        from lookalike.fetching import Fetcher
        from lookalike.learning.generator.place import home_of

        home = home_of(self)
        wishes = _wishes(
            work=home.work,
            epochs=epochs,
            size=None,
            batch=batch,
            rate=rate,
            most=most,
            loss=None,
            device=device,
            minutes=minutes,
            patience=None,
            seed=seed,
            fresh=fresh,
        )
        order = Ordered(home, wishes, _names(labels), workers or settings.workers())
        with Fetcher(allow_private=allow_private) as fetcher:
            return GeneratorTraining(self, order, fetcher, progress or silent).run()

    def _trained(self, order: dict[str, Any], tell: Tell, again: dict[str, Any]) -> TrainingReport:
        """Train an encoder, and rebuild as ``again`` says where that is ordered."""
        from lookalike.fetching import Fetcher
        from lookalike.learning.training import Ordered, Training  # what answers questions needs none of it

        workers = again["workers"] or settings.workers()
        ordered = Ordered(**order, small=again["thumbnails"], workers=workers, log=self._log)
        switched = partial(self.rebuild, progress=partial(tell, "Switching"), **again)
        with Fetcher(allow_private=again["allow_private"]) as fetcher:
            return Training(self, ordered, fetcher, tell).run(switched)

    def _place(self, recipe: str, name: str | None, out: str | Path | None) -> Place:
        """Where the encoder is to lie."""
        from lookalike.learning.place import place_of

        self.refresh()
        makers = self.manifest.maker, self.manifest.before
        used = [maker.encoder for maker in makers if maker is not None]
        return place_of(self.home, None if out is None else Path(out), name, recipe, used)

    def _log(self) -> Log | None:
        """What shoppers did; None where nobody has written anything down."""
        return None


def _require_of_generator(given: Sequence[object]) -> None:
    """Raise `BadArgument` for what a generator cannot be asked for, in the order of `_NOT_OF_GENERATORS`."""
    for (option, why), value in zip(_NOT_OF_GENERATORS.items(), given, strict=True):
        if value:
            raise BadArgument(
                f"{option} means nothing to a generator: {why}.",
                next_step="Leave it out, or learn an encoder: recipe head, finetune or scratch.",
            )


def _names(labels: Sequence[str] | str | None) -> list[str] | None:
    """Names of columns; given as one text they are separated by commas."""
    if labels is None:
        return None
    names = labels.split(",") if isinstance(labels, str) else labels
    found = [name.strip() for name in names if name.strip()]
    if not found:
        raise BadArgument("No column is named.", next_step="Write --labels A,B, or leave it out.")
    return found


def _wishes(**given: Any) -> Wishes:
    """The wishes. Raises `BadArgument` for what no training can be asked for."""
    for name in _COUNTS:
        value = given[name]
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
            raise BadArgument(f"{name} is {value!r:.40}.", next_step="Give a whole number from 1 on.")
    seed = given["seed"]
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**32:
        raise BadArgument(f"seed is {seed!r:.40}.", next_step="Give a whole number from 0 to 4294967295.")
    for name in _AMOUNTS:
        if given[name] is not None and not 0 < given[name] < float("inf"):
            raise BadArgument(f"{name} is {given[name]!r:.40}.", next_step="Give a number above 0.")
    if given["loss"] not in (None, *_LOSSES):
        raise BadArgument(
            f"There is no loss {given['loss']!r:.40}.", next_step=f"Choose {' or '.join(_LOSSES)}."
        )
    if given["device"] not in _DEVICES:
        raise BadArgument(
            f"There is no device {given['device']!r:.40}.", next_step=f"Choose {', '.join(_DEVICES)}."
        )
    return Wishes(**given)
