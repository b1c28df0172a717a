"""Questions asked a thousand times a second go straight to what answers them, and nothing else changes."""

from __future__ import annotations

import pytest
from fastapi import APIRouter, Depends, Request
from fastapi.testclient import TestClient
from starlette.routing import Match

from lookalike.index import Index
from lookalike.service.app import create_app
from lookalike.service.config import ServiceConfig
from lookalike.service.direct import Direct, direct


@pytest.mark.parametrize(
    "path", ["/v1/similar/a/b", "/v1/products", "/v1/products/7", "/v1/pictures/7/0", "/v1/search"]
)
def test_hot_questions_find_their_route_before_the_framework_looks(shop_index: Index, path: str) -> None:
    app = create_app(shop_index)
    scope = {"type": "http", "method": "GET", "path": path, "headers": []}
    route = next(route for route in app.router.routes if route.matches(scope)[0] == Match.FULL)
    assert isinstance(route, Direct)
    assert route.path_format in app.openapi()["paths"]


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
