"""The second look: are two pictures one photograph?

Most pairs are dismissed by what is in memory (`lookalike.duplicates.gates`). Of the others the stored
pictures are read, aligned from the pose that was found, and judged (`lookalike.duplicates.judging`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from lookalike.duplicates.alignment import roughly_aligned
from lookalike.duplicates.gates import Candidates, Passed
from lookalike.duplicates.judging import Verdicts, judged_from, nothing_alike
from lookalike.duplicates.sight import Couples, Indices, Sights, sights

Thumbnails = Callable[[Sequence[int]], Sequence[bytes]]
"""Small JPEGs of the pictures at these positions."""

_AT_ONCE = 16  # pairs aligned together: their numbers fit in a processor's cache
_LOADED = 512  # pairs whose thumbnails are in memory at once


def verified(
    candidates: Candidates,
    passed: Passed,
    thumbnails: Thumbnails,
    other_thumbnails: Thumbnails,
    pool: ThreadPoolExecutor | None = None,
) -> Verdicts:
    """What the pictures of the k candidates that passed the gates say, (k,).

    ``thumbnails`` are asked for positions of ``candidates.first``, ``other_thumbnails`` of its ``second``.
    """
    verdicts = nothing_alike(len(passed.rows))
    for start in range(0, len(passed.rows), _LOADED):
        rows = passed.rows[start : start + _LOADED]
        first, second = candidates.first[rows], candidates.second[rows]
        if thumbnails is other_thumbnails:
            both, at = _seen(np.concatenate([first, second]), thumbnails, pool)
            couples = Couples(both, at[: len(rows)], both, at[len(rows) :])
        else:
            couples = Couples(*_seen(first, thumbnails, pool), *_seen(second, other_thumbnails, pool))
        places = np.arange(start, start + len(rows))
        pieces = [places[at : at + _AT_ONCE] for at in range(0, len(rows), _AT_ONCE)]
        some = [couples.take(piece - start) for piece in pieces]
        found = (pool.map if pool else map)(_judged, some, [passed.take(piece) for piece in pieces])
        for piece, one in zip(pieces, found, strict=True):
            verdicts.put(piece, one)
    return verdicts


def _judged(couples: Couples, passed: Passed) -> Verdicts:
    """Verdicts of some pairs, each under its pose or the rival of that, whichever is closer."""
    poses = passed.poses
    doubtful = np.flatnonzero(~np.isnan(passed.rivals[:, 0, 0]))
    if len(doubtful):
        both, rivals = couples.take(doubtful), passed.rivals[doubtful]
        (_, scores), (_, others) = roughly_aligned(both, poses[doubtful]), roughly_aligned(both, rivals)
        poses = poses.copy()
        poses[doubtful] = np.where((others > scores)[:, None, None], rivals, poses[doubtful])
    return judged_from(couples, poses)


def _seen(
    positions: Indices, thumbnails: Thumbnails, pool: ThreadPoolExecutor | None
) -> tuple[Sights, Indices]:
    """The sights of some pictures, each once, and where each position's is."""
    unique, at = np.unique(positions, return_inverse=True)
    return sights(thumbnails(unique.tolist()), pool), at
