"""What earlier skill-exchange systems got wrong, one test for each: d07 is the seventh known defect."""

import os
import re
import socket
import subprocess
import sys
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from skillswap_kit.exchange.models import Listing, Profile, Review, Swap
from skillswap_kit.exchange.services.moves import expire_due_swaps
from skillswap_kit.exchange.services.reviews import publish_due_reviews
from skillswap_kit.testing.factories import make_listing, make_member, make_skill
from skillswap_kit.testing.swaps import make_review, make_swap
from tests.exchange.api_client import Api, key

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(make_user):
    """Three members of a site: two who swap, and somebody else."""
    users = [make_user() for _ in range(3)]
    for user in users:
        make_member(user)
    return users


@pytest.fixture
def pair(people):
    return people[:2]


@pytest.fixture
def ana(people):
    return Api(people[0])


@pytest.fixture
def ben(people):
    return Api(people[1])


@pytest.fixture
def carol(people):
    """She takes no part in anything."""
    return Api(people[2])


UNFINISHED = [status for status in Swap.Status.values if status != Swap.Status.COMPLETED]


@pytest.mark.parametrize("status", UNFINISHED)
def test_d03_an_unfinished_swap_cannot_be_reviewed(pair, ana, status):
    swap = make_swap(pair, status=status)
    answer = ana.post("reviews/", {"swap": swap.pk, "rating": 1})
    assert (answer.status_code, answer.json()["code"]) == (409, "invalid_transition")
    assert not Review.objects.exists()


def test_d03_a_review_is_by_a_participant_about_the_other_side_once(people, pair, ana, carol):
    swap = make_swap(pair, status=Swap.Status.COMPLETED)
    assert carol.post("reviews/", {"swap": swap.pk, "rating": 1}).status_code == 400
    for about in (people[0], people[2]):
        answer = ana.post("reviews/", {"swap": swap.pk, "about": str(about.pk), "rating": 5})
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert ana.post("reviews/", {"swap": swap.pk, "rating": 4}).status_code == 201
    assert ana.post("reviews/", {"swap": swap.pk, "rating": 5}).status_code == 409
    assert Review.objects.get().about == people[1]


@pytest.mark.parametrize("method", ["put", "patch"])
def test_d03_a_review_never_changes_its_target(people, pair, ana, method):
    swap, other = (make_swap(pair, status=Swap.Status.COMPLETED) for _ in range(2))
    review = make_review(swap, by=people[0])
    elsewhere = {"swap": other.pk, "about": key(people[2]), "author": key(people[1]), "rating": 2}
    shown = ana.send(method, f"reviews/{review.pk}/", elsewhere).json()
    assert (shown["swap"], shown["about"]["id"], shown["rating"]) == (swap.pk, key(people[1]), 2)


def test_d03_nobody_swaps_with_themselves(people, ana):
    skill = make_skill()
    answer = ana.post("swaps/", {"to": key(people[0]), "give": {"skill": skill.pk}})
    assert answer.status_code == 400
    assert not Swap.objects.exists()


def test_d04_the_rating_equals_what_the_published_reviews_say(people, pair, ana, ben, settings):
    settings.SKILLSWAP_KIT = {"EXCHANGE_RATING_PRIOR_WEIGHT": 0}

    def rating():
        published = list(Review.objects.published().filter(about=people[1]).values_list("rating", flat=True))
        profile = Profile.objects.get(user=people[1])
        shown = ana.get(f"users/{people[1].pk}/").json()
        average = sum(published) / len(published) if published else None
        assert (profile.rating, profile.rating_count) == (shown["rating"], shown["rating_count"])
        assert (profile.rating, profile.rating_count) == (average, len(published))
        return profile.rating

    first, second, third = (make_swap(pair, status=Swap.Status.COMPLETED) for _ in range(3))
    ana.post("reviews/", {"swap": first.pk, "rating": 5})
    assert rating() is None
    ben.post("reviews/", {"swap": first.pk, "rating": 1})
    assert rating() == 5
    review = ana.post("reviews/", {"swap": second.pk, "rating": 1}).json()
    ana.send("delete", f"reviews/{review['id']}/")
    assert rating() == 5
    ana.post("reviews/", {"swap": third.pk, "rating": 2})
    Review.objects.update(publish_at=timezone.now())
    publish_due_reviews()
    assert rating() == 3.5
    # A published review stays, so that nobody can lift a rating by taking one back.
    assert ana.send("delete", f"reviews/{Review.objects.published().first().pk}/").status_code in (403, 409)
    assert rating() == 3.5


@pytest.mark.parametrize("status", [status for status, ways in Swap.TRANSITIONS.items() if not ways])
def test_d05_what_has_ended_cannot_be_cancelled(pair, ana, ben, status):
    swap = make_swap(pair, status=status)
    for person in (ana, ben):
        answer = person.post(f"swaps/{swap.pk}/cancel/")
        assert (answer.status_code, answer.json()["code"]) == (409, "invalid_transition")
    swap.refresh_from_db()
    assert swap.status == status


