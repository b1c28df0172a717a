"""What each picture is to be told apart by, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from lookalike.errors import TrainingError
from lookalike.training.lessons import LEARN, Lessons
from lookalike.vectors import Rows

LEAST = 2
"""A kind that fewer products show teaches nothing: there is no second one to be like."""


@dataclass(frozen=True)
class Targets:
    """Kinds by column, commonest first, and the kind of each of n pictures.

    ``values`` (n, columns) are places in ``names``, -1 where a product's tag says nothing, or something rare.
    """

    names: dict[str, list[str]]
    values: Tensor = field(repr=False)

    @property
    def columns(self) -> list[str]:
        """The columns that are learnt from, the one that counts most first."""
        return list(self.names)

    def of(self, lessons: Lessons, rows: Rows) -> Tensor:
        """The kinds of other pictures of the same catalogue, int64 (n, columns)."""
        return _values(lessons, rows, self.names)


def targets_of(
    lessons: Lessons, rows: Rows, columns: Sequence[str] | None = None, least: int = LEAST
) -> Targets:
    """The kinds that at least ``least`` products to learn from are of, and those of the pictures ``rows``.

    Columns that tell nothing apart are left out. Raises `TrainingError` when that leaves none.
    """
    wanted = list(lessons.labels) if columns is None else [name for name in columns if name in lessons.labels]
    if not wanted:
        raise TrainingError(
            "No product says what it is: there is no label to learn from.",
            next_step="Name columns that do: --labels A,B. The recipe head can do with titles or groups.",
        )
    taught = lessons.products_in(LEARN).tolist()
    names: dict[str, list[str]] = {}
    counts: dict[str, Counter[str]] = {}
    for column in wanted:
        said = lessons.labels[column]
        counts[column] = Counter(said[row] for row in taught if said[row])
        kinds = [kind for kind, count in counts[column].most_common() if count >= least]
        if len(kinds) > 1:
            names[column] = kinds
    if not names:
        raise _nothing(wanted[0], counts[wanted[0]], len(taught))
    return Targets(names, _values(lessons, rows, names))


def _nothing(column: str, counts: Counter[str], taught: int) -> TrainingError:
    if len(counts) == 1:
        said = f"All {sum(counts.values()):,} labels of {column} are {next(iter(counts))!r}"
    elif not counts:
        said = f"Of {taught:,} products to learn from none has a label in {column}"
    else:
        said = f"The {len(counts):,} labels of {column} are nearly all of one product each"
    return TrainingError(
        f"{said}: that tells nothing apart.",
        next_step="Name a column of which several products share each of several labels: --labels A,B",
    )


def _values(lessons: Lessons, rows: Rows, names: dict[str, list[str]]) -> Tensor:
    products = lessons.product[rows].tolist()
    columns = []
    for column, kinds in names.items():
        place = {kind: at for at, kind in enumerate(kinds)}
        said = lessons.labels[column]
        columns.append([place.get(said[row], -1) for row in products])
    return torch.tensor(columns, dtype=torch.int64).reshape(len(names), len(products)).T.contiguous()
