"""Which skills help with which, and how the matching does, in the host's admin site.

Whom somebody dismissed is between them and the kit.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skillswap_kit.core.admin import KitAdmin, ModelForm, ReadOnlyAdmin, explain
from skillswap_kit.core.errors import Conflict, NotAllowed
from skillswap_kit.core.permissions import has_permission
from skillswap_kit.exchange.models import Skill

from .models import RankedProposal, SkillSimilarity
from .services import (
    REBUILD_INDEX,
    VIEW_STATISTICS,
    matcher_status,
    matching_statistics,
    searches_index,
    start_rebuild,
)
from .services.statistics import MOST_SECONDS
from .similarity.services import CHANGE_SIMILARITY, remove_similarity, set_similarity


class LinkedStatistics(KitAdmin):
    """Lists from which one comes to the statistics."""

    change_list_template = "skillswap_matching/admin/change_list.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may_view = has_permission(request.user, VIEW_STATISTICS)
        return super().changelist_view(request, {**(extra_context or {}), "may_view_statistics": may_view})


class SimilarityForm(ModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"wanted", "taught"} & self.fields.keys():
            field: Any = self.fields[name]
            field.queryset = Skill.objects.approved()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        wanted = self.cleaned_data.get("wanted")
        if wanted and wanted == self.cleaned_data.get("taught"):
            self.add_error("taught", _("Choose another skill than the wanted one."))
        return cleaned


@admin.register(SkillSimilarity)
class SkillSimilarityAdmin(LinkedStatistics):
    """What is saved here is set by staff, wherever it came from; the two skills of a row stay."""

    form = SimilarityForm
    fields = ("wanted", "taught", "weight", "source", "updated_at")
    readonly_fields = ("source", "updated_at")
    list_display = ("wanted", "taught", "weight", "source", "updated_at")
    list_display_links = ("wanted", "taught")
    list_filter = ("source", "updated_at")
    list_select_related = ("wanted", "taught")
    search_fields = ("wanted__search_text", "taught__search_text")
    autocomplete_fields = ("wanted", "taught")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return has_permission(request.user, CHANGE_SIMILARITY)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_permission(request.user, CHANGE_SIMILARITY)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.readonly_fields if obj is None else ("wanted", "taught", *self.readonly_fields)

    def save_model(self, request: HttpRequest, obj: SkillSimilarity, form: Any, change: bool) -> None:
        by: Any = request.user
        saved = set_similarity(by=by, wanted=obj.wanted, taught=obj.taught, weight=obj.weight)
        # The admin goes on with the row that it handed in.
        obj.pk = saved.pk

    def delete_model(self, request: HttpRequest, obj: SkillSimilarity) -> None:
        by: Any = request.user
        remove_similarity(by=by, similarity=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SkillSimilarity]) -> None:
        for similarity in queryset:
            self.delete_model(request, similarity)


class SecondsForm(forms.Form):
    """How long members are asked; without it nobody is."""

    seconds = forms.FloatField(required=False, min_value=0, max_value=MOST_SECONDS)


@admin.register(RankedProposal)
class RankedProposalAdmin(LinkedStatistics, ReadOnlyAdmin):
    """Where those stood who were asked for a swap; and the page with the statistics made of it.

    Not searched by user: the places are for statistics of the whole.
    """

    list_display = ("swap", "rank", "status")
    list_filter = ("swap__status", "swap__created_at")
    list_select_related = ("swap",)
    search_fields = ("swap__pk__exact",)

    @admin.display(description=gettext_lazy("state"))
    def status(self, proposal: RankedProposal) -> str:
        return proposal.swap.get_status_display()

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.statistics_view)
        return [path("statistics/", view, name="skillswap_matching_rankedproposal_statistics"), *super().get_urls()]

    def statistics_view(self, request: HttpRequest) -> HttpResponse:
        by: Any = request.user
        if not has_permission(by, VIEW_STATISTICS):
            raise PermissionDenied
        if request.method == "POST":
            return self._start_rebuild(request)
        form = SecondsForm(request.GET)
        seconds = form.cleaned_data["seconds"] if form.is_valid() else None
        context = {
            **self.admin_site.each_context(request),
            "title": _("How the matching does"),
            "opts": self.opts,
            "statistics": matching_statistics(by=by, seconds=seconds or 0),
            "matchers": matcher_status(by=by),
            "may_rebuild": has_permission(by, REBUILD_INDEX) and searches_index(),
        }
        return TemplateResponse(request, "skillswap_matching/admin/statistics.html", context)

    def _start_rebuild(self, request: HttpRequest) -> HttpResponse:
        by: Any = request.user
        try:
            start_rebuild(by=by)
        except NotAllowed as error:
            raise PermissionDenied from error
        except Conflict as error:
            self.message_user(request, explain(error), messages.ERROR)
        else:
            done = _("The index is being built anew. When it is in force, its age is told here.")
            self.message_user(request, done, messages.SUCCESS)
        return HttpResponseRedirect(request.path)
