"""Reviews. Their authors edit them until they are published; nobody does afterwards."""

from __future__ import annotations

from django.contrib import admin

from skillswap_kit.core.admin import ReadOnlyAdmin

from ..models import Review


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "author", "about", "rating", "created_at", "published_at")
    list_filter = (("published_at", admin.EmptyFieldListFilter), "rating", "created_at")
    list_select_related = ("author", "about", "swap")
    search_fields = ("comment", "pk__exact", "swap__pk__exact")
    user_search_paths = ("author", "about")
