"""Thumbnails of one version of an index, also after busy writers have cleaned it away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from lookalike.doctor.case import PictureKey
from lookalike.store.base import VersionGone
from lookalike.view import View

_PATIENCE = 5  # newer versions that are tried


class LastingThumbnails:
    """The thumbnails of a version; when that is gone, of the newest, where it has the same pictures still.

    ``newest`` gives the version that is newest now.
    """

    def __init__(self, view: View, newest: Callable[[], View]) -> None:
        self._first = self._view = view
        self._newest = newest

    def __call__(self, keys: Sequence[PictureKey]) -> Mapping[PictureKey, bytes]:
        """Thumbnails by key; a picture that is not there any more is left out. Raises `VersionGone`."""
        for _ in range(_PATIENCE):
            view = self._view
            wanted = [key for key in keys if view is self._first or _same_picture(view, self._first, key)]
            try:
                return view.reader.thumbnails(wanted)
            except VersionGone:
                self._view = self._newest()
        raise VersionGone("writers are quicker than whoever reads")


def _same_picture(view: View, first: View, key: PictureKey) -> bool:
    return _content(view, key) == _content(first, key)


def _content(view: View, key: PictureKey) -> str:
    """The content hash of a picture, "" where there is none."""
    row = view.snapshot.row_of.get(key[0])
    own = slice(0, 0) if row is None else view.snapshot.pictures_of(row)
    positions = view.snapshot.position[own].tolist()
    return str(view.contents[own.start + positions.index(key[1])]) if key[1] in positions else ""
