"""Lance's full text on the same texts, for comparing: what it finds and how long it takes."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import lance
import numpy as np
import pyarrow as pa
from lance.query import CombinedFieldsQuery, MatchQuery
from typed import slip

from lookalike.neighbours.tokens import words_asked
from lookalike.vectors import best
from lookalike.words.full_text import FullText
from lookalike.words.texts import Texts

COLUMNS = ("title", "category", "attributes")


class LanceText:
    """A table of texts with an index of each column, deleted behind itself."""

    def __init__(self, columns: Mapping[str, pa.Array], work: Path) -> None:
        self._folder = work / "words-lance"
        shutil.rmtree(self._folder, ignore_errors=True)
        said = [" ".join(part["value"] for part in row) for row in columns["attributes"].to_pylist()]
        plain = {"title": columns["title"], "category": columns["category"], "attributes": pa.array(said)}
        self._texts = Texts(dict(columns))
        start = time.perf_counter()
        self._table = lance.write_dataset(pa.table(plain), str(self._folder))
        for name in COLUMNS:
            self._table.create_scalar_index(name, "INVERTED", stem=True)
        self.seconds = time.perf_counter() - start

    def __enter__(self) -> LanceText:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def figures(self, titles: Sequence[str], asked: Sequence[str], k: int = 10) -> dict[str, Any]:
        """Titles, and titles with a slip, ask for products of just that title among the first ten."""
        text = FullText(self._texts)

        def ours(question: str) -> list[int]:
            shares = text.shares(text.terms(words_asked(question)))
            return best(shares, k)[0].tolist()

        def combined(question: str) -> list[int]:
            return self._ask(CombinedFieldsQuery(question, list(COLUMNS)), k)

        def fuzzy(question: str) -> list[int]:
            return self._ask(MatchQuery(question, "title", fuzziness=1), k)

        ways = {"ours": ours, "lance, BM25F": combined, "lance, fuzzy titles": fuzzy}
        figures: dict[str, Any] = {"index_seconds": round(self.seconds, 2), "asked": len(asked)}
        for name, way in ways.items():
            found: dict[str, list[bool]] = {"plain": [], "slip": []}
            taken = []
            for title in asked:
                for kind, question in (("plain", title), ("slip", slip(title))):
                    start = time.perf_counter()
                    rows = way(question)
                    taken.append((time.perf_counter() - start) * 1000)
                    found[kind].append(any(titles[row] == title for row in rows))
            p50, p95 = np.percentile(taken, [50, 95])
            figures[name] = {
                "found": round(float(np.mean(found["plain"])), 4),
                "found with a slip": round(float(np.mean(found["slip"])), 4),
                "p50_ms": round(float(p50), 2),
                "p95_ms": round(float(p95), 2),
            }
        return figures

    def _ask(self, query: Any, k: int) -> list[int]:
        scanned = self._table.scanner(full_text_query=query, limit=k, columns=["title"], with_row_id=True)
        rows: list[int] = scanned.to_table().column("_rowid").to_pylist()
        return rows
