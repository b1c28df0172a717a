"""Writing one index: rows into both tables, then the manifest; upkeep; undoing what was not published."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pyarrow as pa

from lookalike.errors import IndexLocked, LookalikeError
from lookalike.products import Product
from lookalike.store.affordable import affordable
from lookalike.store.base import Maker, Manifest, StoredPicture, useless_notes
from lookalike.store.damage import shown
from lookalike.store.elsewhere import LanceElsewhere, Written, append_written, require_written
from lookalike.store.failing import writing
from lookalike.store.lance_reader import LanceReader
from lookalike.store.manifest import Pair, read_manifest, write_manifest
from lookalike.store.notes import PlacedNotes
from lookalike.store.place import Hold, Place
from lookalike.store.rows import (
    picture_batches,
    picture_schema,
    products_to_table,
    require_sound,
    sound_pictures,
)
from lookalike.store.tables import (
    PICTURES,
    PRODUCTS,
    Table,
    open_table,
    replace_rows,
    trim_memory,
)

FRAGMENT_ROWS = 2048
"""Small fragments are merged up to about this many rows. Lance holds much of a merge in memory, pictures and
all: a larger number makes the peak of a long load grow, by 160 MB with 16,384 rows of 9 kB."""

_SMALL_FRAGMENTS = 24
_DELETED_SHARE = 0.2
_CLEAN_EVERY = 16
_TRIM_PICTURES = 512
_TRIES = 3  # of a commit that another writer disturbed
_MERGING = ("Rewrite", "BaseOperation")  # how Lance calls a merge, and the reserving of numbers for it


class _Disturbed(Exception):
    """A writer that had lost its lease wrote into a table between two steps of this one."""


class LanceWriter:
    """The one writer of an index; made by `LanceStore.writer`, which holds the lock meanwhile."""

    def __init__(self, place: Place, hold: Hold) -> None:
        self._place = place
        self._hold = hold
        self._commits = 0
        self._untrimmed = 0
        self._lent = False
        self._unpublished = not hold.clean
        with writing(place):
            self._published = read_manifest(hold)
            if not hold.clean and hold.token:  # a writer that was taken for dead can publish no more
                write_manifest(hold, self._published)
            self._products = open_table(place, PRODUCTS)
            self._pictures = open_table(place, PICTURES)
            try:
                self._undo()
            except OSError as error:
                if not self._make_room(error):
                    raise
                self._undo()

    @property
    def reader(self) -> LanceReader:
        """A reader of what was last committed."""
        return LanceReader(self._place, self._published)

    def commit(
        self,
        products: Sequence[Product] = (),
        pictures: Mapping[str, Sequence[StoredPicture]] | None = None,
        remove: Sequence[str] = (),
        fitted: Mapping[str, str] | None = None,
        written: Sequence[Written] = (),
    ) -> Manifest:
        """Publish one state; see `lookalike.store.base.Writer.commit`."""
        pictures = pictures or {}
        require_sound(products, pictures, remove, self._published.manifest.space.dim)
        shown = require_written(written, pictures, remove)
        rows = products_to_table(products)
        self._require_known(shown - {product.id for product in products})
        write = partial(self._write, rows, pictures, remove, written)
        with writing(self._place):
            try:
                self._attempt(write, self._published.manifest.with_fitted(fitted))
            except OSError as error:
                if not self._make_room(error):
                    raise
                self._attempt(write, self._published.manifest.with_fitted(fitted))
        self._commits += 1
        self._untrimmed += sum(map(len, pictures.values()))
        if self._untrimmed >= _TRIM_PICTURES:
            self._untrimmed = 0
            trim_memory()
        if self._commits % _CLEAN_EVERY == 0:
            with suppress(LookalikeError), writing(self._place):  # what was committed is safe without this
                self._tidy()
        return self._published.manifest

    def switch(
        self,
        maker: Maker,
        pictures: Iterable[StoredPicture],
        products: Sequence[Product] = (),
        remove: Sequence[str] = (),
    ) -> Manifest:
        """Publish one state with other vectors; see `lookalike.store.base.Writer.switch`."""
        before = self._published.manifest
        require_sound(products, {}, remove, maker.space.dim)
        rows = products_to_table(products)
        known = {product.id for product in products} | (self.reader.metadata_hashes().keys() - set(remove))
        sound = sound_pictures(pictures, known, maker.space.dim)
        manifest = before.switched(maker)
        failed: list[BaseException] = []
        try:
            with writing(self._place):
                self._attempt(
                    partial(self._write_all, rows, _noting(sound, failed), remove, maker.space.dim), manifest
                )
        except BaseException:
            if failed:  # Lance says of it only that Python failed
                raise failed[0] from None
            raise
        self._commits += 1
        trim_memory()
        return self._published.manifest

    def elsewhere(self) -> LanceElsewhere:
        """What reads and writes pictures in other processes; see `lookalike.store.base.Writer.elsewhere`."""
        self._lent = True
        address = self._place.table(PICTURES)
        return LanceElsewhere(address.uri, address.options, self._pictures.version, FRAGMENT_ROWS)

    def close(self) -> None:
        """Leave the folder tidy: drop versions that no reader is promised any more."""
        if self._commits or self._lent:
            self._unpublished |= self._lent  # what was written elsewhere, and not committed, goes
            self._lent = False
            with suppress(LookalikeError), writing(self._place):
                self._undo()
                self._tidy()

    def _attempt(self, write: Callable[[], None], manifest: Manifest) -> None:
        """Publish what ``write`` writes, again where a writer that lost its lease came between."""
        for _ in range(_TRIES):
            with suppress(_Disturbed):
                return self._try(write, manifest)
        raise IndexLocked(
            f"Another process that lost its lease goes on writing to the index at {shown(self._place)}.",
            next_step="Stop it, and run the command again; what was committed is kept.",
        )

    def _try(self, write: Callable[[], None], manifest: Manifest) -> None:
        """One try at publishing what ``write`` writes; whatever fails, both tables are brought back."""
        self._undo()
        self._unpublished = True
        start = time.time()
        try:
            write()
            was_compacted = self._compact()
            for name in (PRODUCTS, PICTURES):
                self._place.flush(name, start)
            self._publish(replace(manifest, version=manifest.version + 1))
        except BaseException:
            with suppress(Exception):  # else the next commit, or the next writer, undoes it
                self._undo()
            raise
        self._unpublished = not was_compacted

    def _write(
        self,
        products: pa.Table,
        pictures: Mapping[str, Sequence[StoredPicture]],
        remove: Sequence[str],
        written: Sequence[Written] = (),
    ) -> None:
        is_new = False
        if products.num_rows:
            merge = self._products.merge_insert("id").when_matched_update_all().when_not_matched_insert_all()
            with self._alone(self._products):
                is_new = merge.execute(products)["num_updated_rows"] == 0
        if remove:
            with self._alone(self._products):
                _delete(self._products, "id", remove)
        old: set[str] = set(remove)
        shown = pictures.keys() | {product_id for one in written for product_id in one.products}
        if not is_new or not shown <= set(products.column("id").to_pylist()):
            old |= shown
        if old:
            with self._alone(self._pictures):
                _delete(self._pictures, "product_id", old)
        if any(pictures.values()):
            schema = self._pictures.schema
            rows = (picture for own in pictures.values() for picture in own)
            with self._alone(self._pictures):
                batches = picture_batches(rows, schema)
                self._pictures.insert(pa.RecordBatchReader.from_batches(schema, batches))
        if any(one.rows for one in written):
            before = self._pictures.version
            self._pictures = append_written(self._pictures, written, self._place.sizes(f"{PICTURES}/data"))
            self._require_next(before, self._pictures)

    def _write_all(
        self, products: pa.Table, pictures: Iterator[StoredPicture], remove: Sequence[str], dim: int
    ) -> None:
        """Write the pictures table anew; the earlier one stays as a version of it."""
        self._write(products, {}, remove)
        schema = picture_schema(dim)
        rows = pa.RecordBatchReader.from_batches(schema, picture_batches(pictures, schema))
        before = self._pictures.version
        self._pictures = replace_rows(self._place, PICTURES, rows, FRAGMENT_ROWS)
        self._require_next(before, self._pictures)

    @contextmanager
    def _alone(self, table: Table) -> Iterator[None]:
        """Make sure that what is done to a table makes the version after the one that is known.

        Lance would merge what another writer has committed meanwhile, and it would be published.
        """
        before = table.version
        yield
        self._require_next(before, table)

    def _require_next(self, before: int, table: Table) -> None:
        if self._hold.token and table.version > before + 1:
            raise _Disturbed

    def _publish(self, manifest: Manifest) -> None:
        manifest = replace(
            manifest,
            products=self._products.count_rows(),
            pictures=self._pictures.count_rows(),
        )
        published = self._published.followed_by(manifest, self._products.version, self._pictures.version)
        write_manifest(self._hold, published)
        self._published = published

    def _require_known(self, ids: Iterable[str]) -> None:
        wanted = sorted(ids)
        if wanted and len(self.reader.products(wanted)) < len(wanted):
            raise ValueError("pictures of a product that does not exist")

    def _undo(self) -> None:
        """Bring both tables back to the published pair, and sweep what a killed writer left."""
        self._hold.require()
        if self._unpublished and self._hold.token:  # the answer to a commit may have been lost
            self._published = read_manifest(self._hold)
        if self._unpublished and not self._lent:  # first, since a full disk needs the room
            self._place.sweep({PRODUCTS: self._products, PICTURES: self._pictures}, self._hold)
        pair = self._published.pair
        found: list[Table] = []
        for name, version in ((PRODUCTS, pair.products), (PICTURES, pair.pictures)):
            table = open_table(self._place, name)
            if table.version != version:
                table = open_table(self._place, name, version)
                table.restore()
            found.append(table)
        self._products, self._pictures = found
        if (self._products.version, self._pictures.version) != (pair.products, pair.pictures):
            self._publish(self._published.manifest)
            self._clean()
        self._unpublished = False

    def _compact(self) -> bool:
        """Merge small fragments and drop deleted rows, when there are enough of them to slow a reader.

        False when the disk has no room for that; a commit is complete without it.
        """
        for table in (self._products, self._pictures):
            fragments = [(f.count_rows(), f.num_deletions, f.fragment_id) for f in table.get_fragments()]
            gone, left = sum(gone for _, gone, _ in fragments), sum(rows for rows, _, _ in fragments)
            small = [(rows, i) for rows, _, i in fragments if rows < FRAGMENT_ROWS // 2]
            if gone > max(64, _DELETED_SHARE * left):
                excluded: list[int] = []
            elif len(small) > _SMALL_FRAGMENTS:
                excluded = _larger(small)
            else:
                continue
            before = table.version
            try:
                table.optimize.compact_files(
                    target_rows_per_fragment=FRAGMENT_ROWS,
                    batch_size=256,
                    num_threads=1,
                    excluded_fragment_ids=excluded,
                )
                self._require_merged(table, before)
            except OSError as error:
                if self._place.refusal(error) is None:
                    raise
                return False
        return True

    def _require_merged(self, table: Table, before: int) -> None:
        """Make sure that nothing but a merge made the versions of a table after one."""
        for version in range(before + 1, table.version + 1) if self._hold.token else ():
            if type(table.read_transaction(version).operation).__name__ not in _MERGING:
                raise _Disturbed

    def _tidy(self) -> None:
        """Stop promising earlier pairs that hold much space, then clean; notes of what they fitted too."""
        self._keep_earlier(affordable(self._place, self._published))
        self._clean()
        notes = PlacedNotes(self._place)
        notes.remove(useless_notes(notes.names(), self._published.fitted()))

    def _make_room(self, error: OSError) -> bool:
        """Give up all earlier versions because the disk refused; True when that may have helped."""
        if self._place.refusal(error) is None or not self._published.earlier:
            return False
        with suppress(OSError):
            self._keep_earlier(())
            self._clean()
            return True
        return False

    def _keep_earlier(self, earlier: tuple[Pair, ...]) -> None:
        if earlier != self._published.earlier:
            published = replace(self._published, earlier=earlier)
            write_manifest(self._hold, published)
            self._published = published

    def _clean(self) -> None:
        """Delete table versions that the manifest does not name, and files that only they used.

        Later ones than it names are another writer's, if there are any.
        """
        self._hold.require()
        pairs = (*self._published.earlier, self._published.pair)
        for table, kept in (
            (self._products, {pair.products for pair in pairs}),
            (self._pictures, {pair.pictures for pair in pairs}),
        ):
            there = {v["version"] for v in table.versions()} - kept
            if doomed := sorted(version for version in there if version < max(kept)):
                table.cleanup_old_versions(versions=doomed, older_than=timedelta(0))


def _noting(pictures: Iterator[StoredPicture], failed: list[BaseException]) -> Iterator[StoredPicture]:
    """Hand pictures on; put what taking them raises into ``failed``. Memory is trimmed on the way."""
    try:
        for count, picture in enumerate(pictures, start=1):
            yield picture
            if count % _TRIM_PICTURES == 0:
                trim_memory()
    except GeneratorExit:
        raise
    except BaseException as error:
        failed.append(error)
        raise


def _larger(fragments: list[tuple[int, int]]) -> list[int]:
    """Ids of fragments, given as (rows, id), that are larger than all smaller ones together.

    Leaving them alone makes the writing of one row cost a logarithm of rewritten rows, not all of them.
    """
    total = 0
    ordered = sorted(fragments)
    for place, (rows, _) in enumerate(ordered):
        if place >= _SMALL_FRAGMENTS // 2 and rows > total:
            return [fragment for _, fragment in ordered[place:]]
        total += rows
    return []


def _delete(table: Table, column: str, ids: Iterable[str]) -> None:
    source = pa.table({column: pa.array(sorted(set(ids)), pa.string())})
    table.merge_insert(column).when_matched_delete().execute(source)
