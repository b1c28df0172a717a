"""The part of an index that follows a change: what the catalogue teaches, and what lets it open quickly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from lookalike.errors import IndexLocked, LookalikeError
from lookalike.fitted.fitting import Fit, FitProgress, Fitting, is_complete, not_fitted
from lookalike.fitted.things import Catalogue
from lookalike.ingest.rebuild_report import RebuildReport
from lookalike.ingest.report import IngestReport, Interrupted, StopRequested
from lookalike.ingest.run import Progress
from lookalike.ingest.where import Where
from lookalike.products import Problem
from lookalike.questions import Questions
from lookalike.store.base import Columns, KeepProgress, VersionGone

_FIT_WAIT = 10.0  # seconds for another writer, where a run ends with fitting


class Upkeep(Questions):
    """What an index does for itself when its products have changed."""

    def refit(
        self,
        *,
        progress: FitProgress | None = None,
        keeping: KeepProgress | None = None,
        wait: float = 10.0,
    ) -> tuple[Fit, ...]:
        """Fit anew what the catalogue teaches, such as what words look like, and say what came of it.

        ``progress`` is told of how many products, ``wait`` is how many seconds to wait for another writer.
        No product changes. A large index is made ready to be opened quickly, as in `add`. Raises
        `IndexLocked`, `StorageError`.
        """
        fits = self._fit(progress, wait, anew=True)
        self._keep(keeping)
        return fits

    def _fit(
        self, progress: FitProgress | None, wait: float = 10.0, *, anew: bool = False
    ) -> tuple[Fit, ...]:
        self.refresh()
        return tuple(Fitting(self._store, self._catalogue(), anew=anew, progress=progress).run(wait))

    def _catalogue(self) -> Catalogue:
        view = self._now()
        manifest = view.reader.manifest
        return Catalogue(manifest, view.snapshot, view.contents, partial(self._encoder_of, manifest))

    def _followed(
        self,
        report: IngestReport,
        fit: bool,
        progress: Progress | None,
        fitting: FitProgress | None,
        keeping: KeepProgress | None,
        *,
        where: Where,
    ) -> IngestReport:
        """The report of a run after which what was due was fitted, and the index made ready to be opened.

        Nothing is lost when either fails. Without ``fitting`` or ``keeping`` the run's own ``progress`` is
        told the same rows again, so that it can stop this. ``where`` is who makes what can be made in parts.
        """
        again: Callable[..., None] | None = None if progress is None else lambda *_: progress(report.rows)
        if fit:
            report = self._fit_after(report, fitting or again)
        try:
            problem = self._keep(keeping or again, where)
        except (KeyboardInterrupt, StopRequested):
            raise Interrupted(report, keeping=True) from None
        return report if problem is None else replace(report, problems=(*report.problems, problem))

    def _fit_after(self, report: IngestReport, fitting: FitProgress | None) -> IngestReport:
        try:
            changed = report.indexed or report.removed
            if changed or not is_complete(self._store.notes, self._store.reader().manifest):
                self._fit(fitting, _FIT_WAIT)
        except (KeyboardInterrupt, StopRequested):
            raise Interrupted(report, fitting=True) from None
        except (LookalikeError, VersionGone) as error:
            return replace(report, problems=(*report.problems, not_fitted(error)))
        return report

    def _fit_rebuilt(
        self, report: RebuildReport, fitting: FitProgress | None, keeping: KeepProgress | None
    ) -> RebuildReport:
        """The report of a switch to other vectors, on which was fitted what belongs to them.

        Who stops one of both stops both, and the index answers with the new vectors all the same.
        """
        if not report.switched:
            return report
        problems = list(report.problems)
        try:
            self._fit(fitting, _FIT_WAIT)
        except KeyboardInterrupt as error:
            return replace(report, problems=(*problems, not_fitted(error)))
        except (LookalikeError, VersionGone) as error:
            problems.append(not_fitted(error))
        problems += self._kept_or_why(keeping)
        return replace(report, problems=tuple(problems))

    def _kept_or_why(self, tell: KeepProgress | None) -> list[Problem]:
        """What came of `_keep` where nothing is lost when it is stopped: the problem, if there was one."""
        try:
            problem = self._keep(tell)
        except KeyboardInterrupt as error:
            problem = _not_kept(error)
        return [] if problem is None else [problem]

    def _keep(self, tell: KeepProgress | None, where: Where | None = None) -> Problem | None:
        """Lay down what a large index is opened by, where that is due; the problem where it failed."""
        try:
            self._store.keep([partial(_make, where)], tell or (lambda *_: None))
        except (IndexLocked, VersionGone):  # somebody else does it, or will after the next commit
            return None
        except (LookalikeError, MemoryError) as error:
            return _not_kept(error)
        return None


def _make(where: Where | None, columns: Columns, folder: Path, tell: KeepProgress) -> None:
    from lookalike.keeping import makers  # only now: mostly nothing is due

    for make in makers(where):
        make(columns, folder, tell)


def _not_kept(error: BaseException) -> Problem:
    why = f"{error}" or "It was stopped."
    return Problem(None, "", "not-kept", f"Opening the index will take longer: {why}", fatal=False)