def test_d05_what_was_received_cannot_be_cancelled(pair, ana, ben):
    swap = make_swap(pair, status=Swap.Status.ACCEPTED)
    ana.post(f"swaps/{swap.pk}/confirm/")
    for person in (ana, ben):
        assert person.post(f"swaps/{swap.pk}/cancel/").status_code == 409


PROPOSE, ANSWER = ("ana", "propose"), ("ben", "accept")
BOTH_CONFIRM = [("ana", "confirm"), ("ben", "confirm")]
LEGAL_PATHS = {
    "declined": [PROPOSE, ("ben", "decline")],
    "withdrawn": [PROPOSE, ("ana", "cancel")],
    "expired": [PROPOSE, ("clock", "expire")],
    "cancelled": [PROPOSE, ANSWER, ("ben", "cancel")],
    "cancelled under way": [PROPOSE, ANSWER, ("ana", "start"), ("ana", "cancel")],
    "completed": [PROPOSE, ANSWER, *BOTH_CONFIRM],
    "completed after a start": [PROPOSE, ANSWER, ("ben", "start"), *BOTH_CONFIRM],
    "completed in spite of a late start": [PROPOSE, ANSWER, BOTH_CONFIRM[0], ("ben", "start"), BOTH_CONFIRM[1]],
    "changed, then completed": [PROPOSE, ("ben", "change"), ("ana", "accept"), *BOTH_CONFIRM],
    "changed, then declined": [PROPOSE, ("ben", "change"), ("ana", "decline")],
    "changed, then withdrawn": [PROPOSE, ("ben", "change"), ("ben", "cancel")],
}


def test_d06_every_legal_path_can_be_walked_to_its_end(people, ana, ben):
    persons, walked, ends = {"ana": ana, "ben": ben}, set(), set()
    for name, steps in LEGAL_PATHS.items():
        swap, before = None, None
        for who, command in steps:
            if who == "clock":
                Swap.objects.filter(pk=swap["id"]).update(deadline=timezone.now() - timedelta(seconds=1))
                expire_due_swaps()
            else:
                answer = persons[who].post(*request_of(command, swap, people))
                assert answer.status_code < 300, (name, who, command, answer.json())
                swap = answer.json()
            now = ana.get(f"swaps/{swap['id']}/").json()["status"]
            walked.add((before, now))
            before = now
        ends.add(now)
    moves = {(old, new) for old, ways in Swap.TRANSITIONS.items() for new in ways}
    assert moves <= walked
    assert ends == {status for status, ways in Swap.TRANSITIONS.items() if not ways}


def request_of(command, swap, people):
    """The address and the body of a command; a proposal is a barter of two new skills."""
    give, get = ({"skill": make_skill().pk} for _ in range(2))
    if command == "propose":
        return "swaps/", {"to": key(people[1]), "give": give, "get": get}
    version = {"version": swap["version"]} if command in ("accept", "change") else {}
    terms = {"give": give, "get": get} if command == "change" else {}
    return f"swaps/{swap['id']}/{command}/", {**version, **terms}


def test_d25_only_the_person_asked_answers(pair, ana, ben, carol):
    swap = make_swap(pair)
    for action in ("accept", "reject"):
        path, body = f"requests/{swap.pk}/action/", {"action": action}
        assert carol.post(path, body).status_code == 404
        assert Api().post(path, body).status_code in (401, 403)
        assert ana.post(path, body).status_code == 409
    for command in ("accept", "decline"):
        assert carol.post(f"swaps/{swap.pk}/{command}/").status_code == 404
    swap.refresh_from_db()
    assert swap.status == Swap.Status.PROPOSED
    assert ben.post(f"requests/{swap.pk}/action/", {"action": "accept"}).status_code == 200


def test_d33_after_a_refusal_and_a_pause_one_may_ask_again(people, ana, ben):
    skill = make_skill()
    asked = {"to": key(people[1]), "get": {"skill": skill.pk}}
    first = ana.post("requests/send/", asked).json()
    ben.post(f"requests/{first['id']}/action/", {"action": "reject"})
    early = ana.post("requests/send/", asked)
    assert (early.status_code, early.json()["code"]) == (409, "cooling_down")
    Swap.objects.update(closed_at=timezone.now() - timedelta(days=8))
    assert ana.post("requests/send/", asked).status_code == 201


# What strangers could read, and how much a list cost

PERSONAL = ("mail", "phone", "birth", "password", "is_staff", "latitude", "longitude", "balance")


