"""Pluggable Django apps for peer-to-peer skill exchange."""

__version__ = "0.1.0"
