"""One training of a generator: products are gathered, it is learnt, looked at, and answers from then on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import perf_counter

from lookalike.errors import EncoderError, TrainingError
from lookalike.fetching import Fetcher
from lookalike.fitted.spoken import SpokenLooks
from lookalike.imagining.generator import Generator
from lookalike.imagining.generator_file import read_generator, write_generator
from lookalike.imagining.kept import FOLDER
from lookalike.ingest.lasting import LastingPictures
from lookalike.learning.gathering import Taught, gathered
from lookalike.learning.generator.gathering import Gathered, material_of, require_words
from lookalike.learning.generator.measuring import measured
from lookalike.learning.generator.page import write_page
from lookalike.learning.generator.place import Home
from lookalike.learning.generator.report import GeneratorReport
from lookalike.learning.generator.sheets import is_shown, samples, sheets_in, write_sheet
from lookalike.learning.training import memory
from lookalike.questions import Questions
from lookalike.training.generator.course import Course, Plan, epochs_for, learn
from lookalike.training.generator.material import SIDE
from lookalike.training.learnt import Tell, Wishes
from lookalike.training.lessons import Lessons
from lookalike.training.network.checkpoint import FILE
from lookalike.training.network.device import ran_out
from lookalike.view import View

_ANEW = (
    "What a stopped training had learnt was of other products or other settings, or was damaged: "
    "this one began anew."
)


_STAYS = (
    "The generator of {} was shown more pictures than this one so far, and answers until this training has "
    "ended."
)


@dataclass(frozen=True)
class Ordered:
    """What a training is asked for; see `lookalike.learning.learning.Learning.train`."""

    home: Home
    wishes: Wishes
    labels: Sequence[str] | None = None
    workers: int = 1


class GeneratorTraining:
    """One run. Use once. The index is only read; its generator is replaced at the end."""

    def __init__(self, index: Questions, order: Ordered, fetcher: Fetcher, tell: Tell) -> None:
        self._index = index
        self._order = order
        self._fetcher = fetcher
        self._tell = tell
        self._seconds: dict[str, float] = {}
        self._was_begun = False

    def run(self) -> GeneratorReport:
        """Learn, look at what it makes, and let it answer.

        Whatever goes wrong is raised, and the generator that was there before stays.
        """
        home = self._order.home
        began = perf_counter()
        with home.held(self._index.path or self._index.place):
            with self._timed("gather"):
                lessons, found, taught = self._gather()
            with self._timed("learn"):
                course = self._learn(found)
            with self._timed("measure"):
                report = self._report(lessons, found, taught, course)
            self._seconds["all"] = perf_counter() - began
            report = replace(report, seconds=dict(self._seconds), memory_bytes=memory())
            report = self._kept(report, course.generator)
        if course.epochs == report.planned:
            home.tidy()
        return report

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        began = perf_counter()
        yield
        self._seconds[step] = perf_counter() - began

    def _gather(self) -> tuple[Lessons, Gathered, Taught]:
        order, index = self._order, self._index
        self._tell("Gathering", 0, 1)

        def gather(view: View) -> tuple[Lessons, LastingPictures, Taught, SpokenLooks | None]:
            encoder = index._encoder_of(view.reader.manifest)
            found = gathered(
                view, encoder, self._fetcher, lambda: index._newest().reader, labels=order.labels
            )
            return *found, view.fitted.words

        lessons, opened, taught, spoken = index._ask(gather)
        spoken = require_words(lessons, spoken)
        self._tell("Gathering", 1, 1)
        found = material_of(lessons, opened, spoken, order.wishes, workers=order.workers, tell=self._tell)
        return lessons, found, taught

    def _learn(self, found: Gathered) -> Course:
        work, fresh, plan = self._order.home.work, self._order.wishes.fresh, self._plan(found)
        self._was_begun = (work / FILE).exists() and not fresh
        try:
            return learn(found.material, plan, work, self._tell, self._seen(found), fresh=fresh)
        except (RuntimeError, MemoryError) as error:
            if not ran_out(error):
                raise
            raise TrainingError(
                "There is not enough memory to learn a generator from so many pictures.",
                next_step="Learn from fewer of them: --most 10000",
            ) from None

    def _plan(self, found: Gathered) -> Plan:
        wishes = self._order.wishes
        usual = Plan(wishes.epochs or epochs_for(len(found.material.learnt)))
        return replace(
            usual,
            batch=wishes.batch or usual.batch,
            rate=wishes.rate or usual.rate,
            minutes=wishes.minutes,
            seed=wishes.seed,
            device=wishes.device,
        )

    def _seen(self, found: Gathered) -> Callable[[int, Callable[[], Generator]], None]:
        drafts, last = self._order.home.drafts, self._plan(found).epochs

        def seen(epoch: int, generator: Callable[[], Generator]) -> None:
            if epoch == 1:
                shutil.rmtree(drafts, ignore_errors=True)
            if is_shown(epoch) and epoch < last and found.asked:
                write_sheet(drafts, epoch, samples(generator(), found.material.prompts))

        return seen

    def _report(self, lessons: Lessons, found: Gathered, taught: Taught, course: Course) -> GeneratorReport:
        home, plan, generator = self._order.home, self._plan(found), course.generator
        self._tell("Measuring", 0, 1)
        made = samples(generator, found.material.prompts)
        if found.asked:
            write_sheet(home.drafts, course.epochs, made)
        imagined, copied = measured(lessons, found, generator.patterns, made)
        self._tell("Measuring", 1, 1)
        return GeneratorReport(
            file=home.model,
            encoder=lessons.encoder.name,
            taught=taught,
            products=len(found.material.learnt),
            epochs=course.epochs,
            planned=plan.epochs,
            device=course.device,
            settings={"batch": plan.batch, "rate": plan.rate, "seed": plan.seed, "side": SIDE},
            curves=course.curves,
            imagined=imagined,
            copying=copied,
            sheets={epoch: home.sheets / path.name for epoch, path in sheets_in(home.drafts).items()},
            page=home.page,
            notes=self._notes(found, course, plan),
        )

    def _notes(self, found: Gathered, course: Course, plan: Plan) -> list[str]:
        notes = []
        if self._was_begun and not course.began:
            notes.append(_ANEW)
        if course.epochs < plan.epochs:
            notes.append(
                f"It stopped after {course.epochs} epochs of {plan.epochs}, since its minutes were over: "
                f"the same command{' without --fresh' * self._order.wishes.fresh} goes on."
            )
        if found.unread:
            notes.append(f"Pictures that could not be had, and taught nothing: {found.unread:,}.")
        if not found.asked:
            notes.append("No two products are described alike, so there are no sheets.")
        return notes

    def _better(self, generator: Generator) -> Generator | None:
        """The one that answers now, where it was shown more pictures than this one of the same encoder."""
        try:
            earlier = read_generator(self._order.home.model)
        except EncoderError:
            return None
        if earlier is None or earlier.space != generator.space:
            return None
        old, new = (one.learnt.products * one.learnt.epochs for one in (earlier, generator))
        return earlier if old > new else None

    def _kept(self, report: GeneratorReport, generator: Generator) -> GeneratorReport:
        """Let the generator answer, with its report beside it, here and on other machines.

        A report that cannot be written costs only itself.
        """
        home, place = self._order.home, self._index.place
        earlier = self._better(generator) if report.epochs < report.planned else None
        if earlier is not None:
            return replace(report, page=None, notes=(*report.notes, _STAYS.format(earlier.learnt.made)))
        write_generator(home.model, generator)
        try:
            shutil.rmtree(home.sheets, ignore_errors=True)
            if home.drafts.is_dir():
                shutil.copytree(home.drafts, home.sheets)
            write_page(report, home.page)
            home.document.write_text(json.dumps(report.to_dict(), indent=1, ensure_ascii=False), "utf-8")
        except OSError as error:
            why = f"The report page could not be written: {error}"
            report = replace(report, page=None, notes=(*report.notes, why))
        if place is not None and place.path is None:
            for file in (home.page, home.document, home.model):
                if file.exists():
                    place.replace(f"{FOLDER}/{file.name}", file.read_bytes())
        return report
