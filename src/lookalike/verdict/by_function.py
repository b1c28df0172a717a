"""A function of one's own is judged: whatever turns a product, a photo or a visit into ids."""

from __future__ import annotations

import importlib
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any

from PIL import Image

from lookalike.errors import BadArgument, LookalikeError
from lookalike.evaluation.pictures import open_shown
from lookalike.evaluation.question import Visit
from lookalike.products import product_id
from lookalike.questions import Questions
from lookalike.recommend.recommendation import Recommendation
from lookalike.verdict.panel import Panel
from lookalike.verdict.standing import Cost, Kind

_KINDS = ("product", "photo", "visit")
_FORM = "It is called as function(index, ask, k) and gives ids, best first."


def found_function(module: str, name: str) -> Callable[..., Any]:
    """The function ``name`` of a module, which is looked for beside the installed ones in the working folder.

    Raises `BadArgument` where there is no module or no function, and where the module cannot be imported.
    """
    here = str(Path.cwd())
    sys.path.insert(0, here)
    try:
        found: Any = importlib.import_module(module)
    except ModuleNotFoundError as error:
        missing = error.name or module
        if module == missing or module.startswith(f"{missing}."):
            raise BadArgument(
                f"There is no module {missing!r}.",
                next_step="Run in the folder that it is in, or write encoder:, weights: or recipe: in front.",
            ) from error
        raise BadArgument(
            f"The module {module!r} needs {missing!r}, which is not installed.",
            next_step="Install it into the environment that lookalike runs in.",
        ) from error
    except (Exception, SystemExit) as error:
        raise BadArgument(
            f"The module {module!r} cannot be imported: {_said(error)}.", next_step="Correct it first."
        ) from error
    finally:
        with suppress(ValueError):
            sys.path.remove(here)
    for part in name.split("."):
        if not hasattr(found, part):
            near = get_close_matches(part, [each for each in dir(found) if not each.startswith("_")])
            raise BadArgument(
                f"The module {module!r} has no {name!r}.",
                next_step=f"Near it: {', '.join(near)}." if near else f"Name a function. {_FORM}",
            )
        found = getattr(found, part)
    if not callable(found):
        raise BadArgument(
            f"{module}:{name} is a {type(found).__name__}.", next_step=f"Name a function. {_FORM}"
        )
    function: Callable[..., Any] = found
    return function


class ByFunction:
    """Asks ``function(index, ask, k)``, where ``ask`` is an id, a Pillow image or a `Visit`.

    It gives ids, or what has an ``id``, such as the answers of an index, best first. What is not to be found
    here is left out, and told by `told_faults` where the catalogue has never heard of it. Of a panel that is
    a sample of the catalogue more is asked for, so that enough of the answer lies in it. What it can be asked
    with is tried when it is made; ``cannot`` has the error of what it failed at.
    """

    kind: Kind = "module"
    exact = False

    def __init__(self, name: str, function: Callable[..., Any], index: Questions, panel: Panel) -> None:
        self.name = name
        self._function = function
        self._index = index
        self._panel = panel
        self._faults: Counter[str] = Counter()
        self._answers = 0
        self.cannot = self._tried()
        self.asks = frozenset(_KINDS) - self.cannot.keys()
        if not self.asks:
            raise self.cannot["product"]

    def _tried(self) -> dict[str, BadArgument]:
        """What it cannot be asked with, and the error; raised by `__init__` where that is everything."""
        example = next(iter(self._panel.ids or self._panel.view.snapshot.ids), "")
        photo = Image.new("RGB", (64, 64), "grey")
        found: dict[str, BadArgument] = {}
        for kind, ask in zip(_KINDS, (example, photo, Visit((example,))), strict=True):
            try:
                self._answer(ask, 1)
            except BadArgument as error:
                found[kind] = error
        self.told_faults()  # of trials nobody wants to know
        return found

    def answer_many(self, asks: Sequence[Any], count: int) -> list[list[str]]:
        """For each ask at most ``count`` ids, best first. Raises `BadArgument` where the function fails, and
        for what are no ids."""
        return [self._answer(ask, count) for ask in asks]

    def _answer(self, ask: Any, count: int) -> list[str]:
        if isinstance(ask, Visit):
            said, seen = "a visit", set(ask.items)
        elif isinstance(ask, str):
            said, seen = f"the product {ask!r}", {ask}
        else:
            ask, said, seen = open_shown(ask), "a photo", set()
        given = self._called(ask, said, self._depth(count + len(seen)))
        self._answers += 1
        found = [i for i in self._known(given, said, self._listed(ask)) if i not in seen]
        if not found:
            self._faults["nothing"] += 1
        elif len(found) < count and not self._panel.sample:
            self._faults["fewer than asked for"] += 1
        return found[:count]

    def _depth(self, count: int) -> int:
        """How many to ask for, so that about twice ``count`` lie in a sample."""
        panel = self._panel
        if not panel.sample:
            return min(count, max(len(panel.view.snapshot), 1))
        return min(2 * -(-count * panel.catalogue // len(panel)), len(panel.view.snapshot))

    def _called(self, ask: Any, said: str, count: int) -> list[Any]:
        try:
            given = self._function(self._index, ask, count)
            if isinstance(given, Iterable) and not isinstance(given, str | bytes):
                return [*islice(given, count + len(self._panel.view.snapshot))]  # some never end
        except LookalikeError as error:
            raise BadArgument(
                f"{self.name} failed at {said}: {error.message}", next_step=error.next_step
            ) from error
        except (Exception, SystemExit) as error:
            raise BadArgument(
                f"{self.name} failed at {said}: {_said(error)}.",
                next_step=f"Correct it, or give an empty list where it has no answer. {_FORM}",
            ) from error
        if given is None:
            return []
        raise BadArgument(
            f"{self.name} answered {said} with {given!r:.60}.", next_step=f"Give a list of ids. {_FORM}"
        )

    def _listed(self, ask: Any) -> Mapping[str, int]:
        """What may be found: a visit finds products without a picture too, unless those are a sample."""
        panel = self._panel
        return panel.view.snapshot.row_of if isinstance(ask, Visit) and not panel.sample else panel.place_of

    def _known(self, given: Sequence[Any], said: str, listed: Mapping[str, int]) -> list[str]:
        """The ids among what was given that may be found, each once."""
        found: dict[str, None] = {}
        for one in given:
            try:
                i = product_id(one.id if isinstance(one, Recommendation) else one)
            except BadArgument as error:
                raise BadArgument(
                    f"{self.name} answered {said} with {one!r:.60}, which is no id.",
                    next_step=f"Give ids as text. {_FORM}",
                ) from error
            if i in found:
                self._faults["an id twice"] += 1
            elif i in listed:
                found[i] = None
            elif i not in self._panel.view.snapshot.row_of:
                self._faults["an unknown id"] += 1
        return [*found]

    def told_faults(self) -> str:
        """What was wrong with the answers since it was last asked for, in one sentence, "" for nothing."""
        faults, answers = self._faults, self._answers
        self._faults, self._answers = Counter(), 0
        told = [f"{many:,} times {what}" if many > 1 else f"once {what}" for what, many in faults.items()]
        many = "one answer" if answers == 1 else f"{answers:,} answers"
        return f"In {many} it gave {', '.join(told)}." if told else ""

    def reads(self, _: str) -> bool:
        """What a function reads cannot be known."""
        return False

    def cost(self) -> Cost:
        """What a function costs beside its answers cannot be known."""
        return Cost()


def _said(error: BaseException) -> str:
    text = str(error).strip()
    return f"{type(error).__name__}: {text[:200]}" if text else type(error).__name__
