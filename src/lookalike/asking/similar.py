"""A product of the catalogue asks: what looks like it?"""

from __future__ import annotations

from lookalike.asking.edits import colours_wished, moved, swatches
from lookalike.asking.examples import Asking
from lookalike.asking.mixture import mixture
from lookalike.asking.wishes import Wishes
from lookalike.recommend.query import Query
from lookalike.view import View


def similar_query(view: View, asking: str, pictures: str, wishes: Wishes) -> Query:
    """The question of one product; ``pictures`` says whether its main picture asks or all of them do.

    A colour in ``but`` takes the place of its own: the look is moved there.
    Raises `UnknownProduct`, `BadArgument`.
    """
    row = view.snapshot.row(asking)
    own = view.pictures_of(asking, pictures)
    mixed = mixture(view, row, wishes)
    wished = colours_wished(wishes.but)
    examples = wishes.examples.with_seed(asking)
    looks = view.snapshot.vectors[own]
    asks = examples.beside(
        view,
        Asking(
            looks=moved(view, row, looks, wished) if wished else looks,
            norms=view.snapshot.norms[own],
            tints=swatches(wished) if wished else view.snapshot.colours_of([row]),
        ),
    )
    given = mixed.given
    if "content" in given and examples.liked:
        given = {**given, "content": examples.content(view, view.content.scores(row))}
    return wishes.query(
        mixed.weights,
        looks=asks.looks,
        norms=asks.norms,
        colours=asks.tints,
        seed=asking,
        given=given,
        scales=mixed.scales,
        gates=mixed.gates,
        explain={**mixed.explain, **examples.explain(view)},
    )
