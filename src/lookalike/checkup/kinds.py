"""Kinds of findings as they are asked for: by their names, or by the sections that they belong to."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from lookalike.doctor.finding import KINDS
from lookalike.errors import BadArgument

SECTIONS: tuple[str, ...] = tuple(dict.fromkeys(kind.section for kind in KINDS.values()))
"""The sections that findings are told in, in their order."""

Asked = Iterable[str] | str | None
"""Names of kinds or sections, several in one text with commas between; None for all kinds."""


def kinds_of(asked: Asked) -> tuple[str, ...]:
    """The kinds asked for, in the order of `lookalike.doctor.finding.KINDS`. Raises `BadArgument`."""
    if asked is None:
        return tuple(KINDS)
    if not isinstance(asked, Iterable):
        raise BadArgument(f"The kinds are {asked!r:.80}.", next_step=_CHOOSE)
    names = asked.split(",") if isinstance(asked, str) else list(asked)
    wanted = {kind for name in names for kind in _named(name)}
    if not wanted:
        raise BadArgument("No kind of finding is asked for.", next_step=_CHOOSE)
    return tuple(kind for kind in KINDS if kind in wanted)


def _named(name: object) -> list[str]:
    """The kinds of one name: a kind's own, or a section's."""
    word = name.strip().lower().replace("_", "-") if isinstance(name, str) else ""
    found = [kind for kind, said in KINDS.items() if word in (kind, said.section)]
    if not found:
        raise unknown_kind(name)
    return found


def unknown_kind(name: object) -> BadArgument:
    """The error of a name that is no kind's; it names those near it."""
    near = get_close_matches(str(name)[:80], [*KINDS, *SECTIONS], 3)
    return BadArgument(
        f"{str(name)[:80]!r} is no kind of finding.",
        next_step=f"Near it: {', '.join(near)}." if near else _CHOOSE,
    )


_CHOOSE = f"Choose from {', '.join(KINDS)}, or a section: {', '.join(SECTIONS)}."
