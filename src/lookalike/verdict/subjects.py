"""What can be judged: encoders, weights, recipes and functions of one's own, by how they are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from lookalike.asking.mixture import WEIGHED
from lookalike.asking.wishes import RECIPES
from lookalike.encoders.base import ImageEncoder
from lookalike.encoders.loading import load_encoder
from lookalike.encoders.moved import FOLDER
from lookalike.encoders.names import BUILT_IN
from lookalike.encoders.onnx_file import PREFIX
from lookalike.errors import BadArgument, EncoderError
from lookalike.evaluation.gallery import Gallery
from lookalike.questions import Questions
from lookalike.recommend.query import check_weights
from lookalike.training.learnt import Tell, silent
from lookalike.verdict.by_encoder import ByEncoder
from lookalike.verdict.by_function import ByFunction, found_function
from lookalike.verdict.by_recipe import ByRecipe
from lookalike.verdict.panel import Panel
from lookalike.verdict.standing import Cost, Kind
from lookalike.view import View

SHOPPERS = ("recommend", "popular", "bought-together")
"""Recipes for shoppers, that read events."""

FORMS = (
    "Write encoder:NAME, weights:look=1,colour=0.5, recipe:NAME, "
    "or module:function for a function of your own."
)
"""How a subject is written, for the next step of every error about one."""


class Subject(Protocol):
    """Whoever answers the questions of an evaluation.

    ``asks`` are the things it can be asked with: "product" (an id), "photo" (a picture, or a call that gives
    one) and "visit" (a `lookalike.evaluation.question.Visit`). ``exact`` says that it is a `Ranking`, which
    tells full lists at no cost.
    """

    name: str
    kind: Kind
    asks: frozenset[str]
    exact: bool

    def answer_many(self, asks: Sequence[Any], count: int) -> Sequence[Sequence[str]]:
        """For each ask at most ``count`` ids of the panel, best first, none twice."""
        ...

    def reads(self, column: str) -> bool:
        """Whether what it ranks by reads this column, or learnt from it: judging by it is lenient then."""
        ...

    def cost(self) -> Cost:
        """What it can tell of its cost by itself; the rest is None."""
        ...


@runtime_checkable
class Ranking(Protocol):
    """A subject that ranks by vectors alone."""

    @property
    def gallery(self) -> Gallery:
        """The panel's products by their main pictures. Encodes what is not encoded yet."""
        ...


Given = str | ImageEncoder | Callable[..., Any]
"""A subject as people give it: a text, in Python also an encoder or a function."""

Shopping = Callable[[str], Subject]
"""Makes the subject of a recipe for shoppers, by its name; raises `BadArgument` where there is no event."""


@dataclass(frozen=True, slots=True)
class Written:
    """A subject that was read. ``means`` is what stands behind its name: an encoder (None for the index's
    own), weights, the name of a recipe, or a function."""

    name: str
    kind: Kind
    means: Any = field(default=None, repr=False)


def read_subject(given: Given | None, own: str, path: Path | None = None) -> Written:
    """A subject as people write it: ``encoder:NAME``, ``weights:look=1,colour=0.5``, ``recipe:NAME`` or
    ``module:function``; in Python also an encoder or a function. None is the encoder called ``own``, the
    index's; ``path`` is the folder of the index, whose learnt encoders have short names.

    Encoders and modules are loaded here, so that a slip is told before anything is measured. Raises
    `BadArgument` and `EncoderError`, with what to write instead.
    """
    if given is None:
        return Written(f"encoder:{own}", "encoder")
    if isinstance(given, str):
        return _of_text(given.strip(), own, path)
    if all(hasattr(given, name) for name in ("encode", "prepare", "space")):
        return Written(f"encoder:{given.name}", "encoder", given)  # type: ignore[union-attr]
    if callable(given):
        name = getattr(given, "__qualname__", type(given).__qualname__)
        return Written(f"{getattr(given, '__module__', '')}:{name}", "module", given)
    raise BadArgument(f"A {type(given).__name__} is nothing that can be judged.", next_step=FORMS)


