"""What docs/how-to/use-recommendations.md says in Python and types with curl runs as it stands."""

import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from skillswap_kit.exchange.models import Profile
from skillswap_kit.exchange.services import update_profile
from skillswap_kit.matching.apps import MatchingConfig
from skillswap_kit.testing.settings import override_skillswap
from tests.docs import typed
from tests.docs.test_snippets import run
from tests.example.fixtures import demo_data, needs_example, running_demo
from tests.exchange.api_client import Api, key

__all__ = ["demo_data"]

pytestmark = pytest.mark.django_db

PAGE = "how-to/use-recommendations.md"
INSTALL, FILTERS, REASONS, SETTINGS, SERVICES, MORE_SERVICES = range(6)


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
    listing = match(profile={"display_name": "Noor"}).skillswap_listings.get(kind="offer")
    names = run(PAGE, SERVICES, maya=seeker.user)
    assert capsys.readouterr().out.startswith("Noor 0.")
    assert names["following"] is None

    more = run(PAGE, MORE_SERVICES, maya=seeker.user, match=names["match"], guitar=seeker.guitar, listing=listing)
    assert more["swap"].status == "proposed"
    assert capsys.readouterr().out == "1 False\n1 0 0 0\n"
    assert more["beside"] == []
    assert more["trends"][0] == ("Guitar", 1, 1)


@pytest.mark.slow
@needs_example
@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_what_is_typed_with_curl(demo_data: Path, tmp_path: Path) -> None:
    """After signing in as the other page says."""
    data = tmp_path / "data"
    shutil.copytree(demo_data, data)
    with running_demo(data) as site:
        signed_in = typed.steps("how-to/use-the-api-with-curl.md", {"SITE=http://127.0.0.1:8000": f"SITE={site.url}"})[
            :2
        ]
        steps = [*signed_in, *typed.steps(PAGE, {})]
        outputs = typed.run(steps, folder=tmp_path)

    assert len(steps) > 8
    assert typed.differences(steps, outputs) == []
