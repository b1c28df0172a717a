"""Texts as words: folded, parted where there is no letter or digit."""

from __future__ import annotations

import re
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from lookalike.errors import BadArgument

_PLAIN = re.compile("[a-z0-9]+")
MOST_WORDS = 50
MOST_SIGNS = 2_000
_STEPS = (
    (r"\p{M}+", ""),  # accents, which NFKD has parted from their letters
    (r"([\p{Hiragana}\p{Katakana}\p{Han}\p{Thai}])", r" \1 "),  # written without spaces: a word a sign
    (r"[^\p{L}\p{N}]+", " "),
)


def words_asked(text: str) -> list[str]:
    """The different words of a question, folded, in their order.

    Raises `BadArgument` for anything but a text of up to `MOST_SIGNS` that holds 1 to `MOST_WORDS` words.
    """
    if not isinstance(text, str):
        raise BadArgument(f"text is {text!r}, not a text.", next_step='Give words, such as "red dress".')
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadArgument("The text is not valid Unicode.", next_step="Give words in UTF-8.") from None
    if len(text) > MOST_SIGNS:
        raise BadArgument(
            f"The text has {len(text):,} characters.", next_step=f"Give {MOST_SIGNS:,} at most."
        )
    words = [*_different(text)]
    if not words:
        raise BadArgument("There is no word in the text.", next_step='Give words, such as "red dress".')
    if len(words) > MOST_WORDS:
        raise BadArgument(
            f"The text has {len(words):,} different words.", next_step=f"Give {MOST_WORDS} at most."
        )
    return words


@lru_cache(256)
def _different(text: str) -> tuple[str, ...]:
    """The different words of a text, folded, in their order; those of plain English are found quickest."""
    found = _PLAIN.findall(text.lower()) if text.isascii() else split_words(pa.array([text]))[0].as_py()
    return tuple(word for word in dict.fromkeys(map(str.casefold, found)) if word)


def plain_titles(table: pa.Table) -> pa.Array:
    """Titles as they are ordered: in lower case, without accents and signs."""
    return pc.binary_join(split_words(table.column("title").combine_chunks()), " ")


def split_words(texts: pa.Array) -> pa.Array:
    """The words of each text: in lower case, without accents, parted where there is no letter or digit."""
    plain = pc.utf8_lower(pc.utf8_normalize(texts, form="NFKD"))
    for pattern, replacement in _STEPS:
        plain = pc.replace_substring_regex(plain, pattern=pattern, replacement=replacement)
    return pc.utf8_split_whitespace(pc.utf8_trim_whitespace(plain))
