"""The same picture twice, in an index: looked for once, known from then on, and never decided by itself."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lookalike.copies import Duplicates, looking
from lookalike.duplicates.finding import Pictures
from lookalike.errors import BadArgument, IndexDamaged, StorageError
from lookalike.images import open_image
from lookalike.index import Index
from lookalike.ingest.report import Interrupted, StopRequested
from lookalike.products import PictureSource, Product
from lookalike.store.base import StoredPicture, VersionGone
from lookalike.store.memory import MemoryStore
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop

SHOP = tiny_shop()
EQUAL = ("same-bytes", "same-pixels")
LONE, ALONE = [
    product.id
    for product in SHOP.products
    if product.id not in SHOP.copies and product.id not in SHOP.multi and not product.group
][:2]
"""Products whose pictures are there once."""
EQUAL_GROUPS = {frozenset(copies | {i}) for i, copies in SHOP.copies.items()}


@pytest.fixture
def index() -> Index:
    """The tiny shop, in memory; nobody has looked at its pictures."""
    encoder = GridEncoder()
    made = Index(MemoryStore(encoder.space, encoder.name), encoder)
    made.add(list(SHOP.products), duplicates=False)
    return made


def together(found: Duplicates) -> set[frozenset[str]]:
    """The products of each group."""
    return {frozenset(member.id for member in group.members) for group in found}


def judgement(keep: str, other: str, verdict: str) -> dict[str, Any]:
    keys = {name: {"id": i, "picture": 0} for name, i in (("keep", keep), ("other", other))}
    return {**keys, "verdict": verdict}


def edited(product_id: str, new_id: str) -> Product:
    """The main picture of a product, recompressed and smaller, under another id."""
    source = next(product for product in SHOP.products if product.id == product_id)
    image = open_image(source.pictures[0].data or b"").image
    sink = io.BytesIO()
    image.resize((image.width * 2 // 3, image.height * 2 // 3)).save(sink, "JPEG", quality=60)
    return replace(source, id=new_id, pictures=(PictureSource(data=sink.getvalue()),), group="")


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many fresh pictures each look began with."""
    counts: list[int] = []
    real = looking.find_pairs

    def watched(pictures: Pictures, *, fresh: Any, **how: Any) -> Iterator[Any]:
        counts.append(int(np.sum(fresh)))
        return real(pictures, fresh=fresh, **how)

    monkeypatch.setattr(looking, "find_pairs", watched)
    return counts


def test_equal_pictures_are_groups_and_nothing_else_is(index: Index) -> None:
    found = index.duplicates(kinds=EQUAL)
    assert together(found) == EQUAL_GROUPS
    assert (found.looked_at, found.complete) == (found.pictures, True)
    for group in found:
        assert group.kind == group.worst.kind
        assert group.head is group.members[0]
        assert all(member.similarity == 1.0 for member in group.members)


def test_an_edited_copy_is_found_and_what_differs_is_said(index: Index) -> None:
    index.add([edited(LONE, "small")])
    group = next(g for g in index.duplicates() if any(m.id == "small" for m in g.members))
    assert {member.id for member in group.members} == {LONE, "small"}
    assert (group.kind, group.reviewed, group.keep) == ("same-photograph", False, None)
    small, large = ([m for m in group.members if m.id == i] for i in ("small", LONE))
    said = [change for member in (*small, *large) for change in member.changes]
    assert any(change.startswith(("smaller: ", "larger: ")) for change in said)


def test_pictures_are_looked_at_once(index: Index, looked: list[int]) -> None:
    first = index.duplicates()
    again = index.duplicates()
    assert looked == [first.pictures]
    assert again.to_dict() == first.to_dict()


def test_a_new_picture_is_compared_with_the_others_and_nothing_else_is(
    index: Index, looked: list[int]
) -> None:
    index.duplicates()
    del looked[:]
    report = index.add([edited(LONE, "small")])
    assert (looked, report.copies) == ([1], 1)
    assert frozenset({LONE, "small"}) in together(index.duplicates(look=False))


