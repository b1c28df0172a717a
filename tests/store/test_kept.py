"""A version told by what is kept of an earlier one has the columns of its tables, whatever came between."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookalike.errors import IndexLocked
from lookalike.store import keeping
from lookalike.store.base import Columns, Reader, StoredPicture
from lookalike.store.columns import read_columns
from lookalike.store.kept import FOLDER, kept_folders
from lookalike.store.lance import LanceStore
from lookalike.store.lance_reader import LanceReader
from lookalike.store.lance_writer import LanceWriter
from lookalike.testing.contracts import AWKWARD_IDS, SPACE, sample_picture, sample_product
from lookalike.testing.keeping import keep_always, quiet
from lookalike.testing.samples import OTHER, sample_look

IDS = [f"id{i}" for i in range(40)] + list(AWKWARD_IDS)
ARRAYS = ("picture_product", "position", "sizes", "norms", "palettes")
KEEPER = Path(__file__).with_name("keeping_child.py")


@pytest.fixture(autouse=True)
def keeping_always(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_always(monkeypatch)


def from_tables(reader: LanceReader) -> Columns:
    return read_columns(Path(), reader.manifest.version, reader._products, reader._pictures)


def require_same(one: Columns, other: Columns) -> None:
    assert one.version == other.version
    assert one.products.equals(other.products)
    assert one.products.schema.equals(other.products.schema)
    assert one.contents.equals(other.contents)
    for name in ARRAYS:
        assert getattr(one, name).dtype == getattr(other, name).dtype
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert np.array_equal(one.looks.whole, other.looks.whole)
    assert one.looks.shape == other.looks.shape


def require_told(store: LanceStore) -> Columns:
    """The newest version's columns, told by a kept one, and as the tables have them."""
    reader = store.reader()
    columns = reader.columns()
    assert columns.kept is not None
    require_same(columns, from_tables(reader))
    return columns


def some(writer: LanceWriter, written: Sequence[str], removed: Sequence[str], seed: int) -> None:
    """Write some products with up to three pictures, and remove others."""
    pictures = {i: [sample_picture(i, p, seed=seed) for p in range((len(i) + seed) % 4)] for i in written}
    writer.commit([sample_product(i, str(seed)) for i in written], pictures, removed)


@pytest.fixture
def store(tmp_path: Path) -> LanceStore:
    made = LanceStore.create(tmp_path / "index", SPACE, "test")
    with made.writer() as writer:
        some(writer, IDS[:30], [], 1)
    assert made.keep([], quiet) is not None
    return made


_STEP = st.tuples(
    st.sets(st.sampled_from(IDS), max_size=12), st.sets(st.sampled_from(IDS), max_size=12), st.booleans()
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_STEP, min_size=1, max_size=6), st.integers(1, 6))
def test_whatever_is_written_after_a_kept_version_is_told_by_it(
    store: LanceStore, tmp_path: Path, steps: list[tuple[set[str], set[str], bool]], small: int
) -> None:
    folder = tmp_path / "again"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(store.path, folder)
    again = LanceStore.open(folder)
    with pytest.MonkeyPatch.context() as patch, again.writer() as writer:
        patch.setattr("lookalike.store.lance_writer._SMALL_FRAGMENTS", small)  # so that rows move
        for seed, (written, removed, only_products) in enumerate(steps):
            if only_products:
                writer.commit([sample_product(i, f"again {seed}") for i in sorted(written)])
            else:
                some(writer, sorted(written), sorted(removed - written), seed)
            columns = require_told(again)
            require_unchanged(columns, store.reader())
            require_read(again.reader())
    assert [kept.name.split("-")[0] for kept in kept_folders(folder / FOLDER)] == ["1"]


