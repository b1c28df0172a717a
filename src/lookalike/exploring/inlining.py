"""The scripts and styles of the served page, inside a page that opens offline.

They are files of the package, read as such: nothing of the service is imported. Modules that import one
another by relative paths cannot do so from within a page, so each becomes an address that holds it, and an
import map leads from its name there.
"""

from __future__ import annotations

import base64
import json
import posixpath
import re
from functools import cache
from importlib.resources import files

BEGIN = "parts/explore.js"
"""The module whose ``showExplore`` draws what there is to explore."""

STYLES = ("tokens", "base", "notice", "explore", "explore-map", "explore-side", "explore-plots")

_OWN = "lookalike/"
_IMPORT = re.compile(r"""((?:\bfrom|\bimport)\s*\(?\s*)(["'])(\.{1,2}/[^"']+)\2""")


def name_of(module: str) -> str:
    """The name by which an import map knows a module."""
    return _OWN + module


@cache
def import_map() -> str:
    """An import map of `BEGIN` and all that it imports, as JSON."""
    addresses = {}
    left = [BEGIN]
    while left:
        module = left.pop()
        text, imported = renamed(_read(module), module)
        addresses[name_of(module)] = _address(text)
        left += [one for one in imported if name_of(one) not in addresses and one not in left]
    return script_json({"imports": dict(sorted(addresses.items()))})


@cache
def styles() -> str:
    """The styles of the page, one after another."""
    return "\n".join(_read(f"style/{name}.css") for name in STYLES)


def renamed(text: str, module: str) -> tuple[str, list[str]]:
    """A module with its relative imports by name, and the modules that these are."""
    imported: list[str] = []

    def rename(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(module), found[3]))
        imported.append(target)
        return f"{found[1]}{found[2]}{name_of(target)}{found[2]}"

    return _IMPORT.sub(rename, text), list(dict.fromkeys(imported))


def script_json(document: object) -> str:
    """A document as JSON that can stand within a script element."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _address(text: str) -> str:
    return "data:text/javascript;base64," + base64.b64encode(text.encode()).decode("ascii")


def _read(name: str) -> str:
    return files("lookalike").joinpath("service", "web", *name.split("/")).read_text(encoding="utf-8")
