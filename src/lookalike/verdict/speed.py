"""How fast networks look at pictures, measured in turns, so that a busy moment falls on all of them alike."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import cycle, islice
from statistics import median
from time import perf_counter
from typing import Final

from PIL import Image

from lookalike.encoders.base import ImageEncoder
from lookalike.evaluation.gallery import looks
from lookalike.vectors import Space
from lookalike.verdict.panel import Panel
from lookalike.verdict.standing import Standing

_TURNS: Final = 8
_EACH: Final = 8  # pictures that each looks at in a turn
_SECONDS = 5.0  # of one network, after which nobody gets another turn
_FEWEST = 3  # turns that there are in any case


def with_speeds(
    standings: Sequence[Standing], encoders: Sequence[ImageEncoder | None], panel: Panel
) -> list[Standing]:
    """The standings with how many pictures a second the encoder of each looks at, if it has one."""
    networks = {one.space: one for one in encoders if one is not None}
    speeds = _speeds(networks, _pictures(panel), panel.workers)
    told = [None if one is None else speeds.get(one.space) for one in encoders]
    return [
        replace(one, cost=replace(one.cost, pictures_per_second=speed))
        for one, speed in zip(standings, told, strict=True)
    ]


def _pictures(panel: Panel) -> list[Image.Image]:
    """Some pictures of the panel as the index keeps them small; reading them is not what is measured."""
    places = range(0, len(panel), max(1, len(panel) // (_TURNS * _EACH)))
    position = panel.view.snapshot.position
    keys = [(panel.ids[at], int(position[panel.pictures[panel.main[at]]])) for at in places]
    found = panel.view.reader.thumbnails(keys[: _TURNS * _EACH])
    return [Image.open(io.BytesIO(data)).convert("RGB") for data in found.values()]


def _speeds(
    networks: Mapping[Space, ImageEncoder], pictures: Sequence[Image.Image], workers: int
) -> dict[Space, float]:
    """The median over turns of pictures a second, made ready and encoded by so many threads."""
    if not (pictures and networks):
        return {}
    rates: dict[Space, list[float]] = {space: [] for space in networks}
    spent = dict.fromkeys(networks, 0.0)
    left = cycle(pictures)
    for encoder in networks.values():
        looks(encoder, pictures[:1], workers)  # the first call of a network takes longer than any other
    for turn in range(_TURNS):
        if turn >= _FEWEST and max(spent.values()) > _SECONDS:
            break
        shown = [*islice(left, _EACH)]
        for space, encoder in networks.items():
            began = perf_counter()
            looks(encoder, shown, workers)
            took = perf_counter() - began
            spent[space] += took
            rates[space].append(len(shown) / took)
    return {space: median(own) for space, own in rates.items()}
