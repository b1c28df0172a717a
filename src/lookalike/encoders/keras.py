"""Keras' applications as encoders: what a notebook does with ``keras.applications``, to the number.

A picture is read as ``keras.utils.load_img(path, target_size=(side, side))`` reads it, which stretches it and
by default takes the nearest pixel; then come the network's own ``preprocess_input``, the network without its
top, and average or max pooling. The network runs in ONNX Runtime where it can be exported (Keras on torch,
the backend unless ``KERAS_BACKEND`` names another), otherwise in Keras. The only file that imports Keras and
torch, and not before a network must be built.

Source: Chollet et al., Keras 3, ``keras.applications`` and its example of extracting features.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext, redirect_stdout, suppress
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from PIL import Image

from lookalike import settings
from lookalike.encoders import preprocess
from lookalike.encoders.base import Pixels
from lookalike.encoders.card import Card
from lookalike.encoders.keras_exports import (
    INPUT,
    OUTPUT,
    Identity,
    card_of,
    export_path,
    graph_encoder,
    read_export,
    source_of,
    write_export,
)
from lookalike.encoders.keras_names import KerasName, parse_keras_name
from lookalike.encoders.keras_weights import divide_by_deviation, load_weights, weights_hash
from lookalike.encoders.reference import reference_picture
from lookalike.errors import EncoderError
from lookalike.vectors import Floats, Space

INSTALL = "Install it: pip install 'lookalike[keras]'"
_FETCH_FAILED = re.compile(r"URL fetch failure on (?P<url>\S+): \S+ -- (?P<why>.*)")
_OUT_OF_MEMORY = re.compile(r"allocat|bad_alloc|out of memory", re.IGNORECASE)
_OPSET = 18
_SAME = 1e-3  # of the largest number of a vector: no number of a graph is further from Keras' own


def load_keras(name: str) -> KerasEncoder:
    """The encoder called ``name``, such as ``keras:ResNet50?pooling=max&weights=/FOLDER/FILE.h5``.

    Without a file the weights are those of ImageNet, which Keras fetches over the network the first time.
    The first load of a network builds and exports it, in seconds to a minute; later ones read the graph from
    `lookalike.settings.cache_folder` and need neither Keras nor a network. Raises `EncoderError` for a name
    that is none, weights that cannot be had or do not fit, and when Keras or the memory for it is missing.
    """
    asked = parse_keras_name(name)
    source = _source(asked)
    place = export_path(settings.cache_folder() / "keras", asked, source)
    with _memory_for(asked):
        found = read_export(place, source)
        if found is not None:
            return _from_graph(asked, *found, place)
        with _alone(place):
            found = read_export(place, source)  # another process may have made it meanwhile
            if found is not None:
                return _from_graph(asked, *found, place)
            return _built(asked, source, place)


class KerasEncoder:
    """A Keras application without its top. Safe to call from several threads at once.

    ``whole_pictures`` is True: the nearest pixel of a reduced picture is another pixel, so pictures must be
    decoded in full for the numbers to be those of a notebook.
    """

    whole_pictures = True

    def __init__(self, asked: KerasName, identity: Identity, network: Any) -> None:
        """``network`` encodes prepared pictures (n, side, side, 3) to vectors (n, dim); it has a card too."""
        self.name = str(asked)
        self.card: Card = network.card
        self.weight_bytes: int = network.weight_bytes
        self._asked = asked
        self._network = network
        self._space = Space(asked.label, identity.fingerprint(asked), identity.dim)

    @property
    def space(self) -> Space:
        """The space of the vectors: architecture, pooling, preprocessing and the weights themselves."""
        return self._space

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of a prepared picture, in pixels."""
        return self._asked.side, self._asked.side

    @property
    def graph_encoder(self) -> Any:
        """What runs it: its ONNX graph, or the network in Keras where it could not be exported."""
        return self._network

    def prepare(self, picture: Image.Image) -> Pixels:
        """One picture of any size, shape (side, side, 3): ``load_img`` with the network's ``target_size``."""
        return preprocess.prepare(picture, self.card.preprocessing)

    def encode(self, batch: Pixels) -> Floats:
        """Vectors, shape (n, dim), not normalised, of prepared pictures, shape (n, side, side, 3).

        Raises `EncoderError` when the pictures have another shape or are not uint8.
        """
        side = self._asked.side
        if batch.ndim != 4 or batch.shape[1:] != (side, side, 3) or batch.dtype != np.uint8:
            raise EncoderError(
                f"{self._asked.label} takes uint8 pictures of shape (n, {side}, {side}, 3), "
                f"not {batch.dtype} of {batch.shape}.",
                next_step="Pass each picture through prepare() first.",
            )
        with _memory_for(self._asked):
            vectors: Floats = self._network.encode(batch)
        return vectors


