"""Routes of the kit: trailing slash, no format suffixes (each would be a second way in), no root view."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter


class KitRouter(SimpleRouter):
    """For an app's ``api/urls.py``; a set is named after its ``model`` if it is given no basename.

    A nested set is registered under its parent's path, here with the basename "swap-session":
    ``register(r"swaps/(?P<swap_pk>[^/]+)/sessions", SwapSessionViewSet, "swap-session")``.
    """

    def get_default_basename(self, viewset: type) -> str:
        return str(getattr(viewset, "model")._meta.model_name)  # noqa: B009 (the framework's type has no model)
