from __future__ import annotations

import errno
import os
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from lookalike.encoders.card import Preprocessing
from lookalike.encoders.loading import load_encoder
from lookalike.errors import BadArgument, PictureError, StorageError, TrainingError
from lookalike.training.learnt import Wishes, silent
from lookalike.training.lessons import CHOOSE, LEARN, Lessons, parts_of
from lookalike.training.network.augment import Augment
from lookalike.training.network.checkpoint import Checkpoint
from lookalike.training.network.course import Taught, confusion, enrolled, teach
from lookalike.training.network.loop import Plan, Pupil, encoded, fit
from lookalike.training.network.losses import Classify
from lookalike.training.network.pictures import Album, resized
from lookalike.training.network.rates import Rates, groups, rate_at
from lookalike.training.network.targets import targets_of

COLOURS = ["red", "green", "blue"]
HOW = Preprocessing(16, 16, "NHWC", "letterbox")
PLAN = Plan(3, 16, Rates(3e-3))


@pytest.fixture(autouse=True, scope="module")
def _one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def drawn(row: int, detail: int | None = None) -> Image.Image:
    """A square of the row's colour somewhere on white."""
    chance = np.random.default_rng(row)
    pixels = np.full((24, 24, 3), 255, dtype=np.uint8)
    x, y = chance.integers(2, 10, 2)
    pixels[y : y + 10, x : x + 10] = np.eye(3)[row % 3] * 200 + chance.integers(0, 50, 3)
    return Image.fromarray(pixels)


@cache
def encoder():
    return load_encoder("imagenet")


def shop(count: int = 120, **changes) -> Lessons:
    ids = [f"p{row:04d}" for row in range(count)]
    given = {
        "ids": ids,
        "labels": {"colour": [COLOURS[row % 3] for row in range(count)]},
        "titles": [""] * count,
        "groups": [""] * count,
        "parts": parts_of(ids, []),
        "families": ids,
        "copies": {},
        "product": np.arange(count),
        "contents": ids,
        "looks": np.eye(count, 8, dtype=np.float32),
        "encoder": encoder(),
        "open": drawn,
    }
    return Lessons(**{**given, **changes})


