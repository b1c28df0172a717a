"""What can go wrong with a network of Keras is said in one line with the next step, and harms no index."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path
from typing import Any

import h5py
import pytest

from lookalike import Index
from lookalike.encoders.keras import load_keras
from lookalike.errors import EncoderError
from lookalike.testing.grid import GridEncoder

from .notebook import SMALL, application, keras

__all__ = ["keras"]

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")


def refused(name: str) -> EncoderError:
    with pytest.raises(EncoderError) as caught:
        load_keras(name)
    assert "\n" not in str(caught.value)
    assert caught.value.next_step
    return caught.value


@pytest.fixture(scope="module")
def saved(keras: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Weights of MobileNetV3Small, as Keras 3 writes them and as older versions did."""
    folder = tmp_path_factory.mktemp("saved")
    model = application(keras, SMALL)
    model.save_weights(folder / "new.weights.h5")
    model.save(folder / "old.h5")
    return {"new": folder / "new.weights.h5", "old": folder / "old.h5"}


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    error = refused(f"keras:ResNet50?weights={tmp_path / 'absent.h5'}")
    assert "absent.h5" in error.message


def test_a_folder_is_no_file_of_weights(tmp_path: Path) -> None:
    assert str(tmp_path) in refused(f"keras:ResNet50?weights={tmp_path}").message


def test_files_that_hold_no_weights_are_refused(keras: Any, saved: dict[str, Path], tmp_path: Path) -> None:
    whole = saved["new"].read_bytes()
    (tmp_path / "text.h5").write_text("not found")
    (tmp_path / "cut.h5").write_bytes(whole[: len(whole) // 2])
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["table"] = [1, 2]
    with zipfile.ZipFile(tmp_path / "zip.keras", "w") as archive:
        archive.writestr("config.json", "{}")
    for path in sorted(tmp_path.iterdir()):
        error = refused(f"keras:{SMALL}?weights={path}")
        assert path.name in error.message and "save_weights" in error.next_step


@pytest.mark.parametrize("form", ["new", "old"])
def test_weights_of_another_network_are_refused_with_the_layer_that_differs(
    keras: Any, saved: dict[str, Path], form: str
) -> None:
    path = saved[form]
    error = refused(f"keras:MobileNetV2?weights={path}")
    assert str(path) in error.message and "MobileNetV2" in error.message
    assert "MobileNetV2" in error.next_step
    assert any(word in error.message for word in ("layer", "weights,"))


@pytest.mark.parametrize("form", ["new", "old"])
def test_one_layer_of_another_shape_is_named_with_both_shapes(
    keras: Any, saved: dict[str, Path], tmp_path: Path, form: str
) -> None:
    path = tmp_path / saved[form].name
    path.write_bytes(saved[form].read_bytes())
    with h5py.File(path, "r+") as file:
        group = "layers/conv2d/vars/0" if form == "new" else "model_weights/conv/conv/kernel"
        del file[group]
        file.create_dataset(group, (3, 3, 3, 17), "f4")
    message = refused(f"keras:{SMALL}?weights={path}").message
    assert "layer conv takes" in message
    assert "(3, 3, 3, 16)" in message and "(3, 3, 3, 17)" in message


def test_no_network_says_where_the_file_is_to_be_had_and_how_to_name_it(keras: Any) -> None:
    error = refused(f"keras:{SMALL}")
    assert "ImageNet" in error.message and SMALL in error.message
    assert "https://" in error.next_step and ".h5" in error.next_step
    assert "--weights-file" in error.next_step


def test_a_missing_extra_says_what_to_install(
    keras: Any, saved: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keras", None)
    assert "pip install 'lookalike[keras]'" in refused(f"keras:{SMALL}?weights={saved['new']}").next_step


@pytest.mark.parametrize(
    "failure",
    [
        MemoryError(),
        RuntimeError(
            "[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory: 9 bytes."
        ),
    ],
)
@pytest.mark.parametrize("source", ["", "?weights="])
def test_too_little_memory_is_said(
    keras: Any, saved: dict[str, Path], monkeypatch: pytest.MonkeyPatch, failure: Exception, source: str
) -> None:
    def build(**options: Any) -> Any:
        raise failure

    monkeypatch.setattr(keras.applications, SMALL, build)
    error = refused(f"keras:{SMALL}{source and source + str(saved['new'])}")
    assert "memory" in error.message and "smaller" in error.next_step


def test_a_network_that_keras_lacks_on_this_backend_is_refused_by_name(
    keras: Any, saved: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(**options: Any) -> Any:
        raise ValueError(f"{SMALL} is not available with the torch backend at this time.")

    monkeypatch.setattr(keras.applications, SMALL, build)
    for name in (f"keras:{SMALL}", f"keras:{SMALL}?weights={saved['new']}"):
        error = refused(name)
        assert SMALL in error.message and "KERAS_BACKEND" in error.next_step


def test_an_index_is_as_it_was_and_none_is_begun(keras: Any, saved: dict[str, Path], tmp_path: Path) -> None:
    live = tmp_path / "live"
    Index.create(live, GridEncoder())
    before = {path: path.read_bytes() for path in live.rglob("*") if path.is_file()}
    for name in (f"keras:{SMALL}", "keras:ResNet5", f"keras:MobileNetV2?weights={saved['new']}"):
        with pytest.raises(EncoderError):
            Index.open(live, encoder=name)
        with pytest.raises(EncoderError):
            Index.create(tmp_path / "new", name)
    assert {path: path.read_bytes() for path in live.rglob("*") if path.is_file()} == before
    assert not (tmp_path / "new").exists()
