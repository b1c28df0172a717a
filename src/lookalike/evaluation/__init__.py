"""Is it good, and is the new one better? Cases, splits, metrics and intervals."""
