"""Applies a correction and takes it back, again and again, until it is killed."""

from __future__ import annotations

import sys
from pathlib import Path

from lookalike.checkup.decision import Decision
from lookalike.index import Index
from lookalike.testing.grid import GridEncoder

index = Index.open(Path(sys.argv[1]), GridEncoder())
sys.stdout.write("ready\n")
sys.stdout.flush()
while True:
    for decision in ("apply", "undo"):
        index.doctor.decide([Decision(sys.argv[2], decision), Decision(sys.argv[3], "dismiss")])
        sys.stdout.write(f"{decision}\n")
        sys.stdout.flush()
