"""What an operator may set of the service."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from lookalike.errors import BadArgument
from lookalike.images import MAX_PIXELS

LogFormat = Literal["text", "json"]
LOG_FORMATS: tuple[LogFormat, ...] = ("text", "json")

_ORIGIN = re.compile(r"\*|[a-z][a-z0-9+.-]*://[^/\s?#]+")


@dataclass(frozen=True, slots=True)
class ServiceConfig:
    """Settings of one service; sizes are bytes, times seconds.

    ``read_keys`` and ``write_keys`` open the doors for those who send one: without read keys everybody may
    read, without write keys only this machine may write. ``cors`` are origins whose pages may read answers,
    or "*". ``max_body`` bounds an upload, ``max_picture_bytes`` and ``max_picture_pixels`` a photo.
    A body must be there within ``body_seconds``, longer by its size at a slow line's rate. ``photo_threads``
    photos are searched at a time and ``photo_queue`` more may wait. ``refresh_seconds`` lie between two looks
    for a newer version of the index; ``allow_private`` lets picture URLs name private addresses. ``events``
    is the URL of the database that shoppers' events are in; None leaves them where the index has them.
    """

    read_keys: tuple[str, ...] = field(default=(), repr=False)
    write_keys: tuple[str, ...] = field(default=(), repr=False)
    cors: tuple[str, ...] = ()
    max_body: int = 512 * 2**20
    max_picture_bytes: int = 32 * 2**20
    max_picture_pixels: int = 64_000_000
    body_seconds: float = 30.0
    photo_threads: int = 2
    photo_queue: int = 16
    refresh_seconds: float = 0.25
    log_format: LogFormat = "text"
    allow_private: bool = False
    events: str | None = field(default=None, repr=False)  # it may hold a password

    def __post_init__(self) -> None:
        """Raise `BadArgument` for what no service can hold to."""
        for name in ("max_body", "max_picture_bytes", "max_picture_pixels", "photo_threads"):
            if getattr(self, name) < 1:
                raise BadArgument(f"{name} is {getattr(self, name)}.", next_step="Give a number from 1 up.")
        if self.max_picture_pixels > MAX_PIXELS:
            raise BadArgument(
                f"max_picture_pixels is {self.max_picture_pixels}.",
                next_step=f"Give at most {MAX_PIXELS}: more are never decoded.",
            )
        for name in ("body_seconds", "refresh_seconds"):
            if not getattr(self, name) > 0:
                raise BadArgument(f"{name} is {getattr(self, name)}.", next_step="Give seconds above 0.")
        if self.photo_queue < 0:
            raise BadArgument(f"photo_queue is {self.photo_queue}.", next_step="Give a number from 0 up.")
        if self.log_format not in LOG_FORMATS:
            raise BadArgument(f"log_format is {self.log_format!r}.", next_step="Choose text or json.")
        for origin in self.cors:
            if not _ORIGIN.fullmatch(origin):
                raise BadArgument(
                    f"cors holds {origin!r}, which is no origin.",
                    next_step="Write https://shop.example, or *.",
                )
        for key in (*self.read_keys, *self.write_keys):
            if not key or not key.isascii() or not key.isprintable() or " " in key:
                raise BadArgument(
                    "A key is empty, or has spaces or letters that no header can carry.",
                    next_step="Make one with: python -c 'import secrets; print(secrets.token_urlsafe(24))'",
                )
