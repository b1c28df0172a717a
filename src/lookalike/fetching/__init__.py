"""The bytes of a picture, wherever they are: given, in a file, or behind an http(s) URL."""

from lookalike.fetching.addresses import is_public
from lookalike.fetching.fetcher import Fetched, Fetcher
from lookalike.fetching.files import MAX_FILE_BYTES

__all__ = ["MAX_FILE_BYTES", "Fetched", "Fetcher", "is_public"]
