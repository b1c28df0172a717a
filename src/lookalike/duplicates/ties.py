"""Which pictures were found to be the same so far, and who of them was never compared."""

from __future__ import annotations

from collections.abc import Iterable


class Ties:
    """Ties between pictures, given by their positions; and which pairs somebody has looked at."""

    def __init__(self) -> None:
        self._tied: dict[int, set[int]] = {}
        self._seen: set[tuple[int, int]] = set()

    def seen(self, one: int, other: int) -> bool:
        """Whether this pair was looked at."""
        return (min(one, other), max(one, other)) in self._seen

    def look(self, one: int, other: int) -> None:
        """This pair is looked at now."""
        self._seen.add((min(one, other), max(one, other)))

    def tie(self, one: int, other: int) -> None:
        """These two are the same."""
        self._tied.setdefault(one, set()).add(other)
        self._tied.setdefault(other, set()).add(one)
        self.look(one, other)

    def untied(self, among: Iterable[int]) -> list[tuple[int, int]]:
        """Pairs that nobody looked at: of a picture with many ties and what is tied to those, sorted.

        Only ties of the pictures ``among`` are followed. Such a picture may become the head of a group, and
        only what is tied to the head itself belongs to a group.
        """
        wanted: set[tuple[int, int]] = set()
        for head in among:
            own = self._tied.get(head, set())
            for other in own:
                if (len(self._tied[other]), -other) <= (len(own), -head):
                    wanted.update(
                        (min(head, far), max(head, far)) for far in self._tied[other] if far not in own
                    )
        return sorted((one, other) for one, other in wanted - self._seen if one != other)
