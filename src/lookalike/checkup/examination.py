"""One version of an index is made a case, and everything that is asked for is looked for in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
from PIL import Image

from lookalike.checkup.kept import Examined, Run
from lookalike.checkup.remembered import Remembered
from lookalike.checkup.thumbnails import LastingThumbnails
from lookalike.doctor.case import Case, Tell, silent
from lookalike.doctor.checks import examined
from lookalike.doctor.finding import Unjudged
from lookalike.encoders.base import ImageEncoder
from lookalike.images import Picture
from lookalike.ingest import reported
from lookalike.ingest.measuring import encode_pictures
from lookalike.ingest.reported import Reported
from lookalike.store.base import Manifest, Notes
from lookalike.vectors import Floats
from lookalike.view import View

Encoders = Callable[[Manifest], ImageEncoder]

_BATCH = 4  # pictures that one thread encodes at once


def examine(case: Case, view: View, kinds: Collection[str]) -> Examined:
    """What is wrong, of these kinds, with one version of an index, whose case it is."""
    began = time.monotonic()
    findings, unjudged = examined(case, kinds)
    if "same-product" in kinds and (unseen := _unseen(view)):
        unjudged.append(unseen)
    run = Run(
        round(time.time() * 1000),
        view.snapshot.version,
        len(view.snapshot),
        len(view.snapshot.position),
        round(time.monotonic() - began, 3),
    )
    return Examined(tuple(kinds), tuple(findings), tuple(unjudged), run)


def case_of(
    view: View,
    notes: Notes,
    encoders: Encoders,
    newest: Callable[[], View],
    *,
    workers: int = 1,
    tell: Tell = silent,
) -> Case:
    """One version of an index as a doctor sees it; ``newest`` gives the one that is newest now."""
    told = Reported.from_bytes(notes.read(reported.NAME))
    return Case(
        snapshot=view.snapshot,
        sizes=view.sizes,
        contents=view.contents.to_pylist(),
        thumbnails=LastingThumbnails(view, newest),
        encode=partial(_encoded, view.reader.manifest, encoders, workers),
        same=_same(view),
        problems=told.holding(view.snapshot.row_of),
        pixels_known=Remembered.of(notes),
        workers=workers,
        tell=tell,
    )


def _encoded(manifest: Manifest, encoders: Encoders, workers: int, images: Sequence[Image.Image]) -> Floats:
    """Unit vectors (m, dim) of pictures, measured by several threads."""
    encoder = encoders(manifest)
    batches = [images[start : start + _BATCH] for start in range(0, len(images), _BATCH)]

    def encode(batch: Sequence[Image.Image]) -> Floats:
        return encode_pictures([Picture(image, *image.size) for image in batch], encoder)[0]

    with ThreadPoolExecutor(workers) as threads:
        looks = list(threads.map(encode, batches))
    return np.concatenate(looks) if looks else np.empty((0, manifest.space.dim), np.float32)


def _same(view: View) -> list[tuple[str, tuple[str, ...]]]:
    """Groups of products whose main pictures are copies, as far as somebody has looked, and their kinds."""
    mains = np.flatnonzero(np.diff(view.snapshot.picture_product, prepend=-1))
    contents = view.contents.take(mains).to_pylist()
    ids = view.snapshot.ids
    keys = [(ids[row], 0) for row in view.snapshot.picture_product[mains].tolist()]
    groups = view.known.groups(keys, contents)
    return [(group.kind, tuple(member.picture[0] for member in group.members)) for group in groups]


def _unseen(view: View) -> Unjudged | None:
    """What is to be said where not every picture was compared with the others."""
    kept = view.known.kept
    unseen = kept.unseen(view.contents.to_pylist())
    damaged = sum(content in kept.damaged for content in view.contents.filter(unseen).to_pylist())
    missing = int(unseen.sum()) - damaged
    if missing <= 0:
        return None
    return Unjudged(
        "same-product",
        "",
        f"{missing:,} of {len(unseen):,} pictures have not been compared with the others: "
        "lookalike duplicates compares them.",
    )
