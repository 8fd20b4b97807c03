"""What programs of staff read of the whole community."""

import pytest
from django.contrib.auth.models import Permission
from rest_framework.test import APIClient

from skillswap_kit.matching.models import RankedProposal
from skillswap_kit.testing.factories import make_listing, make_skill
from skillswap_kit.testing.swaps import make_swap

from .seekers import WANT

pytestmark = pytest.mark.django_db

ROUTE = "/api/matching-statistics/"


@pytest.fixture
def api(make_user):
    chief, client = make_user("chief"), APIClient()
    chief.user_permissions.add(Permission.objects.get(codename="view_statistics"))
    client.force_authenticate(chief)
    return client


def test_staff_read_how_the_matching_does(api, seeker, match, make_user):
    other, alone = match(), make_user()
    wanted = make_skill("Juggling")
    make_listing(alone, skill=wanted, kind=WANT)
    make_listing(alone, skill=make_skill("Chess"))
    RankedProposal.objects.create(swap=make_swap([seeker.user, other], status="accepted"), rank=2)
    answer = api.get(ROUTE, {"seconds": 10}).json()
    examples = answer["partners"].pop("examples")
    assert alone.skillswap_profile.name in [example["member"]["name"] for example in examples]
    # Sami and the other one are connected by now, and are not suggested to each other.
    assert answer["partners"] == {
        "asked": 3,
        "alone": 3,
        "share": 1.0,
        "is_complete": True,
        "members": 3,
        "members_alone": 3,
    }
    assert answer["exposure"] == {"members": 3, "shown": 0, "most": 0, "gini": None}
    assert answer["untaught"][1] == {"skill": {"id": wanted.pk, "name": "Juggling"}, "wanted": 1, "helping": []}
    assert answer["acceptance"][1] == {
        "first": 2,
        "last": 3,
        "proposed": 1,
        "answered": 1,
        "accepted": 1,
        "share": 1.0,
    }
    assert answer["matchers"] == [
        {
            "alias": "default",
            "backend": "skillswap_kit.matching.backends.sql.SqlMatcher",
            "capabilities": answer["matchers"][0]["capabilities"],
            "is_usable": True,
            "problem": "",
            "index": None,
        }
    ]
    assert {"exact", "similarity"} <= set(answer["matchers"][0]["capabilities"])


def test_nobody_has_members_asked_for_ever(api):
    for seconds in ("-1", "11", "nan", "inf", "soon"):
        refused = api.get(ROUTE, {"seconds": seconds})
        assert (refused.status_code, list(refused.json()["fields"])) == (400, ["seconds"])
    assert api.get(ROUTE, {"seconds": 0}).json()["partners"]["asked"] == 0


def test_members_do_not_read_statistics(seeker):
    client = APIClient()
    client.force_authenticate(seeker.user)
    assert client.get(ROUTE).status_code == 403
