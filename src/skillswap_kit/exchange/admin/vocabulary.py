"""Categories and skills: edited plainly, in all languages of the site; proposed skills are decided about."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skillswap_kit.core.admin import KitAdmin, ModelForm, ReadOnlyAdmin, TranslatedAdmin
from skillswap_kit.core.translation.languages import language_columns

from ..models import Category, Skill, SkillAlias
from ..services import approve_skill, merge_skills, reject_skill, resolve_skill, save_skill, set_aliases


class CategoryForm(ModelForm):
    def clean_parent(self) -> Category | None:
        parent: Category | None = self.cleaned_data["parent"]
        if parent and self.instance.pk and parent.pk in Category.objects.subtree(self.instance.pk):
            raise forms.ValidationError(_("A category cannot be inside itself."))
        return parent


@admin.register(Category)
class CategoryAdmin(KitAdmin, TranslatedAdmin):
    form = CategoryForm
    list_display = ("name", "icon", "parent", "position", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("parent",)
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("parent",)


class SkillForm(ModelForm):
    """A skill with its other names, one on each line."""

    aliases = forms.CharField(
        label=gettext_lazy("Other names"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        help_text=gettext_lazy("One on each line, in any language and script. People find the skill by all of them."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["aliases"] = "\n".join(alias.name for alias in self.instance.aliases.all())

    def clean_aliases(self) -> list[str]:
        longest = SkillAlias._meta.get_field("name").max_length or 0
        names = list(filter(None, map(str.strip, self.cleaned_data["aliases"].splitlines())))
        for name in names:
            if len(name) > longest:
                message = _("“%(name)s” is too long. At most %(limit)s characters are possible.")
                raise forms.ValidationError(message % {"name": name, "limit": longest})
        return names

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for column in language_columns("name") or ["name"]:
            if column in self.changed_data:
                self._check_new_name(column)
        return cleaned

    def _check_new_name(self, column: str) -> None:
        existing = resolve_skill(self.cleaned_data.get(column) or "")
        if existing and existing.pk != self.instance.pk:
            message = _("This name stands for the skill “%(skill)s” already.")
            self.add_error(column, message % {"skill": existing})


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(
        label=gettext_lazy("Merge into"),
        queryset=Skill.objects.approved(),
        widget=AutocompleteSelect(Skill._meta.get_field("merged_into"), admin.site),
        help_text=gettext_lazy("Offers, wants, swaps and all names move there."),
    )


@admin.register(Skill)
class SkillAdmin(KitAdmin, TranslatedAdmin):
    form = SkillForm
    fields = ("name", "category", "aliases", "related", "status", "slug", "proposed_by", "merged_into", "created_at")
    readonly_fields = ("other_names", "status", "slug", "proposed_by", "merged_into", "created_at")
    list_display = ("name", "category", "status", "proposed_by", "created_at")
    list_filter = ("status", "category")
    list_select_related = ("category", "proposed_by")
    search_fields = ("search_text", "slug")
    autocomplete_fields = ("category", "related")
    shown_as = {"aliases": "other_names"}
    actions = ("approve", "reject", "merge")

    @admin.display(description=gettext_lazy("other names"))
    def other_names(self, skill: Skill) -> str:
        return " · ".join(alias.name for alias in skill.aliases.all())

    def save_model(self, request: HttpRequest, obj: Skill, form: Any, change: bool) -> None:
        save_skill(skill=obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        set_aliases(skill=form.instance, names=form.cleaned_data["aliases"])

    @admin.action(description=gettext_lazy("Approve proposed skills"), permissions=["change"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Skill]) -> None:
        service = partial(_decide, approve_skill, request.user)
        self.call_for_each(request, queryset, service, done=_("Approved: %(count)s."))

    @admin.action(description=gettext_lazy("Reject proposed skills"), permissions=["change"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Skill]) -> None:
        service = partial(_decide, reject_skill, request.user)
        self.call_for_each(request, queryset, service, done=_("Rejected: %(count)s."))

    @admin.action(description=gettext_lazy("Merge into another skill"), permissions=["change"])
    def merge(self, request: HttpRequest, queryset: QuerySet[Skill]) -> HttpResponse | None:
        answer = self.ask_first(request, queryset, title=_("Merge into another skill"), form_class=MergeForm)
        if isinstance(answer, HttpResponse):
            return answer
        into = answer["into"]
        self.call_for_each(
            request,
            queryset,
            lambda skill: merge_skills(by=request.user, skill=skill, into=into),  # type: ignore[arg-type]
            done=_("Merged: %(count)s."),
        )
        return None


def _decide(service: Any, by: Any, skill: Skill) -> None:
    service(by=by, skill=skill)


@admin.register(SkillAlias)
class SkillAliasAdmin(ReadOnlyAdmin):
    """To look up what a name stands for; aliases are edited with their skill."""

    list_display = ("name", "skill")
    list_filter = ("skill__category",)
    list_select_related = ("skill",)
    search_fields = ("name", "key", "skill__name")
