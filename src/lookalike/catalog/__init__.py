"""A file or a folder becomes products."""

from lookalike.catalog.opening import Catalog, as_catalog, catalog_of, open_catalog

__all__ = ["Catalog", "as_catalog", "catalog_of", "open_catalog"]
