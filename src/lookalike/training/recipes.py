"""Recipes by name, loaded when they are asked for: only some of them need torch."""

from __future__ import annotations

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

_EXTRA = ("torch", "onnx")


def recipe_of(name: str) -> Recipe:
    """The recipe called ``name``.

    Raises `BadArgument` where there is none, and `TrainingError` where it needs what is not installed.
    """
    if name not in RECIPES:
        raise BadArgument(f"There is no recipe {name!r:.80}.", next_step=f"Choose {', '.join(RECIPES)}.")
    try:
        return cast(Recipe, import_module(RECIPES[name]).recipe)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        raise TrainingError(
            f"The recipe {name} trains a network, which needs {error.name}.",
            next_step="Install it: pip install 'lookalike[train]'. The recipe head needs nothing more.",
        ) from None