def _of_text(text: str, own: str, path: Path | None) -> Written:
    kind, colon, rest = text.partition(":")
    rest = rest.strip()
    if kind == "encoder" and rest:
        return Written(f"encoder:{rest}", "encoder", None if rest == own else _encoder(rest, path))
    if kind == "weights" and rest:
        return Written(f"weights:{rest}", "weights", check_weights(rest, WEIGHED))
    if kind == "recipe" and rest:
        if rest not in (*RECIPES, *SHOPPERS):
            raise BadArgument(
                f"There is no recipe {rest[:80]!r}.",
                next_step=f"Choose {', '.join(RECIPES)}, or for shoppers {', '.join(SHOPPERS)}.",
            )
        return Written(f"recipe:{rest}", "recipe", rest)
    if colon and rest and kind.replace(".", "").isidentifier() and kind not in _ENCODERS:
        return Written(f"{kind}:{rest}", "module", found_function(kind, rest))
    raise BadArgument(f"{text[:80]!r} is nothing that can be judged.", next_step=_instead(text))


_ENCODERS = ("encoder", "weights", "recipe", "onnx", "hub", "keras")  # no names of modules


def _instead(text: str) -> str:
    """What somebody may have meant who left out what it is."""
    name, colon, rest = text.partition(":")
    if name in BUILT_IN or (colon and rest and name in ("onnx", "hub", "keras")):
        return f"Write encoder:{text}"
    if text in RECIPES or text in SHOPPERS:
        return f"Write recipe:{text}"
    if "=" in text and not colon:
        return f"Write weights:{text}"
    return FORMS


def _encoder(name: str, path: Path | None) -> ImageEncoder:
    """An encoder by its name, or by that of one that the index has learnt."""
    learnt = None if path is None else path / FOLDER / name / f"{name}.onnx"
    if learnt is not None and ":" not in name and name not in BUILT_IN and learnt.is_file():
        return load_encoder(f"{PREFIX}{learnt}")
    try:
        return load_encoder(name)
    except EncoderError as error:
        known = [] if path is None else sorted(each.parent.name for each in path.glob(f"{FOLDER}/*/*.toml"))
        learnt_ones = f" This index has learnt: {', '.join(known)}." if known else ""
        raise EncoderError(error.message, next_step=f"{error.next_step}{learnt_ones}") from error


def needs_looking(written: Written, view: View) -> bool:
    """Whether pictures have to be encoded before it can be asked: it is an encoder of another space."""
    encoder: ImageEncoder | None = written.means if written.kind == "encoder" else None
    return encoder is not None and encoder.space != view.reader.manifest.space


def encoder_of(written: Written, index: Questions, view: View) -> ImageEncoder | None:
    """The encoder that looks at the pictures of a subject; None where that is a function's affair, or nobody
    looks."""
    if written.kind == "module" or (written.kind == "recipe" and written.means in SHOPPERS):
        return None
    own: ImageEncoder | None = written.means if written.kind == "encoder" else None
    return own or index._encoder_of(view.reader.manifest)


def make_subject(
    written: Written,
    index: Questions,
    panel: Panel,
    *,
    shopping: Shopping | None = None,
    tell: Tell = silent,
) -> Subject:
    """The subject, ready to be asked among the products of a panel.

    ``index`` is what a function of one's own is given. ``shopping`` makes the recipes of `SHOPPERS`; None
    refuses them. Pictures are encoded when a `Ranking` is first asked for them; ``tell`` is told how many.
    Raises `BadArgument`, and `EncoderError` where the index's own encoder is needed and cannot be loaded.
    """
    if written.kind == "module":
        return ByFunction(written.name, written.means, index, panel)
    if written.kind == "recipe" and written.means in SHOPPERS:
        if shopping is None:
            raise BadArgument(
                f"{written.name} is about shoppers, and nobody's events are known.",
                next_step="Record events first: lookalike record FILE",
            )
        return shopping(written.means)
    encoder = encoder_of(written, index, panel.view)
    assert encoder is not None
    if written.kind == "encoder":
        return ByEncoder(written.name, encoder, panel, tell)
    return ByRecipe(written.name, written.kind, written.means, panel, encoder)


def failed_at(subject: Subject, kind: str) -> str:
    """Why a function cannot be asked with a kind of thing, where it was tried and failed; else ""."""
    error = subject.cannot.get(kind) if isinstance(subject, ByFunction) else None
    return "" if error is None else error.message


def told_faults(subject: Subject) -> str:
    """What was wrong with the answers since it was last asked for, in one sentence; "" where nothing was."""
    return subject.told_faults() if isinstance(subject, ByFunction) else ""
