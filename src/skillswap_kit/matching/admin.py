"""Which skills help with which, in the host's admin site. Whom somebody dismissed is between them and the kit."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from skillswap_kit.core.admin import KitAdmin, ModelForm
from skillswap_kit.core.permissions import has_permission
from skillswap_kit.exchange.models import Skill

from .models import SkillSimilarity
from .similarity.services import CHANGE_SIMILARITY, remove_similarity, set_similarity


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
class SkillSimilarityAdmin(KitAdmin):
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
