from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

LABELS = ("skillswap_core", "skillswap_exchange", "skillswap_matching")


@pytest.fixture
def moderator(make_user) -> Any:
    """Staff who may see everything of the kit and decide about members and skills; no superuser."""
    user = make_user("moderator", is_staff=True)
    permissions = Permission.objects.filter(content_type__app_label__in=LABELS)
    user.user_permissions.set(permissions.filter(codename__startswith="view_"))
    user.user_permissions.add(*permissions.filter(codename__in=["change_profile", "change_skill", "change_category"]))
    return user


@pytest.fixture
def onlooker(make_user) -> Any:
    """Staff who may only look."""
    user = make_user("onlooker", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label__in=LABELS, codename__startswith="view_")
    )
    return user


@pytest.fixture
def signed_in():
    """Clients by user."""

    def sign_in(user: Any, **options: Any) -> Client:
        client = Client(**options)
        client.force_login(user)
        return client

    return sign_in