def test_what_is_found_piece_by_piece_is_what_is_found_at_once(index: Index) -> None:
    encoder = GridEncoder()
    grown = Index(MemoryStore(encoder.space, encoder.name), encoder)
    products = [*SHOP.products, edited(LONE, "small"), edited("m1", "smaller")]
    for start in range(0, len(products), 9):
        grown.add(products[start : start + 9])
    index.add(products[-2:])
    for kinds in (EQUAL, None):
        ids = {"small", "smaller", *SHOP.copies}
        grew, made = (
            {group & ids for group in together(found) if group & ids}
            for found in (grown.duplicates(kinds=kinds, look=False), index.duplicates(kinds=kinds))
        )
        assert grew == made


def test_nobody_looks_unless_asked_to(index: Index, looked: list[int]) -> None:
    known = index.duplicates(look=False)
    assert (looked, known.looked_at, known.complete) == ([], 0, False)
    assert {group.kind for group in known} == {"same-bytes"}, "equal bytes are known without a look"
    assert index.add([replace(SHOP.products[0], id="again")], duplicates=False).copies is None
    assert looked == []


def test_the_report_counts_copies_among_what_came(index: Index) -> None:
    first = next(product for product in SHOP.products if product.id == LONE)
    assert index.add([replace(first, id="x1"), replace(first, id="x2")]).copies == 2
    assert index.add([replace(first, title="another")]).copies == 0
    encoder = GridEncoder()
    fresh = Index(MemoryStore(encoder.space, encoder.name), encoder)
    assert fresh.add([replace(first, id=f"x{n}") for n in range(3)]).copies == 2


