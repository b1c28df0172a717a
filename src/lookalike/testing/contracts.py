"""What every implementation of a protocol must do, as tests to inherit from.

An implementation is held to its contract by a subclass whose name begins with ``Test``::

    class TestMyStore(StoreContract):
        def make(self, folder):
            return MyStore(SPACE, "test")
"""

# ruff: noqa: D102 -- the name of a test is its sentence
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np

from lookalike.errors import BadArgument, IndexLocked
from lookalike.products import PictureSource, Price, Product
from lookalike.store.base import Maker, Store, StoredPicture
from lookalike.testing.elsewhere import ElsewhereContract
from lookalike.testing.keeping import KeepingContract
from lookalike.testing.notes import NotesContract, refuses
from lookalike.testing.samples import (
    AWKWARD_IDS,
    OTHER,
    SPACE,
    sample_look,
    sample_picture,
    sample_product,
)
from lookalike.vectors import Floats, stored, unit


def assert_same_pictures(found: list[StoredPicture], given: list[StoredPicture]) -> None:
    """Assert that pictures came back from a store as they were given, but for ``original``."""
    plain = (
        "product_id",
        "position",
        "uri",
        "stamp",
        "content_hash",
        "pixel_hash",
        "width",
        "height",
        "norm",
    )
    for one, other in zip(found, given, strict=True):
        for name in (*plain, "thumbnail", "glance"):
            assert getattr(one, name) == getattr(other, name), name
        assert one.original is None
        assert np.array_equal(one.look, stored(other.look[None])[0])
        assert np.array_equal(one.palette, other.palette)


