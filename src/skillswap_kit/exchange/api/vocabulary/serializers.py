"""The vocabulary as everybody reads it, and what members and staff can write."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from skillswap_kit.core.api.answers import AnswerSerializer
from skillswap_kit.core.api.fields import PlainTextField, ScopedPrimaryKeyRelatedField

from ...models import Category, Skill
from ...services import resolve_skill
from ...services.vocabulary import MAX_ALIASES


class CategorySerializer(AnswerSerializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    slug = serializers.CharField()
    description = serializers.CharField()
    icon = serializers.CharField()
    parent = serializers.SerializerMethodField()  # type: ignore[assignment]

    def get_parent(self, category: Category) -> int | None:
        """Below a closed category is the top of what is shown."""
        return category.parent_id if category.parent and category.parent.is_active else None


class CategoryReferenceSerializer(AnswerSerializer):
    """The category of a skill; null while it is closed."""

    id = serializers.IntegerField()
    name = serializers.CharField()

    def to_representation(self, instance: Category) -> dict[str, Any] | None:  # type: ignore[override]
        return super().to_representation(instance) if instance.is_active else None


class SkillReferenceSerializer(AnswerSerializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class SkillSerializer(SkillReferenceSerializer):
    """A skill wherever one is shown."""

    category = CategoryReferenceSerializer(allow_null=True)


class VocabularySerializer(SkillSerializer):
    status = serializers.ChoiceField(choices=Skill.Status.choices)


class SkillDetailSerializer(VocabularySerializer):
    aliases = serializers.SerializerMethodField()
    related = serializers.SerializerMethodField()

    def get_aliases(self, skill: Skill) -> list[str]:
        return [alias.name for alias in skill.aliases.all()]

    @extend_schema_field(SkillReferenceSerializer(many=True))
    def get_related(self, skill: Skill) -> list[dict[str, Any]]:
        shown = SkillReferenceSerializer(skill.related.usable_by(self.context["request"].user), many=True).data
        return list(shown)


class SuggestionSerializer(AnswerSerializer):
    id = serializers.IntegerField(source="skill.pk")
    name = serializers.CharField(source="skill.name")
    category = CategoryReferenceSerializer(source="skill.category", allow_null=True)
    matched = serializers.CharField()


class SkillProposalSerializer(serializers.Serializer[Any]):
    name = PlainTextField(max_length=80)
    category = ScopedPrimaryKeyRelatedField(Category)
    aliases = serializers.ListField(child=PlainTextField(max_length=80), max_length=MAX_ALIASES, default=list)


class MergeSerializer(serializers.Serializer[Any]):
    into = ScopedPrimaryKeyRelatedField(Skill)


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string", "maxLength": 80}]})
class SkillField(ScopedPrimaryKeyRelatedField):
    """A skill by its id, or by any of its names."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Skill, **kwargs)

    def to_internal_value(self, data: Any) -> Skill:
        if isinstance(data, str) and not data.isdecimal():
            skill = resolve_skill(data, viewer=self.context["request"].user)
            if skill is None:
                self.fail("does_not_exist")
            return skill
        found: Skill = super().to_internal_value(data)
        return found
