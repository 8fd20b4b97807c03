"""Told inside a host's project, over its own database: ``python -m story.api``."""
