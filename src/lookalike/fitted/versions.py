"""Versions of fitted things: each is told by what it was made with and by its bytes, so that damage shows."""

from __future__ import annotations

import hashlib
import re

from lookalike.store.base import Notes, fitted_note
from lookalike.vectors import Space


def made_with(method: str, space: Space) -> str:
    """How versions begin that were fitted by this method in this space."""
    return f"{method}-{_short(f'{space.encoder} {space.fingerprint} {space.dim}'.encode())}"


def version_of(beginning: str, data: bytes) -> str:
    """The version of a fitted thing with these bytes; see `made_with`."""
    return f"{beginning}-{_short(data)}"


def begins(version: str, beginning: str) -> bool:
    """Whether a version begins so, and can be one."""
    return re.fullmatch(re.escape(beginning) + "-[0-9a-f]{16}", version) is not None


def read_version(notes: Notes, name: str, version: str) -> bytes | None:
    """The bytes of a fitted thing; None where its note is missing or holds anything else."""
    try:
        data = notes.read(fitted_note(name, version))
    except ValueError:  # a manifest by another hand
        return None
    return data if data is not None and version.endswith(_short(data)) else None


def _short(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=8).hexdigest()
