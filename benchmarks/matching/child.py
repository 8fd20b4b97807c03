"""What a child process of the benchmark begins with: Django set up for its database."""

import django

django.setup()

from .speed import measure  # noqa: E402

__all__ = ["measure"]
