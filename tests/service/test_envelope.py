"""Every answer has an id and its headers, every request a line in the log and a place in the figures."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from lookalike.service.config import ServiceConfig
from lookalike.service.logs import JsonLines, TextLines, log_config
from lookalike.testing.tiny_shop import tiny_shop

from .conftest import Ask

SHOP = ServiceConfig(cors=("https://shop.example",))


def test_a_sane_request_id_is_kept_and_any_other_replaced(shop: TestClient) -> None:
    kept = shop.get("/v1/similar/0007", headers={"x-request-id": "from-the-shop:42"})
    assert kept.headers["x-request-id"] == kept.json()["request_id"] == "from-the-shop:42"
    for other in ("", "x" * 65, "two words", 'quote"', "<b>"):
        made = shop.get("/v1/nothing", headers={"x-request-id": other})
        assert made.headers["x-request-id"] == made.json()["request_id"] != other
    assert (
        shop.get("/health/live").headers["x-request-id"] != shop.get("/health/live").headers["x-request-id"]
    )


@pytest.mark.parametrize("path", ["/", "/v1/similar/0007", "/v1/nothing", "/v1/pictures/0007/0", "/metrics"])
def test_every_answer_has_the_headers_that_keep_browsers_careful(shop: TestClient, path: str) -> None:
    headers = shop.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "camera=(self)" in headers["permissions-policy"]
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "server" not in headers


def test_answers_stay_with_this_site_and_pictures_may_be_shown_elsewhere(shop: TestClient) -> None:
    assert shop.get("/v1/similar/0007").headers["cross-origin-resource-policy"] == "same-origin"
    assert shop.get("/v1/similar/0007").headers["cache-control"] == "no-store"
    for path in ("/v1/pictures/0007/0", "/shelf.js"):
        assert shop.get(path).headers["cross-origin-resource-policy"] == "cross-origin"


def test_no_other_site_reads_answers_unless_it_is_named(ask: Ask) -> None:
    origin = {"origin": "https://shop.example"}
    assert "access-control-allow-origin" not in ask().get("/v1/similar/0007", headers=origin).headers
    named = ask(SHOP)
    answer = named.get("/v1/similar/0007", headers=origin)
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"
    assert "x-request-id" in answer.headers["access-control-expose-headers"]
    other = named.get("/v1/similar/0007", headers={"origin": "https://other.example"})
    assert "access-control-allow-origin" not in other.headers


def test_a_preflight_is_answered_without_a_key(ask: Ask) -> None:
    client = ask(ServiceConfig(read_keys=("r",), cors=("https://shop.example",)))
    asked = {
        "origin": "https://shop.example",
        "access-control-request-method": "GET",
        "access-control-request-headers": "authorization",
    }
    answer = client.options("/v1/similar/0007", headers=asked)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"
    refused = client.get("/v1/similar/0007", headers={"origin": "https://shop.example"})
    assert refused.status_code == 401
    assert refused.headers["access-control-allow-origin"] == "https://shop.example"


def figures(client: TestClient) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    text = client.get("/metrics").text
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_requests_stages_and_the_index_are_counted(ask: Ask) -> None:
    client = ask()
    client.get("/v1/similar/0007")
    client.get("/v1/similar/0008?k=3")
    client.get("/v1/similar/nobody")
    client.head("/v1/pictures/0007/0")
    client.get("/v1/nothing/at/all")
    client.post("/v1/search", files={"image": ("p.jpg", tiny_shop().photos["photo-1.jpg"])})
    found = figures(client)

    def count(route: str, method: str, status: int) -> float:
        labels = {"route": route, "method": method, "status": str(status)}
        return found["lookalike_requests_total", frozenset(labels.items())]

    assert count("/v1/similar/{id}", "GET", 200) == 2
    assert count("/v1/similar/{id}", "GET", 404) == 1
    assert count("/v1/pictures/{id}/{n}", "HEAD", 200) == 1
    assert count("none", "GET", 404) == 1
    timed = found["lookalike_request_seconds_count", frozenset({("route", "/v1/similar/{id}")})]
    assert timed == 3
    for stage, times in {"decode": 1, "encode": 1, "search": 3, "rank": 3}.items():
        assert found["lookalike_stage_seconds_count", frozenset({("stage", stage)})] == times
    nothing: frozenset[tuple[str, str]] = frozenset()
    assert found["lookalike_index_products", nothing] == len(tiny_shop().products)
    assert found["lookalike_index_bytes", nothing] > 10_000
    assert (
        found["lookalike_index_served_version", nothing] == found["lookalike_index_newest_version", nothing]
    )
    assert found["lookalike_ready", nothing] == 1


def lines(caplog: pytest.LogCaptureFixture, formatter: logging.Formatter) -> list[str]:
    return [formatter.format(record) for record in caplog.records if record.name == "lookalike.access"]


def test_a_line_of_the_log_names_the_request_and_never_what_was_asked_or_the_key(
    ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "lookalike.access")
    client = ask(ServiceConfig(read_keys=("topsecret",)))
    client.get("/v1/pictures/0007/0?key=topsecret")
    client.get("/v1/search?text=private words", headers={"x-api-key": "topsecret", "x-request-id": "abc"})
    photo = tiny_shop().photos["photo-1.jpg"]
    client.post(
        "/v1/search?where=price>1EUR",
        files={"image": ("my-holiday.jpg", photo)},
        headers={"authorization": "Bearer topsecret"},
    )
    for formatter in (TextLines(), JsonLines()):
        written = "\n".join(lines(caplog, formatter))
        for hidden in ("topsecret", "private", "holiday", "price", "JFIF"):
            assert hidden not in written
    document: dict[str, Any] = json.loads(lines(caplog, JsonLines())[1])
    assert document["request_id"] == "abc"
    assert (document["method"], document["path"], document["status"]) == ("GET", "/v1/search", 200)
    assert document["route"] == "/v1/search"
    assert document["ms"] > 0 and document["bytes"] > 100
    assert document["time"].endswith("Z")
    assert " GET /v1/search 200 " in lines(caplog, TextLines())[1]


def test_a_line_stays_a_line_whatever_is_in_the_address(
    shop: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "lookalike.access")
    shop.get("/v1/similar/%0a%1b[31mforged")
    for formatter in (TextLines(), JsonLines()):
        (line,) = lines(caplog, formatter)
        assert line.isprintable()

    assert log_config("json")["formatters"]["line"]["()"] is JsonLines


def test_the_page_and_its_files(shop: TestClient) -> None:
    for path in ("/", "/photo", "/add", "/product/0007", "/product/a%2Fb"):
        page = shop.get(path)
        assert page.status_code == 200
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "{{assets}}" not in page.text
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert "unsafe" not in page.headers["content-security-policy"]
    digest = page.text.split("/assets/")[1].split("/")[0]
    script = shop.get(f"/assets/{digest}/app.js")
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in script.headers["cache-control"]
    old = shop.get("/assets/0123456789abcdef/app.js")
    assert (old.content, old.headers["cache-control"]) == (script.content, "no-cache")
    again = shop.get("/", headers={"if-none-match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    element = shop.get("/shelf.js")
    assert element.headers["access-control-allow-origin"] == "*"
    assert element.headers["cache-control"] == "public, max-age=3600"
    for path in ("/assets/x/../app.py", f"/assets/{digest}/..%2Fapp.py", f"/assets/{digest}/nothing.js"):
        assert shop.get(path).status_code == 404
