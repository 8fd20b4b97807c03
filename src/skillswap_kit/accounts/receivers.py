"""Sessions that begin elsewhere than on allauth's pages, such as in the admin, are listed and ended with the others."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest


@receiver(user_logged_in, dispatch_uid="skillswap_accounts.remember_session")
def remember_session(sender: Any, request: HttpRequest | None, **kwargs: Any) -> None:
    """Tell ``allauth.usersessions``, which hears of its own sign-ins only. Test clients come from no address."""
    came_by_network = request is not None and hasattr(request, "user") and request.META.get("REMOTE_ADDR")
    if came_by_network and apps.is_installed("allauth.usersessions"):
        from allauth.usersessions.models import UserSession

        UserSession.objects.create_from_request(request)
