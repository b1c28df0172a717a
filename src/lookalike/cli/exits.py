"""What a command leaves with."""

EXIT_FAILED = 1
"""The index did not prove itself."""
EXIT_REFUSED = 2
"""The caller's mistake; nothing was changed."""
EXIT_REPORTED = 3
"""Done, but more rows could not be read than was tolerated."""
EXIT_BUG = 70
"""Something that should not have happened."""
EXIT_STOPPED = 130
"""Stopped by Ctrl-C; what was done until then is stored."""
