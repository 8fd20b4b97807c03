"""Offers and wants: read, and taken away where they must not stay."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skillswap_kit.core.admin import ReadOnlyAdmin, ReadOnlyInline

from ..models import Listing, ListingFAQ, ListingImage
from ..services import remove_listing
from ..services.listings import DELETE_LISTING


class ListingImageInline(ReadOnlyInline):
    model = ListingImage
    fields = ("caption", "position")


class ListingFAQInline(ReadOnlyInline):
    model = ListingFAQ
    fields = ("question", "answer", "position")


@admin.register(Listing)
class ListingAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "kind", "skill", "owner", "level", "status", "created_at")
    list_filter = ("kind", "status", "level", "mode", "skill__category", "created_at")
    list_select_related = ("skill", "owner")
    search_fields = ("search_text", "skill__search_text", "pk__exact")
    user_search_paths = ("owner",)
    inlines = (ListingImageInline, ListingFAQInline)
    actions = ("remove",)

    def has_remove_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(DELETE_LISTING)

    @admin.action(description=gettext_lazy("Take listings away"), permissions=["remove"])
    def remove(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.call_for_each(
            request,
            queryset,
            lambda listing: remove_listing(by=request.user, listing=listing),  # type: ignore[arg-type]
            done=_("Taken away: %(count)s."),
        )


@admin.register(ListingImage)
class ListingImageAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "listing", "position")
    list_filter = ("listing__kind", "listing__status")
    list_select_related = ("listing__skill",)
    search_fields = ("caption", "listing__title")
    fields = ("listing", "caption", "position")


@admin.register(ListingFAQ)
class ListingFAQAdmin(ReadOnlyAdmin):
    list_display = ("question", "listing", "language", "position")
    list_filter = ("language",)
    list_select_related = ("listing__skill",)
    search_fields = ("question", "answer", "listing__title")
