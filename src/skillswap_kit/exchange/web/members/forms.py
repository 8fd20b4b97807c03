"""What people can look for among members."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from ...filters.members import MemberFilterSet
from ..searching import SearchForm, any_language_choices, category_choices, level_choices


class MemberSearchForm(SearchForm):
    labels = {
        "q": _("Name"),
        "category": _("Category"),
        "place": _("Place"),
        "language": _("Language"),
        "level": _("Level"),
    }
    choices = {"category": category_choices, "language": any_language_choices, "level": level_choices}
    first = ("q", "category")


class MemberSearch(MemberFilterSet):
    class Meta:
        form = MemberSearchForm
