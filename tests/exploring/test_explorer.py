"""The map of an index: laid out once, true of the products as they are now."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lookalike.errors import BadArgument, StorageError, UnknownProduct
from lookalike.exploring import explorer, kept, tiles
from lookalike.exploring.explorer import Explorer
from lookalike.hashing import content_hash
from lookalike.index import Index
from lookalike.products import Product
from lookalike.testing.grid import GridEncoder
from lookalike.testing.planted import plant, planted
from lookalike.testing.tiny_shop import tiny_shop

from .crowds import crowd, crowds, own_crowd, shop

EACH = 30


@pytest.fixture
def index() -> Index:
    """Two crowds of products."""
    return shop(("cup", crowd(0, EACH)), ("shoe", crowd(1, EACH)))


def added(index: Index, name: str, look: object) -> None:
    """Write a product with this look into an index."""
    other = plant([planted(name, look.tolist(), category="late")])  # type: ignore[attr-defined]
    pictures = other.reader().pictures([name])
    with index._store.writer() as writer:
        writer.commit([*other.reader().products([name]).values()], pictures)


def place(index: Index, name: str) -> np.ndarray:
    found = index.explore.map()
    assert found is not None
    return found.points[found.ids.index(name)]  # type: ignore[no-any-return]


def test_before_anybody_lays_one_out_there_is_no_map(index: Index) -> None:
    own = index.explore
    assert (own.map(), own.standing(), own.thumbnails(), own.drawn()) == (None, None, None, None)


def test_the_map_has_every_product_with_a_picture_beside_its_like() -> None:
    index = shop(("cup", crowd(0, EACH)), ("shoe", crowd(1, EACH)), bare=3)
    found = index.explore.lay_out()
    assert found.ids == [id for id in index.ids if not id.startswith("bare")]
    assert found.titles[0] == "cup 0"
    assert own_crowd(found.points, EACH) == 1.0
    assert (found.placed, found.version, found.settings["laid_out"]) == (0, index.manifest.version, 2 * EACH)


def test_another_object_finds_the_map_that_was_kept(index: Index) -> None:
    made = index.explore.lay_out()
    again = Explorer(index).map()
    assert again is not None
    assert again.to_dict() == made.to_dict()


def test_a_product_that_came_later_lies_among_its_like(index: Index) -> None:
    before = index.explore.lay_out()
    added(index, "new-shoe", crowd(1, 1, seed=7)[0])
    found = index.explore.map()
    assert found is not None and found.placed == 1
    shoes = before.points[EACH:]
    assert np.linalg.norm(shoes - place(index, "new-shoe"), axis=1).min() < 0.01
    assert np.array_equal(place(index, "cup-000"), before.points[0])


def test_a_product_with_another_picture_moves_to_those_it_looks_like_now(index: Index) -> None:
    before = index.explore.lay_out()
    other = planted("cup-000", crowd(1, 1, seed=3)[0].tolist(), category="cup")
    store = plant([planted("first", [1.0] * 16), other])
    picture = store.reader().pictures(["cup-000"])["cup-000"][0]
    changed = type(picture)(
        **{**{n: getattr(picture, n) for n in picture.__slots__}, "content_hash": "f" * 32}
    )
    with index._store.writer() as writer:
        writer.commit([other.product], {"cup-000": [changed]})
    moved = place(index, "cup-000")
    assert np.linalg.norm(before.points[EACH:] - moved, axis=1).min() < 0.01
    assert np.linalg.norm(before.points[0] - moved) > 0.2
    drawn = index.explore.drawn()
    assert drawn is not None and drawn["points"].count(-1) == 1  # the small picture is of the old one


def test_what_is_gone_is_not_on_the_map(index: Index) -> None:
    index.explore.lay_out()
    index.remove(["cup-000", "shoe-004"])
    found, drawn = index.explore.map(), index.explore.drawn()
    assert found is not None and drawn is not None
    assert set(found.ids) == set(index.ids)
    assert drawn["points"].count(-1) == 2
    assert drawn["products"] == len(found.ids)
    shown = {found.ids[at] for at in drawn["points"] if at >= 0}
    assert shown == set(index.ids)


def test_a_map_is_stale_once_a_tenth_has_changed(index: Index) -> None:
    index.explore.lay_out()
    index.remove([f"cup-{at:03}" for at in range(6)])
    standing = index.explore.standing()
    assert standing is not None and not standing.stale
    index.remove(["cup-006"])
    standing = index.explore.standing()
    assert standing is not None and standing.stale


def test_of_a_large_catalogue_a_sample_is_laid_out_and_the_others_are_placed(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explorer, "LAID_OUT", 40)
    found = index.explore.lay_out()
    assert (len(found.ids), found.placed, found.settings["laid_out"]) == (2 * EACH, 0, 40)
    assert own_crowd(found.points, EACH) == 1.0


def test_a_catalogue_without_pictures_has_no_map() -> None:
    index = Index(plant([planted("a", [1.0, 0.0])]))
    index.remove(["a"])
    with pytest.raises(BadArgument, match="No product has a picture"):
        index.explore.lay_out()


def test_who_stops_keeps_the_map_that_was_there(index: Index) -> None:
    before = index.explore.lay_out()

    def enough(doing: str, done: int, total: int) -> None:
        if doing == "Drawing thumbnails":
            raise KeyboardInterrupt

    added(index, "late", crowd(0, 1, seed=9)[0])
    with pytest.raises(KeyboardInterrupt):
        index.explore.lay_out(progress=enough)
    now = Explorer(index).map()
    assert now is not None and (now.version, now.placed) == (before.version, 1)


@pytest.mark.parametrize("name", [kept.NAME, tiles.NAME])
@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "newer"])
def test_a_note_that_cannot_be_read_is_no_map_and_can_be_made_anew(
    index: Index, name: str, damage: str
) -> None:
    index.explore.lay_out()
    notes = index._store.notes
    data = notes.read(name) or b""
    newer = data[32:].replace(b'"format":1', b'"format":2')
    notes.write(
        name,
        {
            "cut": data[:-5],
            "flipped": data[:60] + bytes([data[60] ^ 1]) + data[61:],
            "empty": b"",
            "newer": content_hash(newer).encode() + newer,
        }[damage],
    )
    own = Explorer(index)
    assert (own.map() is None) == (name == kept.NAME)
    assert own.drawn() is None
    own.lay_out()
    assert own.map() is not None and own.drawn() is not None


def test_a_map_of_another_encoders_looks_does_not_count(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "index", GridEncoder())
    index.add(tiny_shop().products, duplicates=False, fit=False)
    index.explore.lay_out()
    index.rebuild(GridEncoder("other"), thumbnails=True)
    assert index.explore.map() is None
    assert index.explore.lay_out().ids == index.explore.map().ids  # type: ignore[union-attr]


def test_a_map_that_cannot_be_kept_is_remembered(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(name: str, data: bytes) -> None:
        raise StorageError("The disk is full.", next_step="Make room.")

    monkeypatch.setattr(index._store.notes, "write", full)
    own = index.explore
    made = own.lay_out()
    assert own.unkept == "The disk is full."
    assert own.map() is not None and own.drawn() is not None
    assert own.map().ids == made.ids  # type: ignore[union-attr]
    monkeypatch.undo()
    own.lay_out()
    assert own.unkept == "" and Explorer(index).map() is not None


def test_a_selection_is_compared_in_its_order(index: Index) -> None:
    found = index.explore.matrix(["shoe-001", "cup-000", "shoe-001", "cup-001"])
    assert found.ids == ["shoe-001", "cup-000", "cup-001"]
    assert found.titles == ["shoe 1", "cup 0", "cup 1"]
    looks = np.stack([crowd(1, EACH)[1], crowd(0, EACH)[0], crowd(0, EACH)[1]])
    assert np.allclose(found.values, looks @ looks.T, atol=1e-2)  # vectors are stored in fewer bits


def test_products_without_a_picture_are_left_out_and_named() -> None:
    index = shop(("cup", crowd(0, 2)), bare=2)
    found = index.explore.matrix(["bare-1", "cup-000"])
    assert (found.ids, found.unpictured, found.values.shape) == (["cup-000"], ["bare-1"], (1, 1))
    assert index.explore.matrix(["bare-0"]).to_dict()["values"] == []


def test_a_selection_of_none_or_of_an_unknown_product_is_refused(index: Index) -> None:
    with pytest.raises(BadArgument):
        index.explore.matrix([])
    with pytest.raises(UnknownProduct):
        index.explore.matrix(["nobody"])


def test_the_map_can_be_coloured_by_what_products_share(index: Index) -> None:
    found = index.explore.lay_out()
    paint = next(one for one in found.paints if one.name == "category")
    assert [paint.values[code] for code in paint.codes] == [id.partition("-")[0] for id in found.ids]


def test_a_drawn_shop_is_coloured_by_its_colours_and_prices() -> None:
    index = Index(plant([planted("x", [1.0])]))
    encoder = GridEncoder()
    index = Index(type(index._store)(encoder.space, encoder.name), encoder)
    index.add(tiny_shop().products, duplicates=False, fit=False)
    paints = {paint.name: paint for paint in index.explore.lay_out().paints}
    assert {"category", "colour", "price", "brand"} <= paints.keys()
    for paint in paints.values():
        assert len(paint.codes) == len(tiny_shop().products)
        assert set(paint.codes) - {-1} == set(range(len(paint.values)))
        assert not paint.tints or len(paint.tints) == len(paint.values)
        counts = np.bincount([code for code in paint.codes if code >= 0]).tolist()
        assert paint.tints or counts == sorted(counts, reverse=True)
    dear = paints["price"].codes
    prices = {one.id: one.price for one in tiny_shop().products}
    ids = index.explore.map().ids  # type: ignore[union-attr]
    euros = [(prices[id].amount, code) for id, code in zip(ids, dear, strict=True) if code >= 0]  # type: ignore[union-attr]
    assert [code for _, code in sorted(euros)] == sorted(code for _, code in euros)


def test_more_values_than_can_be_told_apart_end_as_others() -> None:
    items = [
        planted(f"{at:03}", crowds(1, 140)[at].tolist(), category=f"kind {at // 2:02}") for at in range(140)
    ]
    paint = next(one for one in Index(plant(items)).explore.lay_out().paints if one.name == "category")
    assert (len(paint.values), paint.values[-1], paint.folded) == (60, "others", 11)
    assert paint.codes.count(59) == 22


def test_two_products_and_one_are_enough_for_a_map() -> None:
    for count in (1, 2, 3):
        index = Index(plant([planted(str(at), [1.0, at + 1.0]) for at in range(count)]))
        assert index.explore.lay_out().points.shape == (count, 2)
        assert index.explore.drawn()["points"] == [*range(count)] or count > 1  # type: ignore[index]


def test_a_product_by_itself_has_no_pictures_read_that_it_lacks() -> None:
    index = Index(plant([planted("a", [1.0, 0.0])]))
    with index._store.writer() as writer:
        writer.commit([Product("bare")])
    assert index.explore.lay_out().ids == ["a"]
