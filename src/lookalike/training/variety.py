"""How varied the lists are that an encoder gives: of what is precise alone nobody sees much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lookalike.evaluation.beyond import Beyond, Known, beyond
from lookalike.training.lessons import Lessons


def variety(lessons: Lessons, lists: Mapping[str, Sequence[str]], part: int) -> Beyond:
    """What lists of products of a part are beside right, by the id of who asked; kinds by the first column.

    Distances are by the index's own vectors whatever encoder is judged. Raises `BadArgument` when no list has
    a member.
    """
    rows = lessons.products_in(part)
    columns = [*lessons.labels.values(), *lessons.tags.values()][:1]
    known = Known(
        [lessons.ids[row] for row in rows.tolist()],
        lessons.looks[lessons.main[rows]],
        [columns[0][row] for row in rows.tolist()] if columns else (),
    )
    family = dict(zip(lessons.ids, lessons.families, strict=True))
    return beyond([*lists.values()], known, [*lists], [family[i] for i in lists])
