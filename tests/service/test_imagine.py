"""Imagined pictures over HTTP: beside the answer, marked, and refused where none can be made."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from lookalike.imagining.generator_file import write_generator
from lookalike.index import Index
from lookalike.service.config import ServiceConfig
from lookalike.testing.grid import GridEncoder
from lookalike.testing.made_generator import made_generator

from .conftest import asking


@pytest.fixture(scope="module")
def index(shop_index: Index, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The tiny shop with a generator that has learnt nothing. Nobody writes to it."""
    assert shop_index.path is not None
    path = Path(shutil.copytree(shop_index.path, tmp_path_factory.mktemp("imagine") / "index"))
    write_generator(path / "imagine" / "generator.npz", made_generator(shop_index.manifest.space))
    return Index.open(path, GridEncoder())


@pytest.fixture(scope="module")
def client(index: Index) -> Iterator[TestClient]:
    with asking(index) as one:
        yield one


def test_an_answer_is_that_of_the_index_with_the_pictures_that_asked(
    client: TestClient, index: Index
) -> None:
    document = client.get("/openapi.json").json()
    schema = document["paths"]["/v1/imagine"]["get"]["responses"]["200"]["content"]["application/json"][
        "schema"
    ]
    answer = client.get("/v1/imagine", params={"text": "red mug zzqx", "count": 2, "seed": 3, "k": 4}).json()
    own = index.imagine("red mug zzqx", 4, count=2, seed=3)
    assert own.imagined is not None
    assert [one["id"] for one in answer["results"]] == own.ids
    assert answer["imagined"] == own.imagined.to_dict()
    assert {*answer} == {*schema["required"]}
    pictures = [base64.b64decode(link.partition(",")[2]) for link in answer["imagined"]["pictures"]]
    assert tuple(pictures) == own.imagined.pictures
    assert {*answer["imagined"]} == {*schema["properties"]["imagined"]["required"]}


def test_a_session_says_whether_there_is_a_generator(client: TestClient, shop: TestClient) -> None:
    assert client.get("/v1/session").json()["imagine"] is True
    assert shop.get("/v1/session").json()["imagine"] is False


def test_without_a_generator_the_next_step_is_to_learn_one(shop: TestClient) -> None:
    refused = shop.get("/v1/imagine?text=mug")
    assert (refused.status_code, refused.json()["code"]) == (404, "no-generator")
    assert "train --recipe generator" in refused.json()["next_step"]


@pytest.mark.parametrize(
    "query", ["", "text=", "text=mug&count=0", "text=mug&count=13", "text=mug&seed=-1", "text=mug&seed=x",
              "text=zzqx", "text=mug&crop=0,0,1,1", "text=mug&k=0"],
)  # fmt: skip
def test_what_cannot_be_imagined_is_a_problem_with_a_next_step(client: TestClient, query: str) -> None:
    refused = client.get(f"/v1/imagine?{query}")
    assert (refused.status_code, refused.json()["code"]) == (400, "bad-argument")
    assert refused.json()["next_step"]


def test_it_takes_a_key_and_a_turn_as_a_search_by_photo_does(index: Index) -> None:
    config = replace(ServiceConfig(), read_keys=("reader",), photo_threads=1, photo_queue=0)
    with asking(index, config) as client:
        assert client.get("/v1/imagine?text=mug").status_code == 401
        headers = {"x-api-key": "reader"}
        turns = client.app.state.turns  # type: ignore[attr-defined]
        turns._under_way = 1  # another search by photo is under way
        assert client.get("/v1/imagine?text=mug", headers=headers).json()["code"] == "busy"
        turns._under_way = 0
        assert client.get("/v1/imagine?text=mug&count=1", headers=headers).status_code == 200
