"""People in the answers and bodies of the API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from skillswap_kit.core.api.fields import UserField, UserKeyField
from skillswap_kit.core.policies import hidden_among
from skillswap_kit.core.types import User

from ..models import Profile, Swap, SwapParticipant
from ..people import People, ShownPerson, not_found_among

KNOWN = "people"


@dataclass(frozen=True)
class Person:
    """Somebody whom a row names; ``user`` is None once they have left. Wrapped, as serializers skip a bare None."""

    user: User | None


class PersonSerializer(serializers.Serializer[Any]):
    """A member as others see them. ``id`` is null for somebody who has left or whom the viewer must not meet."""

    id = UserKeyField(allow_null=True)
    name = serializers.CharField()
    avatar = serializers.CharField(allow_null=True)
    rating = serializers.FloatField(allow_null=True)
    rating_count = serializers.IntegerField()


@extend_schema_field(PersonSerializer)
class PersonField(serializers.Field[Any, Any, Any, Any]):
    """Shows the user at ``source``, joined with their profile by the queryset. Read-only.

    No user means somebody who has left; with ``or_nobody``, that there was none.
    """

    hidden_among = staticmethod(hidden_among)
    """Which of these keys are of people who are not shown to the viewer."""

    def __init__(self, *, or_nobody: bool = False, **kwargs: Any) -> None:
        self.or_nobody = or_nobody
        super().__init__(read_only=True, allow_null=or_nobody, **kwargs)

    def get_attribute(self, instance: Any) -> Person | None:
        user = super().get_attribute(instance)
        return None if user is None and self.or_nobody else Person(user)

    def to_representation(self, value: Person) -> dict[str, Any]:
        return person_data(self._people().show(value.user))

    def _people(self) -> People:
        """Asked once per answer, for everybody in it."""
        known = cast("dict[str, Any]", self.context).setdefault(KNOWN, {})
        if self.hidden_among not in known:
            known[self.hidden_among] = People(self.context["request"].user, self.hidden_among)
            known[self.hidden_among].add(person.user for person in _people_in(self.root))
        return cast("People", known[self.hidden_among])


class ProposerField(PersonField):
    """Who made a swap, or one proposal of it; null where the site did, and not for who has left since."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(or_nobody=True, **kwargs)

    def get_attribute(self, instance: Any) -> Person | None:
        return None if instance.is_suggested else super().get_attribute(instance) or Person(None)


class FoundPersonField(PersonField):
    """For rows that are read by people who share nothing with the user: a name, if they could find it themselves."""

    hidden_among = staticmethod(not_found_among)


@extend_schema_field(UserKeyField(allow_null=True))
class PersonKeyField(PersonField):
    """Only the key of the user at ``source``."""

    def to_representation(self, value: Person) -> Any:
        return super().to_representation(value)["id"]


class MemberField(UserField):
    """A member whom the sender may find, somebody of their swaps, or themselves. Any other does not exist."""

    def to_internal_value(self, data: Any) -> User:
        user = super().to_internal_value(data)
        if not self._is_known(user):
            self.fail("invalid")
        return user

    def _is_known(self, user: User) -> bool:
        sender = self.context["request"].user
        if user.pk == sender.pk or Profile.objects.visible_to(sender).filter(user=user.pk).exists():
            return True
        own_swaps = Swap.objects.visible_to(sender).values("pk")
        return SwapParticipant.objects.filter(user=user.pk, swap__in=own_swaps).exists()


def person_data(person: ShownPerson) -> dict[str, Any]:
    return {
        "id": None if person.key is None else UserKeyField().to_representation(person.key),
        "name": person.name,
        "avatar": person.avatar,
        "rating": person.rating,
        "rating_count": person.rating_count,
    }


def _people_in(root: Any) -> Iterator[Person]:
    """Everybody whom the fields of this answer will show."""
    if isinstance(root, serializers.ListSerializer):
        for row in root.instance or ():
            yield from _people_of(root.child, row)
    elif root.instance is not None:
        yield from _people_of(root, root.instance)


def _people_of(serializer: Any, row: Any) -> Iterator[Person]:
    for field in getattr(serializer, "_readable_fields", ()):
        if isinstance(field, PersonField):
            person = field.get_attribute(row)
            if person is not None:
                yield person
        elif isinstance(field, serializers.BaseSerializer):
            yield from _people_below(field, field.get_attribute(row))


def _people_below(field: Any, value: Any) -> Iterator[Person]:
    if isinstance(field, serializers.ListSerializer):
        rows = value.all() if hasattr(value, "all") else value
        for row in rows or ():
            yield from _people_of(field.child, row)
    elif value is not None:
        yield from _people_of(field, value)
