"""Tags that contradict the picture, and tags that are missing."""
