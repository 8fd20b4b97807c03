"""allauth's JSON API behind the guard: include this where you would include ``allauth.headless.urls``."""

from __future__ import annotations

from allauth.headless import urls

from .guard import guarded_patterns

app_name = urls.app_name

urlpatterns = guarded_patterns(urls.urlpatterns)
