"""A generator learns from made-up pictures what words look like, and goes on where it was stopped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from lookalike.errors import TrainingError  # noqa: E402
from lookalike.imagining.generator import Generator  # noqa: E402
from lookalike.training.generator.course import Course, Plan, learn  # noqa: E402
from lookalike.training.generator.material import Material  # noqa: E402
from lookalike.training.generator.network import FlowNetwork, flow_of  # noqa: E402
from lookalike.training.generator.wording import wordings  # noqa: E402
from lookalike.training.learnt import silent  # noqa: E402
from lookalike.vectors import Floats, Space, unit  # noqa: E402

PRODUCTS, SIDE, DIM = 64, 8, 6
PLAN = Plan(epochs=25, batch=8, rate=3e-3, width=32, blocks=1)
RED, BLUE = np.eye(DIM, dtype=np.float32)[:2]


def said(words: object) -> Floats | None:
    return {("red",): RED, ("blue",): BLUE}.get(tuple(words))  # type: ignore[call-overload]


def material() -> Material:
    """Even pictures are red, odd ones blue, and so are their words; what is lighter or darker is chance."""
    drawn = np.random.default_rng(1)
    kinds = np.arange(PRODUCTS) % 2
    pixels = drawn.integers(0, 90, (PRODUCTS, SIDE, SIDE, 3)).astype(np.uint8)
    pixels[np.arange(PRODUCTS), :, :, kinds * 2] += 150
    looks = unit(np.stack([RED, BLUE])[kinds] + 0.2 * drawn.standard_normal((PRODUCTS, DIM)))[0]
    names = [["red"] if kind == 0 else ["blue"] for kind in kinds]
    words = wordings(names, names, said, DIM, seed=0, tell=silent)
    return Material(Space("made", "up", DIM), pixels, looks, words, np.arange(PRODUCTS) >= 56)


def learnt(work: Path, plan: Plan = PLAN, tell: object = silent, **how: object) -> Course:
    return learn(material(), plan, work, tell, lambda epoch, made: None, **how)  # type: ignore[arg-type]


def redness(generator: Generator, word: Floats) -> float:
    made = generator.imagine(word, 16).astype(float)
    return float((made[..., 0] - made[..., 2]).mean())


def test_the_network_that_learns_and_the_one_that_answers_are_the_same() -> None:
    torch.manual_seed(0)
    spread = np.linspace(0.5, 2, 12, dtype=np.float32)
    network = FlowNetwork(5, spread, width=24, blocks=2)
    for weights in network.parameters():
        torch.nn.init.normal_(weights, std=0.3)
    flow = flow_of(network, np.zeros(12), spread, np.zeros(5), np.ones(5))
    at, conditions = torch.randn(7, 12), torch.randn(7, 5)
    for time in (0.0, 0.3, 0.99):
        with torch.no_grad():
            expected = network(at, torch.full((7,), time), conditions).numpy()
        found = flow.foretold(at.numpy(), np.float32(time), conditions.numpy())
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


def test_red_words_make_red_pictures_once_it_has_learnt(tmp_path: Path) -> None:
    course = learnt(tmp_path)
    for curve in course.curves:
        assert curve.values[-1] < 0.7 * curve.values[0], curve.name
    assert {curve.name for curve in course.curves} == {"learnt from", "not learnt from"}
    assert redness(course.generator, RED) > 60
    assert redness(course.generator, BLUE) < -60


def test_a_training_that_was_stopped_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    plan = Plan(epochs=4, batch=16, width=16, blocks=1)

    def stop(doing: str, done: int, total: int) -> None:
        if doing.startswith("Epoch 3"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        learnt(tmp_path / "stopped", plan, stop, pause=0.0)
    resumed, whole = learnt(tmp_path / "stopped", plan), learnt(tmp_path / "whole", plan)
    assert (resumed.began, whole.began) == (2, 0)
    assert (resumed.epochs, [*resumed.curves]) == (whole.epochs, [*whole.curves])
    for mine, its in (
        (resumed.generator.dreamer, whole.generator.dreamer),
        (resumed.generator.painter, whole.generator.painter),
    ):
        for name, weights in mine.weights.items():
            np.testing.assert_array_equal(weights, its.weights[name])
    assert learnt(tmp_path / "stopped", plan).began == 4
    assert learnt(tmp_path / "stopped", plan, fresh=True).began == 0


def test_when_its_minutes_are_over_no_further_epoch_begins_and_the_same_call_goes_on(tmp_path: Path) -> None:
    plan = Plan(epochs=3, width=16, blocks=1, minutes=1e-9)
    assert [learnt(tmp_path, plan).epochs for _ in range(3)] == [1, 2, 3]


def test_what_is_kept_is_the_epoch_that_did_best_on_what_was_not_learnt_from(tmp_path: Path) -> None:
    made: list[Generator] = []
    plan = Plan(epochs=12, batch=16, rate=0.1, width=16, blocks=1)
    course = learn(material(), plan, tmp_path, silent, lambda _, now: made.append(now()))
    (losses,) = [
        one.values
        for one in course.curves
        if (one.name, one.diagram) == ("not learnt from", "loss, pictures of looks")
    ]
    best = int(np.argmin(losses))
    assert best < len(losses) - 1
    for name, weights in course.generator.painter.weights.items():
        np.testing.assert_array_equal(weights, made[best].painter.weights[name])


def test_a_rate_that_is_far_too_high_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no number any more") as error:
        learnt(tmp_path, Plan(epochs=9, width=16, blocks=1, rate=1e30))
    assert "--rate" in error.value.next_step
