"""What is kept beside the columns of a large version, so that a process that opens it need not make it."""

from __future__ import annotations

from lookalike.store.base import Make

MAKERS: tuple[Make, ...] = ()
"""Each lays down files of its own in the folder of a kept version, in this order."""
