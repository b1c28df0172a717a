"""Protocol buffers as they are written: fields one after another, each with a number and a length."""

from __future__ import annotations

from collections.abc import Iterator

Field = tuple[int, "int | memoryview", memoryview]
"""A field's number, its value, and all of its bytes."""


def fields(view: memoryview) -> Iterator[Field]:
    """Number, value and whole bytes of each field. Raises ValueError or IndexError on what is no message."""
    at, end = 0, len(view)
    while at < end:
        start = at
        key, at = varint(view, at)
        value: int | memoryview
        if key & 7 == 0:
            value, at = varint(view, at)
        else:
            size = {1: 8, 5: 4}.get(key & 7, -1)
            if key & 7 == 2:
                size, at = varint(view, at)
            if size < 0 or at + size > end or key >> 3 == 0:
                raise ValueError
            value, at = view[at : at + size], at + size
        yield key >> 3, value, view[start:at]


def varint(view: memoryview, at: int) -> tuple[int, int]:
    """The whole number at a place, seven bits a byte, and the place behind it."""
    value = 0
    for shift in range(0, 70, 7):
        byte = view[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise ValueError


def packed(view: memoryview) -> list[int]:
    """The whole numbers of a field that holds one after another."""
    values, at = [], 0
    while at < len(view):
        value, at = varint(view, at)
        values.append(value)
    return values


def head(number: int, length: int) -> bytes:
    """What stands before the content of a field."""
    return _written(number << 3 | 2) + _written(length)


def number(key: int, value: int) -> bytes:
    """A field that is a whole number."""
    return _written(key << 3) + _written(value % (1 << 64))  # below 0 as the specification writes it


def tagged(number: int, content: bytes | memoryview) -> bytes:
    """A field as it is written."""
    return b"".join((head(number, len(content)), content))


def message(value: int | memoryview) -> memoryview:
    """The bytes of a field that must have a length. Raises ValueError where it is a number."""
    if isinstance(value, int):
        raise ValueError
    return value


def text(value: int | memoryview) -> str:
    """The text of a field. Raises ValueError where it is none."""
    return str(message(value), "utf-8")


def _written(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)
