from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from lookalike.encoders.folder import write_encoder  # noqa: E402
from lookalike.encoders.loading import load_encoder  # noqa: E402
from lookalike.encoders.onnx import OnnxEncoder  # noqa: E402
from lookalike.training.network.small import Small, exported  # noqa: E402
from lookalike.vectors import unit  # noqa: E402

PIXELS = np.random.default_rng(0).integers(0, 256, (5, 32, 32, 3), dtype=np.uint8)
DIRECTIONS = unit(np.random.default_rng(1).normal(size=(3, 16)).astype(np.float32))[0]


@pytest.fixture(scope="module")
def network() -> Small:
    """One that has seen something: its normalisations are not those it begins with."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    small = Small(32, width=8, dim=16)
    for stage in small.stages:
        torch.nn.init.normal_(stage.second.norm.weight)
    for _ in range(3):
        small(torch.from_numpy(PIXELS))
    return small.eval()


@pytest.fixture(scope="module")
def encoder(network: Small, tmp_path_factory: pytest.TempPathFactory) -> OnnxEncoder:
    model, card = exported(network, ["shirt", "shoe", "bag"], DIRECTIONS, 16.0, description="small")
    path = write_encoder(tmp_path_factory.mktemp("small"), "own", model, card)
    loaded = load_encoder(f"onnx:{path}")
    assert isinstance(loaded, OnnxEncoder)
    return loaded


def test_the_written_graph_gives_the_vectors_of_the_network(network: Small, encoder: OnnxEncoder) -> None:
    with torch.no_grad():
        said = network(torch.from_numpy(PIXELS)).numpy()
    assert said.std(axis=0).min() > 0.01
    np.testing.assert_allclose(encoder.encode(PIXELS), said, atol=1e-4)


def test_scores_are_cosines_to_the_kinds_times_the_scale(encoder: OnnxEncoder) -> None:
    cosines = unit(encoder.encode(PIXELS))[0] @ DIRECTIONS.T
    np.testing.assert_allclose(encoder.scores(PIXELS), 16 * cosines, atol=1e-3)


def test_the_card_tells_how_pictures_are_prepared_and_what_the_kinds_are(encoder: OnnxEncoder) -> None:
    assert encoder.size == (32, 32)
    assert encoder.card.preprocessing.resize == "letterbox"
    assert encoder.card.kinds is not None
    assert encoder.card.kinds.names == ("shirt", "shoe", "bag")
    assert encoder.space.dim == 16


def test_learning_in_half_precision_changes_nothing_that_is_asked_later(network: Small) -> None:
    pixels = torch.from_numpy(PIXELS)
    with torch.no_grad():
        before = network(pixels)
        network.in_half = True
        assert torch.equal(network(pixels), before)
    network.in_half = False


def test_a_picture_of_nothing_has_scores(tmp_path: Path) -> None:
    torch.set_num_threads(1)
    small = Small(32, width=8, dim=16).eval()
    torch.nn.init.zeros_(small.map.weight)
    model, card = exported(small, ["a", "b", "c"], DIRECTIONS, 16.0)
    encoder = OnnxEncoder(card, model, origin="small")
    assert encoder.scores(PIXELS[:1]).tolist() == [[0.0, 0.0, 0.0]]
