"""Published passwords open nothing once they are no longer meant to."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.http import HttpRequest


class DemoBackend(AuthenticationBackend):
    """allauth's, but with DEBUG off nobody signs in by the published password, whenever the demo data were loaded."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        # Judged first in any case, so that all refusals take the same time.
        user = super().authenticate(request, **credentials)
        is_published = credentials.get("password") == settings.PUBLISHED_PASSWORD
        return None if is_published and not settings.DEMO_PASSWORD else user
