"""The doctor of an index: looks at the whole catalogue, keeps what it found, and takes people's decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from numbers import Real
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np

from lookalike import settings
from lookalike.checkup import decided, fixes
from lookalike.checkup import kept as notebook
from lookalike.checkup.decided import APPLIED, DISMISSED, Decisions
from lookalike.checkup.deciding import Sitting, touched
from lookalike.checkup.decision import DISMISS, UNDO, Decision, DecisionReport, Row, numbered
from lookalike.checkup.examination import case_of, examine
from lookalike.checkup.findings import Findings
from lookalike.checkup.kept import Examined, Kept
from lookalike.checkup.kinds import Asked, kinds_of
from lookalike.checkup.packed import Chosen, Packed
from lookalike.checkup.table import read_table
from lookalike.doctor.case import Tell, silent
from lookalike.doctor.finding import LIKELY, Finding
from lookalike.errors import BadArgument, LookalikeError
from lookalike.products import product_id
from lookalike.questions import Questions
from lookalike.vectors import Mask
from lookalike.view import View

_NEVER_IN = ("unreadable", "no-picture", "id-clash")  # kinds that may be about what is not in the index


class Doctor:
    """What is wrong with the catalogue of an index. Many threads may ask at once."""

    def __init__(self, index: Questions) -> None:
        self._index = index
        self._notes = index._notes
        self._loading = RLock()
        self._read: tuple[str, Kept] | None = None
        self._said: tuple[str, Decisions] | None = None
        self._unsaved: tuple[str, Kept] | None = None
        self._unkept = ""
        self._held: tuple[Packed, int, Mask] | None = None

    def examine(
        self,
        kinds: Asked = None,
        *,
        confidence: float = LIKELY,
        progress: Tell | None = None,
        workers: int | None = None,
    ) -> Findings:
        """Look for everything that is wrong, or for some kinds of it, and keep what is found.

        ``kinds`` are names of kinds or of sections; those not asked for stay as they were found.
        ``confidence`` is the least that is told, 0 to 1; what is less sure is kept all the same. ``progress``
        is told what is being done, and how many of how many; what it raises ends the examination, and comes
        out. Where the findings cannot be kept, ``unkept`` says why. Raises `BadArgument`.
        """
        wanted = kinds_of(kinds)
        _require_confidence(confidence)
        self._index.refresh()

        def look(view: View) -> Examined:
            case = case_of(
                view,
                self._notes,
                self._index._encoder_of,
                self._index._now,
                workers=workers or settings.workers(),
                tell=progress or silent,
            )
            return examine(case, view, wanted)

        self._keep(self._index._ask(look))
        return self.findings(wanted, confidence=confidence)

    def findings(
        self,
        kinds: Asked = None,
        *,
        confidence: float = LIKELY,
        new: bool = False,
        dismissed: bool = False,
        product: str | int | None = None,
    ) -> Findings:
        """What the last examination found, without looking again.

        Of these kinds or sections, at least so sure. ``new``: only what the examination before did not find.
        ``dismissed``: what people decided of, instead of what is still to be decided. ``product``: only what
        names this one. What is about products that are gone since is left out. Raises `BadArgument` where
        nobody has examined the catalogue for any of these kinds.
        """
        wanted = kinds_of(kinds)
        _require_confidence(confidence)
        kept, decisions = self._kept(), self._decisions()
        runs = [kept.runs[kind] for kind in wanted if kind in kept.runs]
        if not runs:
            raise BadArgument(
                "Nobody has looked for that yet." if kept.runs else "Nobody has examined the catalogue yet.",
                next_step="Examine it: lookalike doctor, or index.doctor.examine().",
            )
        oldest = min(runs, key=lambda run: (run.version, run.at))
        chosen = self._decided(kept, decisions) if dismissed else self._open(kept, decisions)
        chosen = chosen.among(wanted, confidence, None if product is None else product_id(product))
        if new:
            chosen = chosen.of_ids(kept.new)
        return Findings(
            kinds=tuple(kind for kind in wanted if kind in kept.runs),
            findings=chosen,
            unjudged=tuple(one for one in kept.unjudged if one.kind in wanted),
            version=oldest.version,
            examined_at=oldest.at,
            products=oldest.products,
            pictures=oldest.pictures,
            seconds=oldest.seconds,
            stale=oldest.version != self._index._now().snapshot.version,
            new=kept.new,
            decided=decisions.made if dismissed else {},
            unkept=self._unkept,
            read=self._index.products,
            thumbnails=self._index.thumbnails,
        )

    @property
    def examined(self) -> bool:
        """Whether anybody has examined the catalogue."""
        return bool(self._kept().runs)

    @property
    def corrected(self) -> list[str]:
        """The ids of the products that corrections were applied to."""
        made = self._decisions().made.values()
        return sorted({one.finding.products[0] for one in made if one.decision == APPLIED})

    def decide(
        self, decisions: str | Path | Iterable[Decision | Mapping[str, Any]], *, wait: float = 10.0
    ) -> DecisionReport:
        """Apply, dismiss, or take back what was decided; what makes no sense is refused row by row.

        ``decisions`` are the path of a table that `Findings.to_csv` wrote and a person filled in, or
        `Decision`, or ``{"finding", "decision", "value"?}`` with the decision "apply", "dismiss" or "undo".
        To apply writes the suggestion, or one's own ``value``, into the product; no picture is read again.
        Only where it still says what was found; to undo writes back what it said. ``wait`` is how many
        seconds to wait for another writer. Raises `CatalogError` when it is no such table, `IndexLocked`,
        `StorageError`.
        """
        named = isinstance(decisions, str | Path)
        rows = read_table(Path(decisions)) if named else numbered(decisions)  # type: ignore[arg-type]
        found = self._kept().packed.named({name for _, name, _ in rows})
        if not touched(rows, found, self._decided_now()):
            sitting = self._noted(rows, found)
            if sitting is not None:
                return sitting.report(self._index._store.newest())
        with self._index._store.writer(wait) as writer:
            before = self._decided_now()
            sitting = Sitting(found, before, writer.reader.products(touched(rows, found, before)))
            sitting.take(rows)
            if sitting.changed:
                writer.commit([*sitting.changed.values()])
            self._note(sitting)
            return sitting.report(writer.reader.manifest.version)

    def dismiss(self, ids: Iterable[str] | str) -> DecisionReport:
        """Let findings not be told any more, by their ids, whether they are found again or not."""
        return self.decide([Decision(id, DISMISS) for id in _ids(ids)])

    def restore(self, ids: Iterable[str] | str) -> DecisionReport:
        """Take back what was decided of findings, by their ids."""
        return self.decide([Decision(id, UNDO) for id in _ids(ids)])

    def fixes_text(self) -> str:
        """Whole rows, as CSV, of all products that corrections were applied to, for the shop's own table."""
        return fixes.table_text([*self._index.products(self.corrected).values()])

    def _open(self, kept: Kept, decisions: Decisions) -> Chosen:
        """What is still to be decided; a correction that was found missing again is."""
        packed = kept.packed
        left = self._there(packed).copy()
        for own, made in decisions.made.items():
            row = packed.row_of.get(own)
            if row is not None and (made.decision == DISMISSED or made.at >= kept.runs[made.finding.kind].at):
                left[row] = False
        return Chosen(packed, np.flatnonzero(left))

    def _decided(self, kept: Kept, decisions: Decisions) -> Chosen:
        """What people decided of, whether it is found still or not."""
        left = frozenset(self._open(kept, decisions).ids) & decisions.made.keys()
        return Chosen.all_of(one.finding for own, one in decisions.made.items() if own not in left)

    def _there(self, packed: Packed) -> Mask:
        """Which findings are about products that are there, (n,); some are about such as never came in."""
        snapshot = self._index._now().snapshot
        held = self._held
        if held is None or held[0] is not packed or held[1] != snapshot.version:
            there = snapshot.row_of
            mask = np.array([not own or own[0] in there for own in packed.products], np.bool_)
            held = self._held = packed, snapshot.version, mask | packed.of_kinds(_NEVER_IN)
        return held[2]

    def _noted(self, rows: Sequence[Row], found: Mapping[str, Finding]) -> Sitting | None:
        """Write down decisions that write no product; None where somebody has applied one of them since."""
        sitting = Sitting(found, self._decided_now(), {})
        sitting.take(rows)
        if not (sitting.made or sitting.undone):
            return sitting
        taken: list[Sitting] = []

        def change(data: bytes | None) -> bytes:
            before = Decisions.from_bytes(data)
            if data is not None and touched(rows, found, before):
                return data
            sitting = Sitting(found, before, {})
            sitting.take(rows)
            taken[:] = [sitting]
            return before.changed(sitting.made, sitting.undone).to_bytes()

        self._notes.change(decided.NAME, change)
        return taken[0] if taken else None

    def _note(self, sitting: Sitting) -> None:
        """Write down what was decided, beside what others have decided meanwhile."""
        made, undone = sitting.made, sitting.undone
        if made or undone:
            self._notes.change(
                decided.NAME, lambda data: Decisions.from_bytes(data).changed(made, undone).to_bytes()
            )

    def _decided_now(self) -> Decisions:
        return Decisions.from_bytes(self._notes.read(decided.NAME))

    def _keep(self, news: Examined) -> None:
        """Write down what was found; where that cannot be, this object remembers it."""

        def change(data: bytes | None) -> bytes:
            return Kept.from_bytes(data).renewed(news).to_bytes()

        with self._loading:
            try:
                self._notes.change(notebook.NAME, change)
                self._unsaved, self._unkept = None, ""
            except LookalikeError as error:
                revision = self._notes.revision(notebook.NAME)
                self._unsaved = revision, Kept.from_bytes(self._kept().renewed(news).to_bytes())
                self._unkept = error.message

    def _decisions(self) -> Decisions:
        """What people decided, read anew where somebody has decided since. Raises `IndexDamaged`."""
        revision = self._notes.revision(decided.NAME)
        with self._loading:
            if self._said is None or self._said[0] != revision:
                self._said = revision, Decisions.from_bytes(self._notes.read(decided.NAME))
            return self._said[1]

    def _kept(self) -> Kept:
        """What was found, read anew where somebody has examined since."""
        revision = self._notes.revision(notebook.NAME)
        with self._loading:
            if self._unsaved is not None and self._unsaved[0] == revision:
                return self._unsaved[1]
            if self._read is None or self._read[0] != revision:
                self._unsaved, self._unkept = None, ""
                self._read = revision, Kept.from_bytes(self._notes.read(notebook.NAME))
            return self._read[1]


def _ids(given: Iterable[str] | str) -> list[str]:
    if not isinstance(given, Iterable):
        raise BadArgument(f"{given!r:.40} is no list of findings.", next_step="Give their ids.")
    return [given] if isinstance(given, str) else list(given)


def _require_confidence(confidence: float) -> None:
    number = isinstance(confidence, Real) and not isinstance(confidence, bool)
    if not (number and 0 <= confidence <= 1):
        raise BadArgument(f"The confidence is {confidence!r:.40}.", next_step="Give a number from 0 to 1.")
