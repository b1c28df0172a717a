"""The groups as a table that names pictures by their address here, not by a path of the server."""

from __future__ import annotations

import csv
import io

from lookalike.copies import Duplicates
from lookalike.service.documents import picture_address


def table_bytes(found: Duplicates) -> bytes:
    """The rows that `lookalike.copies.Duplicates.to_csv` writes, as UTF-8."""
    text = found.csv_text()
    rows = csv.DictReader(io.StringIO(text, newline=""))
    sink = io.StringIO(newline="")
    table = csv.DictWriter(sink, rows.fieldnames or ())
    table.writeheader()
    table.writerows({**row, "uri": picture_address(row["id"], row["picture"])} for row in rows)
    return sink.getvalue().encode("utf-8", "replace")
