"""An index learns a generator: pictures out of words, from its own products."""
