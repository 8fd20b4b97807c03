"""The one task that the kit registers with Django's task framework. Imported only where that framework is there."""

from __future__ import annotations

from typing import Any

from django.utils.module_loading import import_string

try:
    from django.tasks import task
except ModuleNotFoundError:
    from django_tasks import task  # type: ignore[no-redef]


@task
def run_job(path: str, arguments: dict[str, Any]) -> None:
    """Run the job of this dotted path."""
    import_string(path)(**arguments)
