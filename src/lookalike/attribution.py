"""A token that says which answer a product was seen in, for events that come later.

It is opaque to those who carry it and needs no memory here: everything is in the token.
"""

from __future__ import annotations

import base64
import binascii
import secrets
import struct
import time
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime

from lookalike.errors import BadArgument

DOORS = ("similar", "search", "photo", "products", "recommend", "goes-with", "outfit", "imagine")
"""What was asked; a token holds the position of its door here, so new ones go to the end."""

_HEAD = struct.Struct(">BBIQ8s")  # format, door, version of the index, milliseconds since 1970, chance
_CHECK = struct.Struct(">I")
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Attribution:
    """What a token holds: the door, the version of the index, when (UTC, milliseconds), the asking product.

    ``seed`` is empty where none did; ``chance`` (8 bytes) tells two equal questions apart.
    """

    door: str
    version: int
    time: datetime
    seed: str
    chance: bytes


def token(door: str, version: int, seed: str = "") -> str:
    """A token for one answer given now, base64url without padding."""
    head = _HEAD.pack(
        _FORMAT, DOORS.index(door), version, time.time_ns() // 1_000_000, secrets.token_bytes(8)
    )
    body = head + seed.encode("utf-8", "surrogatepass")
    whole = body + _CHECK.pack(zlib.crc32(body))
    return base64.urlsafe_b64encode(whole).rstrip(b"=").decode("ascii")


def read(text: str) -> Attribution:
    """What a token holds. Raises `BadArgument` for a text that is none."""
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        whole = base64.b64decode(padded, altchars=b"-_", validate=True)
        if base64.urlsafe_b64encode(whole).rstrip(b"=") != text.encode("ascii"):
            raise ValueError  # one answer has one token: no padding, and no bits that say nothing
        body, check = whole[: -_CHECK.size], whole[-_CHECK.size :]
        form, door, version, milliseconds, chance = _HEAD.unpack_from(body)
        if _CHECK.unpack(check) != (zlib.crc32(body),) or form != _FORMAT:
            raise ValueError
        seed = body[_HEAD.size :].decode("utf-8", "surrogatepass")
        when = datetime.fromtimestamp(milliseconds / 1000, UTC)
        return Attribution(DOORS[door], version, when, seed, chance)
    except (ValueError, IndexError, OverflowError, OSError, struct.error, binascii.Error):
        raise BadArgument(
            "This is no attribution token.", next_step="Send the attribution of an answer as it was."
        ) from None
