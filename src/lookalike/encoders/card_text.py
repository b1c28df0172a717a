"""A card as text: what `lookalike.encoders.card.read_card` reads."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from textwrap import wrap

from lookalike.encoders.card import Card, Preprocessing

_ABOUT = ("name", "file", "sha256", "licence", "source", "description", "data")
_WIDE = 100


def write_card(card: Card) -> str:
    """The card as TOML. What is as it would be without a line of its own has none."""
    tables = [_lines((name, getattr(card, name)) for name in _ABOUT if getattr(card, name))]
    tables.append(["[input]", *_lines([("name", card.input_name), *_changed(card.preprocessing)])])
    pool = [] if card.pool == "auto" else [("pool", card.pool)]
    tables.append(["[output]", *_lines([("name", card.output_name), ("dim", card.dim), *pool])])
    if card.head:
        said = [(name, value) for name, value in asdict(card.head).items() if value]
        tables.append(["[head]", *_lines(said)])
    if card.kinds:
        tables.append(["[kinds]", *_lines([("output", card.kinds.output), ("names", card.kinds.names)])])
    if card.reference:
        tables.append(["[reference]", *_lines([("vector", card.reference)])])
    if card.scores:
        tables.append(["[scores]", *(f"{_text(name)} = {value!r}" for name, value in card.scores.items())])
    return "\n\n".join("\n".join(lines) for lines in tables) + "\n"


def _changed(how: Preprocessing) -> Iterator[tuple[str, object]]:
    for each in fields(how):
        value = getattr(how, each.name)
        if value is not None and (value != each.default or each.name in ("colour_order", "interpolation")):
            yield each.name, value


def _lines(pairs: Iterator[tuple[str, object]] | Sequence[tuple[str, object]]) -> list[str]:
    return [f"{name} = {_value(value)}" for name, value in pairs]


def _value(value: object) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        items = [_value(item) for item in value]
        line = ", ".join(items)
        if len(line) <= _WIDE:
            return f"[{line}]"
        if all(isinstance(item, float) for item in value):
            return "\n".join(["[", *wrap(line, _WIDE, initial_indent="  ", subsequent_indent="  "), "]"])
        return "\n".join(["[", *(f"  {item}," for item in items), "]"])
    return repr(value)


def _text(value: str) -> str:
    """A TOML string: its escapes are those of JSON, and the delete character must be one of them."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
