"""Who may read and who may write: by key, by cookie, from this machine."""

from __future__ import annotations

import time

import pytest
from starlette.testclient import TestClient

from lookalike.service.config import ServiceConfig
from lookalike.service.keys import COOKIE, SESSION_SECONDS, is_loopback, session_cookie

from .conftest import Ask

ELSEWHERE = {"client": ("203.0.113.9", 5000), "host": "shop.example"}
BOTH = ServiceConfig(read_keys=("reader",), write_keys=("writer",))


def rights(client: TestClient, **headers: str) -> tuple[bool, bool]:
    document = client.get(
        "/v1/session", headers={name.replace("_", "-"): value for name, value in headers.items()}
    ).json()
    return document["read"], document["write"]


def reads(client: TestClient, **headers: str) -> int:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get("/v1/products?limit=1", headers=given).status_code


def writes(client: TestClient, **headers: str) -> int:
    """The status of removing a product that is not there: 404 says that one might have."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.delete("/v1/products/nobody", headers=given).status_code


def test_without_keys_everybody_reads_and_only_this_machine_writes(ask: Ask) -> None:
    here, elsewhere = ask(), ask(**ELSEWHERE)
    assert rights(here) == (True, True)
    assert rights(elsewhere) == (True, False)
    assert (reads(here), reads(elsewhere)) == (200, 200)
    assert (writes(here), writes(elsewhere)) == (404, 403)


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "shop.example"},
        {"host": "shop.example:8000"},
        {"host": "shop.example@127.0.0.1"},
        [("host", "127.0.0.1"), ("host", "shop.example")],
        {"origin": "https://shop.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"x-forwarded-for": "127.0.0.1"},
        {"forwarded": "for=127.0.0.1"},
        {"x-real-ip": "127.0.0.1"},
        {"via": "1.1 proxy"},
        {"x-forwarded-proto": "https"},
        {"cf-connecting-ip": "127.0.0.1"},
    ],
)
def test_what_another_page_or_a_proxy_may_have_sent_is_not_from_this_machine(
    ask: Ask, headers: dict[str, str]
) -> None:
    assert ask().delete("/v1/products/nobody", headers=headers).status_code == 403


def test_the_services_own_page_on_this_machine_may_write(ask: Ask) -> None:
    assert writes(ask(), origin="http://127.0.0.1", sec_fetch_site="same-origin") == 404
    assert writes(ask(host="localhost:8000"), origin="http://localhost:8000") == 404
    assert writes(ask(client=("::1", 1), host="[::1]:8000"), origin="http://[::1]:8000") == 404


def test_with_a_read_key_reading_needs_one_from_everywhere(ask: Ask) -> None:
    for client in (ask(BOTH), ask(BOTH, **ELSEWHERE)):
        assert reads(client) == 401
        assert reads(client, x_api_key="wrong") == 401
        assert reads(client, authorization="Bearer reader") == 200
        assert reads(client, authorization="bearer writer") == 200
        assert reads(client, x_api_key="reader") == 200
        assert reads(client, authorization="Basic reader") == 401
    answer = ask(BOTH).get("/v1/products")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["code"] == "no-key"
    assert "Authorization" in answer.json()["next_step"]


def test_a_write_key_writes_from_everywhere_and_without_it_nobody_does(ask: Ask) -> None:
    for client in (ask(BOTH), ask(BOTH, **ELSEWHERE)):
        assert writes(client) == 401
        assert writes(client, x_api_key="reader") == 403
        assert writes(client, x_api_key="writer") == 404
        assert writes(client, x_api_key="writer", origin="https://other.example") == 404


def test_a_read_key_alone_keeps_writing_to_this_machine_and_to_those_who_may_read(ask: Ask) -> None:
    only = ServiceConfig(read_keys=("reader",))
    assert writes(ask(only)) == 401
    assert writes(ask(only), x_api_key="reader") == 404
    assert writes(ask(only, **ELSEWHERE), x_api_key="reader") == 403


def test_a_write_key_alone_leaves_reading_open(ask: Ask) -> None:
    only = ServiceConfig(write_keys=("writer",))
    assert reads(ask(only, **ELSEWHERE)) == 200
    assert rights(ask(only)) == (True, False)


def test_only_pictures_take_a_key_in_their_address(ask: Ask) -> None:
    client = ask(BOTH)
    assert client.get("/v1/pictures/0007/0?key=reader").status_code == 200
    assert client.get("/v1/pictures/0007/0?key=wrong").status_code == 401
    assert client.get("/v1/pictures/0007/0").status_code == 401
    assert client.get("/v1/products?key=reader").status_code == 401


def test_health_the_page_and_the_document_need_no_key(ask: Ask) -> None:
    client = ask(BOTH, **ELSEWHERE)
    for path in ("/health/live", "/health/ready", "/metrics", "/openapi.json", "/", "/v1/session"):
        assert client.get(path).status_code == 200, path


def test_a_session_keeps_a_key_in_a_cookie_that_scripts_cannot_read(ask: Ask) -> None:
    client = ask(BOTH)
    answer = client.post("/v1/session", json={"key": "writer"})
    assert answer.json()["write"] is True
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "writer" not in cookie
    assert reads(client) == 200
    assert rights(client) == (True, True)
    assert rights(client, origin="https://other.example") == (True, False)
    assert writes(client, origin="http://127.0.0.1") == 404
    assert writes(client, sec_fetch_site="same-origin") == 404
    assert writes(client) == 403
    assert writes(client, origin="https://other.example") == 403
    assert writes(client, origin="http://127.0.0.1", x_api_key="wrong") == 401
    assert client.delete("/v1/session").json()["read"] is False
    assert reads(client) == 401


def test_over_https_the_cookie_goes_over_https_alone(ask: Ask) -> None:
    client = ask(BOTH)
    client.base_url = "https://127.0.0.1"
    assert "Secure" in client.post("/v1/session", json={"key": "reader"}).headers["set-cookie"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"key": "wrong"}, 401, "no-key"),
        ({"key": 5}, 400, "bad-argument"),
        ({}, 400, "bad-argument"),
        ([], 400, "bad-argument"),
    ],
)
def test_a_wrong_key_begins_no_session(ask: Ask, body: object, status: int, code: str) -> None:
    answer = ask(BOTH).post("/v1/session", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "set-cookie" not in answer.headers


def test_another_sites_page_begins_no_session(ask: Ask) -> None:
    headers = {"origin": "https://other.example"}
    assert ask(BOTH).post("/v1/session", json={"key": "writer"}, headers=headers).status_code == 403


def test_a_cookie_ends_after_its_time_and_cannot_be_made_longer(ask: Ask) -> None:
    client = ask(BOTH)
    old = session_cookie("reader", time.time() - SESSION_SECONDS - 1)
    _, _, signature = old.partition(".")
    longer = f"{int(time.time()) + 60}.{signature}"
    for value in (old, longer, "x.y", "", "9" * 5000 + "." + signature):
        assert reads(client, cookie=f"{COOKIE}={value}") == 401
    assert reads(client, cookie=f"{COOKIE}={session_cookie('reader')}") == 200


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("localhost", True),
        ("localhost.shop.example", False),
        ("10.0.0.1", False),
        ("0.0.0.0", False),
        ("", False),
        ("testclient", False),
    ],
)
def test_what_is_this_machine(host: str, local: bool) -> None:
    assert is_loopback(host) is local
