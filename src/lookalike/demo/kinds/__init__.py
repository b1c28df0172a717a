"""The kinds of things the demo shop sells, one file a family."""
