"""What apps add to pages of others."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.template import Context, Template
from django.test import override_settings
from django.urls import include, path, reverse
from django.utils.html import format_html

from skillswap_kit.core.keys import written_key
from skillswap_kit.core.slots import slot_functions
from skillswap_kit.exchange.models import Swap
from skillswap_kit.exchange.services import pause_listing
from skillswap_kit.matching.models import SkillSimilarity
from skillswap_kit.testing.factories import make_listing, make_member, make_skill
from skillswap_kit.testing.swaps import make_swap
from tests.matching.seekers import always_fresh, make_match, make_seeker

from .reader import Reader, plain
from .test_matches import press_seen

pytestmark = pytest.mark.django_db

urlpatterns = [path("api/", include("skillswap_kit.urls_api"))]

HERE = __name__


def nothing(request: Any, **what: Any) -> str:
    return ""


def first(request: Any, **what: Any) -> str:
    return format_html("<p>first: {}</p>", ", ".join(sorted(what)))


def second(request: Any, *, listing: Any, **what: Any) -> str:
    return format_html("<p>second: {} for {}</p>", listing, request.user)


def unsafe(request: Any, **what: Any) -> str:
    return "<b>bold</b>"


def beside(request: Any, *, profile: Any, **what: Any) -> str:
    return format_html("<p>beside {}</p>", profile)


@pytest.fixture
def contribute(monkeypatch):
    """Gives apps slots to fill, by label; those of the kit that are not named fill none."""

    def contribute_by(**slots: dict[str, Any]) -> None:
        for app_config in apps.get_app_configs():
            monkeypatch.setattr(app_config, "slots", slots.get(app_config.label, {}), raising=False)

    return contribute_by


def draw(**what: Any) -> str:
    return Template("{% load skillswap %}{% slot 'listing' listing=listing %}").render(Context(what))


def test_apps_fill_a_slot_in_their_order_and_hosts_after_them(contribute):
    contribute(
        staticfiles={"listing": f"{HERE}.first"},
        skillswap_matching={"listing": f"{HERE}.nothing"},
        skillswap_exchange={"listing": f"{HERE}.second"},
    )
    assert slot_functions("listing") == [second, nothing, first]
    assert slot_functions("member") == []


def test_a_slot_that_nobody_fills_is_empty(contribute):
    contribute(staticfiles={"another": f"{HERE}.first", "listing": f"{HERE}.nothing"})
    assert draw(listing="x") == ""


def test_what_is_not_marked_as_safe_is_text(contribute):
    contribute(staticfiles={"listing": f"{HERE}.unsafe"})
    assert draw(listing="x") == "&lt;b&gt;bold&lt;/b&gt;"


def test_the_pages_of_an_offer_and_of_a_member_have_one(make_user, contribute):
    mona = make_user("mona")
    offer = make_listing(mona, skill=make_skill("Guitar"))
    contribute(staticfiles={"listing": f"{HERE}.second", "member": f"{HERE}.beside"})
    assert f"second: Guitar for {mona}" in Reader(mona).text(f"/listings/{offer.pk}/")
    assert f"beside {mona.skillswap_profile}" in Reader().text(f"/members/{written_key(mona.pk)}/")


def test_without_the_matching_the_pages_are_what_they_were(make_user, contribute):
    mona = make_user("mona")
    offer = make_listing(mona, skill=make_skill("Guitar"))
    addresses = [f"/listings/{offer.pk}/", f"/members/{written_key(mona.pk)}/"]
    contribute()
    bare = [Reader().queries(address) for address in addresses]
    contribute(staticfiles={"listing": f"{HERE}.first", "member": f"{HERE}.first"})
    assert [Reader().queries(address) for address in addresses] == bare


@pytest.fixture
def sami(make_user):
    """Wants the guitar and Spanish, teaches Python."""
    with always_fresh():
        yield make_seeker(make_user("sami"))


class TestOffersLikeIt:
    def test_others_of_its_skill_and_of_what_helps_with_it(self, make_user):
        guitar, lute = make_skill("Guitar"), make_skill("Lute")
        SkillSimilarity.objects.create(wanted=guitar, taught=lute, weight=40)
        offer, same, similar = (make_listing(make_user(), skill=skill) for skill in (guitar, guitar, lute))
        make_listing(make_user())
        answer = Reader(make_user()).open(f"/listings/{offer.pk}/")
        html = answer.content.decode().partition("Offers like this")[2]
        found = re.findall(r'href="/listings/(\d+)/"', html)
        assert list(map(int, found)) == [same.pk, similar.pk]
        assert reverse("skillswap_matching:learn-skill", args=[guitar.pk]) in html

    def test_where_there_are_none_nothing_is_said(self, make_user):
        offer = make_listing(make_user())
        assert "Offers like this" not in Reader().text(f"/listings/{offer.pk}/")

    def test_a_want_has_none(self, make_user):
        guitar = make_skill("Guitar")
        want = make_listing(make_user(), skill=guitar, kind="want")
        make_listing(make_user(), skill=guitar)
        assert "Offers like this" not in Reader().text(f"/listings/{want.pk}/")

    def test_strangers_see_them_where_they_may_browse(self, make_user):
        guitar = make_skill("Guitar")
        offer, _other = make_listing(make_user(), skill=guitar), make_listing(make_user(), skill=guitar)
        text = Reader().text(f"/listings/{offer.pk}/")
        assert "Offers like this" in text
        assert "All ways to learn" not in text

    def test_more_of_them_cost_no_more_queries(self, make_user):
        guitar = make_skill("Guitar")
        offers = [make_listing(make_user(), skill=guitar) for _ in range(2)]
        address, reader = f"/listings/{offers[0].pk}/", Reader(make_user())
        few = reader.queries(address)
        for _ in range(3):
            make_listing(make_user(), skill=guitar)
        assert reader.queries(address) == few


def page_of(user: Any) -> str:
    return f"/members/{written_key(user.pk)}/"


class TestWhyYouFit:
    @pytest.fixture
    def mona(self, make_user, sami):
        """Teaches Sami the guitar, and wants Python from him."""
        return make_match(make_user("mona"), sami, level="expert", profile={"display_name": "Mona"})

    def test_the_reasons_both_ways_and_one_click(self, sami, mona):
        text = Reader(sami.user).text(page_of(mona))
        beside = text.partition("Why you fit")[2]
        assert "no contact yet" in beside
        assert "from them (expert)." in beside.partition("which you offer.")[0]
        assert "Propose this swap" in beside
        assert "Not for me" in beside

    def test_one_click_proposes_and_the_page_leads_there(self, sami, mona):
        reader = Reader(sami.user)
        press_seen(reader, reader.open(page_of(mona)))
        swap = Swap.objects.get()
        assert {leg.skill for leg in swap.legs.all()} == {sami.guitar, sami.python}
        for viewer, contact, button in (
            (sami.user, "you asked them", "See your proposal"),
            (mona, "they asked you", "Answer their proposal"),
        ):
            other = mona if viewer == sami.user else sami.user
            answer = Reader(viewer).open(page_of(other))
            assert contact in plain(answer)
            assert button in plain(answer)
            assert "Propose this swap" not in plain(answer)
            assert reverse("skillswap_exchange:swap", args=[swap.pk]) in answer.content.decode()

    def test_one_click_proposes_what_was_shown_or_nothing(self, sami, mona):
        reader = Reader(sami.user)
        seen = reader.open(page_of(mona))
        assert "One click proposes: you learn Guitar , you teach Python ." in plain(seen)
        make_listing(mona, skill=sami.spanish)
        pause_listing(by=mona, listing=mona.skillswap_listings.get(skill=sami.guitar))
        answer = press_seen(reader, seen, status=400)
        assert "it would be \u2068Spanish\u2069 now" in plain(answer)
        assert not Swap.objects.exists()

    def test_who_is_connected_reads_it(self, sami, mona):
        make_swap([sami.user, mona], status=Swap.Status.ACCEPTED)
        reader = Reader(sami.user)
        text = reader.text(page_of(mona)).partition("Why you fit")[2]
        assert text.startswith(" connected")
        assert "Propose this swap" in text
        make_swap([mona, sami.user])
        text = reader.text(page_of(mona)).partition("Why you fit")[2]
        assert text.startswith(" connected")
        assert "Answer their proposal" in text

    def test_who_was_dismissed_is_told_so_and_can_be_taken_back(self, sami, mona):
        reader, key = Reader(sami.user), written_key(mona.pk)
        reader.client.post(f"/matches/{key}/dismiss/", {"next": page_of(mona)})
        assert "They are not suggested to you." in reader.text(page_of(mona))
        assert "Not for me" not in reader.text(page_of(mona))
        reader.client.post(f"/matches/{key}/undo-dismissal/", {"next": page_of(mona)})
        assert "Not for me" in reader.text(page_of(mona))
        assert "They are not suggested to you." not in Reader(mona).text(page_of(sami.user))

    def test_where_one_side_has_nothing_for_the_other_there_is_no_one_click(self, sami, make_user):
        teacher = make_user()
        make_listing(teacher, skill=sami.guitar)
        text = Reader(sami.user).text(page_of(teacher))
        assert "What speaks for it" in text
        assert "Propose this swap" not in text

    def test_nothing_is_said_where_nothing_speaks_for_it(self, sami, mona, make_user):
        for viewer, member in ((sami.user, sami.user), (None, mona), (sami.user, make_user()), (make_user(), mona)):
            if member != sami.user:
                make_member(member)
            text = Reader(viewer).text(page_of(member))
            assert "Why you fit" not in text
            assert "What speaks for it" not in text

    def test_where_the_pages_of_the_matching_are_left_out_nothing_leads_to_them(self, sami, mona):
        with override_settings(ROOT_URLCONF="tests.web.exchange_alone"):
            assert "Why you fit" not in Reader(sami.user).text(page_of(mona))

    def test_more_reasons_cost_no_more_queries(self, sami, mona):
        reader = Reader(sami.user)
        few = reader.queries(page_of(mona))
        make_listing(mona, skill=sami.spanish)
        make_swap([sami.user, mona])
        assert reader.queries(page_of(mona)) == few


class TestCheck:
    @staticmethod
    def problems() -> list[str]:
        return [message.msg for message in run_checks() if message.id == "skillswap_core.E015"]

    def test_the_kit_s_own_lead_somewhere(self):
        assert self.problems() == []

    @pytest.mark.parametrize(
        ("leads_to", "reason"),
        [
            (f"{HERE}.missing", "does not define"),
            ("mysite.nowhere.draw", "No module named"),
            (f"{HERE}.HERE", "it is no function"),
            (first, "it is no dotted path"),
        ],
    )
    def test_what_leads_nowhere_is_said_at_start_up(self, contribute, leads_to: Any, reason: str):
        contribute(staticfiles={"listing": leads_to})
        (problem,) = self.problems()
        assert problem.startswith("'django.contrib.staticfiles' fills the slot 'listing' of pages by")
        assert reason in problem

    def test_a_site_without_pages_is_not_asked(self, contribute):
        contribute(staticfiles={"listing": f"{HERE}.missing"})
        with override_settings(ROOT_URLCONF=HERE):
            assert self.problems() == []
