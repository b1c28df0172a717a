import json
import os
import resource
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lookalike.errors import (
    FormatMismatch,
    IndexDamaged,
    IndexExists,
    IndexLocked,
    LookalikeError,
    NoIndex,
    StorageError,
)
from lookalike.products import Product
from lookalike.store.base import VersionGone
from lookalike.store.folder import Folder
from lookalike.store.lance import LanceStore
from lookalike.store.tables import open_table
from lookalike.testing.contracts import SPACE, sample_picture, sample_product


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An index of six products with a picture each, in two commits."""
    folder = tmp_path / "index"
    with LanceStore.create(folder, SPACE, "test", {"catalog": "shop.csv"}).writer() as writer:
        for ids in ("abc", "def"):
            writer.commit([sample_product(i) for i in ids], {i: [sample_picture(i)] for i in ids})
    return folder


def data_files(path: Path, table: str) -> list[Path]:
    return sorted((path / table / "data").glob("*.lance"))


def test_an_opened_index_says_what_it_is(path: Path) -> None:
    manifest = LanceStore.open(path).reader().manifest
    assert (manifest.version, manifest.products, manifest.pictures) == (2, 6, 6)
    assert (manifest.space, manifest.encoder, manifest.settings) == (SPACE, "test", {"catalog": "shop.csv"})


def test_an_index_is_not_created_over_another(path: Path) -> None:
    with pytest.raises(IndexExists):
        LanceStore.create(path, SPACE, "test")
    assert LanceStore.open(path).newest() == 2


def test_a_folder_with_something_else_in_it_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("dear")
    with pytest.raises(NoIndex, match="something else"):
        LanceStore.create(tmp_path, SPACE, "test")
    with pytest.raises(NoIndex, match="not an index"):
        LanceStore.open(tmp_path)
    with pytest.raises(NoIndex):
        LanceStore.create(tmp_path / "diary.txt", SPACE, "test")
    assert [entry.name for entry in tmp_path.iterdir()] == ["diary.txt"]


def test_nothing_at_all_is_no_index(tmp_path: Path) -> None:
    with pytest.raises(NoIndex, match="does not exist"):
        LanceStore.open(tmp_path / "nowhere")


def test_what_an_interrupted_creation_left_does_not_stand_in_the_way(path: Path, tmp_path: Path) -> None:
    half = tmp_path / "half"
    LanceStore.create(half, SPACE, "test")
    (half / "manifest.json").unlink()
    (half / "lock.json").write_text("{}")
    with pytest.raises(NoIndex):
        LanceStore.open(half)
    with LanceStore.create(half, SPACE, "test").writer() as writer:
        assert writer.commit([sample_product("a")]).products == 1


def test_another_format_is_refused_by_name(path: Path) -> None:
    manifest = path / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "format": 99}))
    with pytest.raises(FormatMismatch, match=r"format 99.*format 2"):
        LanceStore.open(path)


def test_an_index_from_before_there_were_rebuilds_opens(path: Path) -> None:
    document = json.loads((path / "manifest.json").read_text())
    assert document.pop("before") is None
    (path / "manifest.json").write_text(json.dumps(document))
    assert LanceStore.open(path).reader().manifest.before is None
    assert LanceStore.open(path).spares() == {}


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": 2}', "\x00" * 400])
def test_a_torn_manifest_is_damage(path: Path, text: str) -> None:
    (path / "manifest.json").write_text(text)
    with pytest.raises(IndexDamaged, match=r"manifest\.json"):
        LanceStore.open(path)


def test_a_lost_manifest_is_damage_and_never_overwritten(path: Path) -> None:
    (path / "manifest.json").unlink()
    for act in (lambda: LanceStore.open(path), lambda: LanceStore.create(path, SPACE, "test")):
        with pytest.raises(IndexDamaged, match=r"manifest\.json is missing"):
            act()
    assert data_files(path, "pictures.lance")


@pytest.mark.parametrize("table", ["products.lance", "pictures.lance"])
def test_a_lost_table_is_damage(path: Path, table: str) -> None:
    shutil.rmtree(path / table)
    with pytest.raises(IndexDamaged, match=table):
        LanceStore.open(path)


@pytest.mark.parametrize("table", ["products.lance", "pictures.lance"])
@pytest.mark.parametrize("harm", ["deleted", "truncated", "zeroed"])
def test_a_harmed_data_file_is_damage_and_named_by_a_check(
    path: Path, table: str, harm: str, capfd: pytest.CaptureFixture[str]
) -> None:
    reader = LanceStore.open(path).reader()
    file = data_files(path, table)[0]
    size = file.stat().st_size
    if harm == "deleted":
        file.unlink()
    elif harm == "truncated":
        file.write_bytes(file.read_bytes()[: size // 2])
    else:
        file.write_bytes(b"\0" * size)
    wrong = reader.check()
    assert any(file.name in sentence or "does not match" in sentence for sentence in wrong), wrong
    with pytest.raises(IndexDamaged) as caught:
        opened = LanceStore.open(path).reader()
        opened.columns()
        opened.products("abcdef")
        opened.pictures("abcdef")
    assert "copy" in caught.value.next_step
    assert capfd.readouterr() == ("", "")


def test_zeros_inside_a_thumbnail_are_found_by_a_check(path: Path) -> None:
    for file in data_files(path, "pictures.lance"):
        file.write_bytes(file.read_bytes().replace(b"thumbnail", b"\0" * 9))
    assert "does not match its checksum" in LanceStore.open(path).reader().check()[0]


def test_a_second_writer_learns_who_holds_the_lock(path: Path) -> None:
    with LanceStore.open(path).writer():
        with (
            pytest.raises(IndexLocked, match=f"process {os.getpid()} on "),
            LanceStore.open(path).writer(wait=0.05),
        ):
            pass
        assert len(LanceStore.open(path).reader().stamps()) == 6
    with LanceStore.open(path).writer(wait=0) as writer:
        assert writer.commit(remove=["a"]).products == 5


def test_a_commit_that_was_not_published_is_undone_by_the_next_writer(path: Path) -> None:
    published = (path / "manifest.json").read_bytes()
    with LanceStore.open(path).writer() as writer:
        writer.commit([sample_product("g")], {"g": [sample_picture("g")]}, remove=["a"])
    (path / "manifest.json").write_bytes(published)
    (path / "pictures.lance" / "data" / ".tmp-left").write_bytes(b"x" * 1000)
    (path / "pictures.lance" / "data" / "0123left.lance").write_bytes(b"x" * 1000)
    (path / "lock.json").write_text("{}")
    assert sorted(LanceStore.open(path).reader().columns().products["id"].to_pylist()) == list("abcdef")
    with LanceStore.open(path).writer() as writer:
        assert writer.reader.manifest.version == 2
        assert writer.commit([sample_product("h")]).products == 7
    reader = LanceStore.open(path).reader()
    assert sorted(reader.metadata_hashes()) == list("abcdefh")
    assert (sorted(reader.stamps()), reader.check()) == (list("abcdef"), [])
    assert not list(path.rglob("*left*"))


@pytest.mark.parametrize("limit", [100, 3_000])
def test_a_full_disk_loses_nothing(path: Path, limit: int, capfd: pytest.CaptureFixture[str]) -> None:
    before = LanceStore.open(path).reader().columns()
    many = [f"n{i}" for i in range(200)]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with LanceStore.open(path).writer() as writer:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        try:
            with pytest.raises(StorageError, match="full") as caught:
                writer.commit([sample_product(i) for i in many], {i: [sample_picture(i)] for i in many})
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert "Free some space" in caught.value.next_step
        assert LanceStore.open(path).reader().columns().products.equals(before.products)
        assert writer.commit([sample_product(i) for i in many]).products == 206
    assert LanceStore.open(path).reader().check() == []
    assert capfd.readouterr() == ("", "")


@pytest.fixture
def powerless(path: Path) -> Iterator[Path]:
    """The index in a folder that this user may read and not write."""
    with tempfile.TemporaryDirectory() as folder:
        public = Path(folder) / "index"
        shutil.copytree(path, public)
        (public / "lock").unlink(missing_ok=True)
        for entry in (Path(folder), public, *public.rglob("*")):
            entry.chmod(0o555 if entry.is_dir() else 0o444)
        root = os.geteuid() == 0
        if root:
            os.seteuid(65534)
        try:
            yield public
        finally:
            if root:
                os.seteuid(0)
            for entry in (Path(folder), public, *public.rglob("*")):
                entry.chmod(0o755)


def test_a_folder_that_may_not_be_written_can_still_be_read(powerless: Path) -> None:
    store = LanceStore.open(powerless)
    assert len(store.reader().columns().products) == 6
    with pytest.raises(StorageError, match="Not permitted"), store.writer():
        pass
    with pytest.raises(StorageError, match="Not permitted"):
        LanceStore.create(powerless.parent / "new", SPACE, "test")


def test_a_reader_held_over_many_commits_is_told_to_take_a_new_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lookalike.store.manifest.KEPT_SECONDS", 0.0)
    store = LanceStore.open(path)
    old = store.reader()
    with store.writer() as writer:
        for _ in range(3):
            writer.commit([sample_product("a")], {"a": [sample_picture("a")]})
        assert len(old.products("abcdef")) == 6
        for _ in range(20):
            writer.commit([sample_product(i) for i in "abcdef"], {i: [sample_picture(i)] for i in "abcdef"})
    with pytest.raises(VersionGone):
        old.columns()
    with pytest.raises(VersionGone):
        old.pictures("abc")
    assert len(store.reader().columns().products) == 6


def test_every_error_of_a_store_has_a_next_step(path: Path) -> None:
    (path / "manifest.json").write_text("{")
    with pytest.raises(LookalikeError) as caught:
        LanceStore.open(path)
    assert caught.value.next_step.endswith(".")
    assert "\n" not in str(caught.value)


def test_after_many_small_updates_the_folder_is_about_as_small_as_a_fresh_one(tmp_path: Path) -> None:
    ids = [f"{i:04}" for i in range(300)]

    def size(folder: Path) -> int:
        return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())

    def filled(name: str) -> LanceStore:
        store = LanceStore.create(tmp_path / name, SPACE, "test")
        with store.writer() as writer:
            writer.commit([Product(i) for i in ids], {i: [big_picture(i)] for i in ids})
        return store

    filled("fresh")
    store = filled("updated")
    with store.writer() as writer:
        for i in range(40):
            writer.commit([Product(ids[i], title=str(i))], {ids[i]: [big_picture(ids[i])]})
    assert size(tmp_path / "updated") < 2 * size(tmp_path / "fresh")
    reader = LanceStore.open(tmp_path / "updated").reader()
    assert (reader.check(), reader.manifest.products, reader.manifest.pictures) == ([], 300, 300)
    assert len(list((tmp_path / "updated" / "pictures.lance" / "_versions").iterdir())) <= 60


def test_merging_never_holds_more_than_a_few_thousand_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lookalike.store.lance_writer._SMALL_FRAGMENTS", 4)
    store = LanceStore.create(tmp_path / "index", SPACE, "test")
    with store.writer() as writer:
        for start in range(0, 5000, 1000):
            ids = [f"{i:05}" for i in range(start, start + 1000)]
            pictures = {i: [sample_picture(i)] for i in ids}
            writer.commit([Product(i) for i in ids], pictures)
    fragments = open_table(Folder(tmp_path / "index"), "pictures.lance").get_fragments()
    assert max(fragment.count_rows() for fragment in fragments) < 4096
    assert len(fragments) < 5
    assert len(store.reader().stamps()) == 5000


def big_picture(product_id: str):  # type: ignore[no-untyped-def]
    picture = sample_picture(product_id)
    parts = {name: getattr(picture, name) for name in picture.__dataclass_fields__}
    return type(picture)(**{**parts, "thumbnail": os.urandom(4000)})


def test_a_file_that_another_process_is_still_writing_hinders_no_commit(path: Path) -> None:
    (path / "pictures.lance" / "data" / ".tmpAbCdEf").symlink_to(path / "renamed-meanwhile")
    with LanceStore.open(path).writer() as writer:
        writer.commit([sample_product("g")], {"g": [sample_picture("g")]})
    assert LanceStore.open(path).reader().manifest.products == 7