@pytest.mark.parametrize("path", ["skills/", "listings/", "users/"])
def test_d01_strangers_read_an_allow_list(people, path):
    make_member(people[0], place_name="Cairo", geocode=True)
    make_listing(people[0])
    row = Api().get(path).json()["results"][0]
    address = getattr(people[0], people[0].get_email_field_name())
    for answer in (Api().get(path), Api().get(f"{path}{row['id']}/")):
        assert answer.status_code == 200
        shown = answer.content.decode()
        assert address not in shown
        assert not any(word in shown for word in PERSONAL)


@pytest.mark.parametrize("path", ["skills/", "listings/", "users/", "vocabulary/", "categories/"])
@pytest.mark.parametrize("ordering", ["user__password", "owner__password", "password", "?", "pk", "-"])
def test_d02_lists_are_sorted_by_named_orderings_only(people, path, ordering):
    answer = Api().get(path, ordering=ordering)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["ordering"])


def test_d19_a_list_costs_the_same_queries_at_any_length(make_user):
    counts = []
    for total in (25, 50):
        while Listing.objects.count() < total:
            owner = make_user()
            make_member(owner, languages=["ar", "en"])
            make_listing(owner)
        counts.append([len(Api().queries(path)) for path in ("skills/", "users/", "vocabulary/")])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 6


def test_d20_pages_have_a_size(make_user):
    for _ in range(7):
        make_listing(make_user())
    for path in ("skills/", "listings/", "users/", "vocabulary/", "categories/"):
        assert len(Api().get(path, page_size=5).json()["results"]) == 5
        assert Api().get(path, page_size=101).status_code == 400


def test_d31_uploads_of_one_name_are_two_files(people, ana, ben):
    def upload(api, colour):
        data = BytesIO()
        Image.new("RGB", (8, 8), colour).save(data, "PNG")
        form = {"avatar": SimpleUploadedFile("photo.png", data.getvalue(), "image/png")}
        return api.client.put("/api/users/me/avatar/", form, format="multipart").json()["avatar"]

    first, second = upload(ana, "red"), upload(ben, "blue")
    names = Profile.objects.exclude(avatar="").values_list("avatar", flat=True)
    assert len(set(names)) == 2
    assert not any("photo" in name for name in names)
    assert Api().client.get(first).content != Api().client.get(second).content


# Who may administer


@pytest.fixture
def moderator(make_user):
    user = make_user("moderator", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["change_profile", "view_profile"]))
    client = Client(enforce_csrf_checks=True, headers={"x-csrftoken": "t" * 32})
    client.cookies["csrftoken"] = "t" * 32
    client.force_login(user)
    return client


def test_d28_staff_make_no_administrators(people, moderator):
    profile = Profile.objects.get(user=people[0])
    page = reverse("admin:skillswap_exchange_profile_change", args=[profile.pk])
    form = {"display_name": "New", "time_zone": "UTC", "visibility": "public", "is_staff": "on", "is_superuser": "on"}
    assert moderator.post(page, {**form, "user-is_superuser": "on"}).status_code == 302
    people[0].refresh_from_db()
    assert Profile.objects.get(pk=profile.pk).display_name == "New"
    assert (people[0].is_staff, people[0].is_superuser) == (False, False)


def test_d28_accounts_are_closed_by_post_with_a_token_only(people, moderator):
    changelist = reverse("admin:skillswap_exchange_profile_changelist")
    action = {"action": "deactivate", "_selected_action": [Profile.objects.get(user=people[0]).pk], "confirmed": "1"}
    assert moderator.get(changelist, action).status_code in (200, 302)
    assert moderator.post(changelist, action, headers={"x-csrftoken": ""}).status_code == 403
    people[0].refresh_from_db()
    assert people[0].is_active
    moderator.post(changelist, action)
    people[0].refresh_from_db()
    assert not people[0].is_active


# Secrets and servers


def test_d23_no_secret_and_no_database_is_in_the_repository():
    """Names only: what git keeps, or what the archive holds where there is no git."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    names = listed or [str(path.relative_to(ROOT)) for path in (ROOT / "src").rglob("*")]
    assert len(names) > 50
    secret = re.compile(r"(^|/)(\.env(\.(?!example$).*)?|secret_key|id_rsa|.*\.(sqlite3?|db|pem|key|p12))$")
    assert [name for name in names if secret.search(name)] == []


def test_d13_the_asgi_application_answers_over_a_real_socket(tmp_path):
    """By the command that the documentation names. The demo as a whole is in tests/example."""
    pytest.importorskip("daphne", reason="a server is part of the group example")
    port = free_port()
    environment = {**os.environ, "EXAMPLE_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "example.settings"}
    command = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "example.asgi:application"]
    with subprocess.Popen(
        command, cwd=ROOT / "example_project", env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            assert b"openapi" in first_answer(f"http://127.0.0.1:{port}/api/schema/", process)
        finally:
            process.terminate()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def first_answer(address, process, patience=60):
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended"
        try:
            with urlopen(address, timeout=patience) as answer:
                return answer.read()
        except URLError:
            time.sleep(0.2)
    raise AssertionError("the server did not answer")
