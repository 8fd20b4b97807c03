"""Skills by the names that people type: found, nearly found, or proposed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.errors import InvalidInput
from skillswap_kit.core.text import search_terms
from skillswap_kit.core.types import User

from ...exceptions import SkillExists
from ...models import Skill
from ...services import propose_skill, resolve_skill, suggest_skills
from .listing_forms import ProposeSkillForm
from .pages import OwnFormPage, address, asked_kind

NEAREST = 5
MOST_WORDS = 3


def skill_named(name: str, *, viewer: User) -> Skill:
    """The skill that the person means. Raises InvalidInput."""
    skill = resolve_skill(name, viewer=viewer)
    if skill is None:
        raise InvalidInput(fields={"skill": [_("No skill is called that here.")]})
    return skill


def nearest_skills(name: str, *, viewer: User) -> list[Skill]:
    """A few skills that somebody who typed ``name``, which is none, may have meant."""
    words = sorted(search_terms(name), key=len, reverse=True)[:MOST_WORDS]
    # A word that is right says more than one that is nearly right.
    for misspelt in (False, True):
        for query in (name, *words):
            if found := suggest_skills(query, viewer=viewer, limit=NEAREST, misspelt=misspelt):
                return [suggestion.skill for suggestion in found]
    return []


class ProposeSkillPage(OwnFormPage):
    """``?name=`` fills in what was typed; afterwards it goes back to adding a listing of ``?kind=``."""

    template_name = "skillswap_exchange/own/propose_skill.html"
    title = _("Propose a skill")
    form_class = ProposeSkillForm
    submit = _("Propose this skill")
    done = _("Thank you. You can use this skill at once; others see it when it is approved.")
    existing: Skill | None = None

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.request.GET.get("name", "")}

    def home(self) -> str:
        return address("listing-add", kind=asked_kind(self.request).value)

    def get_context(self) -> dict[str, Any]:
        use_url = self.next_url(self.existing) if self.existing else ""
        return {**super().get_context(), "existing": self.existing, "use_url": use_url}

    def perform(self, data: dict[str, Any]) -> Skill:
        try:
            return propose_skill(by=self.person, **data)
        except SkillExists as error:
            self.existing = Skill.objects.usable_by(self.person).filter(pk=error.skill_id).first()
            error.fields = {"name": [error.default_message]}
            raise

    def next_url(self, result: Any) -> str:
        return address("listing-add", kind=asked_kind(self.request).value, skill=result.name)
