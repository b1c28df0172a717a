"""What shoppers did, kept in a database: a file beside the index, or a server."""

EVENTS_FILE = "records.sqlite"
"""The file in an index's folder."""


def is_server(place: str | None) -> bool:
    """Whether a URL names a server, which several machines can reach."""
    return place is not None and place.startswith(("postgresql:", "postgresql+", "postgres:"))
