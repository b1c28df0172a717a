"""A gate says how much of what the doctor finds is too much: "unreadable<=0", "wrong-tag:brand<5"."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lookalike.checkup.kinds import kinds_of
from lookalike.errors import BadArgument

if TYPE_CHECKING:
    from lookalike.checkup.findings import Findings

_GATE = re.compile(
    r"\s*(?P<name>[A-Za-z][\w-]*)\s*(?::\s*(?P<field>.+?)\s*)?"
    r"(?P<sign><=|>=|==|<|>)\s*(?P<limit>\d+(?:\.\d+)?)\s*(?P<share>%)?\s*",
    re.DOTALL,
)
_SIGNS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
}
_EXAMPLES = 'Write it like "unreadable<=0", "wrong-tag:articleType<=10" or "pictures<=1%".'


@dataclass(frozen=True, slots=True)
class GateResult:
    """Whether a gate lets the catalogue pass.

    ``count`` is how many findings there are, or with "%" the share of products in them, in percent.
    ``unjudged`` is how often the doctor could not judge what the gate is about.
    """

    expression: str
    count: float
    passed: bool
    unjudged: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The result as one JSON-ready document."""
        return {
            "expression": self.expression,
            "count": self.count,
            "passed": self.passed,
            "unjudged": self.unjudged,
        }


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate that was read: of these kinds, and where ``field`` is not "" of that column."""

    expression: str
    kinds: tuple[str, ...]
    field: str
    sign: str
    limit: float
    share: bool

    @classmethod
    def read(cls, expression: str) -> Gate:
        """The gate of a text. Raises `BadArgument` for what is none, and for unknown kinds."""
        found = _GATE.fullmatch(expression) if isinstance(expression, str) else None
        if found is None:
            raise BadArgument(f"{str(expression)[:80]!r} is no gate.", next_step=_EXAMPLES)
        return cls(
            expression.strip(),
            kinds_of(found["name"]),
            found["field"] or "",
            found["sign"],
            float(found["limit"]),
            bool(found["share"]),
        )

    def of(self, found: Findings) -> GateResult:
        """Whether findings pass. Raises `BadArgument` where nobody looked for what it is about."""
        missing = [kind for kind in self.kinds if kind not in found.kinds]
        if missing:
            raise BadArgument(
                f"The gate {self.expression!r} is about {missing[0]!r}, which nobody looked for.",
                next_step="Look for it as well, or leave the gate out.",
            )
        own = [one for one in found if one.kind in self.kinds and self.field in ("", one.field)]
        count: float = len(own)
        if self.share:
            named = {one.products[:1] or (one.value,) for one in own}
            count = 100 * len(named) / found.products if found.products else 100.0 * bool(named)
        unjudged = sum(one.kind in self.kinds and self.field in ("", one.field) for one in found.unjudged)
        return GateResult(self.expression, count, _SIGNS[self.sign](count, self.limit), unjudged)
