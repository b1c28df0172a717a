"""Where an index keeps a shop's rules, and how they become a part of what it answers from."""

from __future__ import annotations

from collections.abc import Sequence

from lookalike.errors import BadRules
from lookalike.neighbours.snapshot import Snapshot
from lookalike.recommend.rulebook import Rulebook
from lookalike.recommend.rules import Rule, read_rules
from lookalike.store.base import Notes
from lookalike.words.texts import base_form

NAME = "rules.toml"
"""The note that they are in."""


def kept_rulebook(notes: Notes, snapshot: Snapshot) -> Rulebook:
    """The rules that are kept, told of a snapshot.

    Where they cannot be read any more there are none, and each answer says so: a shop without its pins and
    exclusions is better than one without answers.
    """
    revision = notes.revision(NAME)
    try:
        rules = read_rules(decoded(notes.read(NAME)))
    except BadRules as error:
        said = f"The kept rules cannot be read, and none applies ({error.faults[0]})"
        step = "Write them anew: lookalike rules set FILE, or lookalike rules clear"
        return Rulebook(snapshot, (), revision, problem=f"{said}. {step}")
    return bound(rules, snapshot, revision)


def bound(rules: Sequence[Rule], snapshot: Snapshot, revision: str = "") -> Rulebook:
    """Rules told of a snapshot."""
    return Rulebook(snapshot, rules, revision, base_form)


def decoded(note: bytes | None) -> str:
    """The text of the note; "" for none."""
    return "" if note is None else note.decode("utf-8", "replace")
