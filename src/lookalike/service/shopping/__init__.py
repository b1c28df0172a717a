"""The shopping side of the service: what its routes take and give."""
