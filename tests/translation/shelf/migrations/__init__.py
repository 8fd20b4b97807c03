"""A folder of migrations for each release; a project has those up to its own."""

from pathlib import Path

from django.conf import settings

__path__ = [str(Path(__file__).parent / f"v{number}") for number in range(1, settings.SHELF_VERSION + 1)]
