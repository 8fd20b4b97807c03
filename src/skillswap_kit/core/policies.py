"""Policies: objects named by a setting that answer one question and may refuse.

A *contact policy* says from whom a person is hidden. The boolean "may a contact b" and every ``visible_to`` derive from
the same answer, so that a block cannot hold on one surface and leak on another.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.db.models import Model, Q, QuerySet
from django.utils.module_loading import import_string

from .conf import SETTINGS_NAME, core_settings
from .types import User, Viewer


class BaseContactPolicy(ABC):
    """Says whom a member must not meet."""

    @abstractmethod
    def hidden_from(self, user: User) -> QuerySet[Any, Any]:
        """The keys of the users whom ``user`` must neither see nor reach, as a queryset of one column.

        It must be symmetric where the relation is: for a block, both sides are hidden from each other.
        """


@cache
def load_policy(path: str) -> Any:
    """The policy object of this dotted path; one per process. Raises ImproperlyConfigured."""
    try:
        policy_class = import_string(path)
    except ImportError as error:
        raise ImproperlyConfigured(f"The policy {path!r} cannot be imported: {error}") from error
    return policy_class()


def _forget_policies(*, setting: str, **kwargs: Any) -> None:
    if setting == SETTINGS_NAME:
        load_policy.cache_clear()


setting_changed.connect(_forget_policies)


def contributed_contact_policies() -> tuple[str, ...]:
    """What the installed apps ask for by their AppConfig's ``contact_policies``."""
    return tuple(path for app_config in apps.get_app_configs() for path in getattr(app_config, "contact_policies", ()))


def contact_policy_paths() -> Sequence[str]:
    """The dotted paths of the policies in force."""
    configured = core_settings.CONTACT_POLICIES
    return contributed_contact_policies() if configured is None else configured


def contact_policies() -> list[BaseContactPolicy]:
    return [load_policy(path) for path in contact_policy_paths()]


def without_hidden(viewer: Viewer, path: str) -> Q:
    """A condition that drops rows whose user at ``path`` is hidden from the viewer; drops nothing for strangers."""
    condition = Q()
    if isinstance(viewer, Model):
        for policy in contact_policies():
            condition &= ~Q(**{f"{path}__in": policy.hidden_from(viewer)})
    return condition


def hidden_among(viewer: Viewer, user_keys: set[Any]) -> set[Any]:
    """Which of these people are hidden from the viewer."""
    if not user_keys or not isinstance(viewer, Model) or not contact_policies():
        return set()
    users = get_user_model()._default_manager.filter(pk__in=user_keys)
    seen = users.filter(without_hidden(viewer, "pk")).values_list("pk", flat=True)
    return user_keys - set(seen)


def may_contact(user: User, other: User) -> bool:
    """Whether ``user`` may see and reach ``other``: an active account that no contact policy hides."""
    return bool(other.is_active) and not hidden_among(user, {other.pk})


def active_users(path: str) -> Q:
    """A condition that keeps rows whose user at ``path`` may sign in; keeps all where the user model does not say."""
    names = {field.name for field in get_user_model()._meta.get_fields()}
    return Q(**{f"{path}__is_active": True}) if "is_active" in names else Q()
