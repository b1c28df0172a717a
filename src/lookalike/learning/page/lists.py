"""The same products asked of several encoders, in pictures: what each found, and what of it is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from lookalike.images import inlined
from lookalike.learning.page.numbers import last_steps, standing_name
from lookalike.sheets.numbers import signed
from lookalike.sheets.pictures import LARGE, SMALL, TICK, Thumbnails, image
from lookalike.training.examples import Example, Found
from lookalike.training.trial import Comparison, Standing

OPEN = 3
"""Examples of a section that are not folded."""

_SEPARATOR = " · "


@dataclass(frozen=True)
class Sight:
    """Pictures (addresses that hold them) and titles of the products in examples.

    ``column`` is what makes a product the right one: the first column that was learnt from, or "group".
    """

    large: Mapping[str, str]
    small: Mapping[str, str]
    titles: Mapping[str, str]
    column: str

    @classmethod
    def of(cls, comparison: Comparison, thumbnails: Thumbnails, column: str) -> Sight:
        """What the examples of a comparison show, read at once."""
        every = [*comparison.better, *comparison.worse, *comparison.drawn]
        asking = dict.fromkeys(example.product for example in every)
        found = dict.fromkeys(one.product for example in every for own in example.lists for one in own)
        read = thumbnails([*(asking | found)])
        return cls(
            {i: inlined(read.get(i, b""), LARGE) for i in asking},
            {i: inlined(read.get(i, b""), SMALL) for i in found},
            comparison.titles,
            column,
        )

    def title(self, product_id: str) -> str:
        """What a product is called."""
        return self.titles.get(product_id) or product_id


def examples(
    shown: Sequence[Example], standings: Sequence[Standing], sight: Sight, gains: bool = True
) -> str:
    """Examples with a list from each of ``standings``, the first of a comparison's; all but a few folded."""
    drawn = [_example(one, standings, sight, gains) for one in shown]
    more = len(drawn) - OPEN
    folded = f"<details><summary>{more} more</summary>{''.join(drawn[OPEN:])}</details>" if more > 0 else ""
    return "".join(drawn[:OPEN]) + folded


def _example(example: Example, standings: Sequence[Standing], sight: Sight, gains: bool) -> str:
    title = sight.title(example.product)
    label = f'<span class="label">{escape(example.label)}</span>' if example.label != title else ""
    gain = f'<span class="gain">{signed(example.gain * 100, 0)} points</span>' if gains else ""
    lists = "".join(
        _list(own, standing, example, sight) for own, standing in zip(example.lists, standings, strict=False)
    )
    return (
        f'<article class="example"><div class="asked">{image(sight.large[example.product], title)}'
        f"<div><h3>{escape(title)}</h3>{label}<code>{escape(example.product)}</code>{gain}</div></div>"
        f'<div class="lists">{lists}</div></article>'
    )


def _list(own: Sequence[Found], standing: Standing, example: Example, sight: Sight) -> str:
    cards = "".join(_found(one, example, sight) for one in own)
    return (
        f'<section class="list {standing.role}"><h4>{standing_name(standing)} '
        f'<span class="count">{_count(own, example, sight.column)}</span></h4><ol>{cards}</ol></section>'
    )


def _count(own: Sequence[Found], example: Example, column: str) -> str:
    """How much of a list is right, and where there are several labels, how much of those."""
    right = f"{sum(one.right for one in own)} of {len(own)} the same {escape(column)}"
    labels = _labels(example.label)
    if len(labels) < 2 or not own:
        return right
    shared = sum(len(labels & _labels(one.label)) for one in own) / len(labels) / len(own)
    return f"{right}, {shared:.0%} of all labels"


def _found(one: Found, example: Example, sight: Sight) -> str:
    title = sight.title(one.product)
    differs = _SEPARATOR.join(_differing(one, example))
    said = f"<small>{escape(differs)}</small>" if differs else ""
    mark = TICK if one.right else ""
    alt = f"{title}: {'the same' if one.right else 'another'} {sight.column}"
    return (
        f'<li class="{"hit" if one.right else "miss"}" title="{escape(title)}">'
        f'<span class="frame">{image(sight.small[one.product], alt)}{mark}</span>{said}</li>'
    )


def _labels(label: str) -> set[str]:
    return {said for said in label.split(_SEPARATOR) if said}


def _differing(one: Found, example: Example) -> list[str]:
    """What its labels say that those of the product that asks do not, in short."""
    wanted = example.label.split(_SEPARATOR)
    differs = [said for said in one.label.split(_SEPARATOR) if said and said not in wanted]
    return last_steps([*differs, *wanted])[: len(differs)]
