from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lookalike import distortions
from lookalike.errors import BadArgument, PictureError
from lookalike.evaluation.judge import judge
from lookalike.evaluation.pictures import Edited, open_shown
from lookalike.evaluation.split import companions
from lookalike.evaluation.structure import distorted_cases, other_picture_cases, phone_cases, photo_cases
from lookalike.products import PictureSource


def plain(colour: str) -> Image.Image:
    return Image.new("RGB", (40, 50), colour)


def always(order: str):
    return lambda ask, count: list(order)[:count]


def test_each_further_picture_asks_for_its_product() -> None:
    cases = other_picture_cases({"a": ["a0", "a1", "a2"], "b": ["b0"], "c": ["c0", "c1"]})
    assert [(case.key, case.ask) for case in cases.cases] == [
        ("a#1", Path("a1")),
        ("a#2", Path("a2")),
        ("c#1", Path("c1")),
    ]
    assert cases.left_out == {"one picture only": 1, "same bytes as a main picture": 0}
    verdict = judge(always("bca"), cases, ks=(1, 2, 3), depth=3)
    assert verdict.values["mrr_at_3"].tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 2])
    assert [case.cluster for case in verdict.cases] == ["a", "a", "c"]


def test_a_further_picture_with_the_bytes_of_a_main_one_proves_nothing_and_is_counted() -> None:
    pictures = {"a": [b"x", b"y"], "b": [b"z", b"x"], "c": [b"w", b"w"]}
    contents = {i: [str(content) for content in own] for i, own in pictures.items()}
    cases = other_picture_cases(pictures, contents=contents)
    assert [case.key for case in cases.cases] == ["a#1"]
    assert cases.left_out["same bytes as a main picture"] == 2


def test_variants_and_copies_are_neither_right_nor_wrong() -> None:
    alike = companions([["a", "b"], ["a", "c"]])
    assert alike == {"a": {"b", "c"}, "b": {"a"}, "c": {"a"}}
    cases = other_picture_cases({"a": ["0", "1"], "b": ["2", "3"]}, alike)
    verdict = judge(always("cba"), cases, ks=(1,), depth=3)
    assert dict(zip([case.key for case in verdict.cases], verdict.values["hit_rate_at_1"], strict=True)) == {
        "a#1": 1,
        "b#1": 0,
    }


def test_photographs_of_goods_that_are_not_stocked_are_left_out_and_counted() -> None:
    cases = photo_cases({"1.jpg": b"1", "2.jpg": b"2"}, {"1.jpg": "a", "2.jpg": "zzz"}, "abc")
    assert cases.left_out == {"not in the catalogue": 1}
    verdict = judge(lambda photo, count: ["a"] if photo == b"1" else [], cases)
    assert verdict["hit_rate_at_1"].mean == 1


def test_a_distorted_picture_is_made_when_it_is_asked() -> None:
    cases = distorted_cases(
        {"a": plain("#404040"), "missing": Path("nowhere.jpg")}, distortions.brightness(2)
    )
    first, second = cases.cases
    assert np.asarray(first.ask()).reshape(-1, 3)[0].tolist() == [128, 128, 128]
    with pytest.raises(PictureError):
        second.ask()


def test_simulated_phones_differ_by_product_and_stay_the_same_for_ever() -> None:
    shirt = Image.fromarray(np.random.default_rng(0).integers(0, 255, (60, 45, 3), dtype=np.uint8))
    one, other = (case.ask() for case in phone_cases({"a": shirt, "b": shirt}).cases)
    assert one != other
    assert phone_cases({"b": shirt, "a": shirt}).cases[1].ask() == one
    assert phone_cases({"a": shirt}, seed=1).cases[0].ask() != one


def test_ten_thousand_questions_hold_no_picture(tmp_path: Path) -> None:
    plain("red").save(tmp_path / "red.png")
    cases = phone_cases({str(i): str(tmp_path / "red.png") for i in range(10_000)})
    assert len(cases.cases) == 10_000
    assert isinstance(cases.cases[0].ask, Edited)
    assert isinstance(cases.cases[0].ask(), Image.Image)


def test_cases_can_hang_together_by_family() -> None:
    cases = phone_cases({"a": plain("red"), "b": plain("red")}, clusters={"a": "family", "b": "family"})
    assert {case.cluster for case in cases.cases} == {"family"}


def test_a_picture_is_taken_in_every_form_a_shop_has_it(tmp_path: Path) -> None:
    path = tmp_path / "red.png"
    plain("red").save(path)
    forms = [path, str(path), path.read_bytes(), plain("red"), lambda: plain("red"), PictureSource(str(path))]
    for form in [*forms, PictureSource("elsewhere", path.read_bytes())]:
        assert open_shown(form).getpixel((3, 3)) == (255, 0, 0)
    for wrong in (PictureSource("https://example.com/a.jpg"), 7, None):
        with pytest.raises(BadArgument):
            open_shown(wrong)
