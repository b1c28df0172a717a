"""A tiny shop on disk and in an index, made once with the built-in encoder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lookalike.cli.main import main
from lookalike.index import Index
from lookalike.testing.tiny_shop import write_tiny_shop

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def shop_table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny shop's table, pictures beside it."""
    return write_tiny_shop(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="session")
def made_index(tmp_path_factory: pytest.TempPathFactory, shop_table: Path) -> Path:
    """An index of the tiny shop. Not to be written to: take `index_path`."""
    path = tmp_path_factory.mktemp("made") / "index"
    Index.create(path).add(shop_table)
    return path


@pytest.fixture
def index_path(tmp_path: Path, made_index: Path) -> Path:
    """A copy of the index that a test may change."""
    return Path(shutil.copytree(made_index, tmp_path / "index"))


@pytest.fixture
def lookalike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in this process, from an empty folder: for what it does, prints and returns."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        words = [str(argument) for argument in arguments]
        done = CliRunner().invoke(main, words)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def process(tmp_path: Path) -> Run:
    """Run the real command in a real process, from an empty folder."""

    def run(*arguments: str | Path, **kwargs: Any) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "lookalike", *map(str, arguments)]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment,
            timeout=120,
            **kwargs,
        )
        assert "Traceback" not in done.stderr + done.stdout, done.stderr
        return done

    return run


def document(done: subprocess.CompletedProcess[str]) -> Any:
    """What a command printed with --json."""
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
