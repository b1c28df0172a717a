from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.errors import BadArgument
from lookalike.evaluation import by_label as module
from lookalike.evaluation.by_label import by_label
from lookalike.evaluation.cases import Case, CaseSet, Listed, label_cases
from lookalike.evaluation.gallery import Gallery
from lookalike.evaluation.judge import judge


@st.composite
def shops(draw: st.DrawFn):
    """Vectors of whole numbers, so that many are equally near; labels, some missing; copies; who asks."""
    count = draw(st.integers(4, 40))
    ids = [f"{n:02}" for n in range(count)]
    chance = np.random.default_rng(draw(st.integers(0, 10_000)))
    pictures = draw(st.integers(0, 10))
    shown = ids + [ids[at] for at in chance.integers(0, count, pictures)]
    vectors = chance.integers(-2, 3, (len(shown), draw(st.integers(1, 5)))).astype(np.float32)
    labels = {
        name: {i: "abcde"[at] if at < 5 else "" for i, at in zip(ids, own, strict=True)}
        for name, own in zip(("kind", "colour"), chance.integers(0, 6, (2, count)), strict=True)
    }
    copies = {i: [ids[at] for at in chance.integers(0, count, 2)] for i in ids[:: draw(st.integers(2, 9))]}
    asking = ids[draw(st.integers(0, 2)) :]
    cases = {name: label_cases(own, asking, copies) for name, own in labels.items()}
    cases["both"] = label_cases({i: [labels["kind"][i], labels["colour"][i]] for i in ids}, asking, copies)
    return Gallery(shown, vectors), {name: own for name, own in cases.items() if own.cases}


@settings(deadline=None, max_examples=60)
@given(shops(), st.integers(1, 2))
def test_one_pass_says_what_judging_one_by_one_says(shop, workers: int) -> None:
    gallery, questions = shop
    ks = (1, 3)
    found = by_label(gallery, questions, ks, workers=workers)
    assert list(found) == list(questions)
    for name, cases in questions.items():
        expected = judge(gallery, cases, ks)
        assert found[name].cases == expected.cases
        assert found[name].left_out == expected.left_out
        assert [*map(list, found[name].lists)] == [*map(list, expected.lists)]
        assert found[name].values.keys() == expected.values.keys()
        for metric, values in expected.values.items():
            assert found[name].values[metric] == pytest.approx(values, abs=1e-12), metric


def wide(count: int = 300, dim: int = 8):
    chance = np.random.default_rng(1)
    ids = [f"{n:04}" for n in range(count)]
    gallery = Gallery(ids, chance.normal(size=(count, dim)))
    return gallery, {"kind": label_cases({i: f"k{n % 7}" for n, i in enumerate(ids)})}


def test_products_far_below_the_best_are_put_in_order_too() -> None:
    """Cosines from 1 to -1 are more than the numbers that are sorted at once."""
    gallery, questions = wide()
    expected = judge(gallery, questions["kind"])
    assert by_label(gallery, questions)["kind"].values["map_at_r"] == pytest.approx(
        expected.values["map_at_r"], abs=1e-12
    )
    everything = {"all one": label_cases(dict.fromkeys(gallery.ids, "the same"))}
    assert by_label(gallery, everything)["all one"].values["map_at_r"] == pytest.approx(1)


def test_products_ask_a_few_at_a_time_and_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    gallery, questions = wide()
    whole = by_label(gallery, questions)["kind"].values["ndcg_at_10"]
    monkeypatch.setattr(module, "_SCORES", 300 * 64)
    told: list[tuple[int, int]] = []
    parts = by_label(gallery, questions, progress=lambda done, total: told.append((done, total)))
    assert told == [(64, 300), (128, 300), (192, 300), (256, 300), (300, 300)]
    assert parts["kind"].values["ndcg_at_10"] == pytest.approx(whole, abs=1e-12)


def test_what_progress_raises_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    gallery, questions = wide()
    monkeypatch.setattr(module, "_SCORES", 300)

    def stop(done: int, total: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        by_label(gallery, questions, progress=stop)


def test_what_cannot_be_told_is_refused() -> None:
    gallery = Gallery(["a", "b", "c"], np.eye(3))
    questions = {"kind": label_cases({"a": "shoe", "b": "shoe", "c": "hat"})}
    with pytest.raises(BadArgument, match="no lists of 10 where 3"):
        by_label(gallery, questions)
    assert by_label(gallery, questions, ks=(2,))["kind"]["precision_at_2"].mean == pytest.approx(0.5)
    with pytest.raises(BadArgument, match="3 alone with its label"):
        by_label(gallery, {"id": label_cases({"a": "1", "b": "2", "c": "3"})}, ks=(1,))
    with pytest.raises(BadArgument, match=r"no case to judge by \(3 no label"):
        by_label(gallery, {"none": label_cases({"a": "", "b": "", "c": ""})}, ks=(1,))
    listed = CaseSet((Case("a", "a"),), Listed({"a": frozenset("b")}), {})
    with pytest.raises(BadArgument, match="'photo' are not of labels"):
        by_label(gallery, {"photo": listed}, ks=(1,))
    with pytest.raises(BadArgument, match="no product of this gallery"):
        by_label(gallery, {"kind": label_cases({"a": "shoe", "z": "shoe"})}, ks=(1,))
