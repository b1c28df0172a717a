"""Is it good for this shop, and is the new one better? What is judged, by what, and what is said of it."""
