"""Recipes by name, loaded when they are asked for: only some of them need torch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Final, cast

from lookalike.errors import BadArgument, TrainingError
from lookalike.training.learnt import Recipe

RECIPES: Final = {
    "head": "lookalike.training.head.head",
    "finetune": "lookalike.training.network.finetune",
    "scratch": "lookalike.training.network.scratch",
}
"""The module of each recipe, which has it as ``recipe``."""

COLUMNS: Final = {"scratch": 1}
"""How many columns a recipe learns from, where that is not as many as there are."""

GENERATOR: Final = "generator"
"""What stands where a recipe does for pictures out of words: it makes no encoder, and is learnt otherwise."""

_EXTRA = ("torch", "onnx")


def recipe_of(name: str) -> Recipe:
    """The recipe called ``name``.

    Raises `BadArgument` where there is none, and `TrainingError` where it needs what is not installed.
    """
    if name not in RECIPES:
        names = ", ".join((*RECIPES, GENERATOR))
        raise BadArgument(f"There is no recipe {name!r:.80}.", next_step=f"Choose {names}.")
    with needing_torch(f"The recipe {name} trains a network", "The recipe head needs nothing more."):
        return cast(Recipe, import_module(RECIPES[name]).recipe)


@contextmanager
def needing_torch(what: str, instead: str) -> Iterator[None]:
    """Turn the lack of what networks are trained with into `TrainingError`.

    ``what`` is being done, in words that "which needs torch" can follow; ``instead`` can be done without.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        raise TrainingError(
            f"{what}, which needs {error.name}.",
            next_step=f"Install it: pip install 'lookalike[train]'. {instead}",
        ) from None
