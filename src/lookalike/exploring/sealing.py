"""Notes of a store that are made of a line of JSON and of bytes, with a hash before them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lookalike.hashing import content_hash

_DIGEST = len(content_hash(b""))


def sealed(head: Mapping[str, Any], body: bytes) -> bytes:
    """A hash of the rest, a line of JSON, and the bytes."""
    line = json.dumps(head, ensure_ascii=True, separators=(",", ":")).encode()
    data = b"\n".join((line, body))
    return content_hash(data).encode() + data


def unsealed(note: bytes | None) -> tuple[dict[str, Any], bytes] | None:
    """What was sealed; None where there is nothing, or where it is not as it was written."""
    digest, data = (note or b"")[:_DIGEST], (note or b"")[_DIGEST:]
    if digest != content_hash(data).encode():
        return None
    line, _, body = data.partition(b"\n")
    try:
        head = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return (head, body) if isinstance(head, dict) else None
