"""Metrics as people write them: "P@10" is ``precision_at_10``, the name that MTEB has for it."""

from __future__ import annotations

import re

_SHORT = {"precision": "P", "recall": "R", "hit_rate": "Hit", "ndcg": "NDCG", "mrr": "MRR", "map": "mAP"}
_LONG = {short.lower(): name for name, short in _SHORT.items()}
_NAME = re.compile(r"(?P<name>[a-z_]+)_at_(?P<depth>\d+|r)")
_WRITTEN = re.compile(r"\s*(?P<name>[A-Za-z]+)(?:@(?P<depth>\d+|[Rr]))?\s*")


def short(metric: str) -> str:
    """A metric as it is shown: "P@10" for ``precision_at_10``; any other name as it is."""
    found = _NAME.fullmatch(metric)
    if found is None or found["name"] not in _SHORT:
        return metric
    return f"{_SHORT[found['name']]}@{found['depth'].upper()}"


def metric_of(text: str) -> str | None:
    """The metric meant by "P@10", "mrr" (cut at 10) or ``precision_at_10``, None where it is no such name."""
    if (found := _NAME.fullmatch(text.strip())) is not None:
        name, depth = found["name"], found["depth"]
    elif (found := _WRITTEN.fullmatch(text)) is not None and (long := _LONG.get(found["name"].lower())):
        name, depth = long, (found["depth"] or ("10" if long == "mrr" else "")).lower()
    else:
        return None
    if name not in _SHORT or not depth or (depth == "r" and name != "map") or depth.startswith("0"):
        return None
    return f"{name}_at_{depth}"
