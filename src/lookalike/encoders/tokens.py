"""Texts as the tokens a text tower was trained on, as ``tokenizer.json`` of its repository says."""

from __future__ import annotations

from typing import Any

from lookalike.encoders import hub
from lookalike.encoders.graph import Graph
from lookalike.encoders.words import Tokenise
from lookalike.errors import EncoderError

FILE = "tokenizer.json"
_SETTINGS = "tokenizer_config.json"
_LONGEST = 1 << 16  # a model_max_length above it stands for "not said"


def load_tokeniser(repository: hub.Repository, graph: Graph, *, fills: bool) -> Tokenise:
    """The tokenizer of a repository for the text tower ``graph``.

    Longer texts are cut off at the tower's length, with the token that ends a text kept. They are filled up
    to it where ``fills`` says so, where the graph takes that length only, or where the file itself says so.
    Raises `EncoderError` when the file is missing or no tokenizer, or no length is known to fill up to.
    """
    if not repository.has(FILE):
        raise EncoderError(
            f"{repository.name} has a text tower and no {FILE}.",
            next_step="Take another repository, or search by picture.",
        )
    settings = repository.document(_SETTINGS) if repository.has(_SETTINGS) else {}
    settings = settings if isinstance(settings, dict) else {}
    ids = next((value for value in graph.inputs if value.name == "input_ids"), None)
    fixed = ids.shape[1] if ids is not None and ids.shape is not None and len(ids.shape) == 2 else None
    return hub.tokeniser(
        repository.get(FILE),
        f"{FILE} of {repository.name}",
        longest=fixed or _whole(settings.get("model_max_length")),
        fills=fills or fixed is not None,
        filler=_content(settings.get("pad_token")),
    )


def _whole(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) and 1 <= value <= _LONGEST else None


def _content(token: Any) -> str:
    """A token is text, or a document that holds it."""
    token = token.get("content") if isinstance(token, dict) else token
    return token if isinstance(token, str) else ""
