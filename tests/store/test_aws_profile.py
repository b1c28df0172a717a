"""Keys of AWS's own files: what they say holds for tables and for small documents alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookalike.errors import BadArgument
from lookalike.index import Index
from lookalike.store.aws_profile import profile
from lookalike.store.bucket import Bucket
from lookalike.testing.grid import GridEncoder
from lookalike.testing.object_storage import ObjectStorage
from lookalike.testing.tiny_shop import tiny_shop

CREDENTIALS = """
[default]
aws_access_key_id = AKIADEFAULT
aws_secret_access_key = a/b+c%d

[shop]
aws_access_key_id = AKIASHOP
aws_secret_access_key = secret
aws_session_token = token==
"""
CONFIG = """
[default]
region = eu-central-1
[profile shop]
region = eu-west-1
endpoint_url = https://storage.example
aws_access_key_id = AKIAOVERRULED
[profile "signed in"]
sso_session = company
sso_account_id = 1
[profile role]
role_arn = arn:aws:iam::1:role/shop
source_profile = default
[sso-session company]
sso_region = us-east-1
"""


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """The variables that name the two files."""
    (tmp_path / "credentials").write_text(CREDENTIALS)
    (tmp_path / "config").write_text(CONFIG)
    return {
        "aws_shared_credentials_file": str(tmp_path / "credentials"),
        "aws_config_file": str(tmp_path / "config"),
    }


def test_a_profile_has_keys_in_one_file_and_settings_in_the_other(files: dict[str, str]) -> None:
    assert profile(files) == {
        "aws_access_key_id": "AKIADEFAULT",
        "aws_secret_access_key": "a/b+c%d",
        "aws_region": "eu-central-1",
    }
    assert profile({**files, "aws_profile": "shop"}) == {
        "aws_access_key_id": "AKIASHOP",
        "aws_secret_access_key": "secret",
        "aws_session_token": "token==",
        "aws_region": "eu-west-1",
        "aws_endpoint_url": "https://storage.example",
    }


def test_keys_of_the_environment_come_first_and_are_never_mixed(files: dict[str, str]) -> None:
    told = {**files, "aws_access_key_id": "AKIAOWN", "aws_secret_access_key": "own"}
    assert profile({**told, "aws_profile": "shop"}) == {
        "aws_region": "eu-west-1",
        "aws_endpoint_url": "https://storage.example",
    }
    assert profile({**told, "aws_profile": "role"}) == {}


def test_no_files_are_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert profile({}) == {}
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "credentials").write_text(CREDENTIALS)
    assert profile({})["aws_access_key_id"] == "AKIADEFAULT"


@pytest.mark.parametrize(
    ("name", "said", "step"),
    [
        ("shopp", "in no file", "default, role, shop, signed in"),
        ("signed in", "signing in", "export-credentials --profile 'signed in'"),
        ("role", "taking on a role", "export-credentials --profile role"),
    ],
)
def test_a_profile_that_has_no_keys_says_what_to_do(
    files: dict[str, str], name: str, said: str, step: str
) -> None:
    with pytest.raises(BadArgument, match=said) as caught:
        profile({**files, "aws_profile": name})
    assert step in caught.value.next_step


def test_a_file_that_is_none_is_named(files: dict[str, str]) -> None:
    Path(files["aws_config_file"]).write_text("region = eu-west-1\n")
    with pytest.raises(BadArgument, match="config cannot be read"):
        profile(files)


def test_an_index_is_written_and_read_with_nothing_but_a_profile(
    storage: ObjectStorage, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in storage.environment:
        monkeypatch.delenv(name)
    lines = [
        "[profile shop]",
        f"endpoint_url = {storage.endpoint}",
        "aws_access_key_id = AKIASHOP",
        "aws_secret_access_key = secret",
    ]
    (tmp_path / "config").write_text("\n".join(lines))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_PROFILE", "shop")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of other keys")
    given = Bucket.at(address).table("products").options
    assert (given["aws_access_key_id"], given["aws_region"]) == ("AKIASHOP", "us-east-1")
    assert "aws_session_token" not in given
    Index.create(address, GridEncoder()).add(tiny_shop().products[:3])
    assert len(Index.open(address, GridEncoder())) == 3


def test_files_as_notepad_writes_them_and_names_that_aws_passes_over_are_read(files: dict[str, str]) -> None:
    Path(files["aws_shared_credentials_file"]).write_text(CREDENTIALS.lstrip(), encoding="utf-8-sig")
    Path(files["aws_config_file"]).write_text("[profile it's]\nregion = x\n[default]\nregion = y\n")
    assert profile(files)["aws_access_key_id"] == "AKIADEFAULT"
    assert profile(files)["aws_region"] == "y"


def test_a_user_without_a_home_has_no_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless(_: Path) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", homeless)
    assert profile({}) == {}
