"""One version of the API, named by the Accept header: ``Accept: application/json; version=1.0``."""

from __future__ import annotations

from rest_framework.versioning import AcceptHeaderVersioning

VERSION = "1.0"


class KitVersioning(AcceptHeaderVersioning):
    """Takes the present version where the request names none; any other is a 406."""

    # Named here because the framework's defaults come from the host's settings.
    default_version = VERSION
    allowed_versions = (VERSION,)
    version_param = "version"
