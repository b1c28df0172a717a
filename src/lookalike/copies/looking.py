"""Looking at pictures that nobody has looked at: piece by piece, so that stopping loses seconds of work."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from lookalike.copies.originals import Originals
from lookalike.duplicates import kept as notebook
from lookalike.duplicates.catalogue import DAMAGED_GLANCE, KeptThumbnails, without
from lookalike.duplicates.finding import Found, Pictures, find_pairs
from lookalike.duplicates.kept import Kept, found
from lookalike.errors import LookalikeError
from lookalike.store.base import Notes, VersionGone
from lookalike.vectors import Mask
from lookalike.view import View

LookProgress = Callable[[int, int], None]
"""Called with how many pictures were looked at, and how many there are to look at."""

_SAVED = 5.0  # seconds between notes of what was found


class Look:
    """One look at all pictures of a version that nobody has looked at. Use once.

    ``news`` is what it has found so far; it is noted now and then, and at the end, whatever ends it.
    ``unsaved`` says that it could not be.
    """

    def __init__(
        self,
        view: View,
        notes: Notes,
        *,
        workers: int,
        memory: int | None = None,
        progress: LookProgress | None = None,
    ) -> None:
        self._view = view
        self._notes = notes
        how = partial(find_pairs, workers=workers, progress=progress)
        self._find = how if memory is None else partial(how, memory=memory)
        self._originals = Originals(view.reader)
        self._contents = dict(zip(view.keys, view.contents.to_pylist(), strict=True))
        self.news = Kept()
        self.unsaved = False

    def run(self) -> None:
        """Look, and take note of what is found."""
        pictures = self._view.pictures
        self.news = Kept(damaged=self._without_glance(pictures))
        if not self._fresh(pictures).any():
            return
        noted = time.monotonic()
        try:
            for piece, contents in self._pieces(pictures):
                pairs = [*piece.pairs, *self._originals.same_pixels(piece.pairs)]
                seen = [contents[at] for at in piece.covered.tolist()]
                self.news = self.news.joined(found(pairs, self._contents, seen))
                if time.monotonic() - noted > _SAVED:
                    self._note()
                    noted = time.monotonic()
        finally:
            self._note()

    def _pieces(self, pictures: Pictures) -> Iterator[tuple[Found, Sequence[str]]]:
        """What is found, and the contents of the pictures that were asked about.

        Those whose thumbnails turn out to be damaged are left out.
        """
        known = self._view.known.kept.pairs_of(pictures.keys, pictures.contents)
        while True:
            handed = pictures.thumbnails
            try:
                for piece in self._find(pictures, fresh=self._fresh(pictures), known=known):
                    yield piece, pictures.contents
                    if isinstance(handed, KeptThumbnails):
                        handed.were_sound()
                return
            except (LookalikeError, VersionGone):
                raise
            except Exception:  # decoders raise nearly anything on damaged bytes
                damaged = handed.damaged() if isinstance(handed, KeptThumbnails) else {}
                if not damaged:
                    raise
                why = {pictures.contents[at]: why for at, why in damaged.items()}
                self.news = self.news.joined(Kept(damaged=why))
                pictures = without(pictures, damaged)

    def _fresh(self, pictures: Pictures) -> Mask:
        fresh: Mask = self._view.known.kept.unseen(pictures.contents) & self.news.unseen(pictures.contents)
        return fresh

    def _without_glance(self, pictures: Pictures) -> dict[str, str]:
        """Contents of pictures that are not looked at, since there is nothing to begin with."""
        if len(pictures) == len(self._contents):
            return {}
        there = set(pictures.keys)
        return {own: DAMAGED_GLANCE for key, own in self._contents.items() if key not in there}

    def _note(self) -> None:
        """Join what was found with what others have found meanwhile."""
        news, there = self.news, [*self._contents.values()]
        if not len(news.seen) and not news.damaged and not news.ties:
            return
        try:
            self._notes.change(
                notebook.NAME, lambda data: Kept.from_bytes(data).joined(news).needed(there).to_bytes()
            )
            self.unsaved = False
        except LookalikeError:  # a read-only folder, a full disk: the answer does without
            self.unsaved = True
