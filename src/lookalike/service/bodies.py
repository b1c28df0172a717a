"""Bodies of requests: JSON, and a photo for a search, which is never on a disk and never in a log."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from lookalike.errors import BadArgument
from lookalike.service.problems import TooLarge, WrongType
from lookalike.service.replies import JSON

_STEP = "Send multipart/form-data with the picture in the field image: curl -F image=@photo.jpg ..."


@dataclass(frozen=True, slots=True)
class PhotoForm:
    """A picture's bytes, and the other fields beside it."""

    image: bytes = field(repr=False)
    fields: list[tuple[str, str]]


class _InMemory(MultiPartParser):
    """Starlette's parser, which would put a file of more than a megabyte on the disk."""

    spool_max_size = 2**62


async def read_json(request: Request) -> Any:
    """The body as JSON. Raises `WrongType`, `BadArgument`."""
    require_type(request, JSON)
    return parsed(await request.body())


def require_type(request: Request, *known: str) -> str:
    """The type of the body, one of the known ones; the first where it has none. Raises `WrongType`."""
    media_type = _media_type(request) or known[0]
    if media_type not in known:
        raise WrongType(f"The body comes as {media_type}.", next_step=f"Send {' or '.join(known)}.")
    return media_type


def parsed(body: bytes) -> Any:
    """Bytes as JSON. Raises `BadArgument`."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadArgument(f"The body is no JSON: {error}.", next_step="Send one JSON object.") from None


def rows_of(document: Any, name: str, example: str, most: int) -> list[Any]:
    """The list of 1 to ``most`` that a document holds under a name, alone. Raises `BadArgument`."""
    given = document.get(name) if isinstance(document, dict) else None
    if not isinstance(given, list):
        raise BadArgument(f"The body has no list of {name}.", next_step=f'Send {{"{name}": [{example}]}}.')
    if len(document) > 1:
        other = next(key for key in document if key != name)
        raise BadArgument(f"There is no {other[:80]!r} beside {name}.", next_step="Leave it out.")
    if not 1 <= len(given) <= most:
        raise BadArgument(f"There are {len(given):,} {name}.", next_step=f"Send 1 to {most:,} in one call.")
    return given


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_photo_form(request: Request, body: AsyncGenerator[bytes, None], max_bytes: int) -> PhotoForm:
    """The form that a request has as its body. Raises `WrongType`, `BadArgument`, `TooLarge`."""
    media_type = _media_type(request)
    if media_type != "multipart/form-data":
        raise WrongType(f"A photo does not come as {media_type or 'a body without a type'}.", next_step=_STEP)
    form = await _parsed(request.headers, body)
    try:
        return await _photo_of(form, max_bytes)
    finally:
        for _, value in form:
            if isinstance(value, UploadFile):
                await value.close()


async def _photo_of(form: list[tuple[str, UploadFile | str]], max_bytes: int) -> PhotoForm:
    images: list[bytes] = []
    fields: list[tuple[str, str]] = []
    for name, value in form:
        if isinstance(value, UploadFile):
            if name != "image":
                raise BadArgument(f"There is a file in the field {name[:80]!r}.", next_step=_STEP)
            if (value.size or 0) > max_bytes:
                raise TooLarge(
                    f"The picture is larger than {max_bytes:,} bytes.", next_step="Send a smaller picture."
                )
            images.append(await value.read())
        elif name == "image":
            raise BadArgument("image is a text, not a file.", next_step=_STEP)
        else:
            fields.append((name, value))
    if len(images) != 1:
        raise BadArgument(f"There are {len(images)} pictures in the field image.", next_step=_STEP)
    return PhotoForm(images[0], fields)


async def _parsed(
    headers: Headers, stream: AsyncGenerator[bytes, None]
) -> list[tuple[str, UploadFile | str]]:
    try:
        form = await _InMemory(headers, stream, max_files=4, max_fields=2000).parse()
    except MultiPartException as error:
        raise BadArgument(f"The form cannot be read: {error.message.rstrip('.')}.", next_step=_STEP) from None
    except (KeyError, UnicodeError):
        raise BadArgument("The form cannot be read.", next_step=_STEP) from None
    return form.multi_items()
