"""The API's mistakes that show before a request does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

if TYPE_CHECKING:
    # Not at run time: checks are registered before the framework can be configured.
    from .views import KitAPIView

KIT_LABEL = "skillswap_core"


@register(KIT_LABEL)
def check_access(**kwargs: Any) -> list[CheckMessage]:
    """Every routed action is named in its view's ``access``; without an entry nobody may use it."""
    if not getattr(settings, "ROOT_URLCONF", None):
        return []
    unnamed = dict.fromkeys(
        (view, action)
        for view, actions in routed_views(get_resolver().url_patterns)
        for action in actions
        if view.permission_for(action) is None
    )
    return [
        Error(
            f"{view.__module__}.{view.__qualname__} has no access entry for {action!r}.",
            hint=f'access = {{"{action}": SignedIn, …}} with a class of skillswap_kit.core.api.permissions.',
            obj=view,
            id="skillswap_core.E008",
        )
        for view, action in unnamed
    ]


def routed_views(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[tuple[type[KitAPIView], list[str]]]:
    """Each route to a view of the kit, with the keys that ``access`` needs for it."""
    from .views import KitAPIView

    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routed_views(pattern.url_patterns)
            continue
        view = getattr(pattern.callback, "cls", None)
        if isinstance(view, type) and issubclass(view, KitAPIView):
            yield view, view.routed_actions(getattr(pattern.callback, "actions", None))