class Small(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.steps = nn.Sequential(
            nn.Conv2d(3, 8, 3, 2, 1),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(8, 8),
        )

    def forward(self, pixels: Tensor) -> Tensor:
        return self.steps(pixels.permute(0, 3, 1, 2).float() / 128 - 1)


def train(network, lessons, plan, wishes, tell, *, how) -> Taught:
    """Teach kinds to a network of vectors of 8 numbers."""
    course = enrolled(lessons, how, wishes, tell)
    counts = [len(kinds) for kinds in course.targets.names.values()]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(plan.seed)
        criterion = Classify(8, counts, 16.0, 0.0)
    return teach(course, Pupil(network, criterion), plan, wishes, tell=tell)


def taught(work: Path, *, network=None, lessons=None, plan=PLAN, tell=silent, **wishes) -> Taught:
    return train(network or Small(), lessons or shop(), plan, Wishes(work, **wishes), tell, how=HOW)


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> tuple[Taught, list[tuple[str, int, int]], Path]:
    """A training of three epochs, what it told, and where it left its checkpoint."""
    told: list[tuple[str, int, int]] = []
    work = tmp_path_factory.mktemp("plain")
    return taught(work, tell=lambda *one: told.append(one)), told, work


class Stop(Exception):
    """What a tell raises to end a training."""


def test_a_small_network_learns_to_tell_colours_apart_on_products_it_has_not_seen(tmp_path):
    one = taught(tmp_path, plan=replace(PLAN, epochs=5, rates=Rates(2e-2)))
    lessons = one.course.lessons
    album = Album(lessons, lessons.pictures_in(CHOOSE), HOW)
    said = [lessons.labels["colour"][row] for row in lessons.product[album.rows]]
    told = confusion(one.heads["colour"], encoded(one.network, album), said, "choose")
    assert told.accuracy == 1
    assert told.counts.sum() == np.trace(told.counts) == len(album)
    assert not one.network.training


def test_curves_have_a_value_for_each_epoch_and_losses_fall(plain):
    one, _, _ = plain
    curves = {(curve.diagram, curve.name): curve for curve in one.curves}
    assert {diagram for diagram, _ in curves} == {"loss", "accuracy", "retrieval"}
    for curve in one.curves:
        assert list(curve.epochs) == [1, 2, 3] and len(curve.values) == 3
    falling = curves["loss", "learnt from"].values
    assert falling[2] < falling[0]


def test_progress_counts_pictures_of_all_epochs_and_ends_each_with_what_was_found(plain):
    _, told, _ = plain
    pictures = len(shop().pictures_in(LEARN))
    epochs = [one for one in told if one[0].startswith("epoch")]
    assert [done for _, done, _ in epochs] == sorted(done for _, done, _ in epochs)
    assert epochs[-1][1:] == (3 * pictures, 3 * pictures)
    assert sum("kind@10" in said for said, _, _ in epochs) == 3


def test_a_training_ended_anywhere_goes_on_and_comes_to_the_same(plain, tmp_path, monkeypatch):
    monkeypatch.setattr("lookalike.training.network.loop.SAVE_EVERY", 0.0)
    whole, _, _ = plain

    def after_a_while(doing: str, done: int, total: int) -> None:
        if doing.startswith("epoch 2") and done > total / 2:
            raise Stop

    with pytest.raises(Stop):
        taught(tmp_path / "cut", tell=after_a_while)
    gone_on = taught(tmp_path / "cut")
    assert any("epoch 2" in note for note in gone_on.notes)
    for name, value in whole.network.state_dict().items():
        torch.testing.assert_close(gone_on.network.state_dict()[name], value)
    assert [curve.values for curve in gone_on.curves] == [
        pytest.approx(curve.values) for curve in whole.curves
    ]


@pytest.mark.parametrize("other", [{"rate": 1e-3}, {"lessons": {"colour": ["red", "blue"] * 60}}])
def test_a_training_of_other_labels_or_rates_begins_anew(plain, tmp_path, other):
    shutil.copy(plain[2] / "checkpoint.pt", tmp_path)
    if "lessons" in other:
        other = {"lessons": shop(labels=other["lessons"])}
    assert not taught(tmp_path, minutes=0.0, **other).notes
    assert any("Went on" in note for note in taught(shutil.copytree(plain[2], tmp_path / "same")).notes)


def test_a_damaged_checkpoint_is_not_gone_on_from(tmp_path):
    saved = Checkpoint(tmp_path, "one")
    content = saved.save({"epoch": 1, "weights": torch.zeros(500)})
    assert Checkpoint(tmp_path, "another").load() is None
    for damaged in (content[:1000], b"", b"no archive", content[:700] + b"?" * 50 + content[750:]):
        saved.path.write_bytes(damaged)
        assert saved.load() is None


def test_a_full_disk_is_told_and_leaves_what_was_saved_before(tmp_path, monkeypatch):
    saved = Checkpoint(tmp_path, "one")
    saved.save({"epoch": 1})

    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        saved.save({"epoch": 2})
    assert saved.load() == {"epoch": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.pt"]


class Spoilt(nn.Module):
    """Gives vectors that are no numbers in the steps named, counted from 0."""

    def __init__(self, steps: set[int]) -> None:
        super().__init__()
        self.own, self.steps, self.at = Small(), steps, -1

    def forward(self, pixels: Tensor) -> Tensor:
        self.at += self.training
        vectors = self.own(pixels)
        return vectors * float("nan") if self.training and self.at in self.steps else vectors


def test_a_loss_that_is_no_number_once_lowers_the_rate_and_the_training_goes_on(tmp_path):
    one = taught(tmp_path, network=Spoilt({9}))
    assert any("not a number in epoch 2" in note for note in one.notes)
    assert all(torch.isfinite(value).all() for value in one.network.state_dict().values())


def test_a_loss_that_stays_no_number_ends_with_a_rate_to_try(tmp_path):
    with pytest.raises(TrainingError, match="not a number") as told:
        taught(tmp_path, network=Spoilt(set(range(1, 99))))
    assert "--rate 0.0002" in told.value.next_step


class Hungry(nn.Module):
    """Has memory for so many pictures at once, while it learns or always."""

    always = False

    def __init__(self, room: int) -> None:
        super().__init__()
        self.own, self.room = Small(), room

    def forward(self, pixels: Tensor) -> Tensor:
        if (self.training or self.always) and len(pixels) > self.room:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.")
        return self.own(pixels)


def test_memory_that_does_not_hold_a_batch_gets_it_in_pieces(tmp_path):
    one = taught(tmp_path, network=Hungry(5), minutes=0.0)
    assert [note for note in one.notes if "4 pieces" in note]
    assert one.epochs == 1


def test_memory_that_does_not_hold_a_batch_looks_at_fewer_at_once():
    album = Album(shop(), np.arange(40), HOW)
    network = Hungry(5)
    network.eval().always = True
    whole = encoded(network.own, album)
    np.testing.assert_allclose(encoded(network, album), whole, atol=1e-6)


def test_memory_that_does_not_hold_one_picture_is_told(tmp_path):
    with pytest.raises(TrainingError, match="Not even one picture") as told:
        taught(tmp_path, network=Hungry(0))
    assert "--size" in told.value.next_step


def test_pieces_of_a_batch_add_up_to_the_batch(tmp_path):
    lessons = shop()
    course = enrolled(lessons, HOW, Wishes(tmp_path), silent)
    weights = []
    for room in (99, 4):
        network = Hungry(room)
        del network.own.steps[1]  # batch normalisation sees pieces as what they are
        wishes = Wishes(tmp_path / str(room), minutes=0.0)
        found = train(network, lessons, PLAN, wishes, silent, how=HOW)
        weights.append(found.network.state_dict())
    assert len(course.album) > 16
    for name, value in weights[0].items():
        torch.testing.assert_close(weights[1][name], value, atol=1e-4, rtol=1e-3)


def test_training_stops_when_nothing_gets_better(tmp_path):
    still = replace(PLAN, epochs=9, rates=Rates(1e-12))
    one = taught(tmp_path, plan=still, patience=2)
    assert one.epochs == 3


def test_no_epoch_begins_after_the_minutes_given(tmp_path):
    assert taught(tmp_path, minutes=0.0).epochs == 1


@pytest.mark.parametrize("half", [True, None])
def test_half_precision_on_a_processor_learns_as_well(tmp_path, monkeypatch, half):
    monkeypatch.setattr("lookalike.training.network.loop._WORTH_TRYING", 1)
    one = taught(tmp_path, plan=replace(PLAN, half=half))
    losses = next(curve.values for curve in one.curves if curve.diagram == "loss")
    assert losses[2] < losses[0]
    assert all(value.dtype != torch.bfloat16 for value in one.network.state_dict().values())


@pytest.mark.parametrize("wrong", [{"epochs": 0}, {"batch": 1}, {"rate": 0.0}])
def test_numbers_that_make_no_training_are_refused(tmp_path, wrong):
    with pytest.raises(BadArgument):
        taught(tmp_path, **wrong)


def test_a_card_that_is_not_there_is_told(tmp_path):
    if torch.cuda.is_available():
        pytest.skip("there is one")
    with pytest.raises(TrainingError, match="no graphics card"):
        taught(tmp_path, device="cuda")


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ({"colour": ["red"] * 120}, "All .* labels of colour are 'red'"),
        ({"colour": [f"own {row}" for row in range(120)]}, "nearly all of one product each"),
        ({"colour": [""] * 120}, "none has a label in colour"),
        ({}, "no label to learn from"),
    ],
)
def test_labels_that_tell_nothing_apart_are_told_before_any_picture_is_read(tmp_path, labels, said):
    def never(row: int, detail: int | None) -> Image.Image:
        raise AssertionError

    with pytest.raises(TrainingError, match=said):
        enrolled(shop(labels=labels, open=never), HOW, Wishes(tmp_path), silent)


