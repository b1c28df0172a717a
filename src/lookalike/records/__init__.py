"""What shoppers did, kept in a database: a file beside the index, or a server."""

EVENTS_FILE = "records.sqlite"
"""The file in an index's folder."""
