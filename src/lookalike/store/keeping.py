"""Keeping a version: when that is worth it, and doing it beside readers and the writer."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import ParamSpec

from lookalike.stacked import Kept
from lookalike.store.base import KeepProgress, Make, Manifest
from lookalike.store.fragments import fragments_of, rows_changed
from lookalike.store.kept import (
    FOLDER,
    Base,
    bases,
    columns_in,
    has_leftovers,
    kept_folders,
    new_folder,
    publish,
    sweep_kept,
    write_kept,
)
from lookalike.store.place import Place
from lookalike.store.tables import Table

KEPT_FROM = 20_000
"""Pictures from which on a version is kept: fewer are read within a second."""

_P = ParamSpec("_P")

_SHARE = 0.02
_ROWS = 5000


def is_due(home: Path, manifest: Manifest, products: Table, pictures: Table) -> bool:
    """Whether a version is worth keeping: it is large, and much has changed since the one that is kept."""
    if manifest.pictures < KEPT_FROM:
        return bool(kept_folders(home))
    changed = (_changed(base, products, pictures) for base in bases(home, manifest))
    return next(changed, manifest.pictures) > max(_ROWS, _SHARE * manifest.pictures)


def _changed(base: Base, products: Table, pictures: Table) -> int:
    """How many products and pictures are not where they were."""
    return rows_changed(base.products, fragments_of(products)) + rows_changed(
        base.pictures, fragments_of(pictures)
    )


def keep(
    place: Place,
    manifest: Manifest,
    tables: tuple[Table, Table],
    makers: Sequence[Make],
    tell: KeepProgress,
) -> Kept | None:
    """Lay one version down if that is due, let makers add what they make of it, and delete those kept before.

    None where nothing was laid down. Other machines get it from the place. A lock keeps two processes from
    doing this at once; neither readers nor the writer of the index wait for it. Raises `IndexLocked`,
    `OSError`, what Lance raises, and what ``tell`` and makers raise.
    """
    home = place.local(FOLDER)
    if not (is_due(home, manifest, *tables) or has_leftovers(home)):
        return None
    with place.lock(FOLDER, 0.0, "keeping columns of"):
        if manifest.pictures < KEPT_FROM:
            place.share(FOLDER, None)
            sweep_kept(home, None)
        elif is_due(home, manifest, *tables):  # still, now that no other process is at it
            folder = new_folder(home, manifest.version)
            try:
                write_kept(folder, manifest, tables, partial(tell, "columns"), place)
                columns = columns_in(Kept(folder, manifest.version))
                for make in makers:
                    make(columns, folder, tell)
                publish(folder, manifest, *tables)
                place.share(FOLDER, folder)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            sweep_kept(home, folder)
            return Kept(folder, manifest.version)
        else:
            sweep_kept(home, next(iter(kept_folders(home)), None))
    return None


def noting(make: Callable[_P, None], failed: list[BaseException]) -> Callable[_P, None]:
    """The same function, putting what it raises into ``failed``; a disk that refuses says so itself."""

    def noted(*args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            make(*args, **kwargs)
        except OSError:
            raise
        except BaseException as error:
            failed.append(error)
            raise

    return noted