def test_labels_of_a_few_products_are_learnt_from_and_the_rest_says_nothing():
    lessons = shop(labels={"colour": [COLOURS[row % 3] if row % 4 == 0 else "" for row in range(120)]})
    targets = targets_of(lessons, lessons.pictures_in(LEARN))
    known = targets.values[:, 0] >= 0
    assert 0 < known.sum() < len(known) / 2
    assert sorted(targets.names["colour"]) == sorted(COLOURS)


def test_pictures_that_cannot_be_read_are_left_out_and_counted(tmp_path):
    def some(row: int, detail: int | None) -> Image.Image:
        if row % 10 == 0:
            raise PictureError("gone", reason="missing")
        return drawn(row)

    one = taught(tmp_path, lessons=shop(open=some))
    assert any("could not be read" in note for note in one.notes)
    assert not any(row % 10 == 0 for row in one.course.album.rows)


def test_pictures_beyond_the_memory_allowed_are_read_again_and_are_the_same():
    lessons, rows = shop(), np.arange(40)
    kept, small = Album(lessons, rows, HOW), Album(lessons, rows, HOW, budget=10 * 16 * 16 * 3)
    places = [39, 3, 12, 9, 10]
    assert torch.equal(kept.pixels(places), small.pixels(places))


def test_at_most_as_many_pictures_as_wished_are_learnt_from(tmp_path):
    course = enrolled(shop(), HOW, Wishes(tmp_path, most=20), silent)
    assert 15 <= len(course.album) <= 20


