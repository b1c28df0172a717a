"""Edited copies in a shop are folded, what a person says of them holds, and every door says so."""

from __future__ import annotations

import io
import json
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lookalike.distortions import COPIES
from lookalike.index import Index
from lookalike.products import PictureSource, Product
from lookalike.testing.serving import listening
from lookalike.testing.tiny_shop import tiny_shop

EDITS = {"m4": "upside down", "c3": "turned 15°", "0100": "JPEG 25", "d2": "crop to 80%"}
"""Products of the tiny shop, and how the picture was changed with which they are sold a second time."""


def sold_twice(original: Product, edit: str) -> Product:
    data = original.pictures[0].data
    assert data is not None
    sink = io.BytesIO()
    COPIES[edit](Image.open(io.BytesIO(data)).convert("RGB")).save(sink, "PNG")
    picture = PictureSource("", sink.getvalue())
    return replace(original, id=f"{original.id}-again", pictures=(picture,), group="", row=None)


@pytest.fixture
def shop(tmp_path: Path) -> Index:
    """The tiny shop with a few products in it twice, one of them sold out under its first id."""
    products = {
        product.id: replace(product, availability="out of stock") if product.id == "m4" else product
        for product in tiny_shop().products
    }
    again = [replace(sold_twice(products[i], edit), availability="in stock") for i, edit in EDITS.items()]
    index = Index.create(tmp_path / "index")
    index.add([*products.values(), *again])
    assert index.duplicates(look=False).complete  # adding looks for copies
    return index


@pytest.fixture
def address(shop: Index) -> Iterator[str]:
    with listening(shop) as place:
        yield place


def got(address: str) -> Any:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return json.load(answer)


def posted(address: str, document: Any) -> Any:
    data, headers = json.dumps(document).encode(), {"content-type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(address, data, headers), timeout=20) as answer:
        return json.load(answer)


def folded(document: Any) -> dict[str, list[str]]:
    return {one["id"]: one["copies"] for one in document["results"] if one["copies"]}


def families(found: dict[str, list[str]]) -> set[frozenset[str]]:
    return {frozenset([one, *others]) for one, others in found.items()}


TWICE = {frozenset([i, f"{i}-again"]) for i in EDITS}


def test_edited_copies_are_folded_until_a_person_says_that_they_are_not_the_same(shop: Index) -> None:
    before = shop.similar("b6", k=80).to_dict()
    assert families(folded(before)) >= TWICE
    assert before["complete"]
    both = ("c3", "c3-again")
    assert sum(one["id"] in both for one in before["results"]) == 1
    keep, other = ({"id": i, "picture": 0} for i in both)
    report = shop.judge([{"keep": keep, "other": other, "verdict": "not-same"}])
    assert report.taken == 1
    after = shop.similar("b6", k=80).to_dict()
    assert families(folded(after)) == families(folded(before)) - {frozenset(both)}
    assert {one["id"] for one in after["results"]} >= set(both)
    assert after["explain"]["folded"] == before["explain"]["folded"] - 1
    again = Index.open(shop.path)  # another process later
    assert folded(again.similar("b6", k=80).to_dict()) == folded(after)


def test_copies_of_the_product_that_asks_are_left_out_and_shown_on_wish(shop: Index) -> None:
    answer = shop.similar("c3")
    assert "c3-again" not in answer.ids
    assert answer.explain["left_out"]["copies"] == 1
    assert "c3-again" in shop.similar("c3", duplicates=True).ids[:2]


def test_a_copy_that_can_be_had_shows_when_the_other_is_sold_out(shop: Index) -> None:
    wish = 'availability="in stock"'
    answer = shop.similar("m5", k=80, where=wish).to_dict()
    assert "m4-again" in [one["id"] for one in answer["results"]]
    assert "m4-again" not in folded(answer)  # the one that is sold out is left out, not folded


def test_what_is_said_over_http_shows_in_the_next_answer(shop: Index, address: str) -> None:
    asked = f"{address}/v1/similar/b6?k=80"
    before = got(asked)
    assert families(folded(before)) >= TWICE
    judgement = {
        "keep": {"id": "0100", "picture": 0},
        "other": {"id": "0100-again", "picture": 0},
        "verdict": "not-same",
    }
    assert posted(f"{address}/v1/duplicates/judgements", {"judgements": [judgement]})["taken"] == 1
    assert families(folded(got(asked))) == families(folded(before)) - {frozenset(["0100", "0100-again"])}


def test_words_and_photos_fold_as_well(shop: Index) -> None:
    words = shop.search(text="chair", k=80)
    assert frozenset(["c3", "c3-again"]) in families(folded(words.to_dict()))
    photo = tiny_shop().photos[next(name for name, i in tiny_shop().photo_of.items() if i)]
    assert families(folded(shop.search(photo, k=80).to_dict())) >= TWICE
    assert not folded(shop.search(photo, k=80, duplicates=True).to_dict())
