"""An encoder is judged by what it finds by itself: the nearest pictures, exactly."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np

from lookalike.encoders.base import ImageEncoder
from lookalike.encoders.onnx_file import PREFIX
from lookalike.evaluation.gallery import Gallery, looks
from lookalike.evaluation.question import Visit
from lookalike.ingest.measuring import detail
from lookalike.training.learnt import Tell
from lookalike.vectors import Floats, Rows
from lookalike.verdict.panel import Panel
from lookalike.verdict.standing import Cost, Kind, cost_of


class ByEncoder:
    """Ranks the products of a panel by the cosine of their nearest picture to what asks.

    With the index's own encoder its stored vectors are taken, else pictures are encoded when they are first
    needed. A visit asks with its last product that has a picture; what it has seen is left out.
    """

    kind: Kind = "encoder"
    asks = frozenset({"product", "photo", "visit"})
    exact = True

    def __init__(self, name: str, encoder: ImageEncoder, panel: Panel, tell: Tell) -> None:
        self.name = name
        self._encoder = encoder
        self._panel = panel
        self._tell = tell
        self._own = encoder.space == panel.view.reader.manifest.space
        self._vectors: dict[int, Floats] = {}  # by row of the panel's pictures

    @cached_property
    def gallery(self) -> Gallery:
        """The panel's products by their main pictures, asked by id or by picture.

        Raises `PictureError` for a picture that cannot be read any more.
        """
        return Gallery(self._panel.ids, self._looked_at(self._panel.main), self._look)

    def _looked_at(self, rows: Rows) -> Floats:
        """Unit vectors (r, dim) of pictures of the panel."""
        if self._own:
            return self._panel.picture_looks[rows]
        missing = [row for row in rows.tolist() if row not in self._vectors]
        size = detail(self._encoder)
        opened = (partial(self._panel.open, row, size) for row in missing)
        doing = f"Looking at pictures with {self._encoder.name}"
        tell = partial(self._told, doing, len(missing))
        found = looks(self._encoder, opened, self._panel.workers, tell)
        self._vectors |= zip(missing, found, strict=True)
        return np.stack([self._vectors[row] for row in rows.tolist()])

    def _told(self, doing: str, total: int, done: int) -> None:
        self._tell(doing, done, total)

    def _look(self, asks: Sequence[Any]) -> Floats:
        """Unit vectors of what asks: a picture of the panel as it is, or one that has to be looked at."""
        rows = [getattr(ask, "row", None) for ask in asks]
        found = np.empty((len(asks), self._encoder.space.dim), dtype=np.float32)
        known = [at for at, row in enumerate(rows) if row is not None]
        if known:
            found[known] = self._looked_at(np.array([rows[at] for at in known], dtype=np.intp))
        others = [at for at, row in enumerate(rows) if row is None]
        if others:
            found[others] = looks(self._encoder, (asks[at] for at in others), self._panel.workers)
        return found

    def answer_many(self, asks: Sequence[Any], count: int) -> list[list[str]]:
        """For each ask at most ``count`` ids by main pictures, best first; what asks is not among its own."""
        seen = [_seen(ask) for ask in asks]
        last = [self._last(ask) if isinstance(ask, Visit) else ask for ask in asks]
        some = [at for at, ask in enumerate(last) if ask is not None]
        deep = count + max((len(seen[at]) for at in some), default=0)
        answers: list[list[str]] = [[] for _ in asks]
        for at, own in zip(some, self.gallery.answer_many([last[at] for at in some], deep), strict=True):
            answers[at] = [i for i in own if i not in seen[at]][:count]
        return answers

    def _last(self, visit: Visit) -> str | None:
        """The last product of a visit that has a picture here."""
        return next((i for i in reversed(visit.items) if i in self._panel.place_of), None)

    @cached_property
    def _learnt_from(self) -> frozenset[str]:
        return learnt_from(self._encoder.name)

    def reads(self, column: str) -> bool:
        """Whether it was learnt from this column, where a training here made it."""
        return column in self._learnt_from

    def cost(self) -> Cost:
        """Bytes of a picture's vector in an index, and of the network."""
        return cost_of(self._encoder)


def _seen(ask: Any) -> frozenset[str]:
    """What an answer leaves out: the product that asks, or all of a visit."""
    if isinstance(ask, Visit):
        return frozenset(ask.items)
    return frozenset({ask}) if isinstance(ask, str) else frozenset()


def learnt_from(name: str) -> frozenset[str]:
    """The columns that the encoder of a training was learnt from, by the report beside its file; none where
    there is no report."""
    if not name.startswith(PREFIX):
        return frozenset()
    model = Path(name.removeprefix(PREFIX).partition("#")[0])
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        report = json.loads((model.parent / "report.json").read_text("utf-8"))
        if report["name"] == model.stem:
            return frozenset(report["taught"]["labels"])
    return frozenset()
