"""What the doctor found, as the service hands it out."""