class Network:
    """A built application in Keras itself, with whatever backend Keras runs on; one picture at a time."""

    def __init__(self, keras: Any, asked: KerasName, model: Any) -> None:
        self.model = model
        self.dim = int(model.output_shape[-1])
        self.card = card_of(asked, self.dim, Path())
        self.weight_bytes = int(sum(values.nbytes for values in model.get_weights()))
        self._keras = keras
        self._torch: Any = sys.modules["torch"] if keras.backend.backend() == "torch" else None
        self._preprocess = getattr(keras.applications, asked.family).preprocess_input
        self._turn = threading.Lock()

    def encode(self, batch: Pixels) -> Floats:
        """Vectors, shape (n, dim), as ``model(preprocess_input(pixels))`` gives them for each picture."""
        vectors = np.empty((len(batch), self.dim), dtype=np.float32)
        with self._turn, _on_processor(self._keras), self._torch.no_grad() if self._torch else nullcontext():
            for row, pixels in enumerate(batch):
                ready = self._preprocess(pixels[None].astype(np.float32))
                vector = self.model(ready, training=False)
                vectors[row] = self._keras.ops.convert_to_numpy(vector)[0]
        return vectors

    def identity(self, weights: str) -> Identity:
        """What this network is; its preprocessing is known by what it makes of a few colours."""
        colours = np.array([[[0, 0, 0], [255, 255, 255], [255, 0, 0], [10, 100, 200]]], np.float32)
        seen = np.round(np.asarray(self._preprocess(colours[None].copy()), np.float64), 3) + 0.0
        return Identity(weights, hashlib.sha256(seen.astype("<f8").tobytes()).hexdigest(), self.dim)

    def to_onnx(self) -> bytes | None:
        """The network from uint8 pixels to the vector as one ONNX graph; None where it cannot be exported."""
        torch = self._torch
        if torch is None:
            return None
        model, prepare = self.model, self._preprocess

        class Whole(torch.nn.Module):  # type: ignore[misc, name-defined]  # Keras' part belongs to the graph
            def __init__(self) -> None:
                super().__init__()
                self.model = model

            def forward(self, pixels: Any) -> Any:
                return self.model(prepare(pixels.to(torch.float32)), training=False)

        side = int(self.model.input_shape[1])
        example = torch.from_numpy(reference_picture(side, side)[None])
        graph = io.BytesIO()
        try:
            with _quiet(), _on_processor(self._keras), torch.no_grad():
                torch.onnx.export(
                    Whole().eval(),
                    (example,),
                    graph,
                    input_names=[INPUT],
                    output_names=[OUTPUT],
                    opset_version=_OPSET,
                    dynamo=False,  # one file, and an input of one fixed shape
                )
        except Exception as error:  # an exporter fails in its own ways; Keras itself still works
            if _is_memory(error):
                raise
            return None
        return graph.getvalue()


def build_network(asked: KerasName) -> tuple[Network, Identity]:
    """The network in Keras, with its weights. Raises `EncoderError`."""
    keras = _keras()
    constructor = getattr(keras.applications, asked.architecture)
    with _quiet(), _on_processor(keras):
        if asked.weights is None:
            model = _constructed(constructor, asked, "imagenet")
            mended, digest = asked.family == "efficientnet", weights_hash(model)
        else:
            model = _constructed(constructor, asked, None)
            mended = load_weights(model, asked)
            digest = weights_hash(model)
            if mended:
                divide_by_deviation(model)
        network = Network(keras, asked, model)
    return network, network.identity(digest + (" by variance" if mended else ""))


