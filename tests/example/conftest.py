from .fixtures import demo_data, demo_site

__all__ = ["demo_data", "demo_site"]
