"""The only reader of the environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path

DEFAULT_INDEX = Path("lookalike-index")


def index_path() -> Path:
    """Where the index is unless a caller says so: ``LOOKALIKE_INDEX``, else ./lookalike-index."""
    return Path(os.environ.get("LOOKALIKE_INDEX") or DEFAULT_INDEX)


def workers() -> int:
    """How many threads measure pictures: ``LOOKALIKE_WORKERS``, else the processors this process may use."""
    stated = os.environ.get("LOOKALIKE_WORKERS", "")
    if stated.isdecimal() and int(stated) > 0:
        return int(stated)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cache_folder() -> Path:
    """Where files go that can be made or fetched again: ``LOOKALIKE_CACHE``, else the platform's usual place.

    That is ``$XDG_CACHE_HOME/lookalike`` or ``~/.cache/lookalike``, on macOS ``~/Library/Caches/lookalike``,
    on Windows ``%LOCALAPPDATA%\\lookalike\\Cache``. The folder may not exist yet.
    """
    stated = os.environ.get("LOOKALIKE_CACHE")
    if stated:
        return Path(stated).expanduser().absolute()
    if os.name == "nt":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "lookalike" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "lookalike"
    shared = Path(os.environ.get("XDG_CACHE_HOME", ""))  # the XDG specification: only when absolute
    return (shared if shared.is_absolute() else Path.home() / ".cache") / "lookalike"


def debug() -> bool:
    """Whether an unexpected error is shown with its traceback: ``LOOKALIKE_DEBUG``."""
    return bool(os.environ.get("LOOKALIKE_DEBUG"))


def has_screen() -> bool:
    """Whether a browser window could be shown to somebody."""
    return os.name == "nt" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
