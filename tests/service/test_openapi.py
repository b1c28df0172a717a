"""The OpenAPI document describes each operation, with examples that are what it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

from lookalike.index import Index
from lookalike.testing.tiny_shop import tiny_shop

from .conftest import asking

Operation = tuple[str, dict[str, Any]]


@pytest.fixture(scope="module")
def document(shop: TestClient) -> Any:
    return shop.get("/openapi.json").json()


def operations(document: Any) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def fits(document: Any, schema: Any, value: Any) -> list[str]:
    """What of a value the schema forbids."""
    whole = {**schema, "components": document["components"]}
    return [error.message for error in Draft202012Validator(whole).iter_errors(value)]


def test_each_address_of_the_contract_is_there(document: Any) -> None:
    names = {name for name, _ in operations(document)}
    assert {
        "GET /v1/products",
        "POST /v1/products",
        "GET /v1/products/{id}",
        "DELETE /v1/products/{id}",
        "GET /v1/similar/{id}",
        "POST /v1/similar",
        "GET /v1/search",
        "POST /v1/search",
        "GET /v1/pictures/{id}/{n}",
        "GET /v1/duplicates",
        "GET /v1/duplicates.csv",
        "POST /v1/duplicates",
        "POST /v1/duplicates/judgements",
        "GET /v1/doctor",
        "GET /v1/doctor.csv",
        "GET /v1/doctor.html",
        "GET /v1/doctor/fixes.csv",
        "POST /v1/doctor",
        "POST /v1/doctor/decisions",
        "GET /v1/explore",
        "GET /v1/explore/matrix",
        "GET /v1/explore/map",
        "POST /v1/explore/map",
        "GET /v1/explore/thumbnails",
        "GET /v1/imagine",
        "GET /v1/check",
        "POST /v1/check",
        "GET /v1/jobs",
        "GET /v1/jobs/{id}",
        "DELETE /v1/jobs/{id}",
        "POST /v1/events",
        "GET /v1/recommend",
        "GET /v1/goes-with/{id}",
        "GET /v1/outfit",
        "POST /v1/outfit",
        "GET /v1/shoppers/{id}",
        "PUT /v1/shoppers/{id}",
        "DELETE /v1/shoppers/{id}",
        "GET /v1/rules",
        "PUT /v1/rules",
        "DELETE /v1/rules",
        "GET /v1/report",
        "GET /v1/session",
        "POST /v1/session",
        "DELETE /v1/session",
        "GET /health/live",
        "GET /health/ready",
        "GET /metrics",
    } <= names


def test_each_operation_is_described_and_named_once(document: Any) -> None:
    seen = set()
    for name, operation in operations(document):
        assert operation["summary"] and operation["description"], name
        assert operation["operationId"] not in seen
        seen.add(operation["operationId"])
        for parameter in operation.get("parameters", []):
            assert parameter["description"], name


def test_each_operation_has_examples_that_are_what_its_schemas_say(document: Any) -> None:
    for name, operation in operations(document):
        contents = [
            content
            for holder in (operation.get("requestBody", {}), *operation["responses"].values())
            for content in holder.get("content", {}).values()
        ]
        assert contents, name
        for content in contents:
            examples = [
                *([content["example"]] if "example" in content else []),
                *(one["value"] for one in content.get("examples", {}).values()),
            ]
            assert examples, name
            for example in examples:
                assert not fits(document, content["schema"], example), name
        for parameter in operation.get("parameters", []):
            assert not fits(document, parameter["schema"], parameter["example"]), name


def test_real_answers_are_what_the_document_says(shop: TestClient, document: Any) -> None:
    asked = {
        "/v1/products?facets=true&limit=3": "/v1/products",
        "/v1/products/0007": "/v1/products/{id}",
        "/v1/similar/0007": "/v1/similar/{id}",
        "/v1/similar/0007?but=colour=blue&like=m1&unlike=t5%3D0.5": "/v1/similar/{id}",
        "/v1/similar/0007?where=category=Mugs%20price%3C=0EUR": "/v1/similar/{id}",
        "/v1/search?text=mug": "/v1/search",
        "/v1/search?like=m1&per_brand=1&diversity=.5": "/v1/search",
        "/v1/recommend?k=3": "/v1/recommend",
        "/v1/recommend?recent=m1": "/v1/recommend",
        "/v1/goes-with/0007?per_kind=1": "/v1/goes-with/{id}",
        "/v1/outfit?id=0007&budget=200": "/v1/outfit",
        "/v1/outfit?kinds=Mugs&budget=0": "/v1/outfit",
        "/v1/duplicates?limit=3": "/v1/duplicates",
        "/v1/duplicates?kinds=variant": "/v1/duplicates",
        "/v1/doctor?each=2": "/v1/doctor",
        "/v1/session": "/v1/session",
        "/health/live": "/health/live",
        "/health/ready": "/health/ready",
    }
    for address, path in asked.items():
        schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        assert not fits(document, schema, shop.get(address).json()), address
    problem = document["components"]["schemas"]["Problem"]
    for address in ("/v1/similar/nobody", "/v1/nothing", "/v1/products?limit=0"):
        assert not fits(document, problem, shop.get(address).json()), address
    photo = {"image": ("p.jpg", tiny_shop().photos["photo-1.jpg"])}
    answer = document["components"]["schemas"]["Answer"]
    assert not fits(document, answer, shop.post("/v1/search", files=photo).json())
    picture = {"image": ("p.png", tiny_shop().products[0].pictures[0].data or b"")}
    checked = document["paths"]["/v1/check"]["post"]["responses"]["200"]["content"]["application/json"]
    assert not fits(document, checked["schema"], shop.post("/v1/check", files=picture).json())


def test_real_answers_to_writing_are_what_the_document_says(shop_index: Index, document: Any) -> None:
    wrong = {"keep": {"id": "nobody", "picture": 0}, "other": {"id": "m1", "picture": 0}, "verdict": "same"}
    with asking(shop_index) as client:
        for path, sent, statuses in (
            ("/v1/duplicates/judgements", {"judgements": [wrong]}, (200,)),
            ("/v1/duplicates", None, (200, 202)),
            ("/v1/doctor/decisions", {"decisions": [{"finding": "x", "decision": "apply"}]}, (200,)),
            ("/v1/doctor", None, (200, 202)),
        ):
            answer = client.post(path, json=sent)
            assert answer.status_code in statuses, answer.text
            responses = document["paths"][path]["post"]["responses"]
            schema = responses[str(answer.status_code)]["content"]["application/json"]["schema"]
            assert not fits(document, schema, answer.json()), path


def test_no_page_of_it_comes_from_a_foreign_host(shop: TestClient) -> None:
    for path in ("/docs", "/redoc"):
        assert shop.get(path).status_code == 404
