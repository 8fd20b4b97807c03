"""A POST under an Idempotency-Key happens once, also when its repeats arrive at the same moment."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from rest_framework.test import APIClient

from skillswap_kit.core.models import IdempotencyRecord
from skillswap_kit.exchange.models import Category, Skill

from .api_world import SkillViewSet, make_person, make_skills

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.api_world")]

KEY = {"Idempotency-Key": "k-1"}


@pytest.fixture
def category():
    return Category.objects.create(name="Music", slug="music")


@pytest.fixture
def person():
    return make_person()


@pytest.fixture
def client(person):
    return client_of(person)


def client_of(person):
    client = APIClient()
    client.force_authenticate(person)
    return client


def send(client, category, name="Oud", headers=KEY, **extra):
    return client.post("/api/skills/", {"name": name, "category": category.pk, **extra}, format="json", headers=headers)


def test_a_repeat_gets_the_stored_answer(client, category):
    first, second = send(client, category), send(client, category)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    assert Skill.objects.count() == 1


def test_the_order_of_members_of_an_object_does_not_matter(client, category):
    bodies = [f'{{"name":"Oud","category":{category.pk}}}', f'{{"category": {category.pk}, "name": "Oud"}}']
    first, second = (client.post("/api/skills/", body, content_type="application/json", headers=KEY) for body in bodies)
    assert second.json() == first.json()
    assert Skill.objects.count() == 1


def test_another_body_under_the_same_key_is_refused(client, category):
    send(client, category)
    answer = send(client, category, name="Ney")
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
    assert Skill.objects.count() == 1


def test_another_address_under_the_same_key_is_refused(client, category):
    send(client, category)
    answer = client.post("/api/skills/?x=1", {"name": "Oud", "category": category.pk}, format="json", headers=KEY)
    assert answer.json()["code"] == "idempotency_key_reused"


def test_keys_differ_by_case_and_spaces_on_every_database(client, category):
    for number, key in enumerate(["abc", "ABC", "a bc"]):
        assert send(client, category, name=f"Oud {number}", headers={"Idempotency-Key": key}).status_code == 201
    assert Skill.objects.count() == 3


def test_each_person_has_keys_of_their_own(client, category):
    send(client, category)
    assert "Idempotent-Replayed" not in send(client_of(make_person()), category)
    assert Skill.objects.count() == 2


def test_without_a_key_every_request_counts(client, category):
    send(client, category, headers={})
    send(client, category, headers={})
    assert Skill.objects.count() == 2
    assert not IdempotencyRecord.objects.exists()


@pytest.mark.parametrize("key", ["", "x" * 201, "tab\there", "\x7f"])
def test_a_key_that_cannot_be_used_is_refused(client, category, key):
    answer = send(client, category, headers={"Idempotency-Key": key})
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["Idempotency-Key"]
    assert not Skill.objects.exists()


def test_wrong_input_is_not_stored(client, category):
    assert send(client, category, name="").status_code == 400
    assert not IdempotencyRecord.objects.exists()
    assert send(client, category).status_code == 201


def test_a_refusal_leaves_nothing_half_written(client, category):
    skill = make_skills(1, category)[0]
    address = f"/api/skills/{Skill.objects.get().pk}/fail_after_writing/"
    answer = client.post(address, headers=KEY)
    assert answer.status_code == 409
    assert Skill.objects.get().name == skill.name
    assert not IdempotencyRecord.objects.exists()


def test_strangers_are_refused_before_their_key_is_read(category):
    answer = send(APIClient(), category, headers={"Idempotency-Key": ""})
    assert answer.json()["code"] == "not_authenticated"


def upload(client, category, content):
    photo = SimpleUploadedFile("oud.txt", content)
    return client.post(
        "/api/skills/", {"name": "Oud", "category": category.pk, "photo": photo}, format="multipart", headers=KEY
    )


def test_files_are_compared_by_their_bytes(client, category):
    assert upload(client, category, b"one").status_code == 201
    assert upload(client, category, b"one")["Idempotent-Replayed"] == "true"
    assert upload(client, category, b"two").status_code == 409


def test_a_deleted_address_answers_its_repeat_all_the_same(client, category):
    send(client, category)
    Skill.objects.all().delete()
    assert send(client, category).status_code == 201
    assert not Skill.objects.exists()


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_idempotent_by_themselves(client, category, method):
    skill = make_skills(1, category)[0]
    address = f"/api/skills/{Skill.objects.get().pk}/"
    getattr(client, method)(address, {"name": skill.name, "category": category.pk}, format="json", headers=KEY)
    assert not IdempotencyRecord.objects.exists()


@pytest.fixture
def slow_writes(monkeypatch):
    """Long enough that every repeat arrives while the first request is at work."""
    write = SkillViewSet.perform_create

    def write_slowly(view, data):
        time.sleep(0.2)
        return write(view, data)

    monkeypatch.setattr(SkillViewSet, "perform_create", write_slowly)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_number", range(3))
def test_repeats_at_the_same_moment_happen_once(round_number, person, category, slow_writes):
    threads = 8
    barrier = Barrier(threads)

    def one(number):
        try:
            client = client_of(person)
            barrier.wait(timeout=30)
            return send(client, category)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        answers = list(pool.map(one, range(threads)))
    assert {answer.status_code for answer in answers} == {201}, [answer.content for answer in answers]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer for answer in answers) == 1
    assert Skill.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_repeats_of_a_refused_request_are_all_refused(person, category):
    skill = make_skills(1, category)[0]
    address = f"/api/skills/{Skill.objects.get().pk}/fail_after_writing/"
    threads = 6
    barrier = Barrier(threads)

    def one(number):
        try:
            client = client_of(person)
            barrier.wait(timeout=30)
            return client.post(address, headers=KEY)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        statuses = {answer.status_code for answer in pool.map(one, range(threads))}
    assert statuses <= {409, 503}, connection.vendor
    assert Skill.objects.get().name == skill.name
    assert not IdempotencyRecord.objects.exists()
