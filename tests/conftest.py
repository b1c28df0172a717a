"""What every test may use."""

from __future__ import annotations

import os

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Nothing in the tests reads the caller's settings."""
    for name in [name for name in os.environ if name.startswith("LOOKALIKE_") and name != "LOOKALIKE_DATA"]:
        del os.environ[name]
