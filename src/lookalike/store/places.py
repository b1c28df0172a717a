"""Which place an address means."""

from __future__ import annotations

import os
import re
from pathlib import Path

from lookalike.errors import BadArgument
from lookalike.store.damage import shown
from lookalike.store.folder import Folder
from lookalike.store.place import Place

_STORAGE = re.compile(r"(s3a?|gs|az|abfss?|azure)://?(?=[^/])", re.IGNORECASE)


def place_at(address: str | bytes | os.PathLike[str]) -> Place:
    """The place of an index: a folder, or object storage for an address such as "s3://bucket/shop".

    Raises `BadArgument` for what can be none of them, and where object storage is not installed.
    """
    text = os.fsdecode(address)
    if found := _STORAGE.match(text):  # a `Path` has lost a slash
        from lookalike.store.bucket import Bucket

        return Bucket.at(f"{found[1].lower()}://{text[found.end() :]}")
    return Folder(_absolute(text))


def _absolute(text: str) -> Path:
    """The whole path, since Lance takes a relative one with a colon for a URL."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadArgument(
            f"The path {shown(text)} is not valid UTF-8.", next_step="Choose another name."
        ) from error
    if "\0" in text:
        raise BadArgument(f"The path {shown(text)} holds a zero byte.", next_step="Choose another name.")
    return Path(text).absolute()
