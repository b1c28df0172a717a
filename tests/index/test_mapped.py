"""An encoder that maps the vectors which are there takes their place without a picture being read."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from lookalike.encoders.card import Card, Preprocessing
from lookalike.encoders.folder import write_encoder
from lookalike.encoders.headed import headed
from lookalike.encoders.loading import load_encoder
from lookalike.errors import EncoderError, SpaceMismatch
from lookalike.fetching import Fetcher
from lookalike.index import Index
from lookalike.ingest.rebuild_report import RebuildStopped
from lookalike.products import PictureSource, Product
from lookalike.vectors import Floats, unit

OUT = 40


def tiny(folder: Path, side: int) -> str:
    """The name of an encoder whose vectors are a picture's pixels, ``side`` times as many."""
    dim = 3 * side * side
    graph = helper.make_graph(
        [
            helper.make_node("Cast", ["pixels"], ["floats"], to=TensorProto.FLOAT),
            helper.make_node("Reshape", ["floats", "sides"], ["vector"]),
        ],
        "tiny",
        [helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["n", side, side, 3])],
        [helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["n", dim])],
        [numpy_helper.from_array(np.array([-1, dim], np.int64), "sides")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    card = Card("tiny", "", "", "pixels", "vector", dim, Preprocessing(side, side, "NHWC", "stretch"))
    name = f"tiny{side}"
    return f"onnx:{write_encoder(folder / name, name, model.SerializeToString(), card)}"


def products(folder: Path, start: int, end: int) -> list[Product]:
    """Products with a picture of their own colours, as files."""
    made = []
    for number in range(start, end):
        path = folder / f"{number:02}.png"
        image = Image.new("RGB", (30, 40), (number * 37 % 256, number * 91 % 256, 40))
        image.paste((255, 240, 200), (number % 5 * 5, number % 7 * 4, number % 5 * 5 + 9, 30))
        image.save(path)
        made.append(Product(f"{number:02}", (PictureSource(str(path)),), title=f"product {number}"))
    return made


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index of six products, seen by an encoder of its own."""
    folder = tmp_path_factory.mktemp("shop")
    index = Index.create(folder / "ix", tiny(folder, 6))
    index.add(products(folder, 0, 6))
    return folder / "ix"


@pytest.fixture
def index(tmp_path: Path, kept: Path) -> Index:
    """Six products, as they are kept."""
    shutil.copytree(kept, tmp_path / "ix")
    return Index.open(tmp_path / "ix")


def own(index: Index, base: str = "", name: str = "own", seed: int = 0) -> str:
    """The name of an index's own encoder that maps the vectors of another one at random."""
    rng = np.random.default_rng(seed)
    encoder = load_encoder(base or index.manifest.encoder)
    dim = encoder.space.dim
    assert index.path is not None
    mean, matrix = rng.normal(size=dim) * 0.01, rng.normal(size=(dim, OUT))
    model, card = headed(encoder, mean, matrix, name, bias=rng.normal(size=OUT))
    return f"onnx:{write_encoder(index.path / 'encoders' / name, name, model, card)}"


def looks(index: Index) -> dict[str, Floats]:
    return dict(zip(*index.vectors(), strict=True))


@pytest.fixture
def no_pictures(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the index is there, nothing can be fetched and nothing be decoded."""

    assert len(index) == 6

    def never(*_: object, **__: object) -> None:
        raise AssertionError("a picture was read")

    monkeypatch.setattr(Fetcher, "fetch", never)
    monkeypatch.setattr("lookalike.ingest.rebuild.open_image", never)


@pytest.mark.usefixtures("no_pictures")
def test_no_picture_is_read_and_the_vectors_are_those_of_the_whole_graph(
    index: Index, tmp_path: Path
) -> None:
    name = own(index)
    encoder = load_encoder(name)
    seen = [Image.open(index.product(i).pictures[0].uri).convert("RGB") for i in index.ids]
    expected, lengths = unit(encoder.encode(np.stack([encoder.prepare(picture) for picture in seen])))
    told: list[tuple[int, int]] = []
    report = index.rebuild(name, progress=lambda done, total: told.append((done, total)))
    assert (report.switched, report.mapped, report.encoded, report.missing, report.ready) == (
        True,
        6,
        0,
        0,
        6,
    )
    assert told == [(6, 6)] and report.to_dict()["mapped"] == 6
    assert np.allclose(np.stack([*looks(index).values()]), expected, atol=1e-3)
    norms = [own[0].norm for own in index._store.reader().pictures(index.ids).values()]
    assert np.allclose(norms, lengths, rtol=1e-3)


def test_what_comes_in_later_goes_through_the_whole_graph(index: Index, tmp_path: Path) -> None:
    index.rebuild(own(index))
    added = products(tmp_path, 6, 8)
    shutil.copy(added[1].pictures[0].uri, tmp_path / "copy.png")
    report = index.add([*added, Product("again", (PictureSource(index.product("00").pictures[0].uri),))])
    assert report.encoded == 2
    assert index.search(tmp_path / "copy.png")[0].id == "07"
    mapped = looks(index)
    whole = index.encoder.encode(
        index.encoder.prepare(Image.open(index.product("00").pictures[0].uri).convert("RGB"))[None]
    )
    assert np.allclose(mapped["00"], unit(whole)[0][0], atol=1e-3)
    assert index.verify().ok  # it encodes pictures anew


@pytest.mark.usefixtures("no_pictures")
def test_a_second_map_over_the_vectors_before_and_the_ways_back_read_no_picture(
    index: Index, tmp_path: Path
) -> None:
    before = looks(index)
    first, second = own(index, name="first"), own(index, name="second", seed=1)
    index.rebuild(first)
    mapped = looks(index)
    report = index.rebuild(second)
    assert (report.mapped, report.encoded, report.before) == (6, 0, first)
    assert index.rebuild_back().encoder == first
    assert all(np.array_equal(look, mapped[i]) for i, look in looks(index).items())
    index.rebuild(second)
    assert not any(np.allclose(look[:OUT], before[i][:OUT], atol=0.01) for i, look in looks(index).items())


@pytest.mark.usefixtures("no_pictures")
def test_a_map_over_a_map_reads_no_picture(index: Index, tmp_path: Path) -> None:
    first = own(index, name="first")
    index.rebuild(first)
    report = index.rebuild(own(index, base=first, name="second"))
    assert (report.mapped, report.encoded, report.switched) == (6, 0, True)
    assert index.rebuild_back().encoder == first


@pytest.mark.usefixtures("no_pictures")
def test_a_stopped_run_keeps_what_it_mapped_and_the_next_maps_the_rest(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lookalike.ingest.mapped._AT_ONCE", 2)
    name, before = own(index), looks(index)

    def stop(done: int, total: int) -> None:
        if (done, total) == (4, 6):
            raise KeyboardInterrupt

    with pytest.raises(RebuildStopped) as stopped:
        index.rebuild(name, progress=stop)
    assert stopped.value.encoded == 4
    assert all(np.array_equal(look, before[i]) for i, look in looks(index).items())
    report = index.rebuild(name)
    assert (report.mapped, report.ready, report.switched) == (2, 6, True)


def test_a_map_over_other_vectors_reads_the_pictures(index: Index, tmp_path: Path) -> None:
    report = index.rebuild(own(index, base=tiny(tmp_path, 5)))
    assert (report.mapped, report.encoded, report.switched) == (0, 6, True)


def test_products_that_came_in_after_the_switch_are_read_where_only_the_vectors_before_can_be_mapped(
    index: Index, tmp_path: Path
) -> None:
    base = index.manifest.encoder
    index.rebuild(own(index, name="first"))
    index.add(products(tmp_path, 6, 8))
    report = index.rebuild(own(index, base, "second", seed=1))
    assert (report.mapped, report.encoded, report.ready) == (6, 2, 8)


def test_an_index_finds_its_own_encoder_where_its_folder_was_moved(index: Index, tmp_path: Path) -> None:
    index.rebuild(own(index))
    expected = [match.id for match in index.search(index.product("03").pictures[0].uri)]
    (tmp_path / "ix").rename(tmp_path / "moved")
    moved = Index.open(tmp_path / "moved")
    assert moved.encoder.name == f"onnx:{tmp_path / 'moved' / 'encoders' / 'own' / 'own.onnx'}"
    assert [match.id for match in moved.search(moved.product("03").pictures[0].uri)] == expected


def test_a_copy_of_an_index_uses_its_own_encoder_where_the_other_was_learnt_anew(
    index: Index, tmp_path: Path
) -> None:
    base = index.manifest.encoder
    index.rebuild(own(index))
    shutil.copytree(tmp_path / "ix", tmp_path / "copy")
    shutil.rmtree(tmp_path / "ix" / "encoders")
    own(index, base, seed=1)
    assert Index.open(tmp_path / "copy").encoder.space == index.manifest.space
    with pytest.raises(SpaceMismatch):
        _ = Index.open(tmp_path / "ix").encoder


def test_an_encoder_that_is_nowhere_is_told_by_the_name_it_had(index: Index, tmp_path: Path) -> None:
    name = own(index)
    index.rebuild(name)
    shutil.rmtree(tmp_path / "ix" / "encoders")
    with pytest.raises(EncoderError, match=r"There is no file .*own\.onnx"):
        _ = Index.open(tmp_path / "ix").encoder
