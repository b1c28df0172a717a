"""The part of an index that keeps a shop's rules."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lookalike.asking.kept_rules import NAME, bound, decoded
from lookalike.errors import BadArgument, BadRules, Fault
from lookalike.questions import Questions
from lookalike.recommend.rulebook import About
from lookalike.recommend.rules import SHELVES, read_rules

_DAY = 24 * 3600 * 1000


class Ruling(Questions):
    """Rules that pin, boost, bury or exclude products of answers."""

    @property
    def rules(self) -> str | None:
        """The rules as they were written, in TOML; None where there are none."""
        return decoded(self._notes.read(NAME)) or None

    def set_rules(self, rules: str | Path | None, *, now: int | None = None) -> list[dict[str, Any]]:
        """Let answers follow other rules from now on, on every door and in every process; None clears them.

        ``rules`` is the path of a TOML file, or its text. Returns what `check_rules` says of them. Raises
        `BadRules`, with the rules as they were, and `StorageError`.
        """
        if rules is None:
            self._notes.remove([NAME])
            return []
        text = _text(rules)
        checked = self.check_rules(text, now=now)
        self._notes.write(NAME, text.encode())
        return checked

    def check_rules(self, rules: str | Path | None = None, *, now: int | None = None) -> list[dict[str, Any]]:
        """What rules would do to this catalogue; nothing is kept. None checks those that are.

        Of each rule: name, line, action, shelves, ``active`` (whether it applies at ``now``, milliseconds
        since 1970), from and until (a day, or a time), how many products it is about, to how many products'
        questions it applies (``for``), or to which words, and ids that are not in the catalogue. Raises
        `BadRules` with all mistakes: what is no rule, and what filters on something the catalogue lacks.
        """
        at = round(time.time() * 1000) if now is None else now
        text = self.rules or "" if rules is None else _text(rules)
        book = bound(read_rules(text), self._now().snapshot)
        told = [_told(about, at) for about in book.rules]
        if faults := [Fault(about.rule.line, about.problem) for about in book.rules if about.problem]:
            raise BadRules(faults)
        return told


def _told(about: About, now: int) -> dict[str, Any]:
    rule = about.rule
    asked = int(about.asked.sum()) if rule.asked.terms else None
    return {
        "name": rule.name,
        "line": rule.line,
        "action": rule.action,
        "shelves": [shelf for shelf in SHELVES if shelf in rule.shelves],
        "active": rule.is_active(now),
        "from": _written(rule.begins),
        "until": _written(rule.ends, last=True),
        "for": asked,
        "words": " ".join(rule.words) or None,
        "products": len(about.rows),
        "unknown": about.unknown,
    }


def _written(time: int | None, *, last: bool = False) -> str | None:
    """A time as a rule says it: the day that begins then, or with ``last`` ends, where one does."""
    if time is None:
        return None
    when = datetime.fromtimestamp(time / 1000, UTC)
    if time % _DAY:
        return when.isoformat().replace("+00:00", "Z")
    return (when - timedelta(days=int(last))).date().isoformat()


def _text(rules: str | Path) -> str:
    """Rules as text: a text of more than one line, or with a bracket, is none of a path."""
    if isinstance(rules, str) and (not rules.strip() or "\n" in rules or "[[" in rules):
        return rules
    if not isinstance(rules, str | Path):
        raise BadArgument(f"The rules are {rules!r:.80}.", next_step="Give a path, a text in TOML, or None.")
    try:
        return Path(rules).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadArgument(f"{rules} is no text in UTF-8.", next_step="Write it as UTF-8.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise BadArgument(f"{rules} cannot be read: {reason}.", next_step="Name a file of rules.") from None
