"""The HTTP service: an index behind routes, and the page that shows it."""
