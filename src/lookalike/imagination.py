"""The part of an index that imagines what words look like, and finds what it has that is like that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from numbers import Integral
from time import perf_counter

import numpy as np
from PIL import Image

from lookalike.asking.dressing import answered
from lookalike.asking.examples import Given
from lookalike.asking.imagined import CALLED, imagined, shown, wanted
from lookalike.asking.ruled import ruled
from lookalike.asking.search import Seen, check_search, search_query
from lookalike.asking.wishes import Wishes
from lookalike.errors import BadArgument, LookalikeError
from lookalike.images import open_image
from lookalike.imagining.eigenpictures import Pixels
from lookalike.imagining.kept import KeptGenerator
from lookalike.ingest.measuring import encode_pictures, says_something
from lookalike.neighbours.exact import Metric
from lookalike.neighbours.tokens import words_asked
from lookalike.palette import measure_palettes
from lookalike.questions import Questions
from lookalike.recommend.answer import Answer
from lookalike.recommend.query import Stock
from lookalike.view import View, palette_vectors

MOST = 12
"""Pictures that are imagined of one question at most."""

_SEEDS = 2**32


class Imagination(Questions):
    """What an index answers to pictures that nobody has taken."""

    def imagine(
        self,
        text: str,
        k: int = 12,
        where: str | None = None,
        exclude: Iterable[str | int] = (),
        weights: Mapping[str, float] | str | None = None,
        *,
        count: int = 4,
        seed: int = 0,
        like: Given = None,
        unlike: Given = None,
        metric: Metric = "cosine",
        variants: bool = False,
        duplicates: bool = False,
        diversity: float = 0.0,
        stock: Stock = "any",
        per_brand: int | None = None,
    ) -> Answer:
        """The k products that look most like pictures imagined of a text; of several, like one of them.

        The index's generator (``lookalike train --recipe generator``) makes ``count`` pictures, 1 to `MOST`,
        the same again for the same ``seed``. They are in the ``imagined`` of the answer and nowhere else: no
        picture of them is indexed, and none is a product's. The others as in `search` by a photo. Raises
        `NoGenerator`, and `BadArgument` where the catalogue does not know what the words look like.
        """
        wishes = Wishes.of(
            k=k,
            where=where,
            exclude=exclude,
            like=like,
            unlike=unlike,
            weights=weights,
            metric=metric,
            variants=variants,
            duplicates=duplicates,
            diversity=diversity,
            stock=stock,
            per_brand=per_brand,
        )
        words_asked(text)
        check_search(wishes, None, photo=True, crop=None)
        _require(count, seed)

        def ask(view: View) -> Answer:
            return self._imagined(view, text, int(count), int(seed), wishes)

        return self._ask(ask)

    @property
    def imagines(self) -> bool:
        """Whether `imagine` can make pictures: words' looks are known, and there is a generator of these."""
        view = self._now()
        try:
            self._generators.of(view.reader.manifest.space)
        except LookalikeError:
            return False
        return view.fitted.words is not None

    @cached_property
    def _generators(self) -> KeptGenerator:
        return KeptGenerator(self.place)

    def _imagined(self, view: View, text: str, count: int, seed: int, wishes: Wishes) -> Answer:
        began = perf_counter()
        space = view.reader.manifest.space
        generator = self._generators.of(space)  # where there is none, that is said first
        want = wanted(view, text)
        pixels = self._generators.imagine(generator, want.look, count, seed)
        made = perf_counter()
        seen = self._seen(view, pixels)
        spent = {"imagine": made - began, "encode": perf_counter() - made}
        asked = shown(pixels, text)
        query = replace(search_query(view, None, seen, wishes), called=CALLED)
        query = replace(query, explain={**query.explain, "words": want.words})
        query = ruled(query, view, "search")
        answer = answered(view, query, lambda: asked, self.thumbnails, colours=asked.colours, spent=spent)
        return replace(answer, imagined=imagined(pixels, text, seed, want.words))

    def _seen(self, view: View, pixels: Pixels) -> Seen:
        """Pictures (n, side, side, 3) as they are measured; those that say nothing to the encoder are out."""
        images = [Image.fromarray(one) for one in pixels]
        looks, norms = encode_pictures(map(open_image, images), self._encoder_of(view.reader.manifest))
        kept = np.array([says_something(look) for look in looks])
        if not kept.any():
            raise BadArgument(
                "What was imagined says nothing to the encoder.", next_step="Ask with another seed."
            )
        tints = [palette_vectors(palette) for palette in measure_palettes(images)]
        return Seen(looks[kept], norms[kept], np.concatenate(tints), ())


def _require(count: object, seed: object) -> None:
    """Raise `BadArgument` for a count or a seed that cannot be asked for."""
    if isinstance(count, bool) or not isinstance(count, Integral) or not 1 <= int(count) <= MOST:
        raise BadArgument(f"count is {count!r:.40}.", next_step=f"Ask for 1 to {MOST} pictures.")
    if isinstance(seed, bool) or not isinstance(seed, Integral) or not 0 <= int(seed) < _SEEDS:
        raise BadArgument(f"seed is {seed!r:.40}.", next_step=f"Give a whole number from 0 to {_SEEDS - 1}.")
