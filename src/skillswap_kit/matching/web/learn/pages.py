"""“How can I learn this?”: looking for a skill, and all the ways to it on one page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.text import isolated
from skillswap_kit.core.web.pages import RowMixin, ShowPage
from skillswap_kit.exchange.models import Listing, Skill, Swap
from skillswap_kit.exchange.policies import get_settlement
from skillswap_kit.exchange.services import resolve_skill
from skillswap_kit.exchange.web.own.skills import nearest_skills

from ...services import trending_skills, ways_to_learn
from ..circles.shown import show_circles
from ..matches.shown import show_matches
from ..matches.undoing import UndoMixin
from ..tabs import TabbedPage
from .forms import SkillForm

MOST_TRENDING = 8
_NO_SKILL = _("No skill is called that here.")
MOST_WAYS, MOST_CIRCLES = 6, 3
"""A circle takes more room than a card."""


class LearnPage(TabbedPage, ShowPage):
    """``?skill=`` leads on to the skill that is called so; else the page says which ones may be meant."""

    template_name = "skillswap_matching/learn/learn.html"
    title = _("Learn a skill")
    tab = "learn"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = SkillForm(request.GET if "skill" in request.GET else None, label_suffix="")
        if not form.is_valid():
            return self.render(form=form)
        name = form.cleaned_data["skill"]
        skill = resolve_skill(name)
        if skill is not None:
            return HttpResponseRedirect(learn_address(skill))
        own = resolve_skill(name, viewer=self.person)
        form.add_error("skill", _("You proposed this skill, and it is not approved yet.") if own else _NO_SKILL)
        nearest = [skill for skill in nearest_skills(name, viewer=self.person) if skill.status == Skill.Status.APPROVED]
        return self.render(form=form, nearest=_with_urls(nearest), proposable="" if own else name)

    def get_context(self) -> dict[str, Any]:
        wants = Listing.objects.advertised().wants().filter(owner=self.person.pk).select_related("skill")
        return {
            **super().get_context(),
            "wants": _with_urls(want.skill for want in wants.order_by("-priority", "-created_at", "-pk")),
            "trending": trending_skills(viewer=self.person, limit=MOST_TRENDING),
        }


class LearnSkillPage(RowMixin, UndoMixin, TabbedPage, ShowPage):
    """Partners, circles, offers for points and as a gift."""

    template_name = "skillswap_matching/learn/skill.html"
    tab = "learn"
    model = Skill

    def related(self, rows: Any) -> Any:
        return rows.filter(status=Skill.Status.APPROVED).select_related("category")

    @cached_property
    def skill(self) -> Skill:
        skill: Skill = self.row
        return skill

    def get_title(self) -> Any:
        return _("Learn %(skill)s") % {"skill": isolated(self.skill.name)}

    def get_context(self) -> dict[str, Any]:
        ways = ways_to_learn(by=self.person, skill=self.skill, limit=MOST_WAYS)
        self.people.add(listing.owner for listing in (*ways.for_points, *ways.as_gift))
        return {
            **super().get_context(),
            "skill": self.skill,
            "want": self._want(),
            "matches": show_matches(ways.partners, self.people),
            "circles": show_circles(ways.circles[:MOST_CIRCLES], self.people),
            "has_points": Swap.Kind.POINTS in get_settlement().kinds,
            "for_points": ways.for_points,
            "as_gift": ways.as_gift,
        }

    def _want(self) -> Listing | None:
        """The viewer's own, if they have one."""
        own: Any = self.rows(Listing).filter(owner=self.person.pk, kind=Listing.Kind.WANT, skill=self.skill)
        want: Listing | None = own.first()
        return want


def learn_address(skill: Skill) -> str:
    return reverse("skillswap_matching:learn-skill", kwargs={"pk": skill.pk})


def _with_urls(skills: Any) -> list[tuple[Skill, str]]:
    return [(skill, learn_address(skill)) for skill in skills]
