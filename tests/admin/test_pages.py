"""Every page of the admin: who may open it, what it refuses, and what it costs."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from skillswap_kit.core.admin import ReadOnlyAdmin, ServiceAdmin
from skillswap_kit.exchange.models import Category, Profile, Skill, Swap
from skillswap_kit.matching.models import Dismissal, SkillSimilarity

from .conftest import LABELS
from .world import dump, make_parts, make_rows

PRIVATE = {Dismissal}
"""Nobody else learns of these rows."""
MODELS = [model for label in LABELS for model in apps.get_app_config(label).get_models() if model not in PRIVATE]
READ_ONLY = [model for model in MODELS if isinstance(admin.site._registry.get(model), ReadOnlyAdmin)]
PLAIN = {Category, Skill, SkillSimilarity}

pytestmark = pytest.mark.django_db


def page(model, name, *arguments):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=arguments)


def name_of(model):
    return model._meta.model_name


def test_every_model_is_registered_but_what_is_private():
    assert [model for model in MODELS if model not in admin.site._registry] == []
    assert PRIVATE.isdisjoint(admin.site._registry)


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_every_page_is_searched_and_filtered(model):
    model_admin = admin.site._registry[model]
    request = None
    assert model_admin.get_search_fields(request)
    assert model_admin.get_list_filter(request)
    assert not model_admin.show_full_result_count


def test_only_the_vocabulary_and_what_is_similar_in_it_are_edited_plainly():
    others = {model for model in MODELS if not isinstance(admin.site._registry[model], ServiceAdmin)}
    assert others == PLAIN


@pytest.mark.parametrize("who", ["staff", "moderator", "onlooker"])
def test_staff_open_lists_and_rows(who, request, make_user, signed_in):
    make_rows(make_user, 2)
    client = signed_in(request.getfixturevalue(who))
    for model in MODELS:
        assert client.get(page(model, "changelist")).status_code == 200
        assert client.get(page(model, "change", model.objects.first().pk)).status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_whatever_is_searched_for_is_answered(model, staff, make_user, signed_in):
    make_rows(make_user, 1)
    client = signed_in(staff)
    for words in ("Member", "أحمد", "42", "'%_\\", "\x00", "a" * 300):
        assert client.get(page(model, "changelist"), {"q": words}).status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_every_filter_can_be_chosen(model, staff, make_user, signed_in):
    make_rows(make_user, 2)
    client = signed_in(staff)
    answer = client.get(page(model, "changelist"))
    for spec in answer.context["cl"].filter_specs:
        for choice in spec.choices(answer.context["cl"]):
            assert client.get(page(model, "changelist") + choice["query_string"]).status_code == 200


def test_others_do_not_come_in(make_user, signed_in):
    make_rows(make_user, 1)
    member, clerk = signed_in(make_user("member")), signed_in(make_user("clerk", is_staff=True))
    for model in MODELS:
        for address in (page(model, "changelist"), page(model, "change", model.objects.first().pk)):
            assert member.get(address).status_code == 302
            assert clerk.get(address).status_code == 403


@pytest.mark.parametrize("model", READ_ONLY, ids=name_of)
def test_what_services_write_is_not_written_here(model, staff, make_user, signed_in):
    make_rows(make_user, 1)
    client = signed_in(staff)
    before = dump()
    pk = model.objects.first().pk
    assert client.get(page(model, "add")).status_code == 403
    for name, arguments in {"add": (), "change": (pk,), "delete": (pk,)}.items():
        assert client.post(page(model, name, *arguments), {"post": "yes"}).status_code == 403
    client.post(page(model, "changelist"), {"action": "delete_selected", "_selected_action": [pk], "post": "yes"})
    assert dump() == before


def test_members_are_neither_added_nor_deleted_here(staff, make_user, signed_in):
    make_rows(make_user, 1)
    client = signed_in(staff)
    assert client.post(page(Profile, "add")).status_code == 403
    assert client.post(page(Profile, "delete", Profile.objects.get().pk), {"post": "yes"}).status_code == 403
    assert Profile.objects.count() == 1


def test_nothing_is_written_by_looking(staff, make_user, signed_in):
    make_rows(make_user, 1)
    client = signed_in(staff)
    client.get("/admin/")
    before = dump()
    for model in MODELS:
        client.get(page(model, "changelist"))
        client.get(page(model, "changelist"), {"action": "deactivate", "_selected_action": model.objects.first().pk})
        client.get(page(model, "change", model.objects.first().pk))
    assert dump() == before


@pytest.mark.parametrize("sizes", [(2, 20), pytest.param((2, 20, 200), marks=pytest.mark.slow)], ids=str)
def test_lists_take_the_same_queries_however_many_rows_there_are(sizes, staff, make_user, signed_in):
    client = signed_in(staff)
    counts: dict[str, list[int]] = {}
    for size in sizes:
        make_rows(make_user, size - Swap.objects.count())
        for model in MODELS:
            with CaptureQueriesContext(connection) as queries:
                client.get(page(model, "changelist"))
            counts.setdefault(name_of(model), []).append(len(queries))
    assert {name: found for name, found in counts.items() if len(set(found)) > 1} == {}
    assert max(max(found) for found in counts.values()) <= 12


def test_the_page_of_a_swap_takes_the_same_queries_however_many_take_part(staff, make_user, signed_in):
    make_rows(make_user, 1)
    client, skill = signed_in(staff), Skill.objects.first()
    client.get(page(Swap, "change", Swap.objects.first().pk))  # SQLite is asked once whether it knows JSON
    counts = set()
    for people in (2, 8):
        swap = Swap.objects.create(kind="circle", deadline=Swap.objects.first().deadline)
        make_parts(swap, [make_user() for _ in range(people)], skill)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page(Swap, "change", swap.pk)).status_code == 200
        counts.add(len(queries))
    assert len(counts) == 1


def test_pages_speak_arabic_from_right_to_left(staff, make_user, signed_in):
    make_rows(make_user, 1)
    client = signed_in(staff, headers={"accept-language": "ar"})
    for model in MODELS:
        for address in (page(model, "changelist"), page(model, "change", model.objects.first().pk)):
            answer = client.get(address)
            assert answer.status_code == 200
            assert b'dir="rtl"' in answer.content


def test_messages_and_answers_of_members_are_not_on_staffs_lists(staff, make_user, signed_in):
    make_rows(make_user, 1)
    client = signed_in(staff)
    swap = Swap.objects.get()
    assert b"Between us" not in client.get(page(Swap, "change", swap.pk)).content
    proposal = swap.proposals.get()
    assert b"Between us" in client.get(page(type(proposal), "change", proposal.pk)).content


def test_the_hosts_user_admin_still_deletes_users(staff, make_user, signed_in):
    make_rows(make_user, 1)
    user_model = get_user_model()
    user = Swap.objects.get().proposed_by
    answer = signed_in(staff).post(page(user_model, "delete", user.pk), {"post": "yes"})
    assert answer.status_code == 302
    assert not user_model._default_manager.filter(pk=user.pk).exists()
