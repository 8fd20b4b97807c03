"""Who knows whom."""

from __future__ import annotations

from django.contrib import admin

from skillswap_kit.core.admin import ReadOnlyAdmin

from ..models import Connection


@admin.register(Connection)
class ConnectionAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "first", "second", "swap", "created_at", "removed_at")
    list_filter = (("removed_at", admin.EmptyFieldListFilter), "created_at")
    list_select_related = ("first", "second", "swap")
    search_fields = ("pk__exact", "swap__pk__exact")
    user_search_paths = ("first", "second")
