"""Subjects are read as people write them, and answer among the products of a panel."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lookalike.errors import BadArgument, EncoderError, LookalikeError
from lookalike.evaluation.gallery import Gallery
from lookalike.evaluation.question import Visit
from lookalike.fetching import Fetcher
from lookalike.index import Index
from lookalike.store.memory import MemoryStore
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop
from lookalike.verdict.by_encoder import learnt_from
from lookalike.verdict.panel import Panel, Source, panel_of
from lookalike.verdict.subjects import (
    FORMS,
    Given,
    Ranking,
    Subject,
    failed_at,
    make_subject,
    needs_looking,
    read_subject,
    told_faults,
)


@cache
def shop_index() -> Index:
    encoder = GridEncoder()
    index = Index(MemoryStore(encoder.space, encoder.name), encoder)
    index.add(tiny_shop().products, duplicates=False, fit=False)
    return index


def panel(most: int | None = None) -> Panel:
    index = shop_index()
    source = Source(Fetcher(), lambda: index._newest().reader)
    return panel_of(index._now(), source, [], most=most)


def subject(given: Given | None, most: int | None = None) -> Subject:
    return make_subject(read_subject(given, "grid"), shop_index(), panel(most))


def photo(product: str) -> Image.Image:
    data = next(one.pictures[0].data for one in tiny_shop().products if one.id == product)
    return Image.open(io.BytesIO(data or b"")).convert("RGB")


ASKING = sorted(tiny_shop().kind)[::6]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("encoder:grid", "encoder"),
        ("encoder:product", "encoder"),
        (" weights:look=1,color=0.5 ", "weights"),
        ("recipe:same-kind", "recipe"),
        ("recipe:popular", "recipe"),
        ("os.path:join", "module"),
        ("pathlib:Path.glob", "module"),
    ],
)
def test_a_subject_is_read_and_called_as_it_was_written(written: str, kind: str) -> None:
    read = read_subject(written, "grid")
    assert (read.name, read.kind) == (written.strip(), kind)


def test_nothing_written_means_the_encoder_of_the_index() -> None:
    read = read_subject(None, "grid")
    assert (read.name, read.kind, read.means) == ("encoder:grid", "encoder", None)


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("product", "encoder:product"),
        ("onnx:model.onnx", "encoder:onnx:model.onnx"),
        ("combined", "recipe:combined"),
        ("look=1,colour=0.5", "weights:look=1,colour=0.5"),
        ("recipe:combind", "same-kind"),
        ("weights:loook=1", "look"),
        ("weights:look=much", "colour=0.5"),
        ("weights:", FORMS),
        ("encoder:", FORMS),
        ("", FORMS),
        ("what is this", FORMS),
        ("encoder:nobody", "product"),
        ("no_such_module:answer", "folder"),
        ("os.pathe:join", "folder"),
        ("os.path:joim", "join"),
        ("os.path:sep", "function"),
    ],
)
def test_a_slip_is_told_with_what_to_write_instead(written: str, instead: str) -> None:
    with pytest.raises(LookalikeError) as error:
        read_subject(written, "grid")
    assert instead in error.value.next_step


def test_a_number_is_nothing_that_can_be_judged() -> None:
    with pytest.raises(BadArgument, match="int is nothing"):
        read_subject(7, "grid")  # type: ignore[arg-type]


def test_an_encoder_the_index_learnt_has_a_short_name_which_a_slip_is_told_of(tmp_path: Path) -> None:
    folder = tmp_path / "encoders" / "mine"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text("")
    with pytest.raises(EncoderError) as error:
        read_subject("encoder:main", "grid", tmp_path)
    assert "This index has learnt: mine." in error.value.next_step
    (folder / "mine.onnx").write_bytes(b"no network")
    with pytest.raises(EncoderError) as other:
        read_subject("encoder:mine", "grid", tmp_path)
    assert "There is no encoder" not in other.value.message


def test_an_encoder_of_another_space_has_to_look_at_the_pictures_first() -> None:
    view = shop_index()._now()
    assert needs_looking(read_subject(GridEncoder("other"), "grid"), view)
    for own in (None, GridEncoder(), "recipe:look", "weights:look=1", "os.path:join"):
        assert not needs_looking(read_subject(own, "grid"), view)


@pytest.mark.parametrize("own", [True, False], ids=["stored vectors", "pictures looked at"])
def test_an_encoder_answers_by_the_nearest_main_pictures(own: bool) -> None:
    judged = subject(None if own else GridEncoder("other"))
    assert isinstance(judged, Ranking)
    mains = {one.id: one.pictures[0].data or b"" for one in tiny_shop().products}
    expected = Gallery.encoded(GridEncoder(), mains).answer_many(ASKING, 9)
    for asking, told, right in zip(ASKING, judged.answer_many(ASKING, 8), expected, strict=True):
        assert list(told) == [i for i in right if i != asking][:8]


def test_a_photo_of_an_encoder_is_looked_at_and_finds_its_product() -> None:
    for judged in (subject(None), subject(GridEncoder("other"))):
        found = judged.answer_many([photo(i) for i in ASKING], 3)
        for asking, told in zip(ASKING, found, strict=True):
            assert asking == told[0] or told[0] in tiny_shop().copies[asking]


@pytest.mark.parametrize("written", [None, "recipe:look", "weights:look=1,colour=0.5"])
def test_a_visit_asks_with_its_last_known_product_and_never_sees_the_seen_again(written: str | None) -> None:
    judged = subject(written)
    after = judged.answer_many([ASKING[0]], 12)[0]
    seen = (after[2], ASKING[0], "never in the catalogue")
    assert list(judged.answer_many([Visit(seen)], 6)[0]) == [i for i in after if i not in seen][:6]
    assert list(judged.answer_many([Visit(("never in the catalogue",))], 6)[0]) == []


@pytest.mark.parametrize(
    ("written", "wishes"),
    [
        ("recipe:look", {"recipe": "look"}),
        ("recipe:combined", {"recipe": "combined"}),
        ("recipe:same-kind", {"recipe": "same-kind"}),
        ("weights:look=1,colour=0.5", {"weights": "look=1,colour=0.5"}),
        ("weights:look=1,content=2", {"weights": {"look": 1, "content": 2}}),
    ],
)
def test_weights_and_recipes_answer_as_the_index_does(written: str, wishes: dict[str, Any]) -> None:
    judged, index = subject(written), shop_index()
    for asking, told in zip(ASKING, judged.answer_many(ASKING, 9), strict=True):
        answer = index.similar(asking, k=9, variants=True, duplicates=True, **wishes)
        assert list(told) == [one.product.id for one in answer]
        assert asking not in told


@pytest.mark.parametrize("weights", ["look=1", "look=1,colour=0.5", "colour=1"])
def test_a_photo_is_answered_by_weights_as_the_index_does(weights: str) -> None:
    judged, index = subject(f"weights:{weights}"), shop_index()
    assert "photo" in judged.asks
    for asking in ASKING:
        answer = index.search(photo(asking), k=9, variants=True, duplicates=True, weights=weights)
        assert list(judged.answer_many([photo(asking)], 9)[0]) == [one.product.id for one in answer]


def test_what_is_said_of_products_is_nothing_a_photo_can_be_asked_by() -> None:
    for written in ("recipe:combined", "recipe:same-kind", "weights:look=1,content=1"):
        assert subject(written).asks == {"product", "visit"}


def test_of_a_sample_only_its_products_are_found_in_the_order_of_all() -> None:
    few = panel(20)
    assert few.sample

    def own(index: Index, ask: str, k: int) -> Any:
        return index.similar(ask, k=k, recipe="look", variants=True, duplicates=True)

    asking = list(few.ids[:5])
    for given in (None, "recipe:look", own):
        whole = subject(given).answer_many(asking, len(tiny_shop().products))
        for told, every in zip(subject(given, 20).answer_many(asking, 7), whole, strict=True):
            assert list(told) == [i for i in every if i in few.place_of][:7]


def test_recipes_that_compare_what_is_said_read_the_columns_they_are_judged_by() -> None:
    assert subject("recipe:combined").reads("category")
    assert subject("weights:content=1").reads("color")
    assert subject("recipe:same-kind").reads("category")
    for written in (None, "recipe:look", "weights:look=1,colour=1"):
        assert not subject(written).reads("category")
    assert not subject("recipe:combined").reads("no such column")


def test_an_encoder_has_read_the_columns_that_it_was_learnt_from(tmp_path: Path) -> None:
    report = {"name": "mine", "taught": {"labels": {"articleType": {}, "colour": {}}}}
    (tmp_path / "report.json").write_text(json.dumps(report))
    assert learnt_from(f"onnx:{tmp_path}/mine.onnx") == {"articleType", "colour"}
    assert learnt_from(f"onnx:{tmp_path}/mine.onnx#layer") == {"articleType", "colour"}
    assert learnt_from(f"onnx:{tmp_path}/another.onnx") == frozenset()
    (tmp_path / "report.json").write_text("[1]")
    assert learnt_from(f"onnx:{tmp_path}/mine.onnx") == learnt_from("product") == frozenset()


def test_recipes_for_shoppers_are_refused_where_nobody_shopped() -> None:
    with pytest.raises(BadArgument) as error:
        subject("recipe:popular")
    assert "lookalike record" in error.value.next_step


def test_a_function_may_give_the_answer_of_an_index_and_then_answers_as_it_does() -> None:
    def own(index: Index, ask: Any, k: int) -> Any:
        return index.search(ask, k=k) if isinstance(ask, Image.Image) else index.similar(ask, k=k)

    judged = subject(own)
    assert judged.name.endswith("own")
    answer = shop_index().similar(ASKING[0], k=5)
    assert list(judged.answer_many([ASKING[0]], 5)[0]) == [one.product.id for one in answer]
    assert judged.answer_many([lambda: photo(ASKING[0])], 1)[0][0] == ASKING[0]


def test_what_is_wrong_with_answers_is_counted_once_and_left_out() -> None:
    tried: list[Any] = [[], [], []]
    lists = iter([*tried, ["nobody", *ASKING, ASKING[1]], None, ASKING[::-1], []])
    judged = subject(lambda index, ask, k: next(lists))
    found = judged.answer_many([ASKING[0]] * 4, 3)
    assert [list(own) for own in found] == [ASKING[1:4], [], ASKING[:0:-1][:3], []]
    assert (
        told_faults(judged) == "In 4 answers it gave once an unknown id, once an id twice, 2 times nothing."
    )
    assert told_faults(judged) == told_faults(subject(None)) == ""


def test_a_function_that_gives_few_is_told_of() -> None:
    judged = subject(lambda index, ask, k: ASKING[:2])
    judged.answer_many([ASKING[0]], 3)
    assert told_faults(judged) == "In one answer it gave once fewer than asked for."


def test_an_answer_without_an_end_is_cut() -> None:
    judged = subject(lambda index, ask, k: (ASKING[at % 3] for at in count()))
    assert judged.answer_many([ASKING[0]], 5) == [ASKING[1:3]]


def test_a_visit_may_be_answered_with_what_has_no_picture() -> None:
    bare = replace(tiny_shop().products[6], pictures=())
    encoder = GridEncoder()
    index = Index(MemoryStore(encoder.space, encoder.name), encoder)
    index.add([*tiny_shop().products[:6], bare], duplicates=False, fit=False)
    pictured = panel_of(index._now(), Source(Fetcher(), lambda: index._newest().reader), [])
    judged = make_subject(read_subject(lambda *_: [bare.id], "grid"), index, pictured)
    assert judged.answer_many([Visit((pictured.ids[0],)), pictured.ids[0]], 3) == [[bare.id], []]


def failing(index: Index, ask: str, k: int) -> list[str]:
    raise ValueError("the model is gone")


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (failing, "ValueError: the model is gone"),
        (lambda index, ask, k: index.similar("nobody").ids, "nobody"),
        (lambda index, ask, k: ask, "answered"),
        (lambda index, ask, k: 5, "answered"),
        (lambda index, ask, k: [b"bytes"], "no id"),
        (lambda index, ask, k: [1.5], "no id"),
        (lambda index, ask, k: sys.exit(0), "SystemExit"),
        (lambda ask: [], "TypeError"),
    ],
)
def test_a_function_that_fails_ends_it_all_with_what_it_failed_at(function: Any, said: str) -> None:
    with pytest.raises(BadArgument, match=said) as error:
        subject(function)
    assert "the product" in error.value.message
    assert error.value.next_step


def test_a_function_that_fails_later_is_told_of_with_what_it_failed_at() -> None:
    judged = subject(lambda index, ask, k: [] if ask != ASKING[1] else 1 / 0)
    judged.answer_many([ASKING[0]], 3)
    with pytest.raises(BadArgument, match=f"the product {ASKING[1]!r}: ZeroDivisionError"):
        judged.answer_many([ASKING[1]], 3)


def test_a_function_is_not_asked_with_what_it_fails_at() -> None:
    judged = subject(lambda index, ask, k: index.similar(ask, k=k))
    assert judged.asks == {"product"}
    assert "no product id" in failed_at(judged, "photo")
    assert "no product id" in failed_at(judged, "visit")
    assert failed_at(judged, "product") == failed_at(subject(None), "photo") == ""


def test_a_module_is_looked_for_in_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own_recommender_here.py").write_text("def answer(index, ask, k):\n    return ['1']\n")
    (tmp_path / "own_recommender_broken.py").write_text("1 / 0\n")
    (tmp_path / "own_recommender_lacking.py").write_text("import nothing_of_this_name\n")
    assert read_subject("own_recommender_here:answer", "grid").means(None, "x", 1) == ["1"]
    with pytest.raises(BadArgument, match="ZeroDivisionError"):
        read_subject("own_recommender_broken:answer", "grid")
    (tmp_path / "own_recommender_ending.py").write_text("import sys\nsys.exit(3)\n")
    with pytest.raises(BadArgument, match="SystemExit"):
        read_subject("own_recommender_ending:answer", "grid")
    with pytest.raises(BadArgument, match="needs 'nothing_of_this_name'"):
        read_subject("own_recommender_lacking:answer", "grid")
