"""A card that is written says the same when it is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.encoders.card import Card, HeadNames, KindNames, Preprocessing, parse_card, read_card
from lookalike.encoders.card_text import write_card
from lookalike.encoders.loading import load_encoder
from lookalike.encoders.onnx import OnnxEncoder

PATH = Path("model.toml")

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
SAID = TEXTS.filter(str.strip)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
TRIPLES = st.tuples(NUMBERS, NUMBERS, NUMBERS)
SIDES = st.integers(1, 4096)
BYTES = st.integers(0, 255)


@st.composite
def preprocessings(draw: st.DrawFn) -> Preprocessing:
    resize = draw(st.sampled_from(["letterbox", "stretch", "crop"]))
    mean = draw(st.none() | TRIPLES)
    return Preprocessing(
        width=draw(SIDES),
        height=draw(SIDES),
        layout=draw(st.sampled_from(["NHWC", "NCHW"])),
        resize=resize,
        colour_order=draw(st.sampled_from(["RGB", "BGR"])),
        trim=draw(st.floats(0, 1, exclude_max=True)),
        pad=draw(st.tuples(BYTES, BYTES, BYTES)),
        interpolation=draw(st.sampled_from(["nearest", "bilinear", "bicubic", "lanczos", "box", "hamming"])),
        mean=mean,
        scale=None if mean is None else draw(TRIPLES),
        frame=None if resize == "letterbox" else draw(st.none() | st.tuples(SIDES, SIDES)),
        one_pass=draw(st.booleans()),
    )


@st.composite
def cards(draw: st.DrawFn) -> Card:
    dim = draw(st.integers(1, 40))
    return Card(
        name=draw(SAID),
        file="model.onnx",
        sha256=draw(st.text("0123456789abcdef", min_size=64, max_size=64)),
        input_name=draw(SAID),
        output_name=draw(SAID),
        dim=dim,
        preprocessing=draw(preprocessings()),
        licence=draw(TEXTS),
        source=draw(TEXTS),
        description=draw(TEXTS),
        data=draw(TEXTS),
        reference=draw(st.just(()) | st.tuples(*[NUMBERS] * dim)),
        scores=draw(st.dictionaries(TEXTS, NUMBERS, max_size=3)),
        pool=draw(st.sampled_from(["auto", "mean", "first"])),
        head=draw(st.none() | st.builds(HeadNames, SAID, SAID, SAID, st.just("") | SAID)),
        kinds=draw(st.none() | st.builds(KindNames, SAID, _names())),
    )


def _names() -> st.SearchStrategy[tuple[str, ...]]:
    names = TEXTS.filter(bool)
    return st.lists(names, min_size=1, max_size=20, unique=True).map(tuple)


@settings(max_examples=80, deadline=None)
@given(cards())
def test_what_is_written_is_read(card: Card) -> None:
    again = parse_card(write_card(card), PATH)
    assert again == card and again.reference == card.reference and again.kinds == card.kinds
    assert again.fingerprint() == card.fingerprint()


@pytest.mark.parametrize("name", ["product", "imagenet"])
def test_the_cards_of_the_package_are_read_as_they_were(name: str, tmp_path: Path) -> None:
    encoder = load_encoder(name)
    assert isinstance(encoder, OnnxEncoder)
    path = tmp_path / "card.toml"
    path.write_text(write_card(encoder.card), encoding="utf-8")
    assert read_card(path) == encoder.card


def test_a_card_reads_as_a_person_would_write_it() -> None:
    how = Preprocessing(8, 6, "NHWC", "letterbox")
    kinds = KindNames("scores", ("Shirts", 'The "best" bags'))
    card = Card("own", "own.onnx", "0" * 64, "pixels", "vector", 2, how, reference=(1.0, -0.5), kinds=kinds)
    assert (
        write_card(card)
        == f"""name = "own"
file = "own.onnx"
sha256 = "{"0" * 64}"

[input]
name = "pixels"
width = 8
height = 6
layout = "NHWC"
resize = "letterbox"
colour_order = "RGB"
interpolation = "bilinear"

[output]
name = "vector"
dim = 2

[kinds]
output = "scores"
names = ["Shirts", "The \\"best\\" bags"]

[reference]
vector = [1.0, -0.5]
"""
    )
