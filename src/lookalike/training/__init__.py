"""Encoders of a shop's own: what they are learnt from, how, and whether they are better."""
