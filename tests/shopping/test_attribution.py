"""A token holds what it was made of, and nothing else is a token."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.attribution import DOORS, read, token
from lookalike.errors import BadArgument

SEEDS = st.text(st.characters(), max_size=40)  # half surrogate pairs too
VERSIONS = st.integers(0, 2**32 - 1)


@given(st.sampled_from(DOORS), VERSIONS, SEEDS)
def test_a_token_holds_door_version_seed_and_time(door: str, version: int, seed: str) -> None:
    before = time.time()
    text = token(door, version, seed)
    said = read(text)
    assert (said.door, said.version, said.seed) == (door, version, seed)
    assert before - 0.01 <= said.time.timestamp() <= time.time() + 0.01
    assert re.fullmatch(r"[A-Za-z0-9_-]+", text)


def test_equal_questions_have_unequal_tokens() -> None:
    assert len({token("similar", 1, "a") for _ in range(100)}) == 100


@given(st.text(max_size=80))
def test_a_text_that_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(BadArgument):
        read(text)


@given(st.data())
def test_a_token_that_was_cut_or_changed_is_refused(data: st.DataObject) -> None:
    text = token("photo", 7, "seed")
    cut = data.draw(st.integers(0, len(text) - 1))
    with pytest.raises(BadArgument):
        read(text[:cut])
    at = data.draw(st.integers(0, len(text) - 2))
    letter = data.draw(st.sampled_from("AbZ09_-").filter(lambda letter: letter != text[at]))
    with pytest.raises(BadArgument):
        read(text[:at] + letter + text[at + 1 :])