@pytest.mark.parametrize("end", [KeyboardInterrupt, StopRequested])
def test_a_look_that_is_stopped_leaves_an_answer_and_is_gone_on_with(
    index: Index, end: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = index.duplicates(kinds=EQUAL).to_dict()["groups"]
    encoder = GridEncoder()
    stopped = Index(MemoryStore(encoder.space, encoder.name), encoder)
    stopped.add(list(SHOP.products), duplicates=False)
    real = looking.find_pairs

    def half(pictures: Pictures, **how: Any) -> Iterator[Any]:
        for piece in real(pictures, **how):
            few = len(piece.covered) // 2
            yield replace(piece, covered=piece.covered[:few])
            if few:
                raise end

    with monkeypatch.context() as patched:
        patched.setattr(looking, "find_pairs", half)
        with pytest.raises(end):
            stopped.duplicates()
    known = stopped.duplicates(look=False)
    assert 0 < known.looked_at < known.pictures
    assert not known.complete
    assert stopped.duplicates(kinds=EQUAL).to_dict()["groups"] == whole


def test_a_run_that_is_stopped_while_looking_has_stored_every_row(index: Index) -> None:
    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(Interrupted) as stopped:
        index.add([edited(LONE, "small")], looking=stop)
    assert stopped.value.looking
    assert stopped.value.report.added == 1
    assert "small" in index


def test_a_folder_that_cannot_be_written_still_gets_its_answer(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StorageError("The disk is full.", next_step="Make room.")

    monkeypatch.setattr(index._store.notes, "change", refuse)
    assert together(index.duplicates(kinds=EQUAL)) == EQUAL_GROUPS
    assert index.duplicates(look=False).complete
    with pytest.raises(StorageError):
        index.judge([judgement("m1", "m1-bis", "not-same")])


def test_copies_are_folded_into_one_until_a_person_says_that_they_are_not(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "index", GridEncoder())
    index.add(list(SHOP.products))
    other = Index.open(tmp_path / "index", GridEncoder())
    asker = next(iter(SHOP.copies["m1"] - {"m1"}))
    assert "m1" not in [result.id for result in other.similar(asker, k=100)]
    version, before = other.refresh(), other.revision
    index.judge([judgement("m1", asker, "not-same")])
    assert "m1" in [result.id for result in other.similar(asker, k=100)], "noticed without a new version"
    assert (other.refresh(), other.revision == before) == (version, False)
    index.judge([judgement(asker, "m1", "undo")])
    assert "m1" not in [result.id for result in other.similar(asker, k=100)]


def test_not_the_same_survives_removal_and_coming_back_and_another_encoder(index: Index) -> None:
    index.add([edited(LONE, "small")])
    assert index.judge([judgement(LONE, "small", "not-same")]).taken == 1
    pair = frozenset({LONE, "small"})
    assert pair not in together(index.duplicates())
    index.remove(["small"])
    assert index.judgements() == []
    index.add([replace(edited(LONE, "small"), title="back again")])
    assert pair not in together(index.duplicates())
    assert [one.verdict for one in index.judgements()] == ["not-same"]
    assert index.rebuild(GridEncoder("another")).switched
    assert pair not in together(index.duplicates())
    index.add([edited(ALONE, "small")])
    assert frozenset({ALONE, "small"}) in together(index.duplicates()), "another picture, another question"


def test_the_same_is_remembered_with_what_to_keep(index: Index) -> None:
    index.add([edited(LONE, "small")])
    index.judge([judgement("small", LONE, "same")])
    group = next(g for g in index.duplicates() if g.head.id in (LONE, "small"))
    assert (group.reviewed, group.keep) == (True, ("small", 0))
    assert group.to_dict()["keep"] == {"id": "small", "picture": 0}
    assert {member.verdict for member in group.members} == {"same"}
    strict = index.duplicates(threshold=1.0)
    assert frozenset({LONE, "small"}) in together(strict), "tied whatever the threshold"


def test_judgements_that_make_no_sense_are_refused_one_by_one(index: Index) -> None:
    good = judgement("m1", "m1-bis", "same")
    report = index.judge(
        [
            judgement("nobody", "m1", "same"),
            good,
            {**good, "other": {"id": "m1", "picture": 9}},
            judgement("m1", "m1", "same"),
            {**good, "verdict": "perhaps"},
            {},
        ]
    )
    assert report.taken == 1
    assert [(refusal.row, refusal.id) for refusal in report.refused] == [
        (1, "m1"),
        (3, "m1"),
        (4, "m1"),
        (5, "m1-bis"),
        (6, ""),
    ]
    assert all(refusal.next_step for refusal in report.refused)
    with pytest.raises(BadArgument):
        index.judge(good)  # type: ignore[arg-type]


def damage(index: Index, product_id: str, **harm: Any) -> None:
    """Put other bytes into what is stored of a product's first picture."""
    with index._store.writer() as writer:
        own: list[StoredPicture] = writer.reader.pictures([product_id], raw=True)[product_id]
        writer.commit((), {product_id: [replace(own[0], **harm), *own[1:]]})


@pytest.mark.parametrize(
    "harm", [{"thumbnail": b"\xff\xd8garbage"}, {"thumbnail": b""}, {"glance": b""}, {"glance": bytes(1032)}]
)
def test_a_picture_that_is_damaged_on_the_disk_is_a_finding(index: Index, harm: dict[str, bytes]) -> None:
    index.add([edited(LONE, "small")], duplicates=False)
    damage(index, "small", **harm)
    found = index.duplicates()
    assert [(problem.id, problem.reason) for problem in found.unreadable] == [("small", "damaged")]
    assert (found.looked_at, found.complete) == (found.pictures - 1, True)
    assert together(index.duplicates(kinds=EQUAL)) >= EQUAL_GROUPS
    assert index.duplicates().unreadable == found.unreadable
    assert found.to_dict()["unreadable"][0]["id"] == "small"


def test_people_s_word_that_cannot_be_read_is_said_and_the_rest_answers(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "index", GridEncoder())
    index.add(list(SHOP.products))
    index.judge([judgement("m1", "m1-bis", "not-same")])
    (tmp_path / "index" / "notes" / "judgements.json").write_bytes(b"{")
    for ask in (index.duplicates, index.judgements, lambda: index.judge([judgement("m1", "m1-bis", "same")])):
        with pytest.raises(IndexDamaged, match=r"judgements\.json"):
            ask()
    assert len(index.similar("m1", k=3)) == 3


def test_findings_that_cannot_be_read_are_found_again(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "index", GridEncoder())
    index.add(list(SHOP.products))
    (tmp_path / "index" / "notes" / "duplicates.arrow").write_bytes(b"nonsense")
    assert index.duplicates(look=False).looked_at == 0
    assert together(index.duplicates(kinds=EQUAL)) == EQUAL_GROUPS


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"kinds": "nonsense"}, "same-photograph"),
        ({"kinds": ()}, "same-photograph"),
        ({"threshold": 0.01}, "to 1"),
        ({"threshold": 1.5}, "to 1"),
        ({"threshold": float("nan")}, "to 1"),
        ({"threshold": "0.9"}, "to 1"),
        ({"threshold": True}, "to 1"),
        ({"threshold": [0.9, 0.8]}, "to 1"),
        ({"kinds": 5}, "same-photograph"),
        ({"kinds": ["nonsense", 1]}, "same-photograph"),
        ({"kinds": [["same-bytes"]]}, "same-photograph"),
    ],
)
def test_kinds_and_thresholds_that_there_are_not_are_refused(
    index: Index, wish: dict[str, Any], said: str
) -> None:
    ask: Callable[..., object]
    for ask in (index.duplicates, lambda **wish: index.check(SHOP.photos["photo-1.jpg"], **wish)):
        with pytest.raises(BadArgument) as refused:
            ask(**wish)
        assert said in refused.value.next_step


