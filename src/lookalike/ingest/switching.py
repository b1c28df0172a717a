"""From the vectors of one encoder to those of another, in one commit; and back, without encoding."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, TypeVar

from lookalike.errors import BadArgument, TooManyRemovals
from lookalike.ingest.rebuild_report import RebuildReport
from lookalike.products import PictureSource, Problem, Product
from lookalike.store.base import (
    Maker,
    Manifest,
    PictureStamp,
    Reader,
    Store,
    StoredPicture,
    Writer,
)
from lookalike.store.beside import Spare, Spares

_PRODUCTS_AT_ONCE = 256
_KEPT_AT_ONCE = 4096  # pictures without their thumbnails; every commit waits for the disk
_THUMBNAIL = "thumbnail of "
_WHOLE = "whole "

Source = tuple[str, str]
"""A content hash, and an address that held it."""

_T = TypeVar("_T")


@dataclass(slots=True)
class Findings:
    """What is known of contents that have no vector of their own: by hash and address.

    ``changed`` are the content and the stamp that the address has now, ``failed`` why nothing can be read,
    as reason and detail.
    """

    changed: dict[Source, tuple[str, str]] = field(default_factory=dict)
    failed: dict[Source, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Account:
    """Where the vector of each picture of one version comes from.

    ``chosen`` is by product what its pictures become, in order: the stamp, and the content hash under which
    a `Spare` has the vector. ``missing`` has the others. ``shorter`` products lose some of their pictures,
    ``lost`` ones all.
    """

    chosen: Mapping[str, Sequence[tuple[PictureStamp, str]]]
    missing: Sequence[PictureStamp]
    shorter: Sequence[str]
    lost: Sequence[str]
    changed: int
    thumbnails: int

    @property
    def ready(self) -> int:
        """How many pictures have a vector."""
        return sum(map(len, self.chosen.values()))


def account_of(
    stamps: Mapping[str, Sequence[PictureStamp]],
    known: set[str],
    findings: Findings | None = None,
    thumbnails: bool = False,
) -> Account:
    """Find a vector for every picture among ``known`` content hashes."""
    findings = findings or Findings()
    chosen: dict[str, list[tuple[PictureStamp, str]]] = {}
    missing: list[PictureStamp] = []
    shorter, lost = [], []
    changed = small = 0
    for product_id, own in stamps.items():
        for stamp in own:
            now, mark = findings.changed.get((stamp.content_hash, stamp.uri), ("", ""))
            if stamp.content_hash in known:
                chosen.setdefault(product_id, []).append((stamp, stamp.content_hash))
            elif now and of_whole(now) in known:
                chosen.setdefault(product_id, []).append((replace(stamp, stamp=mark), of_whole(now)))
                changed += 1
            elif thumbnails and of_thumbnail(stamp.content_hash) in known:
                chosen.setdefault(product_id, []).append((stamp, of_thumbnail(stamp.content_hash)))
                small += 1
            else:
                missing.append(stamp)
        if product_id not in chosen:
            lost.append(product_id)
        elif len(chosen[product_id]) < len(own):
            shorter.append(product_id)
    return Account(chosen, missing, shorter, lost, changed, small)


def of_thumbnail(content: str) -> str:
    """The key of a vector that was made from the small picture kept of a content."""
    return _THUMBNAIL + content


def of_whole(content: str) -> str:
    """The key of a picture that was measured as a whole, since its content is new to the index."""
    return _WHOLE + content


def switch(writer: Writer, spares: Spares, maker: Maker, account: Account) -> Manifest:
    """Make the vectors of ``maker`` the live ones; those of now become the way back, all others go."""
    reader = writer.reader
    before = reader.manifest
    keep(spares, reader)
    shorter = [_with_pictures(product, account) for product in reader.products(account.shorter).values()]
    manifest = writer.switch(maker, _joined(reader, spares.open(maker), account), shorter, account.lost)
    for useless in {maker.space, *([before.before.space] if before.before else [])} - {before.space}:
        spares.drop(useless)
    return manifest


def keep(spares: Spares, reader: Reader) -> None:
    """Lay the live vectors beside, so that there is a way back to them."""
    spare = spares.open(reader.manifest.maker)
    known = spare.hashes()
    wanted = {
        product_id
        for product_id, own in reader.stamps().items()
        if any(stamp.content_hash not in known for stamp in own)
    }
    live = (
        bare(picture)
        for ids in batches(sorted(wanted), _PRODUCTS_AT_ONCE)
        for own in reader.pictures(ids, raw=True).values()
        for picture in own
    )
    for some in batches(live, _KEPT_AT_ONCE):
        spare.add(some)


def bare(picture: StoredPicture) -> StoredPicture:
    """A picture of which only the vector is wanted."""
    return replace(picture, thumbnail=b"", glance=b"", original=None)


def batches(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """Lists of up to ``size`` items."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def pending(store: Store, manifest: Manifest) -> dict[Maker, int]:
    """Rebuilds that were begun and not finished, and how many contents each has encoded."""
    settled = {manifest.space, *([manifest.before.space] if manifest.before else [])}
    return {maker: count for maker, count in store.spares().items() if maker.space not in settled}


