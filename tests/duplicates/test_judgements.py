"""What people said of pictures: how it is kept, how long it holds, and what follows from it."""

from __future__ import annotations

import json

import pytest

from lookalike.duplicates.finding import KINDS, SAME_PHOTOGRAPH, VARIANT
from lookalike.duplicates.groups import Pair, PictureKey, grouped
from lookalike.duplicates.judgements import NOT_SAME, SAME, UNDO, Judgement, Judgements, settled
from lookalike.errors import BadArgument, IndexDamaged

A, B, C, D = (("a", 0), ("b", 0), ("c", 0), ("d", 0))


def said(keep: PictureKey, other: PictureKey, verdict: str) -> Judgement:
    return Judgement(keep, other, verdict, f"of {keep[0]}", f"of {other[0]}")


def tied(one: PictureKey, other: PictureKey, similarity: float = 0.8, kind: str = SAME_PHOTOGRAPH) -> Pair:
    return Pair(one, other, kind, similarity)


def groups(pairs: list[Pair], *judgements: Judgement) -> list[set[str]]:
    """The ids of each group at a threshold of 0.7."""
    chosen, apart = settled(pairs, judgements, lambda pair: pair.similarity >= 0.7 and pair.kind != VARIANT)
    return [{member.picture[0] for member in group.members} for group in grouped(chosen, KINDS, apart)]


def test_judgements_come_back_from_their_bytes() -> None:
    told = Judgements([said(A, B, SAME), said(("Größe 'x'\n", 2), D, NOT_SAME)])
    again = Judgements.from_bytes(told.to_bytes())
    assert list(again) == list(told)
    assert json.loads(told.to_bytes())["format"] == 1


def test_the_newest_word_on_two_pictures_counts_and_can_be_taken_back() -> None:
    told = Judgements([said(A, B, SAME)]).joined([said(B, A, NOT_SAME), said(A, C, SAME)])
    assert [(one.keep, one.verdict) for one in told] == [(B, NOT_SAME), (A, SAME)]
    assert [one.other for one in told.joined([said(A, B, UNDO)])] == [C]


def test_a_judgement_holds_while_both_products_have_these_contents() -> None:
    told = Judgements([said(A, B, NOT_SAME)])
    moved = told.among([("a", 3), ("b", 1), ("b", 0)], ["of a", "of b", "new"])
    assert [(one.keep, one.other) for one in moved] == [(("a", 3), ("b", 1))]
    assert told.among([A, B], ["of a", "changed"]) == []
    assert told.among([A], ["of a"]) == []


def test_pictures_that_are_not_the_same_are_in_no_group_together() -> None:
    pairs = [tied(A, B), tied(A, C), tied(B, C)]
    assert groups(pairs) == [{"a", "b", "c"}]
    assert {"b", "c"} not in [one & {"b", "c"} for one in groups(pairs, said(B, C, NOT_SAME))]


def test_what_is_not_the_same_as_one_is_not_the_same_as_its_copies() -> None:
    """The picture that stays is not the head: the head has another twin, which is none of the kept one."""
    pairs = [tied(A, B, 0.75), tied(A, C, 0.95), tied(A, D)]
    judgements = [said(B, A, SAME), said(B, C, NOT_SAME)]
    assert groups(pairs, *judgements) == [{"a", "b", "d"}]


def test_pictures_that_are_the_same_stay_tied_whatever_the_threshold() -> None:
    assert groups([tied(A, B, 0.6)]) == []
    assert groups([tied(A, B, 0.6)], said(A, B, SAME)) == [{"a", "b"}]
    assert groups([tied(A, B, 0.95, VARIANT)], said(A, B, SAME)) == [{"a", "b"}]
    assert groups([], said(A, B, SAME)) == [{"a", "b"}]


def test_a_group_cannot_draw_one_of_two_same_pictures_away_from_the_other() -> None:
    pairs = [tied(A, C), tied(A, D), tied(C, D)]
    assert groups(pairs, said(B, D, SAME)) == [{"a", "b", "c", "d"}]


