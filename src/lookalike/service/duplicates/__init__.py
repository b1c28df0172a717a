"""Groups of pictures that are the same, as the service hands them out."""
