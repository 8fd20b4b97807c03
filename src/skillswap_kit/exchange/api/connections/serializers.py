from __future__ import annotations

from typing import Any

from skillswap_kit.core.api.fields import KitModelSerializer

from ...models import Connection
from ..people import Person, PersonField


class PartnerField(PersonField):
    """The one of the two who is not looking."""

    def __init__(self) -> None:
        super().__init__(source="*")

    def get_attribute(self, instance: Any) -> Person:
        is_first = instance.first_id == self.context["request"].user.pk
        return Person(instance.second if is_first else instance.first)


class ConnectionSerializer(KitModelSerializer[Connection]):
    """``swap`` connected the two, and did so at ``created_at``; if they had parted since, the one that did it again."""

    person = PartnerField()

    class Meta:
        model = Connection
        fields = ["id", "person", "swap", "created_at"]
        read_only_fields = fields
