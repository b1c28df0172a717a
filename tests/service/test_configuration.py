"""Settings of the service: options, then the environment, then lookalike.toml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lookalike import settings
from lookalike.errors import BadArgument
from lookalike.service.config import ServiceConfig


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(text: str) -> None:
    Path("lookalike.toml").write_text(text, encoding="utf-8")


def test_nothing_is_set_unless_somebody_sets_it() -> None:
    assert settings.serve() == {}


def test_the_file_is_read_and_the_environment_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    write('[serve]\nport = 9000\nread-keys = ["a", "b"]\ncors = "https://shop.example"\nbody_seconds = 5\n')
    assert settings.serve() == {
        "port": 9000,
        "read_keys": ("a", "b"),
        "cors": ("https://shop.example",),
        "body_seconds": 5.0,
    }
    monkeypatch.setenv("LOOKALIKE_SERVE_PORT", "9001")
    monkeypatch.setenv("LOOKALIKE_SERVE_READ_KEYS", "c, d")
    monkeypatch.setenv("LOOKALIKE_SERVE_ALLOW_PRIVATE", "true")
    found = settings.serve()
    assert (found["port"], found["read_keys"], found["allow_private"]) == (9001, ("c", "d"), True)


def test_the_file_may_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("[serve]\nworkers = 3\n", encoding="utf-8")
    monkeypatch.setenv("LOOKALIKE_CONFIG", str(tmp_path / "other.toml"))
    assert settings.serve() == {"workers": 3}
    monkeypatch.setenv("LOOKALIKE_CONFIG", str(tmp_path / "nothing.toml"))
    with pytest.raises(BadArgument):
        settings.serve()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[serve]\nprot = 1\n", "port"),
        ('[serve]\nport = "9000"\n', "serve.port"),
        ("[serve]\nport = true\n", "serve.port"),
        ("[serve]\nread-keys = [1]\n", "serve.read_keys"),
        ("serve = 1\n", "[serve]"),
        ("[serve\n", "lookalike.toml"),
    ],
)
def test_a_setting_that_cannot_be_is_named(text: str, said: str) -> None:
    write(text)
    with pytest.raises(BadArgument) as refused:
        settings.serve()
    assert said in str(refused.value)


def test_a_key_that_is_wrong_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    write('[serve]\nread-keys = [["topsecret"]]\n')
    with pytest.raises(BadArgument) as refused:
        settings.serve()
    assert "topsecret" not in str(refused.value)
    assert "topsecret" not in repr(ServiceConfig(read_keys=("topsecret",), write_keys=("topsecret",)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"read_keys": ("",)},
        {"write_keys": ("two words",)},
        {"write_keys": ("ключ",)},
        {"max_body": 0},
        {"max_picture_bytes": -1},
        {"max_picture_pixels": 10**12},
        {"body_seconds": 0},
        {"body_seconds": float("nan")},
        {"refresh_seconds": -1},
        {"photo_queue": -1},
        {"log_format": "xml"},
        {"cors": ("shop.example",)},
        {"cors": ("https://shop.example/",)},
    ],
)
def test_what_no_service_can_hold_to_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadArgument) as refused:
        ServiceConfig(**wrong)
    assert refused.value.next_step


def test_every_setting_of_the_service_can_be_set() -> None:
    from dataclasses import fields

    named = {"log_format" if name == "log" else name for name in settings.SERVE}
    assert {field.name for field in fields(ServiceConfig)} == named - {"host", "port", "workers"}
