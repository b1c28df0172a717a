"""Pictures in files, and the places whose files are none."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from lookalike.errors import PictureError
from lookalike.fetching.failures import machine_fault, readable, shown

MAX_FILE_BYTES = 256 * 2**20
"""Larger local files are refused without being read."""

_SYSTEM = ("/proc", "/sys", "/dev")
_MEMORY = "/dev/shm/"  # a disk in memory, whose files are ordinary ones


def is_system_file(path: str | Path) -> bool:
    """True for what lies, links followed, below /proc, /sys or /dev: reading it may never end."""
    place = os.path.realpath(path) + "/"
    return place.startswith(tuple(f"{folder}/" for folder in _SYSTEM)) and not place.startswith(_MEMORY)


def read_file(path: Path, stamp: str) -> tuple[bytes | None, str]:
    """A file's bytes, None when its state is still ``stamp``; and its state.

    Raises `PictureError`, or `StorageError` when the machine is out of open files or memory.
    """
    name = readable(str(path))
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise PictureError(f"{name} is a directory.", reason="directory")
        if not stat.S_ISREG(status.st_mode):
            raise PictureError(f"{name} is not a file.", reason="unreadable")
        if status.st_size > MAX_FILE_BYTES:
            raise PictureError(f"{name} has {status.st_size:,} bytes.", reason="too-large")
        now = f"file:{status.st_size}-{status.st_mtime_ns}"
        if now == stamp:
            return None, now
        if is_system_file(path):  # asked late: following links costs more than all of the above
            raise PictureError(f"{name} is a file of the system, not a picture.", reason="unreadable")
        return path.read_bytes(), now
    except (FileNotFoundError, NotADirectoryError):
        raise PictureError(f"There is no file {name}.", reason="missing") from None
    except (OSError, ValueError, MemoryError) as error:
        if (fault := machine_fault(error)) is not None:
            raise fault from None
        why = getattr(error, "strerror", None) or str(error)
        raise PictureError(f"{name} cannot be read: {readable(why)}.", reason="unreadable") from None


def path_of(uri: str) -> Path:
    """The path that a bare path or a ``file:`` URL names."""
    if not uri:
        raise PictureError("The picture has no path, URL or bytes.", reason="missing")
    if uri.lower().startswith("file:"):
        return Path(url2pathname(unquote(urlsplit(uri).path)))
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", uri):
        raise PictureError(
            f"{shown(uri)} is not an address that pictures are fetched from.",
            reason="fetch-failed",
            next_step="Give a file path or an http(s) URL.",
        )
    return Path(uri)