class StoreContract(NotesContract, KeepingContract, ElsewhereContract):
    """Holds for every `Store` of `SPACE`."""

    def make(self, folder: Path) -> Store:
        """A new, empty store of `SPACE`; ``folder`` is a path that does not exist yet."""
        raise NotImplementedError

    def test_a_new_store_is_empty(self, tmp_path: Path) -> None:
        reader = self.make(tmp_path / "index").reader()
        columns = reader.columns()
        assert (reader.manifest.version, reader.manifest.products, reader.manifest.pictures) == (0, 0, 0)
        assert reader.manifest.space == SPACE
        assert (columns.products.num_rows, columns.looks.shape, columns.palettes.shape) == (
            0,
            (0, 16),
            (0, 5, 4),
        )
        assert columns.picture_product.shape == columns.position.shape == columns.norms.shape == (0,)
        assert not reader.products(["a"])
        assert not reader.pictures(["a"])
        assert not reader.stamps()
        assert not list(reader.scan_pictures())
        assert reader.check() == []

    def test_awkward_ids_come_back_and_can_be_replaced_and_removed(self, tmp_path: Path) -> None:
        store = self.make(tmp_path / "index")
        with store.writer() as writer:
            writer.commit(
                [sample_product(i) for i in AWKWARD_IDS], {i: [sample_picture(i)] for i in AWKWARD_IDS}
            )
            assert store.reader().products(AWKWARD_IDS) == {i: sample_product(i) for i in AWKWARD_IDS}
            rows = store.reader().columns().products["id"].to_pylist()
            assert [product.id for product in store.reader().products_at(range(10))] == rows
            for product_id in AWKWARD_IDS:
                assert_same_pictures(
                    store.reader().pictures([product_id])[product_id], [sample_picture(product_id)]
                )
            writer.commit([sample_product(i, "new") for i in AWKWARD_IDS], {})
            assert {p.title for p in writer.reader.products(AWKWARD_IDS).values()} == {"new"}
            assert (writer.reader.manifest.products, writer.reader.manifest.pictures) == (10, 10)
            last = writer.commit(remove=[*AWKWARD_IDS[1:], "unknown' OR 1=1"])
        assert (last.products, last.pictures) == (1, 1)
        assert list(store.reader().stamps()) == ["00042"]
        assert store.reader().check() == []

    def test_prices_come_back_exactly(self, tmp_path: Path) -> None:
        store = self.make(tmp_path / "index")
        amounts = ["0.10", "0.1", "1E+2", "12345678901234567890.123456789", "0", "-5.00"]
        priced = [Product(id=text, price=Price(Decimal(text), "")) for text in amounts] + [Product(id="none")]
        with store.writer() as writer:
            writer.commit(priced)
        found = store.reader().products([p.id for p in priced])
        assert [str(found[a].price and found[a].price.amount) for a in amounts] == amounts  # type: ignore[union-attr]
        assert found["none"].price is None
        table = store.reader().columns().products
        assert dict(zip(table["id"].to_pylist(), table["amount"].to_pylist(), strict=True))["none"] is None
        assert store.reader().metadata_hashes() == {p.id: p.metadata_hash() for p in priced}

    def test_descriptions_are_searched_as_they_were_written(self, tmp_path: Path) -> None:
        store = self.make(tmp_path / "index")
        said = {
            "a": "",
            "b": "A dress, blue as the sea.",
            "c": 'She said "blue", \\ and left;\nnext line \U0001f457 \x00 caf\u00e9 \\',
            "d": '{"description":"another"}',
            "e": "word " * 2000,
        }
        products = [
            Product(i, title='"description":"no"', description=text, attributes={"description": "neither"})
            for i, text in said.items()
        ]
        with store.writer() as writer:
            writer.commit(products)
        table = store.reader().columns().products
        assert table["description"].to_pylist() == [text[:4000] for text in said.values()]

    def test_what_tells_pictures_apart_comes_back_in_the_order_of_the_columns(self, tmp_path: Path) -> None:
        store = self.make(tmp_path / "index")
        pictures = {i: [sample_picture(i, at) for at in range(3)] for i in ("b", "a", *AWKWARD_IDS)}
        with store.writer() as writer:
            writer.commit([sample_product(i) for i in pictures], pictures)
        ordered = [picture for i in sorted(pictures) for picture in pictures[i]]
        marks, columns = store.reader().marks(), store.reader().columns()
        assert marks.pixels == [picture.pixel_hash for picture in ordered]
        assert [row.tobytes() for row in marks.glances] == [picture.glance for picture in ordered]
        assert columns.contents.to_pylist() == [picture.content_hash for picture in ordered]
        assert columns.sizes.tolist() == [[picture.width, picture.height] for picture in ordered]

    def test_looks_come_back_as_stored_ones_and_stay_so(self, tmp_path: Path) -> None:
        store = self.make(tmp_path / "index")
        looks = np.stack([sample_look(i) for i in range(50)])
        pictures = [sample_picture("p", i) for i in range(50)]
        with store.writer() as writer:
            writer.commit(
                [Product("p")],
                {"p": [_with_look(p, look) for p, look in zip(pictures, looks, strict=True)]},
            )
        columns = store.reader().columns()
        assert columns.looks.whole.dtype == columns.norms.dtype == columns.palettes.dtype == np.float32
        assert np.array_equal(columns.looks.whole, stored(looks))
        assert np.array_equal(
            columns.looks.whole, np.stack([p.look for p in store.reader().pictures(["p"])["p"]])
        )
        assert np.array_equal(columns.norms, np.array([p.norm for p in pictures], np.float32))

    def test_columns_are_sorted_by_product_and_position(self, tmp_path: Path) -> None:
        store = self.make(tmp_path / "index")
        with store.writer() as writer:
            writer.commit([sample_product("b")], {"b": [sample_picture("b", 2), sample_picture("b", 1)]})
            writer.commit([sample_product("é"), sample_product("Z")], {"é": [sample_picture("é")]})
            writer.commit([sample_product("a")], {"a": [sample_picture("a", 0)]})
        columns = store.reader().columns()
        ids = columns.products["id"].to_pylist()
        assert ids == ["Z", "a", "b", "é"]
        owners = [ids[row] for row in columns.picture_product]
        assert list(zip(owners, columns.position.tolist(), strict=True)) == [
            ("a", 0),
            ("b", 1),
            ("b", 2),
            ("é", 0),
        ]
        assert np.array_equal(columns.looks.whole[2], stored(sample_picture("b", 2).look[None])[0])
        shares = (columns.palettes[:, :, 3] > 0).sum(axis=1)
        assert shares.tolist() == [
            len(sample_picture(i, p).palette) for i, p in zip(owners, columns.position.tolist(), strict=True)
        ]
        scanned = [[(p.product_id, p.position) for p in batch] for batch in store.reader().scan_pictures(3)]
        assert scanned == [[("a", 0), ("b", 1), ("b", 2)], [("é", 0)]]
        names = [
            "id",
            "title",
            "brand",
            "category",
            "amount",
            "currency",
            "availability",
            "group",
            "attributes",
            "description",
        ]
        assert columns.products.column_names == names
        assert columns.products["attributes"][0].as_py() == [
            {"name": "season", "value": "summer"},
            {"name": "quote", "value": "it's"},
        ]

    def test_named_pictures_are_replaced_and_others_stay(self, tmp_path: Path) -> None:
        store = self.make(tmp_path / "index")
        both = {i: [sample_picture(i, 0), sample_picture(i, 1)] for i in "ab"}
        with store.writer() as writer:
            writer.commit([sample_product("a"), sample_product("b"), sample_product("c")], both)
            writer.commit([sample_product("a", "new title")])
            assert_same_pictures(writer.reader.pictures(["a"])["a"], both["a"])
            writer.commit(
                [sample_product("c")], {"b": [sample_picture("b", 0, seed=7)], "c": [sample_picture("c")]}
            )
            assert_same_pictures(writer.reader.pictures(["b"])["b"], [sample_picture("b", 0, seed=7)])
            assert_same_pictures(writer.reader.pictures(["a"])["a"], both["a"])
            last = writer.commit(pictures={"a": []})
        assert (last.version, last.products, last.pictures) == (4, 3, 2)
        assert list(store.reader().pictures(["a", "b", "c"])) == ["b", "c"]
        assert store.reader().check() == []

    def test_a_reader_goes_on_seeing_its_own_version(self, tmp_path: Path) -> None:
        store = self.make(tmp_path / "index")
        with store.writer() as writer:
            writer.commit([sample_product("a")], {"a": [sample_picture("a")]})
            before = store.reader()
            assert store.newest() == 1
            writer.commit([sample_product("b")], {"b": [sample_picture("b")]}, remove=["a"])
        assert store.newest() == 2
        assert list(before.products(["a", "b"])) == ["a"]
        assert before.columns().version == before.manifest.version == 1
        assert list(store.reader().products(["a", "b"])) == ["b"]
        assert list(store.reader().stamps()) == ["b"]

    def test_original_bytes_are_kept_apart(self, tmp_path: Path) -> None:
        store = self.make(tmp_path / "index")
        product = Product("a", pictures=(PictureSource("row 1", b"jpeg"), PictureSource("b.jpg")))
        with store.writer() as writer:
            writer.commit(
                [product], {"a": [sample_picture("a", 0, original=b"jpeg\x00"), sample_picture("a", 1)]}
            )
        reader = store.reader()
        assert reader.products(["a"])["a"].pictures == (PictureSource("row 1"), PictureSource("b.jpg"))
        assert reader.original("a", 0) == b"jpeg\x00"
        assert reader.original("a", 1) is reader.original("a", 2) is reader.original("x", 0) is None
        assert reader.pictures(["a"])["a"][0].original is None
        keys = [("a", 1), ("a", 0), ("x", 0), ("a", 9)]
        assert reader.thumbnails(keys) == {(i, p): sample_picture(i, p).thumbnail for i, p in keys[:2]}

    def test_stamps_are_in_order_of_position(self, tmp_path: Path) -> None:
        store = self.make(tmp_path / "index")
        pictures = {i: [sample_picture(i, p) for p in (1, 0)] for i in "ba"}
        with store.writer() as writer:
            writer.commit([Product("a"), Product("b")], pictures)
        stamps = store.reader().stamps()
        assert {i: [s.position for s in own] for i, own in stamps.items()} == {"a": [0, 1], "b": [0, 1]}
        first = stamps["b"][0]
        given = sample_picture("b", 0)
        assert (first.uri, first.stamp, first.content_hash) == (given.uri, given.stamp, given.content_hash)

    def test_programming_errors_write_nothing(self, tmp_path: Path) -> None:
        store = self.make(tmp_path / "index")
        a, picture = sample_product("a"), sample_picture("a")
        with store.writer() as writer:
            writer.commit([a], {"a": [picture]})
            refuses(ValueError, lambda: writer.commit([a, a]))
            refuses(ValueError, lambda: writer.commit([a], remove=["a"]))
            refuses(ValueError, lambda: writer.commit(pictures={"a": [picture]}, remove=["a"]))
            refuses(ValueError, lambda: writer.commit([Product("")]))
            refuses(ValueError, lambda: writer.commit(pictures={"b": [sample_picture("b")]}))
            refuses(ValueError, lambda: writer.commit(pictures={"a": [sample_picture("b")]}))
            refuses(ValueError, lambda: writer.commit(pictures={"a": [picture, picture]}))
            refuses(
                ValueError, lambda: writer.commit(pictures={"a": [_with_look(picture, sample_look(1, 8))]})
            )
            nan = np.full(16, np.nan, np.float32)
            refuses(ValueError, lambda: writer.commit(pictures={"a": [_with_look(picture, nan)]}))
            refuses(ValueError, lambda: writer.commit([sample_product("caf\udce9")]))
            assert writer.reader.manifest.version == store.newest() == 1
            assert writer.commit([a]).version == 2
        assert store.reader().check() == []

    def test_a_commit_of_nothing_is_a_version_of_its_own(self, tmp_path: Path) -> None:
        store = self.make(tmp_path / "index")
        with store.writer() as writer:
            assert writer.commit().version == store.newest() == 1

    def test_a_wait_that_is_no_number_of_seconds_is_refused(self, tmp_path: Path) -> None:
        store = self.make(tmp_path / "index")
        for wait in (float("nan"), float("inf"), -1, -0.5):
            try:
                with store.writer(wait=wait):
                    raise AssertionError(f"a wait of {wait} was taken")
            except BadArgument as error:
                assert "number of seconds" in error.message
        with store.writer(wait=0) as writer:
            assert writer.commit().version == 1

    def test_a_switch_replaces_all_vectors_at_once(self, tmp_path: Path) -> None:
        store = self.make(tmp_path / "index")
        own = {
            "a": [sample_picture("a", 0), sample_picture("a", 1, original=b"jpeg")],
            "b": [sample_picture("b")],
        }
        with store.writer() as writer:
            writer.commit([sample_product(i) for i in "abc"], own)
            old = store.reader()
            given = [_with_look(picture, sample_look(7, 8)) for i in "ba" for picture in own[i]]
            switched = writer.switch(OTHER, iter(given), [sample_product("a", "new")], remove=["c"])
            assert switched == writer.reader.manifest == store.reader().manifest
            assert (switched.version, switched.products, switched.pictures) == (2, 2, 3)
            assert (switched.maker, switched.before) == (OTHER, Maker(SPACE, "test"))
            assert old.manifest.space == SPACE
            assert old.columns().looks.shape == (3, 16)
            assert list(old.products(["a", "c"])) == ["a", "c"]
            new = store.reader()
            assert new.columns().looks.shape == (3, 8)
            assert np.array_equal(new.columns().looks.whole[1], stored(sample_look(7, 8)[None])[0])
            assert new.products(["a", "c"]) == {"a": sample_product("a", "new")}
            assert [p.original for p in new.pictures(["a"], raw=True)["a"]] == [None, b"jpeg"]
            assert_same_pictures(new.pictures(["a"])["a"], [p for p in given if p.product_id == "a"])
            again = [*new.pictures("ab", raw=True).values()]
            writer.switch(OTHER, (picture for own in again for picture in own))
            assert np.array_equal(store.reader().columns().looks.whole, new.columns().looks.whole)
            assert new.check() == []
            later = writer.commit(
                [sample_product("d")], {"d": [_with_look(sample_picture("d"), sample_look(1, 8))]}
            )
            assert (later.maker, later.before, later.pictures) == (OTHER, OTHER, 4)
        assert store.reader().check() == []

    def test_a_switch_that_fails_leaves_everything_as_it_was(self, tmp_path: Path) -> None:
        store = self.make(tmp_path / "index")
        good = _with_look(sample_picture("a"), sample_look(1, 8))

        def failing() -> Iterator[StoredPicture]:
            yield good
            raise ZeroDivisionError

        with store.writer() as writer:
            writer.commit([sample_product("a")], {"a": [sample_picture("a")]})
            refuses(ZeroDivisionError, lambda: writer.switch(OTHER, failing()))
            refuses(ValueError, lambda: writer.switch(OTHER, [sample_picture("a")]))
            refuses(ValueError, lambda: writer.switch(OTHER, [good, good]))
            refuses(ValueError, lambda: writer.switch(OTHER, [good], remove=["a"]))
            refuses(ValueError, lambda: writer.switch(OTHER, [good], [sample_product("b")], remove=["b"]))
            assert writer.reader.manifest.version == store.newest() == 1
            assert writer.commit([sample_product("a", "new")]).version == 2
            assert_same_pictures(writer.reader.pictures(["a"])["a"], [sample_picture("a")])
            assert writer.switch(OTHER, []).pictures == 0
        reader = store.reader()
        assert (reader.manifest.products, reader.columns().looks.shape, reader.check()) == (1, (0, 8), [])

    def test_vectors_beside_are_kept_by_content(self, tmp_path: Path) -> None:
        store = self.make(tmp_path / "index")
        first, second = (_with_look(sample_picture("a", i), sample_look(i, 8)) for i in (0, 1))
        assert store.spares() == {}
        with store.rebuilding() as spares:
            spare = spares.open(OTHER)
            assert (spare.hashes(), spare.find(["x"])) == (set(), {})
            spare.add([first, replace(first, uri="a copy")])
            spare.add([])
            spare.add([replace(first, uri="a copy"), second])
            refuses(ValueError, lambda: spare.add([sample_picture("b")]))
            assert spare.hashes() == {first.content_hash, second.content_hash}
        with store.rebuilding() as spares:
            assert spares.open(Maker(SPACE, "test")).hashes() == set()
            again = spares.open(Maker(OTHER.space, "moved"))
            hashes = [second.content_hash, "x", first.content_hash]
            found = again.find(hashes)
            assert [*found] == [second.content_hash, first.content_hash]
            as_read = [_with_look(p, unit(p.look[None])[0][0]) for p in found.values()]
            assert_same_pictures(as_read, [second, first])
            assert store.spares() == {Maker(SPACE, "test"): 0, Maker(OTHER.space, "moved"): 2}
            spares.drop(SPACE)
            spares.drop(SPACE)
            assert store.spares() == {Maker(OTHER.space, "moved"): 2}
        assert (store.newest(), store.reader().manifest.space, store.reader().check()) == (0, SPACE, [])

    def test_one_rebuilds_while_another_writes(self, tmp_path: Path) -> None:
        store = self.make(tmp_path / "index")
        with store.rebuilding() as spares, store.writer(wait=0) as writer:
            spares.open(OTHER).add([_with_look(sample_picture("a"), sample_look(1, 8))])
            writer.commit([sample_product("a")], {"a": [sample_picture("a")]})
            try:
                with store.rebuilding(wait=0):
                    raise AssertionError("two rebuild at once")
            except IndexLocked as error:
                assert "rebuilding" in error.message
        with store.rebuilding(wait=0):
            assert list(store.spares().values()) == [1]


def _with_look(picture: StoredPicture, look: Floats) -> StoredPicture:
    return replace(picture, look=look)
