"""An encoder of Keras gives what a notebook with ``keras.applications`` gives, number by number.

Weights are random: nothing is fetched. The framework's own answer is what every vector is compared with.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lookalike import Index
from lookalike.encoders.folder import write_encoder
from lookalike.encoders.headed import headed
from lookalike.encoders.keras import KerasEncoder, Network, build_network, load_keras
from lookalike.encoders.keras_exports import Identity, read_export, write_export
from lookalike.encoders.keras_names import ARCHITECTURES, parse_keras_name
from lookalike.encoders.loading import load_encoder
from lookalike.encoders.onnx import OnnxEncoder
from lookalike.errors import EncoderError
from lookalike.images import open_image
from lookalike.ingest.measuring import detail
from lookalike.vectors import unit

from .notebook import SMALL, application, keras, notebook, some_pixels

__all__ = ["keras"]
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")


def assert_same_numbers(found: np.ndarray, expected: np.ndarray) -> None:
    lengths = np.linalg.norm(found, axis=1) * np.linalg.norm(expected, axis=1)
    assert ((found * expected).sum(axis=1) / lengths >= 0.9999).all()
    assert np.abs(found - expected).max() <= 1e-3 * np.abs(expected).max()  # random networks amplify rounding
    spread = np.linalg.norm(expected - expected.mean(axis=0))
    assert spread >= 0.05 * np.linalg.norm(expected)  # the network tells the pictures apart
    assert np.linalg.norm(found - expected) <= 1e-2 * spread


@pytest.fixture(scope="module")
def small(keras: Any, tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """A small network, its weights in a file, and the encoder that was made of them."""
    model = application(keras, SMALL)
    weights = tmp_path_factory.mktemp("weights") / "own.weights.h5"
    model.save_weights(weights)
    name = f"keras:{SMALL}?weights={weights}"
    return SimpleNamespace(model=model, weights=weights, name=name, encoder=load_keras(name))


def test_every_application_of_keras_has_a_name_here(keras: Any) -> None:
    offered = keras.applications
    named = {name for name in dir(offered) if name[0].isupper() and callable(getattr(offered, name))}
    assert named == set(ARCHITECTURES)
    for name, architecture in ARCHITECTURES.items():
        module = getattr(offered, architecture.module)
        assert callable(module.preprocess_input)
        assert getattr(offered, name).__module__.rpartition(".")[2] == architecture.module


class Asked(Exception):
    """Carries the size a network asks Keras for."""


def test_every_network_gets_pictures_of_its_own_size(keras: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: object, default_size: int, **__: object) -> None:
        raise Asked(default_size)

    monkeypatch.setattr("keras.src.applications.imagenet_utils.obtain_input_shape", asked)
    for name, architecture in ARCHITECTURES.items():
        if architecture.module == "mobilenet_v3":  # asks for none, and its weights are called *_224_1.0
            assert architecture.side == 224
            continue
        try:
            getattr(keras.applications, name)(weights=None)
        except Asked as found:
            assert found.args == (architecture.side,), name
        except ValueError as refused:
            assert "backend" in str(refused), name
        else:
            pytest.fail(f"{name} asked for no size")


def test_a_network_in_a_graph_gives_the_numbers_of_the_framework(keras: Any, small: SimpleNamespace) -> None:
    encoder = small.encoder
    assert isinstance(encoder, KerasEncoder) and isinstance(encoder._network, OnnxEncoder)
    pixels = some_pixels(224)
    assert_same_numbers(encoder.encode(pixels), notebook(keras, SMALL, small.model, pixels))
    assert encoder.size == (224, 224) and encoder.space.dim == 576


def test_a_linear_map_behind_it_is_an_encoder_without_keras(small: SimpleNamespace, tmp_path: Path) -> None:
    mean, matrix = np.full(576, 0.01), np.random.default_rng(0).normal(size=(576, 8))
    model, card = headed(small.encoder, mean, matrix, "own")
    own = load_encoder(f"onnx:{write_encoder(tmp_path / 'own', 'own', model, card)}")
    picture = Image.fromarray(some_pixels(300)[0])
    first, second = (one.prepare(picture)[None] for one in (own, small.encoder))
    assert np.array_equal(first, second) and detail(own) is None
    wanted = (unit(small.encoder.encode(second))[0] - mean) @ matrix
    assert np.allclose(own.encode(first), wanted, atol=1e-4)


@pytest.mark.skipif(not os.environ.get("CI"), reason="half a minute; benchmarks/keras_networks.py does all")
@pytest.mark.parametrize(("name", "pooling"), [("ResNet50", "avg"), ("InceptionV3", "max")])
def test_the_networks_of_most_notebooks_too(keras: Any, tmp_path: Path, name: str, pooling: str) -> None:
    model = application(keras, name, pooling=pooling)
    weights = tmp_path / "own.weights.h5"
    model.save_weights(weights)
    encoder = load_keras(f"keras:{name}?weights={weights}&pooling={pooling}")
    assert isinstance(encoder._network, OnnxEncoder)
    pixels = some_pixels(encoder.size[0], 2)
    assert_same_numbers(encoder.encode(pixels), notebook(keras, name, model, pixels))
    assert encoder.space.dim == 2048


def test_where_there_is_no_graph_keras_itself_answers(
    keras: Any, small: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LOOKALIKE_CACHE", str(tmp_path / "file"))  # nothing can be kept there either
    monkeypatch.setattr("torch.onnx.export", None)
    encoder = load_keras(small.name)
    assert not isinstance(encoder._network, OnnxEncoder)
    assert encoder.space == small.encoder.space
    pixels = some_pixels(224)
    assert np.array_equal(
        encoder.encode(pixels),
        np.concatenate([notebook(keras, SMALL, small.model, pixels[i : i + 1]) for i in range(3)]),
    )


def saved_pictures(folder: Path) -> list[Path]:
    """One picture of each kind a shop has: large and small JPEG, grey, palette, 1 pixel."""
    chance = np.random.default_rng(1)
    noise = Image.fromarray(chance.integers(0, 256, (90, 130, 3), dtype=np.uint8))
    large = noise.resize((1500, 1100), Image.Resampling.BICUBIC)
    paths = [folder / name for name in ("large.jpg", "small.jpg", "grey.jpg", "palette.png", "dot.png")]
    images = [large, noise, noise.convert("L"), noise.quantize(32), Image.new("RGB", (1, 1), (9, 8, 7))]
    for path, image in zip(paths, images, strict=True):
        image.save(path)
    return paths


def test_pixels_are_those_of_load_img_whatever_the_picture(
    keras: Any, small: SimpleNamespace, tmp_path: Path
) -> None:
    for path in saved_pictures(tmp_path):
        expected = np.asarray(keras.utils.load_img(path, target_size=(224, 224)))
        opened = open_image(path, detail(small.encoder)).image
        assert np.array_equal(small.encoder.prepare(opened), expected), path.name


def test_an_index_holds_what_a_notebook_computes(
    keras: Any, small: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = tmp_path / "shop"
    pictures.mkdir()
    paths = saved_pictures(pictures)[:3]
    monkeypatch.chdir(small.weights.parent)
    index = Index.create(tmp_path / "index", f"keras:{SMALL}?weights={small.weights.name}")
    assert index.add(pictures).reported == 0
    pixels = np.stack([np.asarray(keras.utils.load_img(path, target_size=(224, 224))) for path in paths])
    vectors = notebook(keras, SMALL, small.model, pixels)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    monkeypatch.chdir("/")
    again = Index.open(tmp_path / "index")
    found = {one.product.id: one.evidence["look"] for one in again.search(paths[0], k=5, duplicates=True)}
    for path, vector in zip(paths, vectors, strict=True):
        assert found[path.stem] == pytest.approx(float(vectors[0] @ vector), abs=2e-4)


@pytest.fixture(scope="module")
def cut(keras: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The weights of one network with its top, in every form there is."""
    folder = tmp_path_factory.mktemp("cut")
    whole = application(keras, SMALL, 4, include_top=True, pooling=None, classes=7)
    files = {name: folder / name for name in ("a.weights.h5", "b.keras", "c.h5", "d.bin")}
    whole.save_weights(files["a.weights.h5"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        whole.save(files["b.keras"])
        whole.save(files["c.h5"])
    files["d.bin"].write_bytes(files["a.weights.h5"].read_bytes())
    top = {"conv_2", "logits"}
    kept = [one for layer in whole.layers if layer.name not in top for one in layer.get_weights()]
    bare = application(keras, SMALL)
    bare.set_weights(kept)
    bare.save_weights(folder / "bare.weights.h5")
    return {"bare": folder / "bare.weights.h5", **files}


@pytest.fixture(scope="module")
def bare(cut: dict[str, Path]) -> tuple[Network, Identity]:
    """The network that was saved without its top."""
    return build_network(parse_keras_name(f"keras:{SMALL}?weights={cut['bare']}"))


@pytest.mark.parametrize("form", ["a.weights.h5", "b.keras", "c.h5", "d.bin"])
def test_the_top_is_cut_off_every_form_of_weights(
    cut: dict[str, Path], bare: tuple[Network, Identity], form: str
) -> None:
    found = build_network(parse_keras_name(f"keras:{SMALL}?weights={cut[form]}"))
    assert found[1] == bare[1]
    pixels = some_pixels(224, 1)
    assert np.array_equal(found[0].encode(pixels), bare[0].encode(pixels))


def test_the_space_tells_weights_poolings_and_networks_apart_and_not_files(
    small: SimpleNamespace, bare: tuple[Network, Identity]
) -> None:
    asked = parse_keras_name(small.name)
    same = Identity("w", "p", 576)
    assert same.fingerprint(asked) == same.fingerprint(parse_keras_name(f"keras:{SMALL}"))
    others = [
        Identity("v", "p", 576).fingerprint(asked),
        Identity("w", "q", 576).fingerprint(asked),
        same.fingerprint(parse_keras_name(f"keras:{SMALL}?pooling=max")),
        same.fingerprint(parse_keras_name("keras:MobileNetV3Large")),
    ]
    assert len({same.fingerprint(asked), *others}) == 5
    assert bare[1].fingerprint(asked) != small.encoder.space.fingerprint


def test_a_file_of_efficientnet_sees_pixels_as_the_weights_of_imagenet_do(
    keras: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keras divides pixels once more where it fetches the weights itself, and only there."""
    from keras.src.applications import efficientnet

    name, published = "EfficientNetB0", tmp_path / "published.weights.h5"
    application(keras, name).save_weights(published)
    with monkeypatch.context() as patch:
        patch.setattr(efficientnet.file_utils, "get_file", lambda *_, **__: str(published))
        fetched = application_of_imagenet(keras, name)
    fetched.save_weights(tmp_path / "own.weights.h5")  # what somebody saves who began with those of ImageNet
    network, _ = build_network(parse_keras_name(f"keras:{name}?weights={tmp_path / 'own.weights.h5'}"))
    pixels = some_pixels(224, 2)
    expected = notebook(keras, name, fetched, pixels)
    assert_same_numbers(network.encode(pixels), expected)
    plain, _ = build_network(parse_keras_name(f"keras:{name}?weights={published}"))
    assert np.abs(plain.encode(pixels) - expected).max() > 0.01 * np.abs(expected).max()


def application_of_imagenet(keras: Any, name: str) -> Any:
    return getattr(keras.applications, name)(
        weights="imagenet", include_top=False, pooling="avg", input_shape=(224, 224, 3)
    )


def test_a_kept_graph_needs_no_keras(small: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keras", None)
    again = load_encoder(small.name)
    pixels = some_pixels(224, 1)
    assert again.space == small.encoder.space
    assert np.array_equal(again.encode(pixels), small.encoder.encode(pixels))


@pytest.mark.parametrize("wrong", [(224, 224, 3), (1, 224, 225, 3)])
def test_pixels_that_were_not_prepared_are_refused(small: SimpleNamespace, wrong: tuple[int, ...]) -> None:
    with pytest.raises(EncoderError, match=r"prepare\(\)"):
        small.encoder.encode(np.zeros(wrong, np.uint8))


Damage = Callable[[Path], object]


@pytest.mark.parametrize(
    "damage",
    [
        lambda graph: graph.write_bytes(graph.read_bytes()[:-1]),
        lambda graph: graph.unlink(),
        lambda graph: graph.with_suffix(".json").write_text("{"),
        lambda graph: graph.with_suffix(".json").write_text("[]"),
        lambda graph: graph.with_suffix(".json").unlink(),
    ],
)
def test_a_damaged_graph_is_not_used(tmp_path: Path, damage: Damage) -> None:
    place, identity = tmp_path / "deep" / "graph.onnx", Identity("w", "p", 3)
    write_export(place, "source", b"graph", identity)
    assert read_export(place, "source") == (b"graph", identity)
    assert read_export(place, "another") is None
    damage(place)
    assert read_export(place, "source") is None
    assert not [file for file in place.parent.iterdir() if file.name.startswith(".new-")]
