"""How far a training is, as lines of a log and as a bar."""

from __future__ import annotations

import io
import time

import pytest

from lookalike.cli.epochs import epochs, rate_of


class Terminal(io.StringIO):
    """Standard error that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that only a test lets pass."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_the_last_words_of_each_epoch_stay(capsys: pytest.CaptureFixture[str], clock: list[float]) -> None:
    with epochs() as told:
        for epoch in (1, 2):
            told(f"epoch {epoch} of 2, loss 1.5", epoch * 10 - 5, 20)
            told(f"epoch {epoch} of 2, loss 1.{epoch}, kind@10 0.{epoch}", epoch * 10, 20)
    assert capsys.readouterr().err.splitlines() == [
        "epoch 1 of 2, loss 1.1, kind@10 0.1",
        "epoch 2 of 2, loss 1.2, kind@10 0.2",
    ]


def test_a_stage_that_takes_long_says_how_far_it_is(
    capsys: pytest.CaptureFixture[str], clock: list[float]
) -> None:
    with epochs() as told:
        told("Reading", 0, 3000)
        clock[0] += 5
        told("Reading", 500, 3000)
        clock[0] += 5
        told("Reading", 1000, 3000)
        told("Weighing", 0, 4)
        told("Weighing", 4, 4)
    assert capsys.readouterr().err.splitlines() == ["Reading: 1,000 of 3,000, 100/s, 20 s left"]


def test_a_training_gone_on_with_is_not_quicker_than_it_is(
    capsys: pytest.CaptureFixture[str], clock: list[float]
) -> None:
    with epochs() as told:
        told("epoch 3 of 4, loss 1.0", 2000, 4000)
        clock[0] += 20
        told("epoch 3 of 4, loss 0.9", 2100, 4000)
    assert capsys.readouterr().err.splitlines() == [
        "epoch 3 of 4: 2,100 of 4,000, 5.0/s, 380 s left",
        "epoch 3 of 4, loss 0.9",
    ]


def test_on_a_terminal_a_bar_moves_under_the_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("COLUMNS", "100")
    with epochs() as told:
        told("Reading pictures", 0, 0)
        told("epoch 1 of 2, loss 2.50", 32, 64)
        told("epoch 1 of 2, loss 2.25, kind@10 0.61", 32, 64)
        told("epoch 2 of 2, loss 2.00, kind@10 0.66 [bold]", 64, 64)
    shown = screen.getvalue()
    assert "epoch 1 of 2, loss 2.25, kind@10 0.61\n" in shown
    assert "epoch 2 of 2, loss 2.00, kind@10 0.66 [bold]\n" in shown
    assert "loss 2.50\n" not in shown


def test_a_slow_rate_keeps_its_decimal() -> None:
    assert [rate_of(rate) for rate in (1234.4, 12.34, 0.26)] == ["1,234/s", "12/s", "0.3/s"]
