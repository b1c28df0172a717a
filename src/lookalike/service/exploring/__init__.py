"""What there is to explore, as the service hands it out."""
