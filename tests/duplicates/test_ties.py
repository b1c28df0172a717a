from __future__ import annotations

from lookalike.duplicates.ties import Ties


def tied(*pairs: tuple[int, int]) -> Ties:
    ties = Ties()
    for pair in pairs:
        ties.tie(*pair)
    return ties


def test_copies_of_a_copy_are_compared_with_the_picture_of_most_ties() -> None:
    assert tied((1, 2), (1, 3), (1, 4), (4, 9)).untied(range(10)) == [(1, 9)]


def test_what_was_looked_at_is_not_looked_at_again() -> None:
    ties = tied((1, 2), (1, 3), (1, 4), (4, 9))
    ties.look(9, 1)
    assert ties.untied(range(10)) == []
    assert ties.seen(1, 9)


def test_only_some_pictures_ties_are_followed() -> None:
    ties = tied((1, 2), (1, 3), (1, 4), (4, 9))
    assert ties.untied([2, 3]) == []


def test_two_that_are_the_same_leave_nothing_to_compare() -> None:
    assert tied((1, 2)).untied([1, 2]) == []
