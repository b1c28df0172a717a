"""What shoppers do and get: events, their taste, what goes with what, and a shop's rules."""
