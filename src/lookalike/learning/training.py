"""One training: lessons are gathered, an encoder is learnt and judged, and perhaps switched to."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np

from lookalike.encoders.base import ImageEncoder
from lookalike.encoders.folder import write_encoder
from lookalike.encoders.loading import load_encoder
from lookalike.encoders.moved import FOLDER
from lookalike.errors import LookalikeError, TrainingError
from lookalike.evaluation.bootstrap import FEWEST
from lookalike.events import Log
from lookalike.fetching import Fetcher
from lookalike.ingest.rebuild_report import RebuildReport
from lookalike.learning.gathering import Taught, gathered, require_teaching
from lookalike.learning.page.page import write_page
from lookalike.learning.place import Place
from lookalike.learning.report import TrainingReport
from lookalike.questions import Questions
from lookalike.training.learnt import Learnt, Recipe, Tell, Wishes
from lookalike.training.lessons import UNSEEN, Lessons
from lookalike.training.looking import looked_at
from lookalike.training.trial import Comparison, Contender, compared
from lookalike.vectors import Floats, Rows
from lookalike.view import View

Switch = Callable[[str], RebuildReport]
"""Makes an encoder, by its name, that of the index."""

_READABLE = 0.5  # share of the pictures to measure with that has to be readable
_PART_OF_NOTHING = -1
_NO_PAGE = "The report page could not be written"

_TOO_FEW = "Only {} products, variants counted as one, could be asked: too few to show that it is better."


@dataclass(frozen=True)
class Ordered:
    """What a training is asked for; see `lookalike.learning.learning.Learning.train`."""

    recipe: Recipe
    called: str
    place: Place
    wishes: Wishes
    labels: Sequence[str] | None = None
    columns: int | None = None
    beside: Sequence[str | ImageEncoder] = ()
    switch: bool = False
    force: bool = False
    small: bool = False
    workers: int = 1
    log: Callable[[], Log | None] = field(default=lambda: None)


class Training:
    """One run. Use once. The index is read only, until it is switched at the end, if that is asked for."""

    def __init__(self, index: Questions, order: Ordered, fetcher: Fetcher, tell: Tell) -> None:
        self._index = index
        self._order = order
        self._fetcher = fetcher
        self._tell = tell
        self._seconds: dict[str, float] = {}
        self._base = ""

    def run(self, switch: Switch) -> TrainingReport:
        """Learn, judge, and switch where that is asked for and the encoder is better, or it is forced.

        Whatever goes wrong before the encoder is judged is raised, with the index as it was; after that it is
        in the report.
        """
        order = self._order
        began = perf_counter()
        beside = [load_encoder(one) if isinstance(one, str) else one for one in order.beside]
        with self._timed("gather"):
            lessons, taught = self._gather()
        with order.place.held(self._index.home):
            with self._timed("learn"):
                learnt = self._learn(lessons)
            encoder = load_encoder(f"onnx:{order.place.model}")
            with self._timed("compare"):
                comparison = self._compare(lessons, learnt, encoder, beside)
        report = self._report(comparison, taught, learnt, encoder)
        self._seconds["all"] = perf_counter() - began
        report = self._written(replace(report, seconds=dict(self._seconds), memory_bytes=memory()))
        self._share()
        if order.switch and (report.better or order.force):
            with self._timed("switch"):
                report = self._switched(report, switch)
            self._seconds["all"] = perf_counter() - began
            report = self._written(replace(report, seconds=dict(self._seconds), memory_bytes=memory()))
        return report

    def _share(self) -> None:
        """Let other machines have an encoder that lies among the index's own, before they answer with it."""
        folder, place = self._order.place.folder, self._index.place
        if place is not None and folder.parent == place.beside(FOLDER).resolve():
            place.share(FOLDER, folder, beside=True)

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        began = perf_counter()
        yield
        self._seconds[step] = perf_counter() - began

    def _gather(self) -> tuple[Lessons, Taught]:
        order, index = self._order, self._index
        self._tell("Gathering", 0, 1)
        log = order.log()

        def gather(view: View) -> tuple[Lessons, Taught]:
            self._base = view.reader.manifest.encoder
            lessons, _, taught = gathered(
                view,
                index._encoder_of(view.reader.manifest),
                self._fetcher,
                lambda: index._newest().reader,
                labels=order.labels,
                most=order.columns,
                log=log,
                small=order.small,
            )
            require_teaching(lessons)
            return lessons, taught

        found = index._ask(gather)
        self._tell("Gathering", 1, 1)
        return found

    def _learn(self, lessons: Lessons) -> Learnt:
        place = self._order.place
        learnt = self._order.recipe(lessons, self._order.wishes, self._tell)
        if learnt.vectors is not None:
            _require_sound(learnt.vectors, lessons)
        write_encoder(place.folder, place.name, learnt.model, learnt.card, overwrite=True)
        return learnt

    def _compare(
        self, lessons: Lessons, learnt: Learnt, encoder: ImageEncoder, beside: Sequence[ImageEncoder]
    ) -> Comparison:
        known = learnt.vectors
        looking = [*([] if known is not None else [encoder]), *beside]
        looks: list[Floats] = []
        if looking:
            rows = lessons.pictures_in(UNSEEN)
            looked = looked_at(
                looking,
                lessons.open,
                rows,
                len(lessons.product),
                workers=self._order.workers,
                tell=self._tell,
            )
            if len(looked.unread) > (1 - _READABLE) * len(rows):
                raise TrainingError(
                    f"Of {len(rows):,} pictures to measure with {len(looked.unread):,} cannot be had.",
                    next_step="Put them back where they were, or let the small ones stand in: --thumbnails",
                )
            lessons = _without(lessons, looked.unread)
            looks = [*looked.vectors]
        for found in looks:
            _require_sound(found, lessons)
        own = looks.pop(0) if known is None else known
        contenders = [
            Contender(self._base, "before", lessons.looks, whole=True),
            Contender(encoder.name, "learnt", own, whole=known is not None),
            *(Contender(o.name, "beside", found) for o, found in zip(beside, looks, strict=True)),
        ]
        return compared(lessons, contenders, self._tell)

    def _report(
        self, comparison: Comparison, taught: Taught, learnt: Learnt, encoder: ImageEncoder
    ) -> TrainingReport:
        order = self._order
        gain = comparison.standings[1].gain
        enough = comparison.families >= FEWEST
        return TrainingReport(
            recipe=order.called,
            name=order.place.name,
            encoder=encoder.name,
            base=comparison.standings[0].encoder,
            folder=order.place.folder,
            taught=taught,
            comparison=comparison,
            learnt=learnt,
            better=gain is not None and gain.low > 0 and enough,
            forced=order.force,
            problems=[] if enough else [_TOO_FEW.format(comparison.families)],
        )

    def _switched(self, report: TrainingReport, switch: Switch) -> TrainingReport:
        try:
            rebuilt = switch(report.encoder)
        except LookalikeError as error:
            return replace(report, problems=(*report.problems, f"It was not switched: {error}"))
        if rebuilt.switched:
            return replace(report, switched=True, rebuild=rebuilt)
        why = f"It was not switched: {rebuilt.missing:,} pictures cannot be had any more."
        return replace(report, rebuild=rebuilt, problems=(*report.problems, why))

    def _written(self, report: TrainingReport) -> TrainingReport:
        """The report with its page beside the encoder; one that cannot be written costs only itself."""
        place = self._order.place
        kept = [one for one in report.problems if not one.startswith(_NO_PAGE)]
        report = replace(report, page=place.page, problems=kept)
        try:
            write_page(report, place.page, self._thumbnails)
        except (LookalikeError, OSError) as error:
            report = replace(report, page=None, problems=(*kept, f"{_NO_PAGE}: {error}"))
        with suppress(OSError):
            place.document.write_text(json.dumps(report.to_dict(), indent=1, ensure_ascii=False), "utf-8")
        return report

    def _thumbnails(self, ids: Sequence[str]) -> Mapping[str, bytes]:
        """Small JPEGs of main pictures, by id of their products."""
        found = self._index.thumbnails([(i, 0) for i in ids])
        return {i: data for (i, _), data in found.items()}


def _without(lessons: Lessons, unread: Rows) -> Lessons:
    """The lessons where products whose pictures cannot be read are of no part."""
    if not len(unread):
        return lessons
    parts = lessons.parts.copy()
    parts[lessons.product[unread]] = _PART_OF_NOTHING
    return replace(lessons, parts=parts)


def _require_sound(vectors: Floats, lessons: Lessons) -> None:
    """Raise `TrainingError` for vectors that are not of these pictures, or not finite."""
    if len(vectors) != len(lessons.product) or not np.isfinite(vectors).all():
        raise TrainingError(
            "An encoder gives no finite vector for some pictures.",
            next_step="Learn from other columns, or with another recipe; the index is as it was.",
        )


def memory() -> int | None:
    """The most bytes of memory that this process has had; None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
