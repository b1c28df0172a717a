"""What is imagined, as the service hands it out."""
