"""From an encoder's name to an encoder."""

from __future__ import annotations

from importlib import resources

from lookalike.encoders.base import ImageEncoder, TextEncoder
from lookalike.encoders.card import read_card
from lookalike.encoders.names import BUILT_IN, DEFAULT_ENCODER
from lookalike.encoders.onnx_file import FORMS, load_card, load_onnx_file
from lookalike.errors import EncoderError

_NAMES = (
    f"Use {' or '.join(BUILT_IN)}, or {FORMS}, or hub:REPO for one of the Hugging Face hub, "
    "or keras:NAME for one of Keras' applications."
)


def load_encoder(name: str = DEFAULT_ENCODER) -> ImageEncoder:
    """The encoder called ``name``.

    Built in (`BUILT_IN`); ``onnx:PATH`` or ``onnx:PATH#LAYER``, an ONNX file of one's own with a card;
    ``hub:REPO[@REVISION][#FILE][#LAYER]``, one of the Hugging Face hub; ``keras:NAME``, one of Keras'
    applications.

    Raises `EncoderError` when there is none, when its card is missing or wrong, and when the file is not the
    one its card describes. Only ``keras:`` and ``hub:`` may use a network, the first time.
    """
    kind, _, rest = name.partition(":")
    if name in BUILT_IN:
        return _built_in(name)
    if kind == "onnx" and rest:
        return load_onnx_file(name)
    if kind == "hub" and rest:
        from lookalike.encoders.towers import load_hub

        return load_hub(name)
    if kind == "keras" and rest:
        from lookalike.encoders.keras import load_keras

        return load_keras(name)
    raise EncoderError(f"There is no encoder {name!r}.", next_step=_NAMES)


def load_text_encoder(name: str) -> TextEncoder:
    """What turns words into vectors of the space of the pictures that ``name`` encodes.

    Raises `EncoderError` when that encoder has no text tower, and what `load_encoder` raises. Only ``hub:``
    names have one.
    """
    if name.startswith("hub:"):
        from lookalike.encoders.towers import load_hub_words

        return load_hub_words(name)
    raise EncoderError(
        f"{name} encodes pictures, and no words.",
        next_step="Make an index with an encoder of both, such as a CLIP or SigLIP as hub:REPO.",
    )


def _built_in(name: str) -> ImageEncoder:
    with resources.as_file(resources.files("lookalike.encoders") / "cards") as cards:
        card = read_card(cards / f"{name}.toml")
        model = cards / card.file
        if not model.is_file():
            raise EncoderError(
                f"The model of {name} is missing: {model}.", next_step="Install lookalike again."
            )
        return load_card(card, model, name=card.name)
