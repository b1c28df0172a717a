"""What was found is kept by contents, so that it outlives versions, ids and positions."""

from __future__ import annotations

from lookalike.duplicates.finding import SAME_BYTES, SAME_PHOTOGRAPH, SAME_PIXELS, VARIANT
from lookalike.duplicates.groups import Pair
from lookalike.duplicates.kept import Kept, found

A, B, C, D = (("a", 0), ("b", 0), ("c", 0), ("c", 1))
CONTENTS = {A: "one", B: "two", C: "two", D: "three"}
KEYS = [*CONTENTS]
OWN = [*CONTENTS.values()]
WORDS = (("30% darker",), ("45% brighter",))
EDITED = Pair(A, B, SAME_PHOTOGRAPH, 0.83, ("30% darker",), ("45% brighter",))


def test_what_is_kept_comes_back_from_its_bytes() -> None:
    kept = found([EDITED, Pair(A, D, VARIANT, 0.91)], CONTENTS, ["one", "two"])
    kept = kept.joined(Kept(damaged={"three": "It cannot be read."}))
    again = Kept.from_bytes(kept.to_bytes())
    assert (again.ties, again.damaged) == (kept.ties, kept.damaged)
    assert again.unseen(OWN).tolist() == [False, False, False, True]


def test_the_words_are_those_of_the_second_picture_whatever_its_id_is() -> None:
    kept = found([EDITED], CONTENTS)
    assert kept.pairs_of([("z", 0), ("y", 0)], ["one", "two"]) == [
        Pair(("y", 0), ("z", 0), SAME_PHOTOGRAPH, 0.83, *WORDS[::-1])
    ]


def test_a_pair_is_known_of_all_pictures_with_these_contents() -> None:
    kept = found([EDITED], CONTENTS)
    assert kept.pairs_of(KEYS, OWN) == [
        Pair(B, C, SAME_BYTES, 1.0),
        EDITED,
        Pair(A, C, SAME_PHOTOGRAPH, 0.83, *WORDS),
    ]


def test_it_is_known_after_ids_and_positions_have_changed() -> None:
    kept = Kept.from_bytes(found([EDITED], CONTENTS).to_bytes())
    assert kept.pairs_of([("x", 3), ("y", 0)], ["one", "two"]) == [
        Pair(("x", 3), ("y", 0), SAME_PHOTOGRAPH, 0.83, *WORDS)
    ]
    assert kept.pairs_of([("x", 3), ("y", 0)], ["one", "another"]) == []


def test_equal_bytes_are_known_without_a_look() -> None:
    assert Kept().pairs_of(KEYS, OWN) == [Pair(B, C, SAME_BYTES, 1.0)]


def test_a_few_of_equal_bytes_are_tied_each_to_each() -> None:
    """Else two of them would lose each other where a person takes the first away."""
    pairs = Kept().pairs_of([A, B, C], ["one"] * 3)
    assert [(pair.first, pair.second) for pair in pairs] == [(A, B), (A, C), (B, C)]


def test_a_picture_that_a_thousand_products_have_makes_no_million_pairs() -> None:
    keys = [(f"{n:04}", 0) for n in range(2000)]
    contents = ["one"] * 1000 + ["two"] * 1000
    kept = found([Pair(keys[0], keys[1000], SAME_PHOTOGRAPH, 0.9)], dict(zip(keys, contents, strict=True)))
    pairs = kept.pairs_of(keys, contents)
    assert len(pairs) < 4001
    tied = {
        key for pair in pairs if keys[0] in (pair.first, pair.second) for key in (pair.first, pair.second)
    }
    assert tied == set(keys)


def test_kinds_of_one_pair_are_kept_beside_each_other_and_the_newest_word_of_each_counts() -> None:
    kept = found([EDITED, Pair(A, B, VARIANT, 0.81)], CONTENTS)
    kept = kept.joined(found([Pair(A, B, SAME_PIXELS, 1.0)], CONTENTS))
    turned = {("a", 1): "two", ("b", 1): "one"}
    kept = kept.joined(found([Pair(("a", 1), ("b", 1), SAME_PHOTOGRAPH, 0.9)], turned))
    known = {pair.kind: pair.similarity for pair in kept.pairs_of([A, B], ["one", "two"])}
    assert known == {SAME_PHOTOGRAPH: 0.9, VARIANT: 0.81, SAME_PIXELS: 1.0}


def test_a_picture_that_can_be_read_again_is_damaged_no_more() -> None:
    kept = Kept(damaged={"one": "broken", "two": "broken"}).joined(found([], CONTENTS, ["one"]))
    assert dict(kept.damaged) == {"two": "broken"}


def test_what_is_gone_is_forgotten_when_it_is_most_of_it() -> None:
    contents = {(f"{n}", 0): f"content {n}" for n in range(3000)}
    kept = found(
        [Pair(A, B, SAME_PHOTOGRAPH, 0.8)], {**contents, A: "content 1", B: "content 2999"}, contents.values()
    )
    few = kept.needed([*contents.values()][:2500])
    assert len(few.seen) == 3000
    fewer = kept.needed([*contents.values()][:10])
    assert (len(fewer.seen), len(fewer.ties)) == (10, 0)


def test_bytes_that_are_no_notes_are_nothing_known() -> None:
    good = found([EDITED], CONTENTS, ["one"]).to_bytes()
    for data in (None, b"", b"nonsense", good[:-9], good[: len(good) // 2], b"\0" * len(good)):
        assert len(Kept.from_bytes(data).ties) == 0
    assert Kept.from_bytes(None).unseen(["one"]).tolist() == [True]


def test_a_note_takes_little_room() -> None:
    contents = [f"{n * 7919:032x}" for n in range(10_000)]
    kept = found([], {}, contents)
    assert len(kept.to_bytes()) < 40 * len(contents)


def test_damaged_bytes_are_looked_for_again_wherever_the_damage_is() -> None:
    """The reader of the format believes what it reads, and may leave its memory over a wrong length."""
    data = found([EDITED], CONTENTS, ["one"]).to_bytes()
    for at in range(0, len(data), 7):
        kept = Kept.from_bytes(data[:at] + bytes([data[at] ^ 0x41]) + data[at + 1 :])
        assert (len(kept.ties), len(kept.seen)) == (0, 0)
    assert len(Kept.from_bytes(data[:-1]).ties) == 0
