"""The exchange in the host's admin site, one module per feature."""

from . import connections, listings, members, reviews, swaps, vocabulary

__all__ = ["connections", "listings", "members", "reviews", "swaps", "vocabulary"]
