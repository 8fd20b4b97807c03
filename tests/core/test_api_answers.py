"""Answers shown quickly say the same as the framework's slower ones."""

from datetime import UTC, datetime
from types import SimpleNamespace

from rest_framework import serializers

from skillswap_kit.core.api.answers import AnswerSerializer
from skillswap_kit.core.api.fields import MomentField, UserKeyField

FIELDS = {
    "id": serializers.IntegerField(),
    "owner": UserKeyField(source="owner.pk"),
    "title": serializers.CharField(),
    "price": serializers.IntegerField(allow_null=True),
    "made_at": MomentField(),
    "secret": serializers.CharField(write_only=True),
    "shout": serializers.SerializerMethodField(),
    "tags": serializers.ListField(child=serializers.CharField()),
}


def shout(self, row):
    return row.title.upper() + self.context["mark"]


def serializer(base):
    child = type("Child", (base,), {"id": serializers.IntegerField()})
    nested = {"part": child(), "gone": child(allow_null=True), "parts": child(many=True)}
    return type("Shown", (base,), {**FIELDS, **nested, "get_shout": shout})


def row(number):
    return SimpleNamespace(
        id=number,
        owner=SimpleNamespace(pk=7),
        title="a",
        price=None,
        made_at=datetime(2030, 1, 1, tzinfo=UTC),
        tags=["x"],
        part=SimpleNamespace(id=1),
        gone=None,
        parts=[SimpleNamespace(id=2), SimpleNamespace(id=3)],
    )


def test_the_same_is_shown():
    context = {"mark": "!"}
    quick, slow = serializer(AnswerSerializer), serializer(serializers.Serializer)
    assert quick(row(1), context=context).data == slow(row(1), context=context).data
    rows = [row(1), row(2)]
    assert quick(rows, many=True, context=context).data == slow(rows, many=True, context=context).data


def test_answers_do_not_share_their_context():
    shown = serializer(AnswerSerializer)
    assert [shown(row(1), context={"mark": mark}).data["shout"] for mark in "!?"] == ["A!", "A?"]
