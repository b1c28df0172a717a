"""A product of the catalogue asks: what looks like it?"""

from __future__ import annotations

from dataclasses import replace

from lookalike.asking.wishes import Wishes
from lookalike.recommend.query import Query, check_weights
from lookalike.view import View

WEIGHED = ("look", "colour", "content")
"""What a product of the catalogue can be weighed by."""


def similar_query(view: View, asking: str, pictures: str, wishes: Wishes) -> Query:
    """The question of one product; ``pictures`` says whether its main picture asks or all of them do.

    Raises `UnknownProduct`, `BadArgument`.
    """
    row = view.snapshot.row(asking)
    own = view.pictures_of(asking, pictures)
    return replace(
        wishes.query(check_weights(wishes.weights, WEIGHED)),
        looks=view.snapshot.looks[own],
        norms=view.snapshot.norms[own],
        colours=view.snapshot.colours_of([row]),
        seed=asking,
    )
