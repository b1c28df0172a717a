"""Names of uploaded files: relative, plain, and harmless wherever they are written."""

from __future__ import annotations

import os
import re
import unicodedata

from lookalike.errors import BadArgument

LONGEST_PART = 255
LONGEST_NAME = 1024
DEEPEST = 32

_DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)", re.IGNORECASE)
_NOT_ON_WINDOWS = re.compile(r'[<>:"|?*]')


def relative_name(given: str, *, windows: bool = os.name == "nt") -> str | None:
    """The name of an uploaded file as a path with "/", or None for a hidden one, which is passed over.

    Raises `BadArgument` for a name that leads elsewhere or that no file may have; on Windows also for the
    names of its devices.
    """
    name = given.replace("\\", "/")
    parts = name.split("/")
    if fault := _fault(name, parts) or (_windows_fault(parts) if windows else ""):
        shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in given[:120])
        raise BadArgument(
            f"The file name {shown!r} {fault}.", next_step="Rename the file, then send everything again."
        )
    return None if any(part.startswith(".") for part in parts) else name


def _fault(name: str, parts: list[str]) -> str:  # noqa: PLR0911
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return "is absolute; a path has to be relative"
    if "" in parts:
        return "has an empty part"
    if "." in parts or ".." in parts:
        return "leads through . or .."
    if any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in name):
        return "has characters that no name may hold"
    if any(not part.strip() for part in parts):
        return "has a part of blanks"
    if any(len(part.encode()) > LONGEST_PART for part in parts) or len(name.encode()) > LONGEST_NAME:
        return "is too long"
    return "lies in too many folders" if len(parts) > DEEPEST else ""


def _windows_fault(parts: list[str]) -> str:
    for part in parts:
        if _DEVICES.match(part):
            return "is that of a device on Windows"
        if _NOT_ON_WINDOWS.search(part) or part[-1] in ". ":
            return "cannot be written on Windows"
    return ""