def test_the_measured_similarity_stays_beside_what_was_said() -> None:
    chosen, _ = settled([tied(A, B, 0.6)], [said(A, B, SAME)], lambda _: False)
    assert chosen == [tied(A, B, 0.6)]


def test_of_two_words_on_two_pictures_the_direct_one_counts() -> None:
    judgements = [said(A, B, SAME), said(B, C, SAME), said(A, C, NOT_SAME)]
    chosen, apart = settled([], judgements, lambda _: False)
    assert apart == {(A, C)}
    assert {(pair.first, pair.second) for pair in chosen} == {(A, B), (B, C)}


def test_a_judgement_is_read_from_a_document_and_written_as_one() -> None:
    document = {"keep": {"id": "a", "picture": 0}, "other": {"id": "b", "picture": 2}, "verdict": "same"}
    assert Judgement.from_dict(document).to_dict() == document
    assert Judgement.from_dict({**document, "other": {"id": 7}}).other == ("7", 0)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        [],
        "same",
        None,
        {"keep": {"id": "a"}, "verdict": "same"},
        {"keep": {"id": "a"}, "other": {"id": "b"}, "verdict": "maybe"},
        {"keep": {"id": "a"}, "other": {"id": "b"}},
        {"keep": {"id": "a"}, "other": {"id": "b"}, "verdict": ["same"]},
        {"keep": {"id": ["a"]}, "other": {"id": "b"}, "verdict": "same"},
        {"keep": {"id": "a", "picture": "x"}, "other": {"id": "b"}, "verdict": "same"},
        {"keep": {"id": "a", "picture": -1}, "other": {"id": "b"}, "verdict": "same"},
        {"keep": {"id": "a", "picture": True}, "other": {"id": "b"}, "verdict": "same"},
    ],
)
def test_a_document_that_says_nothing_is_refused(broken: object) -> None:
    with pytest.raises(BadArgument) as refused:
        Judgement.from_dict(broken)  # type: ignore[arg-type]
    assert refused.value.next_step


@pytest.mark.parametrize("data", [b"", b"{", b"{}", b"\xff", b'{"format": 2, "judgements": []}', b"[]"])
def test_judgements_that_cannot_be_read_are_damage_and_never_forgotten(data: bytes) -> None:
    with pytest.raises(IndexDamaged, match=r"judgements\.json"):
        Judgements.from_bytes(data)


@pytest.mark.parametrize(
    "line",
    [
        '[1, 0, "c", "b", 0, "d", "same"]',
        '[null, 0, "c", "b", 0, "d", "same"]',
        '["a", 0, null, "b", 0, "d", "same"]',
        '["a", Infinity, "c", "b", 0, "d", "same"]',
        '["a", 0, "c", "b", true, "d", "same"]',
        '["a", 0, "c", "b", 0, "d", "perhaps"]',
        "[" * 100_000,
    ],
)
def test_notes_that_say_nothing_that_can_be_said_are_damaged(line: str) -> None:
    with pytest.raises(IndexDamaged):
        Judgements.from_bytes(f'{{"format": 1, "judgements": [{line}]}}'.encode())


def test_what_is_said_of_a_picture_that_its_product_has_twice_is_said_of_each() -> None:
    """Nobody can tell them apart but by their places."""
    keys, contents = [("a", 0), ("b", 0), ("b", 2)], ["of a", "of b", "of b"]
    apart = Judgements([said(A, ("b", 2), NOT_SAME)]).among(keys, contents)
    assert [(one.keep, one.other) for one in apart] == [(A, ("b", 0)), (A, ("b", 2))]
    same = Judgements([said(("b", 2), A, SAME)]).among(keys, contents)
    assert [(one.keep, one.other) for one in same] == [(("b", 2), A), (("b", 2), ("b", 0))]


def test_two_places_of_one_picture_in_a_product_can_be_judged() -> None:
    keys, contents = [("b", 0), ("b", 2)], ["of b", "of b"]
    same = Judgements([said(("b", 2), ("b", 0), SAME)]).among(keys, contents)
    assert [(one.keep, one.other) for one in same] == [(("b", 2), ("b", 0))]
    assert Judgements([said(("b", 2), ("b", 0), SAME)]).among(keys[:1], contents[:1]) == []
