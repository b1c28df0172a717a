"""From what somebody asks to what they get: wishes and words become a query, its rows an answer."""
