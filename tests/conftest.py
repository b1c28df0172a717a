"""What every test may use."""

from __future__ import annotations

import os
import signal

import pytest


def pytest_configure() -> None:
    """Ctrl-C reaches what tests start, also where they run in the background, which hears none."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Nothing in the tests reads the caller's settings."""
    for name in [name for name in os.environ if name.startswith("LOOKALIKE_") and name != "LOOKALIKE_DATA"]:
        del os.environ[name]