@pytest.mark.parametrize("wish", [{"workers": -1}, {"workers": "2"}, {"memory": "1"}, {"memory": 0}])
def test_threads_and_memory_that_there_cannot_be_are_refused(index: Index, wish: dict[str, Any]) -> None:
    with pytest.raises(BadArgument, match=next(iter(wish))):
        index.duplicates(**wish)


def test_an_empty_index_has_no_duplicates(tmp_path: Path) -> None:
    found = Index.create(tmp_path / "index", GridEncoder()).duplicates()
    assert (len(found), found.pictures, found.complete) == (0, 0, True)
    assert found.to_dict()["groups"] == []
    assert "No picture" in found.to_html()


@pytest.mark.parametrize("names", [("a", "z"), ("z", "a")])
def test_what_was_done_is_said_as_seen_from_the_head_whichever_id_is_first(names: tuple[str, str]) -> None:
    large, small = names
    encoder = GridEncoder()
    index = Index(MemoryStore(encoder.space, encoder.name), encoder)
    source = next(product for product in SHOP.products if product.id == LONE)
    darker = open_image(source.pictures[0].data or b"").image.point(lambda level: level * 7 // 10)
    sink = io.BytesIO()
    darker.save(sink, "PNG")
    index.add(
        [
            replace(source, id=large),
            replace(source, id=small, pictures=(PictureSource(data=sink.getvalue()),)),
        ]
    )
    (group,) = index.duplicates()
    words = {member.id: member.changes for member in group.members[1:]}
    assert words in ({small: ("30% darker",)}, {large: ("45% brighter",)})


def test_a_look_outlives_the_version_that_it_began_with(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Writers go on while somebody looks, and old versions are cleaned away under the reader."""
    begun = type(index._store.reader())
    real, gone = begun.thumbnails, []

    def thumbnails(reader: Any, keys: Any) -> Any:
        if not gone:
            gone.append(reader)
            raise VersionGone("cleaned away")
        return real(reader, keys)

    monkeypatch.setattr(begun, "thumbnails", thumbnails)
    found = index.duplicates()
    assert gone
    assert (found.complete, found.unreadable) == (True, ())
    gone.clear()
    assert index.check(SHOP.photos["photo-1.jpg"]).version == found.version
