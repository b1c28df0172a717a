"""What shoppers did, kept in a database: a file beside the index, or a server."""
