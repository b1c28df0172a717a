"""Questions asked a thousand times a second go straight to what answers them, and nothing else changes."""

from __future__ import annotations

import pytest
from fastapi import APIRouter, Depends, Request
from fastapi.testclient import TestClient

from lookalike.index import Index
from lookalike.service.app import create_app
from lookalike.service.config import ServiceConfig
from lookalike.service.direct import Direct, Directly, direct


@pytest.mark.parametrize(
    "path", ["/v1/similar/a/b", "/v1/products", "/v1/products/7", "/v1/pictures/7/0", "/v1/search"]
)
def test_hot_questions_find_their_route_before_the_framework_looks(shop_index: Index, path: str) -> None:
    app = create_app(shop_index)
    [directly] = [one for one in app.user_middleware if one.cls is Directly]
    routes: list[Direct] = directly.kwargs["routes"]
    [route] = [route for route in routes if route.told(path) is not None][:1]
    assert route.path_format in app.openapi()["paths"]


def test_what_is_wrong_with_a_question_is_told_as_anywhere(shop: TestClient) -> None:
    straight = shop.get("/v1/similar/nobody")
    [around] = shop.post("/v1/similar", json={"requests": [{"id": "nobody"}]}).json()["answers"]
    assert straight.status_code == 404
    assert straight.headers["content-type"] == "application/problem+json"
    assert {**straight.json(), "request_id": ""} == {**around["error"], "request_id": ""}


def test_other_methods_are_left_to_the_framework(shop: TestClient) -> None:
    assert shop.delete("/v1/similar/0007").status_code == 405
    assert shop.head("/v1/similar/0007").status_code == 200
    assert shop.post("/v1/similar", json={"requests": [{"id": "0007"}]}).status_code == 200


def test_below_another_path_questions_are_answered_all_the_same(shop_index: Index) -> None:
    app = create_app(shop_index)
    with TestClient(app, root_path="/look") as client:
        app.state.served.wait(60)
        assert client.get("/look/v1/similar/0007").status_code == 200


def test_what_a_route_depends_on_is_asked_first(shop_index: Index) -> None:
    app = create_app(shop_index, ServiceConfig(read_keys=("KEY",)))
    with TestClient(app) as client:
        app.state.served.wait(60)
        assert client.get("/v1/similar/0007").json()["code"] == "no-key"
        assert client.get("/v1/similar/0007", headers={"x-api-key": "KEY"}).status_code == 200


def test_a_route_that_takes_more_than_the_request_cannot_be_called_straight() -> None:
    async def rarely(request: Request, wish: str) -> None: ...

    async def also(wish: str) -> None: ...

    async def plain(request: Request) -> None: ...

    for endpoint, depends in ((rarely, ()), (plain, (Depends(also),))):
        router = APIRouter(dependencies=depends)
        router.add_api_route("/", endpoint)
        with pytest.raises(TypeError, match="takes more than the request"):
            [*direct([router])]
