"""Image and text towers of the Hugging Face hub, as ONNX, with what prepares pictures and words for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lookalike.encoders import processor
from lookalike.encoders.card import Card
from lookalike.encoders.graph import Graph
from lookalike.encoders.hub import Repository
from lookalike.encoders.onnx import OnnxEncoder
from lookalike.encoders.onnx_file import read_weights, sha256_of, sha256_of_all
from lookalike.encoders.tokens import load_tokeniser
from lookalike.encoders.words import TextTower
from lookalike.errors import EncoderError

PREFIX = "hub:"
FORM = "hub:REPO[@REVISION][#FILE.onnx][#LAYER]"
"""What names of this kind look like, for the next step of errors."""

IMAGE_FILES = ("onnx/vision_model.onnx", "vision_model.onnx", "onnx/model.onnx", "model.onnx")
TEXT_FILES = ("onnx/text_model.onnx", "text_model.onnx", "onnx/model.onnx", "model.onnx")
"""Where towers are looked for, in this order."""

IMAGE_OUTPUTS = ("image_embeds", "pooler_output", "last_hidden_state")
"""Which output is taken where a graph has several; of the last, which is tokens, the first token."""

_NAME = re.compile(
    r"(?P<repo>[^@#\s]+)(?:@(?P<revision>[^#\s]+))?(?:#(?P<file>[^#]+\.onnx))?(?:#(?P<layer>[^#].*))?"
)


@dataclass(frozen=True, slots=True)
class HubName:
    """The parts of ``hub:REPO[@REVISION][#FILE.onnx][#LAYER]``; file and layer may be empty."""

    repo: str
    revision: str
    file: str
    layer: str

    @classmethod
    def parse(cls, name: str) -> HubName:
        """Raises `EncoderError` when ``name`` is not of the form."""
        match = _NAME.fullmatch(name.removeprefix(PREFIX))
        if match is None:
            raise EncoderError(f"{name!r} names no encoder of the hub.", next_step=f"Use {FORM}.")
        return cls(match["repo"], match["revision"] or "main", match["file"] or "", match["layer"] or "")


def load_hub(name: str) -> OnnxEncoder:
    """The image tower of ``hub:REPO[@REVISION][#FILE.onnx][#LAYER]``.

    Its own name holds the commit and the file, and so loads the same weights again: from the cache, without a
    network. Raises `EncoderError` when there is no such repository, revision, file or layer, when it may not
    be read, when what came is not what the hub announced, or when it cannot be prepared for or run;
    `StorageError` when the cache cannot be written.
    """
    return _image_tower(HubName.parse(name)).encoder()


def load_hub_words(name: str) -> TextTower:
    """The text tower that goes with the image tower of ``name``: words in the space of its pictures.

    Raises what `load_hub` raises, and `EncoderError` when the repository has no text tower or no tokenizer.
    """
    image = _image_tower(HubName.parse(name))
    repository = image.repository
    config = repository.document("config.json") if repository.has("config.json") else {}
    family = str(config.get("model_type", "")) if isinstance(config, dict) else ""
    file, graph, output = _text_part(image, family)
    weights = graph.cut(output)
    part = Graph(weights, graph.origin)
    tower = TextTower(
        weights,
        part,
        load_tokeniser(repository, part, fills=family.startswith("siglip")),
        encoder=image.card.name,
        fingerprint=image.card.fingerprint(),
        side_files=_side_files(repository, file, graph),
    )
    dims = tower.space.dim, image.dim()
    if dims[0] != dims[1]:
        raise EncoderError(
            f"{file} of {repository.name} gives {dims[0]} numbers, and {image.card.file} {dims[1]}.",
            next_step="Towers that belong together give as many: take another file or repository.",
        )
    return tower


@dataclass(frozen=True, slots=True)
class _ImageTower:
    repository: Repository
    card: Card
    weights: bytes
    side_files: dict[str, Path]
    name: str
    graph: Graph

    def encoder(self) -> OnnxEncoder:
        return OnnxEncoder(
            self.card,
            self.weights,
            origin=self.graph.origin,
            name=self.name,
            side_files=self.side_files,
            described=processor.FILE,
            remedy="Name another file (#FILE.onnx), or download it and use onnx:PATH with a card.",
            again=lambda: _image_tower(HubName.parse(self.name)).weights,
        )

    def dim(self) -> int:
        """How many numbers it gives: as its graph says, or where it does not, as running it shows."""
        shape = self.graph.outputs[0].shape or (None,)
        return shape[1] if len(shape) == 2 and shape[1] else self.encoder().space.dim


def _image_tower(asked: HubName) -> _ImageTower:
    repository = Repository.open(asked.repo, asked.revision, processor.FILE)
    document = repository.document(processor.FILE)
    how = processor.parse_processor(document, f"{processor.FILE} of {asked.repo}")
    file = asked.file or repository.first(IMAGE_FILES, "image encoder")
    origin = f"{file} of {asked.repo}"
    path = repository.get(file)
    graph = Graph(read_weights(path), origin)
    side_files = _side_files(repository, file, graph)
    weights = graph.cut(asked.layer or _image_output(graph))
    part = Graph(weights, origin)
    if len(part.inputs) != 1:
        names = ", ".join(value.name for value in part.inputs)
        step = "Name a layer that a picture alone leads to: #LAYER."
        raise EncoderError(f"{origin} takes {names}, not one picture alone.", next_step=step)
    card = Card(
        name=asked.repo,
        file=file,
        sha256=sha256_of_all(sha256_of(path), side_files),
        input_name=part.inputs[0].name,
        output_name=part.outputs[0].name,
        dim=0,
        preprocessing=how,
        source=f"{asked.repo}@{repository.commit}",
    )
    name = f"{PREFIX}{asked.repo}@{repository.commit}#{file}" + (f"#{asked.layer}" if asked.layer else "")
    return _ImageTower(repository, card, weights, side_files, name, part)


def _image_output(graph: Graph) -> str:
    names = [value.name for value in graph.outputs]
    for name in IMAGE_OUTPUTS:
        if name in names:
            return name
    if len(names) == 1 and "logits" not in names[0]:
        return names[0]
    before = graph.before(names[0]) if names else ""
    hint = f", for example #{before}" if before else ""
    raise EncoderError(
        f"{graph.origin} gives {', '.join(names)}, none of them known as a picture's vector.",
        next_step=f"Name the layer to take: #LAYER{hint}.",
    )


def _text_part(image: _ImageTower, family: str) -> tuple[str, Graph, str]:
    """File, graph and output of the text tower whose output goes with that of the image tower."""
    repository, chosen = image.repository, image.card.output_name
    files: tuple[str, ...] = (image.card.file.replace("vision_model", "text_model"), *TEXT_FILES)
    if chosen == "image_embeds":
        output = "text_embeds"
    elif chosen == "pooler_output" and family.startswith("siglip"):
        output, files = "pooler_output", tuple(file for file in files if "text_model" in file)
    else:
        raise EncoderError(
            f"{chosen} of {repository.name} has no counterpart in words.",
            next_step="Words need an encoder of pictures and words, such as CLIP or SigLIP.",
        )
    for file in dict.fromkeys(files):
        if repository.has(file):
            graph = Graph(read_weights(repository.get(file)), f"{file} of {repository.name}")
            if output in [value.name for value in graph.outputs]:
                return file, graph, output
    raise EncoderError(
        f"{repository.name} has no text tower as ONNX that gives {output}.",
        next_step=f"It would be one of {', '.join(TEXT_FILES)}. Take another repository.",
    )


def _side_files(repository: Repository, file: str, graph: Graph) -> dict[str, Path]:
    folder = PurePosixPath(file).parent
    return {place: repository.get(str(folder / place)) for place in graph.side_files}
