"""A file of weights goes into one of Keras' networks without its top; whatever does not fit is named."""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from lookalike.encoders.keras_names import KerasName
from lookalike.errors import EncoderError

_INSIDE = "model.weights.h5"  # the weights in a .keras archive
_MOST_TOP = 12  # weights that a classifier on top may have; VGG's own has 6
_FORMS = (
    "Save them with network.save_weights('NAME.weights.h5') or network.save('NAME.keras'), or take a .h5 "
    "file of Keras' applications; the network must be the application itself, not one it is a layer of."
)
# EfficientNet was trained on pixels divided by the variance. Keras mends that with one more layer, but only
# where it fetches the weights itself; a file gets the same by its normalising layer's variance.
_DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)


def load_weights(network: Any, asked: KerasName) -> bool:
    """Put the weights of ``asked.weights`` into a network without top; a file with a top is cut.

    Read are what Keras 3 writes (``.weights.h5``, ``.keras``) and the older ``.h5``, told apart by their
    content. True is returned for an EfficientNet that must see pixels the way Keras' ImageNet weights do
    (`divide_by_deviation`). Raises `EncoderError` when there is no such file, when it holds no weights, and
    when they are of another network: with the first layer that differs.
    """
    import h5py

    path = asked.weights
    if path is None or not path.is_file():
        raise EncoderError(
            f"There is no weights file {path}.",
            next_step="Check the path, or leave the file out to use Keras' ImageNet weights.",
        )
    with TemporaryDirectory() as folder:
        taken = _unpacked(path, Path(folder))
        try:
            with h5py.File(taken, "r") as file:
                root = file.get("model_weights", file)
                older = "layer_names" in root.attrs or "layer_names0" in root.attrs
                if not older and "layers" not in root:
                    raise EncoderError(f"{path} holds no weights of a Keras network.", next_step=_FORMS)
                rescaled = sum(name.startswith("rescaling") for name in _layers_in(root, older)) > 1
                if older:
                    _load_older(network, root, asked)
                else:
                    _check_count(network, root["layers"], asked)
            if not older:
                _load_newer(network, taken, Path(folder), asked)
        except (OSError, KeyError, TypeError) as error:
            raise EncoderError(f"{path} cannot be read as HDF5: {_line(error)}", next_step=_FORMS) from None
    return asked.family == "efficientnet" and (rescaled or _is_published(path))


def divide_by_deviation(network: Any) -> None:
    """Let a loaded EfficientNet divide pixels by the variance, not by the deviation.

    The same numbers, but for rounding, as the `Rescaling` by 1 / sqrt(deviation) that
    ``keras.applications.efficientnet`` adds where ``weights="imagenet"``.
    """
    for layer in network.layers:
        if type(layer).__name__ == "Normalization":
            mean, variance, *rest = layer.get_weights()
            layer.set_weights([mean, variance * _DEVIATION.reshape(variance.shape), *rest])
            layer.finalize_state()


def weights_hash(network: Any) -> str:
    """A SHA-256 over shapes and values of all weights, in the network's order; names do not count."""
    digest = hashlib.sha256()
    for values in network.get_weights():
        plain = np.ascontiguousarray(values, dtype=np.asarray(values).dtype.newbyteorder("<"))
        digest.update(f"{plain.dtype.str}{plain.shape}".encode())
        digest.update(plain.data)
    return digest.hexdigest()


def _unpacked(path: Path, folder: Path) -> Path:
    """The HDF5 file itself: of a .keras archive, which is a zip, the one inside."""
    if not zipfile.is_zipfile(path):
        return path
    try:
        with zipfile.ZipFile(path) as archive:
            return Path(archive.extract(_INSIDE, folder))
    except (KeyError, zipfile.BadZipFile):
        raise EncoderError(f"{path} is an archive without weights of Keras.", next_step=_FORMS) from None


def _layers_in(root: Any, older: bool) -> list[str]:
    return _names(root, "layer_names") if older else list(root["layers"])