def require_unchanged(columns: Columns, base: Reader) -> None:
    """Products that are told to be as they were are so, with their pictures; all others are touched."""
    assert columns.kept is not None
    before = base.columns()
    ids, known = columns.products["id"].to_pylist(), before.products["id"].to_pylist()
    rows = columns.kept.products
    if rows is None:
        require_same_but_version(columns, before)
        return
    assert len(rows) == len(ids)
    for row, was in enumerate(rows.tolist()):
        own, old = columns.picture_product == row, before.picture_product == was
        if was < 0:
            old = before.picture_product == (known.index(ids[row]) if ids[row] in known else -1)
        same = (
            ids[row] in known
            and columns.products.slice(row, 1).equals(before.products.slice(known.index(ids[row]), 1))
            and own.sum() == old.sum()
            and all(np.array_equal(getattr(columns, n)[own], getattr(before, n)[old]) for n in ARRAYS[1:])
            and np.array_equal(columns.looks[own], before.looks[old])
        )
        assert was == (known.index(ids[row]) if same else -1)


def require_same_but_version(one: Columns, other: Columns) -> None:
    assert one.products.equals(other.products)
    assert np.array_equal(one.looks.whole, other.looks.whole)


def require_read(reader: LanceReader) -> None:
    """Products and pictures are fetched from where they lie now."""
    stamps, ids = reader.stamps(), [*IDS, *reader.metadata_hashes()]
    found = reader.pictures(ids)
    assert {i: [(p.position, p.uri) for p in own] for i, own in found.items()} == {
        i: [(p.position, p.uri) for p in own] for i, own in stamps.items()
    }
    hashes = {i: product.metadata_hash() for i, product in reader.products(ids).items()}
    assert hashes == reader.metadata_hashes()
    keys = [(i, p.position) for i, own in stamps.items() for p in own]
    assert reader.thumbnails(keys) == {(i, p.position): p.thumbnail for i, own in found.items() for p in own}


