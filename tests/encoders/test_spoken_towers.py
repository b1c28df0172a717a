"""An index whose encoder has a text tower asks that what words look like, instead of learning it."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from lookalike.encoders.loading import load_encoder, load_text_encoder
from lookalike.errors import EncoderError
from lookalike.fitted.fitted import Fitted
from lookalike.fitted.spoken import SpokenTower
from lookalike.index import Index
from lookalike.products import PictureSource, Product
from lookalike.store.memory import MemoryStore
from lookalike.vectors import unit
from lookalike.words.heard import heard

from .loopback_hub import Hub

TITLES = [f"{first} {second}" for first in ("red", "blue", "long") for second in ("dress", "shoe", "a very")]


def made(count: int = 27) -> Index:
    """Products whose pictures are noise, each with a title of a few words."""
    chance = np.random.default_rng(1)
    products = []
    for number in range(count):
        sink = io.BytesIO()
        Image.fromarray(chance.integers(0, 255, (24, 24, 3), dtype=np.uint8)).save(sink, "PNG")
        source = PictureSource(data=sink.getvalue())
        products.append(Product(f"{number:02}", (source,), title=TITLES[number % len(TITLES)]))
    encoder = load_encoder("hub:owner/clip")
    index = Index(MemoryStore(encoder.space, encoder.name), encoder)
    index.add(products, duplicates=False)
    return index


def spoken(index: Index) -> SpokenTower | None:
    found = Fitted.read(index._store.notes, index.manifest).words
    assert found is None or isinstance(found, SpokenTower)
    return found


def test_words_look_as_the_text_tower_says(hub: Hub) -> None:
    index = made()
    found = spoken(index)
    assert found is not None
    tower = load_text_encoder(index.manifest.encoder)
    terms = found.terms(["red", "dress"])
    assert [term.asked for term in terms] == ["red", "dress"]
    assert (heard(terms).unknown, heard(terms).colours) == ((), ("red",))
    looks = index.vectors()[1]
    for typed, direction in (("A red DRESS!", found.direction(terms, "A red DRESS!")), ("red dress", None)):
        wanted = unit(tower.encode_text([typed]))[0][0]
        direction = direction or found.direction(terms)
        assert direction is not None
        assert np.allclose(direction.cosines(looks, found.lengths(looks)), looks @ wanted, atol=1e-6)
    assert found.direction([], " ") is None


def test_what_its_cosines_mean_is_measured_on_the_catalogue(hub: Hub) -> None:
    index = made()
    found = spoken(index)
    assert found is not None and found.texts == 27
    ids, looks = index.vectors()
    titles = [index.product(i).title for i in ids]
    cosines = unit(load_text_encoder(index.manifest.encoder).encode_text(titles))[0] @ looks.T
    own = float(np.diag(cosines).mean())
    chance = float(cosines[~np.eye(27, dtype=bool)].mean())
    assert (found.own, found.chance) == pytest.approx((own, chance), abs=1e-5)
    found = SpokenTower(found.tower, 0.1, 0.3, 27)
    close = found.closeness(np.array([0.05, 0.1, 0.3, 0.9], dtype=np.float32))
    assert close.tolist() == pytest.approx([0, 0, 0.8647, 0.9997], abs=1e-4)
    assert (close < 1).all()


def test_words_need_no_network_once_they_were_fitted(hub: Hub) -> None:
    index = made()
    hub.requests.clear()
    assert spoken(index) is not None
    assert hub.requests == []


def test_where_the_tower_is_gone_the_answers_are_without_it(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = made()

    def gone(_: str) -> None:
        raise EncoderError("The tower is gone.", next_step="Bring it back.")

    monkeypatch.setattr("lookalike.fitted.things.load_text_encoder", gone)
    assert spoken(index) is None
    assert len(index.similar("00", k=3)) == 3


def test_a_tower_that_fails_on_a_text_says_nothing_of_it(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    found = spoken(made())
    assert found is not None

    def fail(_: object) -> None:
        raise EncoderError("It does not run.", next_step="Try another.")

    monkeypatch.setattr(found.tower, "encode_text", fail)
    assert found.direction(found.terms(["zebra"]), "zebra") is None


def test_an_encoder_of_the_hub_without_a_text_tower_has_a_map_learnt(hub: Hub) -> None:
    del hub.files["owner/clip"]["onnx/text_model.onnx"]
    index = made()
    found = Fitted.read(index._store.notes, index.manifest).words
    assert found is not None and not isinstance(found, SpokenTower)


def test_words_that_no_text_says_find_pictures_by_the_tower(hub: Hub) -> None:
    index = made()
    ids, looks = index.vectors()
    wanted = unit(load_text_encoder(index.manifest.encoder).encode_text(["zebra"]))[0][0]
    nearest = [ids[at] for at in np.argsort(-(looks @ wanted), kind="stable")[:5]]
    answer = index.search(text="zebra", k=5)
    assert sorted(answer.ids) == sorted(nearest)
    assert answer.explain["words"]["unknown"] == []
