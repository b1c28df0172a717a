"""Lookalike: a visual product recommender."""

__version__ = "0.1.0"
