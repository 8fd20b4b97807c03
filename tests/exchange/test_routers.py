"""A host whose router sends the kit to another database than the default one, which has no tables here."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.core.children import ROOT

SCRIPT = """
import django; django.setup()
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connections
from rest_framework.test import APIClient
from skillswap_kit.core.models import Event
from skillswap_kit.exchange.models import Connection, Review, Swap
from skillswap_kit.exchange.services import confirm_legs, merge_skills, set_avatar
from skillswap_kit.testing.factories import make_member, make_skill
from skillswap_kit.testing.swaps import make_review, make_session, make_swap
from tests.exchange.test_listings import picture

call_command("migrate", database="second", verbosity=0)
users = get_user_model().objects
amina, bruno = [make_member(users.create_user(f"{name}@example.org")).user for name in ("amina", "bruno")]
staff = users.create_superuser("staff@example.org")
guitar, python, other = make_skill("Guitar"), make_skill("Python"), make_skill("Snake")

client = APIClient()
def post(person, path, data=None):
    client.force_authenticate(person)
    answer = client.post(f"/api/{path}", data or {}, format="json", headers={"Idempotency-Key": path})
    assert answer.status_code in (200, 201), answer.json()
    return answer.json()

legs = [
    {"giver": str(amina.pk), "receiver": str(bruno.pk), "skill": guitar.pk},
    {"giver": str(bruno.pk), "receiver": str(amina.pk), "skill": other.pk},
]
swap = Swap.objects.get(pk=post(amina, "swaps/", {"legs": legs})["id"])
merge_skills(by=staff, skill=other, into=python)
post(bruno, f"swaps/{swap.pk}/accept/", {"version": 1})
make_session(swap, by=amina)
for person in (amina, bruno):
    confirm_legs(swap=swap, by=person)
    set_avatar(by=person, upload=picture())
    set_avatar(by=person, upload=picture())
swap.refresh_from_db()
for person in (amina, bruno):
    make_review(swap, by=person)
call_command("skillswap_run_due", verbosity=0)
open_swap = make_swap([amina, bruno])
bruno.delete()
open_swap.refresh_from_db()
states = set(Event.objects.values_list("state", flat=True))
assert states == {"delivered"}, states
assert not connections["default"].introspection.table_names()
print(swap.status, open_swap.status, Review.objects.count(), Connection.objects.count())
"""


def test_a_swap_from_the_proposal_to_the_reviews():
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings.routed", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["completed", "cancelled", "2", "0"]
