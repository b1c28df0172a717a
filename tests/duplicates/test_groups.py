from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.duplicates.groups import Pair, grouped

ORDER = ("bytes", "photo")


def key(name: str) -> tuple[str, int]:
    return (name, 0)


def pair(one: str, other: str, similarity: float = 0.9, kind: str = "photo") -> Pair:
    first, second = sorted((key(one), key(other)))
    return Pair(first, second, kind, similarity)


def names(groups: list) -> list[list[str]]:
    return [sorted(member.picture[0] for member in group.members) for group in groups]


def test_a_chain_is_cut_at_what_its_head_was_not_compared_with() -> None:
    groups = grouped([pair("a", "b"), pair("b", "c"), pair("c", "d", 0.8)], ORDER)
    assert names(groups) == [["a", "b", "c"]]
    assert groups[0].head.picture == key("b")


def test_the_head_is_the_picture_with_the_most_ties_and_the_worst_member_comes_last() -> None:
    (group,) = grouped([pair("m", "a", 0.7), pair("m", "b", 0.99), pair("m", "c", 1.0, "bytes")], ORDER)
    assert group.head.picture == key("m")
    assert [member.picture[0] for member in group.members] == ["m", "c", "b", "a"]
    assert (group.worst.picture, group.worst.similarity) == (key("a"), 0.7)
    assert group.kind == "photo"


def test_what_a_person_took_apart_is_in_no_group_together() -> None:
    pairs = [pair("a", "b"), pair("a", "c"), pair("b", "c", 0.8)]
    assert names(grouped(pairs, ORDER)) == [["a", "b", "c"]]
    assert names(grouped(pairs, ORDER, [(key("c"), key("a"))])) == [["a", "b"]] or names(
        grouped(pairs, ORDER, [(key("c"), key("a"))])
    ) == [["b", "c"]]
    assert grouped([pair("a", "b")], ORDER, [(key("b"), key("a"))]) == []


def test_two_members_taken_apart_do_not_meet_under_a_third() -> None:
    pairs = [pair("head", "a", 0.95), pair("head", "b", 0.9)]
    assert names(grouped(pairs, ORDER, [(key("a"), key("b"))])) == [["a", "head"]]


def test_a_picture_tied_to_itself_is_no_group() -> None:
    assert grouped([pair("a", "a")], ORDER) == []


def test_the_id_belongs_to_the_members_whatever_their_similarity() -> None:
    (one,) = grouped([pair("a", "b", 0.9)], ORDER)
    (other,) = grouped([pair("a", "b", 0.6)], ORDER)
    (third,) = grouped([pair("a", "c", 0.9)], ORDER)
    assert one.id == other.id != third.id


def test_the_surer_of_two_reasons_is_kept() -> None:
    (group,) = grouped([pair("a", "b", 0.7), pair("a", "b", 1.0, "bytes")], ORDER)
    assert group.kind == "bytes"


def test_each_picture_goes_to_the_head_it_is_most_like() -> None:
    many = [pair("red", name, 0.95) for name in ("r1", "r2", "r3")]
    groups = grouped(
        [*many, pair("red", "black1", 0.72), pair("black", "black1", 0.97), pair("black", "b2")], ORDER
    )
    assert names(groups) == [["b2", "black", "black1"], ["r1", "r2", "r3", "red"]]


def test_what_a_person_called_the_same_is_not_moved_to_another_head() -> None:
    pairs = [pair("a", "x", 0.8), pair("a", "y"), pair("a", "z"), pair("b", "x", 0.99), pair("b", "c")]
    assert ["a", "y", "z"] in names(grouped(pairs, ORDER))
    assert ["a", "x", "y", "z"] in names(grouped(pairs, ORDER, (), [key("a"), key("x")]))


def test_a_picture_without_colours_joins_no_pictures_of_two_colours() -> None:
    grey = [
        Pair(key("emerald"), key("grey"), "photo", 0.98, ("no colours",), ("in colour",)),
        Pair(key("grey"), key("red"), "photo", 0.95, ("in colour",), ("no colours",)),
    ]
    (group,) = grouped([*grey, pair("red", "red2")], ORDER)[:1]
    assert names(grouped([*grey, pair("red", "red2")], ORDER)) == [["emerald", "grey"], ["red", "red2"]]
    assert group.head.picture == key("emerald")


def test_of_pictures_that_are_all_tied_the_first_by_id_is_the_head() -> None:
    (group,) = grouped([pair("a", "b", 0.8), pair("b", "c", 0.99), pair("a", "c", 0.8)], ORDER)
    assert group.head.picture == key("a")


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_pairs_changes_nothing(seed: int) -> None:
    chance = random.Random(seed)
    pairs = [pair(a, b, chance.random()) for a, b in (chance.sample("abcdefgh", 2) for _ in range(12))]
    again = pairs.copy()
    chance.shuffle(again)
    assert grouped(pairs, ORDER) == grouped(again, ORDER)


@given(
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh"), st.floats(0.5, 1))),
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), max_size=4),
)
def test_every_group_is_a_star_of_two_or_more_and_nobody_is_in_two(
    tied: list[tuple[str, str, float]], apart: list[tuple[str, str]]
) -> None:
    known = {frozenset((one, other)) for one, other, _ in tied}
    forbidden = {frozenset(two) for two in apart if len(set(two)) == 2}
    groups = grouped([pair(*tie) for tie in tied], ORDER, [(key(one), key(other)) for one, other in apart])
    everyone = [member.picture for group in groups for member in group.members]
    assert len(everyone) == len(set(everyone))
    for group in groups:
        assert len(group.members) >= 2
        assert all(frozenset((group.head.picture[0], m.picture[0])) in known for m in group.members[1:])
        assert not any(
            frozenset((one.picture[0], other.picture[0])) in forbidden
            for one in group.members
            for other in group.members
        )
        assert group.worst.similarity == min(m.similarity for m in group.members[1:])