def _load_older(network: Any, root: Any, asked: KerasName) -> None:
    """Layer by layer in the file's order, as Keras does; what comes after the network's last is the top."""
    saved = [(name, _names(root[name], "weight_names")) for name in _names(root, "layer_names")]
    saved = [(name, weights) for name, weights in saved if weights]
    layers = [layer for layer in network.layers if layer.weights]
    spare = sum(len(weights) for _, weights in saved[len(layers) :])
    if len(saved) < len(layers) or spare > _MOST_TOP:
        raise _unlike(asked, f"it has {len(saved)} layers with weights, the network {len(layers)}")
    for layer, (name, weights) in zip(layers, saved, strict=False):
        values = [np.asarray(root[name][weight]) for weight in weights]
        variables = [*layer.trainable_weights, *layer.non_trainable_weights]
        found, expected = [value.shape for value in values], [tuple(one.shape) for one in variables]
        if found != expected:
            raise _unlike(
                asked, f"layer {layer.name} takes {_shapes(expected)}, the file has {_shapes(found)}"
            )
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()


def _load_newer(network: Any, taken: Path, folder: Path, asked: KerasName) -> None:
    """By Keras itself, which finds the layers of its own format and leaves a top alone."""
    if not taken.name.endswith(".weights.h5"):  # Keras goes by the name
        taken = Path(shutil.copyfile(taken, folder / "copy.weights.h5"))
    try:
        network.load_weights(taken)
    except ValueError as error:
        raise _unlike(asked, _first_difference(str(error))) from None


def _check_count(network: Any, layers: Any, asked: KerasName) -> None:
    """Refuse what Keras would take in part: a file with many more weights than the network."""
    found: list[str] = []
    layers.visititems(lambda name, item: found.append(name) if hasattr(item, "shape") else None)
    kept = [name for name in found if "seed_generator" not in name]
    wanted = len(network.weights)
    if not wanted <= len(kept) <= wanted + _MOST_TOP:
        raise _unlike(asked, f"it holds {len(kept)} weights, the network {wanted}")


def _first_difference(message: str) -> str:
    """The layer and the shapes in what Keras says of a file that does not fit."""
    layer = re.search(r"<\w+ name=([\w-]+)", message)
    shapes = re.search(
        r"variable\.shape=\(([\d, ]*)\).*?value\.shape=[\w.]*[(\[]+([\d, ]*)", message, re.DOTALL
    )
    if layer and shapes:
        return f"layer {layer[1]} takes ({shapes[1]}), the file has ({shapes[2]})"
    expected = re.search(r"Layer '[^']+' expected \d+ variables, but received \d+ variables", message)
    return expected[0] if expected else _line(message)


def _unlike(asked: KerasName, what: str) -> EncoderError:
    return EncoderError(
        f"{asked.weights} does not hold weights of {asked.architecture}: {what}.",
        next_step=f"Name the network the file was saved from, keras:NAME, or a file of {asked.architecture}. "
        + _FORMS,
    )


def _is_published(path: Path) -> bool:
    """Whether a file is one that Keras itself fetches for EfficientNet, by the MD5 it knows them by."""
    module = sys.modules.get("keras.src.applications.efficientnet")
    known = {value for pair in getattr(module, "WEIGHTS_HASHES", {}).values() for value in pair}
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest() in known


def _names(group: Any, attribute: str) -> list[str]:
    """A list of names that HDF5 keeps as an attribute, or in pieces: NAME0, NAME1 and so on."""
    pieces = [attribute] if attribute in group.attrs else []
    while not (pieces and pieces[0] == attribute) and f"{attribute}{len(pieces)}" in group.attrs:
        pieces.append(f"{attribute}{len(pieces)}")
    found = [name for piece in pieces for name in group.attrs[piece]]
    return [name.decode() if isinstance(name, bytes) else str(name) for name in found]


def _shapes(shapes: list[tuple[int, ...]]) -> str:
    return " ".join(str(shape) for shape in shapes)


def _line(error: object) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
