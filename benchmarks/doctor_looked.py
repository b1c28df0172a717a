"""Photographs that a person looked at and found faulty as they are: by catalogue and kind, their ids."""

from __future__ import annotations

from collections.abc import Mapping

LOOKED: Mapping[str, Mapping[str, frozenset[str]]] = {
    "clothing-cc0": {
        "text": frozenset(  # a camera's date or name in a corner
            {
                "087effcb-4eb3-41c1-a0bb-ec5c489f972f",
                "0c6f89cd-30f6-4b44-bda5-0ba8d90e6717",
                "16740066-3329-4165-884a-25c42814d590",
                "21183cf1-c20b-4a86-8e86-ab5ca9b26c06",
                "9e878bc8-5e62-4634-9ab2-1209608b8834",
                "db36b9f3-57d5-4840-8d67-89c2f8a03251",
            }
        ),
    },
}
"""What was told of pictures that nobody planted, and is so."""