def test_rows_that_merging_moved_are_not_taken_for_new_ones(
    store: LanceStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lookalike.store.lance_writer._SMALL_FRAGMENTS", 0)
    monkeypatch.setattr("lookalike.store.lance_writer._DELETED_SHARE", -1)
    monkeypatch.setattr("lookalike.store.lance_writer._larger", lambda _: [])
    with store.writer() as writer:
        some(writer, ["new"], [], 2)
        writer.commit(remove=["new"])
        some(writer, ["new", *IDS[:2]], [], 3)
    columns = require_told(store)
    assert columns.kept is not None
    assert columns.kept.products is not None
    assert len(columns.looks.tail) <= 3 * 3
    assert np.count_nonzero(columns.kept.products < 0) == 3


def test_a_version_that_only_names_what_was_fitted_is_the_kept_one(store: LanceStore) -> None:
    with store.writer() as writer:
        writer.commit(fitted={"words": "1"})
    columns = require_told(store)
    assert columns.version == 2
    assert columns.kept is not None
    assert (columns.kept.version, columns.kept.products, columns.looks.places) == (1, None, None)


def test_nothing_is_kept_twice_and_the_earlier_one_goes(store: LanceStore) -> None:
    assert store.keep([], quiet) is None
    with store.writer() as writer:
        some(writer, ["new"], [], 2)
    kept = store.keep([], quiet)
    assert kept is not None
    assert (kept.version, kept.products) == (2, None)
    assert kept_folders(store.path / FOLDER) == [kept.folder]
    assert require_told(store).kept == kept


def test_a_small_index_keeps_nothing_and_what_was_kept_of_it_goes(
    store: LanceStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "KEPT_FROM", 20_000)
    assert store.keep([], quiet) is None
    assert kept_folders(store.path / FOLDER) == []
    assert store.reader().columns().kept is None


def test_little_that_changed_is_no_reason_to_keep_again(
    store: LanceStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "_ROWS", 10)
    with store.writer() as writer:
        some(writer, ["new1", "new2"], [], 2)
    assert store.keep([], quiet) is None
    with store.writer() as writer:
        some(writer, [f"new{i}" for i in range(10)], [], 2)
    assert store.keep([], quiet) is not None


def test_other_vectors_are_told_by_nothing_kept_of_the_earlier_ones(store: LanceStore) -> None:
    with store.writer() as writer:
        some_looks = [_other(picture) for own in store.reader().pictures(IDS).values() for picture in own]
        writer.switch(OTHER, some_looks)
    columns = store.reader().columns()
    assert (columns.kept, columns.looks.shape[1]) == (None, 8)
    assert store.keep([], quiet) is not None
    require_told(store)


def _other(picture: StoredPicture) -> StoredPicture:
    return replace(picture, look=sample_look(picture.position, 8))


def test_a_restored_copy_of_an_earlier_state_is_told_by_its_own_rows(
    store: LanceStore, tmp_path: Path
) -> None:
    """A backup of tables and manifest laid over a folder that went on: versions meet again, rows do not."""
    shutil.copytree(store.path, tmp_path / "backup", ignore=shutil.ignore_patterns(FOLDER))
    with store.writer() as writer:
        some(writer, ["x", "y", IDS[3]], [IDS[4]], 5)
    store.keep([], quiet)
    for name in ("products.lance", "pictures.lance"):
        shutil.rmtree(store.path / name)
        shutil.copytree(tmp_path / "backup" / name, store.path / name)
    shutil.copy(tmp_path / "backup" / "manifest.json", store.path)
    restored = LanceStore.open(store.path)
    with restored.writer() as writer:
        some(writer, ["z", IDS[5]], [IDS[6]], 6)
    reader = restored.reader()
    require_same(reader.columns(), from_tables(reader))
    require_read(reader)


def test_an_index_made_anew_in_the_folder_has_nothing_of_the_earlier_one(store: LanceStore) -> None:
    for name in ("manifest.json", "products.lance", "pictures.lance"):
        one = store.path / name
        shutil.rmtree(one) if one.is_dir() else one.unlink()
    LanceStore.create(store.path, SPACE, "test")
    assert [*(store.path / FOLDER).glob("*/")] == []


def change_from(file: Path, share: float) -> None:
    """Let a file of the same size end in other bytes, as one of which not all reached the disk."""
    data = file.read_bytes()
    kept = int(share * len(data))
    file.write_bytes(data[:kept] + bytes(255 - byte for byte in data[kept:]))


DAMAGE: dict[str, Callable[[Path], None]] = {
    "missing": lambda file: file.unlink(),
    "empty": lambda file: file.write_bytes(b""),
    "cut short": lambda file: file.write_bytes(file.read_bytes()[:-1]),
    "longer": lambda file: file.write_bytes(file.read_bytes() + b"x"),
    "another file": lambda file: file.write_bytes(b"x" * file.stat().st_size),
    "its end is something else": lambda file: change_from(file, 0.7),
}
FILES = (
    "kept.json",
    "products.arrow",
    "documents.arrow",
    "contents.arrow",
    "looks.npy",
    "product_addresses.npy",
    "picture_addresses.npy",
    *(f"{name}.npy" for name in ARRAYS),
)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_file_is_not_read_and_the_tables_are(store: LanceStore, name: str, how: str) -> None:
    [folder] = kept_folders(store.path / FOLDER)
    DAMAGE[how](folder / name)
    reader = LanceStore.open(store.path).reader()
    assert reader.columns().kept is None
    require_same(reader.columns(), from_tables(reader))
    require_read(reader)
    assert store.keep([], quiet) is not None
    require_told(store)
    assert len(list((store.path / FOLDER).glob("*/"))) == 1


def test_another_format_is_not_read(store: LanceStore) -> None:
    [folder] = kept_folders(store.path / FOLDER)
    said = json.loads((folder / "kept.json").read_text())
    (folder / "kept.json").write_text(json.dumps({**said, "format": said["format"] + 1}))
    assert store.reader().columns().kept is None


@pytest.mark.parametrize(
    "text", ["[]", "[" * 100_000, '{"format": 1, "fingerprint": "%s", "sizes": {"looks.npy": 1e999}}']
)
def test_what_is_not_a_notice_of_a_kept_version_is_not_read(store: LanceStore, text: str) -> None:
    [folder] = kept_folders(store.path / FOLDER)
    (folder / "kept.json").write_text(text.replace("%s", SPACE.fingerprint))
    assert store.reader().columns().kept is None


def test_makers_see_the_columns_and_their_files_are_there_or_nothing_is(store: LanceStore) -> None:
    def make(columns: Columns, folder: Path, tell: Callable[[str, int, int], None]) -> None:
        require_same(columns, from_tables(store.reader()))
        tell("ids", 1, 2)
        (folder / "ids.txt").write_text("\n".join(columns.products["id"].to_pylist()))

    def fail(columns: Columns, folder: Path, tell: Callable[[str, int, int], None]) -> None:
        raise RuntimeError("no")

    with store.writer() as writer:
        some(writer, ["a", "b"], [], 2)
    said: list[str] = []
    with pytest.raises(RuntimeError, match="no"):
        store.keep([make, fail], quiet)
    assert [kept.name.split("-")[0] for kept in (store.path / FOLDER).glob("*/")] == ["1"]
    kept = store.keep([make], lambda what, _, __: said.append(what))
    assert kept is not None
    assert set((kept.folder / "ids.txt").read_text().splitlines()) > {"a", "b"}
    assert dict.fromkeys(said) == {"columns": None, "ids": None}
    (kept.folder / "ids.txt").write_text("cut short")
    assert store.reader().columns().kept is None


def test_what_stops_it_comes_out_and_leaves_nothing(store: LanceStore) -> None:
    def stop(what: str, done: int, count: int) -> None:
        raise KeyboardInterrupt

    with store.writer() as writer:
        some(writer, ["a", "b"], [], 2)
    with pytest.raises(KeyboardInterrupt):
        store.keep([], stop)
    assert [kept.name.split("-")[0] for kept in (store.path / FOLDER).glob("*/")] == ["1"]
    require_told(store)


def test_while_one_keeps_another_is_told_so_and_the_writer_goes_on(store: LanceStore) -> None:
    def meanwhile(columns: Columns, folder: Path, tell: Callable[[str, int, int], None]) -> None:
        with pytest.raises(IndexLocked, match="keeping columns of"):
            store.keep([], quiet)
        with LanceStore.open(store.path).writer(wait=0) as writer:
            some(writer, ["c"], [], 3)

    with store.writer() as writer:
        some(writer, ["a", "b"], [], 2)
    kept = store.keep([meanwhile], quiet)
    assert kept is not None
    assert kept.version == 2
    columns = require_told(store)
    assert (columns.version, len(columns.looks.tail)) == (3, 0 if not store.reader().pictures(["c"]) else 1)


def test_a_reader_goes_on_when_what_it_maps_is_deleted(store: LanceStore) -> None:
    reader = store.reader()
    columns = reader.columns()
    expected = from_tables(reader)
    shutil.rmtree(store.path / FOLDER)
    require_same(columns, expected)
    require_read(reader)


@pytest.mark.parametrize("moment", ["columns", "made", "published"])
def test_a_process_killed_while_it_keeps_leaves_an_index_that_tells_the_same(
    store: LanceStore, moment: str
) -> None:
    with store.writer() as writer:
        some(writer, ["a", "b"], [IDS[1]], 2)
    child = subprocess.Popen(
        [sys.executable, str(KEEPER), str(store.path), moment], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "there\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    columns = require_told(store)
    assert columns.kept is not None
    assert columns.kept.version == (2 if moment == "published" else 1)
    require_read(store.reader())
    store.keep([], quiet)
    assert [folder.name for folder in (store.path / FOLDER).glob("*/")] == [
        kept_folders(store.path / FOLDER)[0].name
    ]
    require_told(store)


def test_processes_share_the_pages_of_what_is_kept(store: LanceStore) -> None:
    """The looks of two readers, and of a copied file name, are one mapping of one file."""
    if not sys.platform.startswith("linux"):
        pytest.skip("what is mapped is told by Linux")
    one, other = store.reader().columns(), LanceStore.open(store.path).reader().columns()
    del other
    lines = Path("/proc/self/maps").read_text().splitlines()
    mapped = [line for line in lines if line.endswith("/looks.npy") and str(store.path) in line]
    assert mapped
    assert all(" r--s " in line or " r--p " in line for line in mapped)
    assert not one.looks.base.flags.writeable