def _built(asked: KerasName, source: str, place: Path) -> KerasEncoder:
    network, identity = build_network(asked)
    graph = network.to_onnx()
    if graph is not None:
        exported = graph_encoder(asked, graph, identity.dim, place)
        side = asked.side
        chance = np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)
        probe = np.stack([reference_picture(side, side), chance])
        expected = network.encode(probe)
        if np.abs(exported.encode(probe) - expected).max() <= _SAME * np.abs(expected).max():
            write_export(place, source, graph, identity)
            return KerasEncoder(asked, identity, exported)
    return KerasEncoder(asked, identity, network)


def _from_graph(asked: KerasName, graph: bytes, identity: Identity, place: Path) -> KerasEncoder:
    return KerasEncoder(asked, identity, graph_encoder(asked, graph, identity.dim, place))


def _source(asked: KerasName) -> str:
    try:
        return source_of(asked)
    except OSError as error:
        raise EncoderError(
            f"The weights file {asked.weights} cannot be read: {error.strerror or error}.",
            next_step="Check the path after weights=, or leave it out to use Keras' ImageNet weights.",
        ) from None


def _keras() -> Any:
    """Keras, on torch unless KERAS_BACKEND names another backend."""
    if "keras" not in sys.modules:
        os.environ.setdefault("KERAS_BACKEND", "torch")
    try:
        with _quiet():
            import h5py  # noqa: F401 - the weights need it
            import keras
    except ImportError as error:
        backend = os.environ.get("KERAS_BACKEND", "torch")
        raise EncoderError(
            f"An encoder of Keras needs Keras with {backend}, and {error.name or 'a part'} is not installed.",
            next_step=INSTALL,
        ) from None
    if keras.config.image_data_format() != "channels_last" or keras.config.floatx() != "float32":
        raise EncoderError(
            f"Keras is set to {keras.config.image_data_format()} and {keras.config.floatx()}.",
            next_step="Set image_data_format to channels_last and floatx to float32 in keras.json.",
        )
    return keras


def _on_processor(keras: Any) -> Any:
    """Where networks live: a graph is exported from there, and one index has one kind of arithmetic."""
    return keras.device("cpu" if keras.backend.backend() == "torch" else "cpu:0")


def _constructed(constructor: Any, asked: KerasName, weights: str | None) -> Any:
    shape = (asked.side, asked.side, 3)
    try:
        return constructor(weights=weights, include_top=False, pooling=asked.pooling, input_shape=shape)
    except Exception as error:  # Keras raises plain exceptions for whatever a download may meet
        if _is_memory(error):
            raise
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        if weights is None or "backend" in said:  # Keras has no NASNetMobile on torch
            raise EncoderError(
                f"Keras cannot build {asked.architecture} here: {said}",
                next_step="Use another network, or another backend of Keras (KERAS_BACKEND).",
            ) from None
        failed = _FETCH_FAILED.match(said)
        where = failed["url"] if failed else "the page of Keras' applications"
        raise EncoderError(
            f"Keras has no ImageNet weights of {asked.architecture} here and could not fetch them: "
            f"{failed['why'] if failed else said}.",
            next_step=f"Try again with a network, or get the file elsewhere, from {where}, "
            f"and name it: --weights-file FILE (keras:{asked.architecture}?weights=FILE).",
        ) from None


def _is_memory(error: BaseException) -> bool:
    return isinstance(error, MemoryError) or bool(_OUT_OF_MEMORY.search(str(error)))


@contextmanager
def _memory_for(asked: KerasName) -> Iterator[None]:
    """Say in one line that the memory did not suffice, in whichever way a library said it."""
    try:
        yield
    except EncoderError:
        raise
    except Exception as error:  # torch, Keras and onnxruntime each have their own class for it
        if not _is_memory(error):
            raise
        raise EncoderError(
            f"There is not enough memory for {asked.label}.",
            next_step="Close other programs, or use a smaller network such as keras:MobileNetV2.",
        ) from None


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Let one process at a time export a network: the second would need the memory of two."""
    with ExitStack() as held:
        with suppress(OSError):  # a cache that cannot be written is done without
            place.parent.mkdir(parents=True, exist_ok=True)
            held.enter_context(FileLock(place.with_suffix(".lock")))
        yield


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what libraries warn of tracing from the caller, and their progress out of the standard output."""
    with warnings.catch_warnings(), redirect_stdout(sys.stderr):
        warnings.simplefilter("ignore")
        yield
