from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

torch = pytest.importorskip("torch")

from lookalike.encoders.folder import write_encoder  # noqa: E402
from lookalike.encoders.kinds import load_kinds  # noqa: E402
from lookalike.encoders.loading import load_encoder  # noqa: E402
from lookalike.errors import BadArgument, TrainingError  # noqa: E402
from lookalike.training.judging import judged, score  # noqa: E402
from lookalike.training.learnt import Learnt, Wishes, silent  # noqa: E402
from lookalike.training.lessons import LEARN, UNSEEN, Lessons, parts_of  # noqa: E402
from lookalike.training.network.scratch import quicker_in_half, recipe  # noqa: E402
from lookalike.training.network.small import Small  # noqa: E402
from lookalike.vectors import unit  # noqa: E402

KINDS = ("ball", "box", "stripes")


def drawn(row: int, kind: str) -> Image.Image:
    """A ball, a box or stripes, of a colour and at a place of chance."""
    chance = np.random.default_rng(row)
    colour = tuple(chance.integers(0, 200, 3).tolist())
    left, top = chance.integers(2, 14, 2).tolist()
    picture = Image.new("RGB", (48, 48), "white")
    pen = ImageDraw.Draw(picture)
    if kind == "ball":
        pen.ellipse((left, top, left + 30, top + 30), fill=colour)
    elif kind == "box":
        pen.rectangle((left, top, left + 30, top + 30), fill=colour)
    else:
        for at in range(top, 48, 8):
            pen.rectangle((left, at, left + 30, at + 3), fill=colour)
    return picture


def shop(kinds: list[str]) -> Lessons:
    ids = [f"p{row:03}" for row in range(len(kinds))]
    return Lessons(
        ids=ids,
        labels={"kind": kinds},
        titles=[""] * len(ids),
        groups=[""] * len(ids),
        parts=parts_of(ids, []),
        families=ids,
        copies={},
        product=np.arange(len(ids), dtype=np.intp),
        contents=ids,
        looks=np.ones((len(ids), 1), dtype=np.float32),
        encoder=load_encoder("product"),
        open=lambda row, detail: drawn(row, kinds[row]),
    )


@pytest.fixture(scope="module")
def lessons() -> Lessons:
    torch.set_num_threads(1)
    kinds = [KINDS[row % 3] for row in range(150)]
    lessons = shop(kinds)
    learnt = lessons.products_in(LEARN).tolist()
    kinds[learnt[0]], kinds[learnt[1]] = "one of its kind", ""
    return lessons


@pytest.fixture(scope="module")
def learnt(lessons: Lessons, tmp_path_factory: pytest.TempPathFactory) -> Learnt:
    wishes = Wishes(tmp_path_factory.mktemp("work"), epochs=14, size=32, batch=16)
    with pytest.MonkeyPatch.context() as patch:  # what is learnt here hangs on no clock
        patch.setattr("lookalike.training.network.scratch.quicker_in_half", lambda _: False)
        return recipe(lessons, wishes, silent)


def test_what_is_quicker_is_tried_without_a_trace() -> None:
    network = Small(32, width=8, dim=16)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    assert quicker_in_half(network) in (True, False)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert all(one.grad is None for one in network.parameters())


def test_kinds_of_unseen_products_are_told_apart(lessons: Lessons, learnt: Learnt) -> None:
    parts = {one.part: one for one in learnt.confusion}
    assert list(parts) == ["learn", "choose", "unseen"]
    assert parts["unseen"].counts.sum() == len(lessons.products_in(UNSEEN))
    assert parts["unseen"].accuracy >= 0.8
    assert set(parts["unseen"].kinds) == set(KINDS)


def test_the_file_and_card_give_the_same_answers_as_the_training(
    lessons: Lessons, learnt: Learnt, tmp_path: Path
) -> None:
    path = write_encoder(tmp_path, "own", learnt.model, learnt.card)
    told, right = load_kinds(f"onnx:{path}"), 0
    unseen = lessons.products_in(UNSEEN).tolist()
    for row in unseen:
        right += told.predict(lessons.open(row, None), 1)[0][0] == lessons.labels["kind"][row]
    parts = {one.part: one for one in learnt.confusion}
    assert right / len(unseen) == pytest.approx(parts["unseen"].accuracy)


def test_products_of_a_kind_are_near_each_other(lessons: Lessons, learnt: Learnt, tmp_path: Path) -> None:
    encoder = load_encoder(f"onnx:{write_encoder(tmp_path, 'own', learnt.model, learnt.card)}")
    pictures = [encoder.prepare(lessons.open(row, None)) for row in range(len(lessons))]
    vectors = unit(encoder.encode(np.stack(pictures)))[0]
    assert score(judged(lessons, vectors), lessons) > 0.7  # by chance: a third


def test_loss_and_accuracy_are_drawn_for_what_is_learnt_from_and_what_is_not(learnt: Learnt) -> None:
    drawn = {(curve.diagram, curve.name): curve.values for curve in learnt.curves}
    for diagram in ("loss", "accuracy"):
        assert len(drawn[diagram, "learnt from"]) == learnt.epochs
        assert len(drawn[diagram, "not learnt from"]) == learnt.epochs
    assert drawn["loss", "learnt from"][-1] < drawn["loss", "learnt from"][0]


def test_a_kind_of_one_product_has_no_score_and_that_is_said(learnt: Learnt) -> None:
    assert learnt.card.kinds is not None
    assert sorted(learnt.card.kinds.names) == sorted(KINDS)
    assert any("1 of 4 kinds" in note for note in learnt.notes)


def test_products_without_a_label_are_not_learnt_from(lessons: Lessons, learnt: Learnt) -> None:
    assert learnt.settings["pictures"] == len(lessons.products_in(LEARN)) - 1


def test_labels_of_one_kind_teach_nothing(lessons: Lessons, tmp_path: Path) -> None:
    same = replace(lessons, labels={"kind": ["ball"] * len(lessons)})
    with pytest.raises(TrainingError, match="tells nothing apart"):
        recipe(same, Wishes(tmp_path, size=32), silent)


def test_no_labels_teach_nothing(lessons: Lessons, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no label"):
        recipe(replace(lessons, labels={}), Wishes(tmp_path, size=32), silent)


def test_wishes_that_are_none_for_this_recipe_are_refused(lessons: Lessons, tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="classifier"):
        recipe(lessons, Wishes(tmp_path, loss="metric"), silent)
    with pytest.raises(BadArgument, match="too small"):
        recipe(lessons, Wishes(tmp_path, size=16), silent)
    with pytest.raises(BadArgument, match="at a time"):
        recipe(lessons, Wishes(tmp_path, batch=1), silent)
