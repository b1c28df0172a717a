"""What asks for imagined pictures and what answers look like, in the words of OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

from lookalike.imagination import MOST
from lookalike.service import examples
from lookalike.service.schemas import COMPONENTS, COUNT, TEXT, Schema, asks, lists, objects

_WORDS = objects({"unknown": lists(TEXT), "read_as": lists(TEXT), "colours": lists(TEXT)})
_IMAGINED = objects(
    {
        "generated": {"type": "boolean", "const": True},
        "text": TEXT,
        "seed": COUNT,
        "side": COUNT,
        "words": _WORDS,
        "pictures": lists({"type": "string", "format": "uri"}),
    }
)
ANSWER = objects({**COMPONENTS["Answer"]["properties"], "imagined": _IMAGINED})
"""The answer of a search, and the pictures that asked."""

_SHOWN = examples.PHOTO["results"][0]
_WORDS_EXAMPLE = {"unknown": [], "read_as": [], "colours": ["turquoise"]}
EXAMPLE: dict[str, Any] = {
    **examples.PHOTO,
    "results": [
        {
            **_SHOWN,
            "same_product": None,
            "sentence": "Very like what was imagined: closer than 99 of 100 best matches within this shop.",
        }
    ],
    "explain": {**examples.PHOTO["explain"], "words": _WORDS_EXAMPLE},
    "imagined": {
        "generated": True,
        "text": "teal lamp",
        "seed": 0,
        "side": 64,
        "words": _WORDS_EXAMPLE,
        "pictures": ["data:image/png;base64,iVBORw0KGgo="],
    },
}


def asks_to_imagine(*names: str) -> Schema:
    """The parameters: words, how many pictures and which, and the wishes of these names."""
    text, *wishes = asks("text", *names)["parameters"]
    whole = {"in": "query", "required": False}
    count = {"type": "integer", "minimum": 1, "maximum": MOST, "default": 4}
    seed = {**COUNT, "maximum": 2**32 - 1, "default": 0}
    about = "Another seed gives other pictures of the same words; the same one the same pictures."
    return {
        "parameters": [
            {**text, "required": True, "description": "What the pictures are to show."},
            {"name": "count", **whole, "description": "How many pictures.", "schema": count, "example": 4},
            {"name": "seed", **whole, "description": about, "schema": seed, "example": 1},
            *wishes,
        ]
    }
