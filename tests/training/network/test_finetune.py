from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from lookalike.encoders.folder import write_encoder
from lookalike.encoders.kinds import load_kinds
from lookalike.encoders.loading import load_encoder
from lookalike.errors import BadArgument, EncoderError
from lookalike.training.judging import judged, score
from lookalike.training.learnt import Wishes, silent
from lookalike.training.lessons import CHOOSE, LEARN, UNSEEN, Lessons
from lookalike.training.network.finetune import SHARES, recipe
from lookalike.training.network.losses import Classify, Contrast

COUNT = 72


def drawn(row: int, detail: int | None = None) -> Image.Image:
    """Stripes, upright or lying, in a colour of chance: what an encoder of colours takes for alike is not."""
    chance = np.random.default_rng(row)
    pixels = np.full((40, 40, 3), 255, dtype=np.uint8)
    pixels[:, chance.integers(0, 6) :: 8] = pixels[:, chance.integers(0, 6) :: 7] = chance.integers(0, 200, 3)
    return Image.fromarray(pixels if row % 2 else pixels.transpose(1, 0, 2).copy())


@pytest.fixture(scope="module")
def lessons() -> Lessons:
    torch.set_num_threads(1)
    ids = [f"p{row:03d}" for row in range(COUNT)]
    encoder = load_encoder("imagenet")
    return Lessons(
        ids=ids,
        labels={"stripes": ["upright" if row % 2 else "lying" for row in range(COUNT)]},
        titles=[""] * COUNT,
        groups=[""] * COUNT,
        parts=np.array([(LEARN, LEARN, LEARN, LEARN, CHOOSE, UNSEEN)[row // 2 % 6] for row in range(COUNT)]),
        families=ids,
        copies={},
        product=np.arange(COUNT),
        contents=ids,
        looks=np.zeros((COUNT, 256), dtype=np.float32),
        encoder=encoder,
        open=drawn,
    )


@pytest.fixture(scope="module")
def learnt(lessons, tmp_path_factory):
    return recipe(lessons, Wishes(tmp_path_factory.mktemp("work"), epochs=3, size=32, batch=16), silent)


def test_a_network_taught_further_is_an_encoder_that_tells_the_kinds_of_unseen_products(
    lessons, learnt, tmp_path
):
    file = write_encoder(tmp_path, "own", learnt.model, learnt.card)
    encoder = load_encoder(f"onnx:{file}")
    assert encoder.size == (32, 32)
    vectors = encoder.encode(np.stack([encoder.prepare(drawn(row)) for row in range(COUNT)]))
    told = score(judged(lessons, vectors / np.linalg.norm(vectors, axis=1, keepdims=True), UNSEEN), lessons)
    most = 5 / 10  # of ten others, five are of the same kind
    assert told > 0.9 * most
    assert [one.part for one in learnt.confusion] == ["unseen"]
    assert learnt.confusion[0].accuracy > 0.9
    kinds = load_kinds(f"onnx:{file}")
    assert sorted(kinds.names) == ["lying", "upright"]
    named = [kinds.predict(drawn(row), 1)[0][0] for row in range(10, 12)]
    assert named == ["lying", "upright"]


def test_what_was_chosen_is_told(learnt):
    assert learnt.settings["size"] == 32
    assert learnt.settings["share of the new weights"] in SHARES
    assert len(learnt.settings["shares tried"]) == len(SHARES)
    assert learnt.epochs == 3 and learnt.device


def test_a_metric_loss_names_no_kinds(lessons, tmp_path):
    found = recipe(lessons, Wishes(tmp_path, epochs=1, size=32, loss="metric", most=16), silent)
    assert not found.confusion
    assert found.card.kinds is None


def test_a_loss_nobody_knows_is_refused(lessons, tmp_path):
    with pytest.raises(BadArgument, match="no loss 'triplet'"):
        recipe(lessons, Wishes(tmp_path, loss="triplet"), silent)


def test_an_encoder_that_is_no_graph_is_refused(lessons, tmp_path):
    class Own:
        name, size, space = "own", (32, 32), lessons.encoder.space

    with pytest.raises(EncoderError, match="own is not an ONNX graph"):
        recipe(replace(lessons, encoder=Own()), Wishes(tmp_path), silent)


def test_cosine_classification_starts_from_the_mean_of_each_kind():
    criterion = Classify(2, [2])
    criterion.start_from(torch.tensor([[2.0, 0], [1, 0], [0, 3]]), torch.tensor([[0], [0], [1]]))
    loss, right = criterion(torch.tensor([[5.0, 0], [0, 1]]), torch.tensor([[0], [1]]))
    assert right == 1
    assert loss.item() == pytest.approx(np.log1p(np.exp(-16)), abs=1e-6)


def test_pictures_without_a_label_teach_nothing():
    vectors = torch.randn(3, 4, generator=torch.Generator().manual_seed(0), requires_grad=True)
    for criterion in (Classify(4, [2, 2]), Contrast(4, 2, memory=4)):
        loss, right = criterion(vectors, torch.full((3, 2), -1))
        loss.backward()
        assert loss.item() == 0 and right is None
        assert vectors.grad is not None and not vectors.grad.any()


def test_contrast_is_least_where_pictures_of_a_kind_lie_together():
    values = torch.tensor([[0], [0], [1], [1]])
    together = torch.tensor([[1.0, 0], [1, 0], [0, 1], [0, 1]])
    apart = torch.tensor([[1.0, 0], [0, 1], [1, 0], [0, 1]])
    near, right = Contrast(2, 1, memory=2)(together, values)
    far, wrong = Contrast(2, 1, memory=2)(apart, values)
    assert near < 1e-3 < far
    assert (right, wrong) == (1, 0)


def test_contrast_remembers_the_last_pictures():
    criterion = Contrast(2, 1, memory=3)
    criterion(torch.eye(2), torch.tensor([[0], [1]]))
    criterion(torch.tensor([[0.0, 2]]), torch.tensor([[1]]))
    assert criterion.past_values[:, 0].tolist() == [1, 0, 1]
    assert criterion.past[0].tolist() == [0, 1]
