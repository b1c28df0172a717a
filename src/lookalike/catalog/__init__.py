"""A file or a folder becomes products."""

from lookalike.catalog.opening import Catalog, catalog_of, open_catalog

__all__ = ["Catalog", "catalog_of", "open_catalog"]
