"""Another encoder's vectors are made beside the live ones; one switch makes them answer, one leads back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lookalike.encoders.base import Pixels
from lookalike.errors import BadArgument, EncoderError, IndexLocked, TooManyRemovals
from lookalike.index import Index
from lookalike.ingest import rebuild as rebuilding
from lookalike.ingest.rebuild_report import RebuildStopped
from lookalike.products import PictureSource, Product
from lookalike.store.memory import MemoryStore
from lookalike.testing.grid import GridEncoder
from lookalike.vectors import Floats

CHILD = Path(__file__).with_name("rebuilding_child.py")
COLOURS = ["red", "blue", "green", "gold", "purple", "black", "teal", "brown", "pink", "navy"]


class Turned(GridEncoder):
    """Another space of as many numbers: those of the grid, the last first."""

    def __init__(self) -> None:
        super().__init__("turned")

    def encode(self, batch: Pixels) -> Floats:
        return np.ascontiguousarray(super().encode(batch)[:, ::-1])


def draw(path: Path, number: int) -> None:
    image = Image.new("RGB", (40, 50), COLOURS[number % 10])
    image.paste(
        (255, 255, 255), (number % 5 * 8, number // 5 % 6 * 8, number % 5 * 8 + 8, number // 5 % 6 * 8 + 8)
    )
    image.save(path)


def shop(folder: Path, count: int, start: int = 0) -> list[Product]:
    folder.mkdir(exist_ok=True)
    products = []
    for number in range(start, start + count):
        path = folder / f"{number:03}.png"
        draw(path, number)
        products.append(Product(f"{number:03}", (PictureSource(str(path)),), title=f"product {number}"))
    return products


@pytest.fixture(params=["memory", "disk"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Index:
    """Eight products of one picture each, as files; one more whose picture is kept as bytes."""
    grid = GridEncoder()
    if request.param == "memory":
        index = Index(MemoryStore(grid.space, "grid"), grid)
    else:
        index = Index.create(tmp_path / "ix", grid)
    products = shop(tmp_path / "shop", 8)
    draw(tmp_path / "bytes.png", 29)
    data = (tmp_path / "bytes.png").read_bytes()
    index.add([*products, Product("bytes", (PictureSource("row 9", data),))])
    return index


def looks(index: Index) -> dict[str, Floats]:
    return dict(zip(*index.vectors(), strict=True))


def test_every_vector_is_of_the_new_encoder_and_everything_else_is_kept(index: Index) -> None:
    before, old = index.products(index.ids), looks(index)
    stored = index._store.reader().pictures(index.ids, raw=True)
    encoder = Turned()
    report = index.rebuild(encoder)
    assert (report.switched, report.encoded, report.ready, report.missing, report.lost) == (True, 9, 9, 0, 0)
    assert (report.encoder, report.before, report.pictures, encoder.calls) == ("turned", "grid", 9, 9)
    assert index.manifest.space == encoder.space
    new = looks(index)
    assert all(np.allclose(new[i], old[i][::-1], atol=1e-6) for i in old)
    assert index.products(index.ids) == before
    for own, again in zip(
        stored.values(), index._store.reader().pictures(index.ids, True).values(), strict=True
    ):
        for one, other in zip(own, again, strict=True):
            assert fields(other) == fields(one)
            assert np.array_equal(other.palette, one.palette)
    assert index.verify().ok
    assert index.search(before["003"].pictures[0].uri)[0].id == "003"


def fields(picture: object) -> dict[str, object]:
    names = (
        "product_id",
        "position",
        "uri",
        "stamp",
        "content_hash",
        "pixel_hash",
        "width",
        "thumbnail",
        "glance",
        "original",
    )
    return {name: getattr(picture, name) for name in names}


def test_the_way_back_encodes_nothing_and_leads_forward_again(index: Index) -> None:
    old = looks(index)
    turned = Turned()
    index.rebuild(turned)
    new = looks(index)
    index.add([replace(index.product("001"), title="renamed")])
    back = index.rebuild_back()
    assert (back.switched, back.encoder, back.encoded, back.lost) == (True, "grid", 0, 0)
    assert all(np.array_equal(old[i], look) for i, look in looks(index).items())
    assert index.product("001").title == "renamed"
    index.rebuild_back()
    assert all(np.array_equal(new[i], look) for i, look in looks(index).items())
    assert turned.calls == 9
    with pytest.raises(BadArgument, match="no way back"):
        Index(MemoryStore(turned.space, "t"), turned).rebuild_back()


def test_the_way_back_says_what_it_would_lose(index: Index, tmp_path: Path) -> None:
    grid = GridEncoder()
    index.rebuild(Turned())
    index.add(shop(tmp_path / "shop", 2, start=8))
    index.remove(["000"])
    version = index.manifest.version
    with pytest.raises(TooManyRemovals, match="2 products") as caught:
        index.rebuild_back()
    assert "rebuild --encoder grid" in caught.value.next_step
    assert (index.manifest.version, index.manifest.space.encoder) == (version, "turned")
    again = index.rebuild(grid)
    assert (again.encoded, grid.calls, again.ready) == (2, 2, 10)
    assert {"008", "009"} < set(index.ids)
    index.add(shop(tmp_path / "shop", 1, start=10))
    lost = index.rebuild_back(force=True)
    assert (lost.lost, [p.id for p in lost.problems], lost.problems[0].fatal) == (1, ["010"], True)
    assert "000" not in index.ids
    assert "010" not in index.ids
    assert index.verify().ok


def test_an_index_rebuilt_already_is_left_as_it_is(index: Index) -> None:
    index.rebuild(Turned())
    version = index.manifest.version
    again = Turned()
    assert index.rebuild(again).switched
    assert (again.calls, index.manifest.version) == (0, version)


def test_pictures_that_cannot_be_had_keep_from_switching_unless_allowed(index: Index, tmp_path: Path) -> None:
    (tmp_path / "shop" / "002.png").unlink()
    (tmp_path / "shop" / "005.png").write_bytes(b"no picture")
    report = index.rebuild(Turned())
    assert (report.switched, report.ready, report.missing, report.lost) == (False, 7, 2, 2)
    assert {p.id: p.reason for p in report.problems} == {"002": "missing", "005": "not-a-picture"}
    assert index.manifest.space.encoder == "grid"
    assert index.info()["rebuilding"] == {"encoder": "turned", "encoded": 7}
    assert len(index.similar("002", k=20)) == 8
    assert not index.rebuild(Turned(), allow_missing=0.2).switched
    last = Turned()
    allowed = index.rebuild(last, allow_missing=0.23)
    assert (allowed.switched, last.calls, allowed.encoded) == (True, 0, 0)
    assert {"002", "005"}.isdisjoint(index.ids)
    assert len(index) == 7


def test_the_small_pictures_stand_in_only_when_asked(index: Index, tmp_path: Path) -> None:
    (tmp_path / "shop" / "002.png").unlink()
    assert not index.rebuild(Turned()).switched
    report = index.rebuild(Turned(), thumbnails=True)
    assert (report.switched, report.thumbnails, report.missing, len(index)) == (True, 1, 0, 9)
    assert index.similar("002", k=1).ids


def test_a_product_that_loses_one_of_its_pictures_stays_with_the_others(index: Index, tmp_path: Path) -> None:
    uris = [index.product(i).pictures[0] for i in ("001", "003", "004")]
    index.add([Product("many", tuple(uris))])
    (tmp_path / "shop" / "001.png").unlink()
    index.rebuild(Turned(), allow_missing=1)
    assert index.product("many").pictures == tuple(uris[1:])
    pictures = index._store.reader().pictures(["many"])["many"]
    assert [(p.position, p.uri) for p in pictures] == [(0, uris[1].uri), (1, uris[2].uri)]
    assert "001" not in index.ids


def test_equal_bytes_are_encoded_once_and_found_where_they_still_are(index: Index, tmp_path: Path) -> None:
    copy = tmp_path / "copy.png"
    copy.write_bytes((tmp_path / "shop" / "000.png").read_bytes())
    index.add([Product("copy", (PictureSource(str(copy)),))])
    (tmp_path / "shop" / "000.png").unlink()
    encoder = Turned()
    report = index.rebuild(encoder)
    assert (report.switched, report.ready, encoder.calls) == (True, 10, 9)


def test_a_picture_that_changed_is_measured_as_a_whole(index: Index, tmp_path: Path) -> None:
    draw(tmp_path / "shop" / "000.png", 21)
    (tmp_path / "shop" / "001.png").write_bytes((tmp_path / "shop" / "007.png").read_bytes())
    report = index.rebuild(Turned())
    assert (report.switched, report.changed, report.ready) == (True, 2, 9)
    assert index.search(tmp_path / "shop" / "000.png", k=1)[0].score == 1.0
    assert np.array_equal(looks(index)["001"], looks(index)["007"])
    assert index.colours("001") == index.colours("007")
    feed = [replace(p, pictures=p.pictures) for p in index.products(index.ids).values() if p.id != "bytes"]
    after = index.add(feed)
    assert (after.unchanged, after.encoded) == (8, 0)
    assert index.verify().ok


def test_products_that_come_and_go_meanwhile_are_caught_up_with(index: Index, tmp_path: Path) -> None:
    later = shop(tmp_path / "shop", 3, start=8)

    class Interfering(Turned):
        def encode(self, batch: Pixels) -> Floats:
            if later:
                coming, later[:] = later[:], []
                other = Index(index._store, GridEncoder())
                other.add(coming)
                other.remove(["000"])
            return super().encode(batch)

    report = index.rebuild(Interfering(), workers=1)
    assert (report.switched, report.pictures) == (True, 11)
    assert index.ids == ["001", "002", "003", "004", "005", "006", "007", "008", "009", "010", "bytes"]
    assert index.verify().ok


def test_an_open_index_follows_a_switch_made_by_another(tmp_path: Path) -> None:
    grid, turned = GridEncoder(), Turned()
    writing = Index.create(tmp_path / "ix", grid)
    writing.add(shop(tmp_path / "shop", 6))
    reading = Index.open(tmp_path / "ix", GridEncoder())
    photo = tmp_path / "shop" / "004.png"
    assert reading.search(photo, k=1).ids == ["004"]
    writing.rebuild(turned)
    reading._encoders[turned.space] = turned  # this one cannot be loaded by its name
    found = reading.search(photo, k=1)[0]
    assert (found.id, found.score) == ("004", 1.0)
    assert reading.manifest.space == turned.space
    assert reading.add(shop(tmp_path / "shop", 1, start=6)).added == 1
    writing.rebuild_back(force=True)
    assert reading.search(photo, k=1)[0].score == 1.0


def test_answers_come_from_the_old_vectors_until_the_switch(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "ix", GridEncoder())
    index.add(shop(tmp_path / "shop", 6))
    seen = []

    class Watching(Turned):
        def encode(self, batch: Pixels) -> Floats:
            reader = Index.open(tmp_path / "ix", GridEncoder())
            seen.append((reader.manifest.space.encoder, reader.similar("001", k=5).ids))
            return super().encode(batch)

    expected = index.similar("001", k=5).ids
    index.rebuild(Watching(), workers=1)
    assert seen
    assert all(one == ("grid", expected) for one in seen)


def test_a_stopped_rebuild_goes_on_where_it_was(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "_SAFE_PICTURES", 1)

    def stop(done: int, total: int) -> None:
        assert total == 9
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(RebuildStopped) as stopped:
        index.rebuild(Turned(), progress=stop)
    assert stopped.value.encoded >= 4
    assert index.manifest.space.encoder == "grid"
    half = index.info()["rebuilding"]
    assert half["encoder"] == "turned"
    rest = Turned()
    counts: list[tuple[int, int]] = []
    assert index.rebuild(rest, progress=lambda *count: counts.append(count)).switched
    assert rest.calls == 9 - half["encoded"]
    assert counts[-1] == (rest.calls, rest.calls)
    assert index.info()["rebuilding"] is None
    assert index.info()["before"] == "grid"


def test_another_encoder_replaces_what_was_begun_and_abandoning_throws_it_away(
    index: Index, tmp_path: Path
) -> None:
    (tmp_path / "shop" / "002.png").unlink()
    index.rebuild(Turned())
    index.rebuild(GridEncoder("third"))
    assert index.info()["rebuilding"] == {"encoder": "third", "encoded": 8}
    assert index.rebuild_abandon() == ["third"]
    assert index._store.spares() == {}
    assert (index.info()["rebuilding"], index.rebuild_abandon(), len(index)) == (None, [], 9)


def test_an_encoder_that_fails_leaves_the_live_index_as_it_was(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Moody(Turned):
        def encode(self, batch: Pixels) -> Floats:
            if batch[0, 0, 0, 0] == 255:  # those that begin with red or white
                raise RuntimeError("no red\nat all")
            return super().encode(batch)

    class Hungry(Turned):
        def encode(self, batch: Pixels) -> Floats:
            raise MemoryError

    class Wild(Turned):
        def encode(self, batch: Pixels) -> Floats:
            return super().encode(batch) * np.float32(np.nan)

    report = index.rebuild(Moody())
    assert not report.switched
    assert {p.reason for p in report.problems} == {"encoder-failed"}
    assert report.problems[0].detail == "The encoder failed: no red."
    index.rebuild_abandon()
    assert index.rebuild(Wild()).reasons() == {"no-vector": 9}
    with pytest.raises(EncoderError, match="memory"):
        index.rebuild(Hungry())
    monkeypatch.setattr(rebuilding, "_BROKEN", 3)

    class Broken(Turned):
        def encode(self, batch: Pixels) -> Floats:
            raise RuntimeError("never")

    with pytest.raises(EncoderError, match="every picture: never"):
        index.rebuild(Broken())
    with pytest.raises(EncoderError, match="nonsense"):
        index.rebuild("nonsense")
    assert (index.manifest.space.encoder, index.manifest.version) == ("grid", 1)
    assert index.verify().ok


def test_two_do_not_rebuild_at_once_and_one_waits_for_a_writer(index: Index) -> None:
    with index._store.rebuilding(), pytest.raises(IndexLocked, match="rebuilding"):
        index.rebuild(Turned())
    with index._store.writer(), pytest.raises(IndexLocked, match="writing"):
        index.rebuild(Turned(), wait=0)
    quick = Turned()
    assert index.rebuild(quick, wait=0).switched
    assert quick.calls == 0


def test_a_share_that_is_none_is_refused(index: Index) -> None:
    with pytest.raises(BadArgument, match="allow_missing"):
        index.rebuild(Turned(), allow_missing=1.5)


def test_an_empty_index_changes_its_encoder(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "ix", GridEncoder())
    assert index.rebuild(Turned()).switched
    index.add(shop(tmp_path / "shop", 2))
    assert (len(index), index.manifest.space.encoder) == (2, "turned")
