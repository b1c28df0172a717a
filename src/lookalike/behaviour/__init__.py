"""What many shoppers did, read as signals: what goes together, what comes next, what is popular."""