def begun(store: Store, manifest: Manifest) -> dict[str, Any] | None:
    """The rebuild that is under way or was stopped, as a JSON-ready document, or None."""
    for maker, count in pending(store, manifest).items():
        return {"encoder": maker.encoder, "encoded": count}
    return None


def abandon(store: Store) -> list[str]:
    """Throw away what unfinished rebuilds made; returns the names of their encoders."""
    with store.rebuilding() as spares:
        manifest = store.reader().manifest
        half = pending(store, manifest)
        for space in (manifest.space, *(maker.space for maker in half)):
            spares.drop(space)
    return [maker.encoder for maker in half]


def switch_back(store: Store, *, force: bool, wait: float) -> RebuildReport:
    """Make the vectors of the encoder before live again; products, prices and stock stay as they are now.

    Raises `BadArgument` when there is no way back, and `TooManyRemovals`, with nothing changed, when products
    have come in whose pictures that encoder never saw, unless ``force``: then they are left out.
    """
    began = time.monotonic()
    with ExitStack() as held:
        spares = held.enter_context(store.rebuilding())
        writer = held.enter_context(store.writer(wait))
        manifest = writer.reader.manifest
        if manifest.before is None:
            raise BadArgument(
                "There is no way back: the vectors of this index were never switched.",
                next_step="Write: lookalike rebuild --encoder NAME",
            )
        account = account_of(writer.reader.stamps(), spares.open(manifest.before).hashes())
        if account.missing and not force:
            raise _would_lose(account, manifest.before)
        switch(writer, spares, manifest.before, account)
    problems = problems_of(account, {}, "not-encoded", f"{manifest.before.encoder} never saw it.")
    return report_of(manifest, manifest.before, account, problems, switched=True, began=began)


def problems_of(
    account: Account, failed: Mapping[Source, tuple[str, str]], reason: str, detail: str
) -> tuple[Problem, ...]:
    """One problem for each missing picture; ``reason`` and ``detail`` where nothing else is known of it."""
    lost = set(account.lost)
    return tuple(
        Problem(
            None,
            stamp.product_id,
            *failed.get((stamp.content_hash, stamp.uri), (reason, detail)),
            uri=stamp.uri,
            fatal=stamp.product_id in lost,
        )
        for stamp in account.missing
    )


def report_of(
    manifest: Manifest,
    maker: Maker,
    account: Account,
    problems: Sequence[Problem],
    *,
    switched: bool,
    began: float,
    encoded: int = 0,
    mapped: int = 0,
) -> RebuildReport:
    """The report of a run that began at the moment ``began`` of the monotonic clock."""
    return RebuildReport(
        encoder=maker.encoder,
        before=manifest.encoder,
        pictures=account.ready + len(account.missing),
        ready=account.ready,
        missing=len(account.missing),
        lost=len(account.lost),
        encoded=encoded,
        changed=account.changed,
        thumbnails=account.thumbnails,
        switched=switched,
        seconds=time.monotonic() - began,
        problems=problems,
        mapped=mapped,
    )


def _would_lose(account: Account, before: Maker) -> TooManyRemovals:
    some = f"{len(account.missing):,} pictures came in since and have no vectors of {before.encoder}"
    return TooManyRemovals(
        f"{some}: going back would leave out {len(account.lost):,} products; nothing was changed.",
        next_step=f"Encode only those with: lookalike rebuild --encoder {before.encoder}; or leave them out "
        "with: lookalike rebuild --back --force (force=True in Python).",
    )


def _with_pictures(product: Product, account: Account) -> Product:
    """A product that names only the pictures it keeps."""
    return replace(
        product, pictures=tuple(PictureSource(stamp.uri) for stamp, _ in account.chosen[product.id])
    )


def _joined(reader: Reader, spare: Spare, account: Account) -> Iterator[StoredPicture]:
    """Every picture of the new state: as it is stored, with the vector of its content beside."""
    for ids in batches(account.chosen, _PRODUCTS_AT_ONCE):
        live = reader.pictures(ids, raw=True)
        vectors = spare.find([key for i in ids for _, key in account.chosen[i]])
        for product_id in ids:
            stored = {picture.position: picture for picture in live[product_id]}
            for position, (stamp, key) in enumerate(account.chosen[product_id]):
                picture, vector = stored[stamp.position], vectors[key]
                if key.startswith(_WHOLE):
                    content = key.removeprefix(_WHOLE)
                    picture = replace(vector, product_id=product_id, content_hash=content)
                    picture = replace(picture, uri=stamp.uri, stamp=stamp.stamp)
                yield replace(picture, position=position, look=vector.look, norm=vector.norm)