def test_frozen_weights_stay_and_first_ones_learn_slower():
    network, plan = Small(), Rates(1e-3, layer_decay=0.1, frozen=0.2)
    found = groups(network, nn.Linear(2, 2), plan)
    assert not network.steps[0].weight.requires_grad
    shares = [group["share"] for group in found[:-1]]
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert rate_at(0, 100, plan) < rate_at(9, 100, plan) and rate_at(99, 100, plan) < 2e-5


def test_augmented_pictures_keep_their_colour_and_fall_the_same_by_the_same_chance():
    pixels = torch.full((8, 24, 24, 3), 255, dtype=torch.uint8)
    pixels[:, 6:18, 6:18] = torch.tensor([200, 20, 20], dtype=torch.uint8)
    change = Augment((16, 16))
    seen = change(pixels, torch.Generator().manual_seed(1))
    again = change(pixels, torch.Generator().manual_seed(1))
    assert seen.shape == (8, 16, 16, 3) and torch.equal(seen, again)
    middle = seen[:, 8, 8].int()
    assert (middle[:, 0] > 150).all() and (middle[:, 1:] < 60).all()
    assert not torch.equal(seen[0], seen[1])


def test_preparation_for_another_size_keeps_proportions():
    how = Preprocessing(224, 224, "NHWC", "crop", frame=(256, 256))
    assert resized(how, 112) == replace(how, width=112, height=112, frame=(128, 128))


def test_what_a_killed_training_leaves_on_disk_is_gone_on_from(tmp_path):
    left = tmp_path / "left"

    def killed(doing: str, done: int, total: int) -> None:
        if doing.startswith("epoch 3") and not left.exists():
            shutil.copytree(tmp_path / "work", left)
            (left / "checkpoint.pt.123.partial").write_bytes(b"half of a")

    taught(tmp_path / "work", tell=killed)
    gone_on = taught(left)
    assert any("Went on from epoch 3" in note for note in gone_on.notes)
    assert gone_on.epochs == 3
    taught(left, fresh=True, minutes=0.0)
    assert [path.name for path in left.iterdir()] == ["checkpoint.pt"]


def test_a_pupil_is_fitted_to_the_kinds_it_is_given(tmp_path):
    lessons = shop()
    course = enrolled(lessons, HOW, Wishes(tmp_path), silent)
    criterion = nn.Module()
    criterion.forward = lambda vectors, values: (vectors.square().mean(), None)  # type: ignore[method-assign]
    found = fit(
        Pupil(Small(), criterion),
        course.album,
        course.targets.values,
        PLAN,
        check=course.check,
        augment=Augment((16, 16)),
        work=tmp_path,
    )
    assert {curve.diagram for curve in found.curves} == {"loss", "retrieval"}
