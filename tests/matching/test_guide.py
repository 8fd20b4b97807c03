"""The Python of docs/how-to/use-recommendations.md runs as it stands."""

import sys
from types import ModuleType

import pytest

from skillswap_kit.exchange.models import Profile
from skillswap_kit.exchange.services import update_profile
from skillswap_kit.matching.apps import MatchingConfig
from skillswap_kit.testing.settings import override_skillswap
from tests.docs.test_snippets import run
from tests.exchange.api_client import Api, key

pytestmark = pytest.mark.django_db

PAGE = "how-to/use-recommendations.md"
INSTALL, FILTERS, REASONS, SETTINGS, SERVICES = range(5)


@pytest.fixture
def guided(monkeypatch):
    """A site that has done what the page says."""
    package, module = ModuleType("mysite"), ModuleType("mysite.matching")
    for block in (FILTERS, REASONS):
        vars(module).update(run(PAGE, block, __name__="mysite.matching"))
    monkeypatch.setitem(sys.modules, "mysite", package)
    monkeypatch.setitem(sys.modules, "mysite.matching", module)
    with override_skillswap(**run(PAGE, SETTINGS)["SKILLSWAP_KIT"]):
        yield


def test_filters_and_reasons_of_a_host(guided, seeker, match):
    update_profile(by=seeker.user, place_name="Giza")
    pictured, _other = match(profile={"place_name": "Giza"}), match(profile={"place_name": "Giza"})
    Profile.objects.filter(user=pictured.pk).update(avatar="avatars/x.png")
    (row,) = Api(seeker.user).get("recommendations/", pictured="true", explain="true").json()["results"]
    assert row["member"]["id"] == key(pictured)
    assert row["reasons"][-1] == {
        "kind": "same_place",
        "text": "Lives in Giza, too.",
        "data": {"place": "Giza"},
    }


def test_the_app_is_added_as_the_page_says():
    assert run(PAGE, INSTALL, INSTALLED_APPS=[])["INSTALLED_APPS"] == [MatchingConfig.name]


def test_the_services(seeker, match, capsys):
    match(profile={"display_name": "Noor"})
    names = run(PAGE, SERVICES, maya=seeker.user)
    assert capsys.readouterr().out.startswith("Noor 0.")
    assert names["following"] is None
