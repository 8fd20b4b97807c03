"""40 categories and 300 skills, as staff would enter them, and what members asked for since."""

from __future__ import annotations

from django.contrib.auth import get_user_model

from skillswap_kit.exchange.models import Category, Skill
from skillswap_kit.exchange.services.merging import merge_skills
from skillswap_kit.exchange.services.vocabulary import propose_skill, reject_skill, save_skill, set_aliases
from skillswap_kit.matching.similarity.services import set_similarity

from .clock import Clock
from .people import ADMIN, MODERATOR
from .texts import rows

HELPFUL = 40
"""Hundredths."""


def load_vocabulary(clock: Clock) -> str:
    clock.go_to(days_ago=90)
    categories = _load_categories()
    skills = _load_skills(categories)
    return f"{len(categories)} categories, {len(skills)} skills"


def _load_categories() -> dict[str, Category]:
    categories: dict[str, Category] = {}
    for position, row in enumerate(rows("categories.csv")):
        fields = {**row, "parent": categories.get(row["parent"]), "position": position}
        categories[row["slug"]] = Category.objects.create(**fields)
    return categories


def _load_skills(categories: dict[str, Category]) -> dict[str, Skill]:
    skills: dict[str, Skill] = {}
    entries = rows("skills.csv")
    for row in entries:
        name = row["name_en"]
        skill = Skill(name=name, name_en=name, name_ar=row["name_ar"], category=categories[row["category"]])
        skills[name] = save_skill(skill=skill)
        set_aliases(skill=skill, names=row["aliases"].split("|"))
    for row in entries:
        skills[row["name_en"]].related.add(*(skills[name] for name in row["related"].split("|")))
    return skills


def load_similar_skills(clock: Clock) -> str:
    """What stands beside a skill in the vocabulary helps a little with it, and the other way round."""
    clock.go_to(days_ago=89)
    admin = get_user_model()._default_manager.get(username=ADMIN.username)
    related = Skill.related.through.objects.values_list("from_skill", "to_skill")
    skills = Skill.objects.in_bulk()
    for wanted, taught in related.order_by("from_skill", "to_skill"):
        set_similarity(by=admin, wanted=skills[wanted], taught=skills[taught], weight=HELPFUL)
    return f"{len(related)} pairs"


def load_proposed_skills(clock: Clock) -> str:
    """What staff find in their queue, one that they merged and one that they refused."""
    clock.go_to(days_ago=12)
    users = get_user_model()._default_manager
    moderator = users.get(username=MODERATOR.username)
    people = users.filter(skillswap_profile__isnull=False).order_by("pk")
    categories = {category.slug: category for category in Category.objects.all()}
    proposals = rows("proposed_skills.csv")
    for row, member in zip(proposals, people, strict=False):
        aliases = row["aliases"].split("|")
        skill = propose_skill(by=member, name=row["name"], category=categories[row["category"]], aliases=aliases)
        if row["outcome"] == "merged":
            merge_skills(by=moderator, skill=skill, into=Skill.objects.get(name_en=row["merged_into"]))
        elif row["outcome"] == "rejected":
            reject_skill(by=moderator, skill=skill)
    return f"{len(proposals)} asked for by members"
