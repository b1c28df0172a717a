"""What a training came to, as a page that opens offline."""
