"""Learn encoders of a shop's own by several recipes, side by side, and answer with the surest gain.

    python examples/train.py lookalike-index head
    python examples/train.py lookalike-index head finetune scratch   # needs: pip install 'lookalike[train]'

Each recipe is judged on the same products, which none of them learnt from, and beside those before it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from lookalike import Index
from lookalike.errors import LookalikeError


def learn(folder: Path, recipes: Sequence[str]) -> str:
    """Train by each recipe, switch to the one whose gain is surest, and name the encoder in use then."""
    index = Index.open(folder)
    before = index.manifest.encoder
    reports = []
    for recipe in recipes:
        report = index.train(recipe, beside=[one.encoder for one in reports], fresh=True)
        reports.append(report)
        print(f"{recipe}: {report.gain}, {report.seconds['all']:.0f} s; {report.page}")
    best = max(reports, key=lambda report: report.gain.low)
    if not best.better:
        print(f"None is shown to be better than {before}, which stays.")
        return before
    index.rebuild(best.encoder)
    print(f"{folder} answers with {best.encoder}. Back: index.rebuild_back()")
    return best.encoder


if __name__ == "__main__":
    try:
        learn(Path(sys.argv[1]), sys.argv[2:] or ["head"])
    except IndexError:
        sys.exit(__doc__)
    except LookalikeError as error:
        sys.exit(f"{error.message} {error.next_step}")
