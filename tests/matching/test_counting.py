"""How many matches there are, as a filter that is being chosen tells it."""

import pytest

from skillswap_kit.exchange.services import update_profile
from skillswap_kit.matching.backends import base
from skillswap_kit.matching.matches import MatchCount
from skillswap_kit.matching.services import count_matches, dismiss_member, recommend
from skillswap_kit.testing.settings import override_skillswap
from tests.exchange.api_client import Hiding

pytestmark = pytest.mark.django_db


def test_it_is_the_length_of_the_list(seeker, match):
    assert count_matches(by=seeker.user) == MatchCount(number=0, is_more=False)
    people = [match() for _ in range(4)]
    dismiss_member(by=seeker.user, member=people[0])
    update_profile(by=people[1], visibility="connections")
    assert count_matches(by=seeker.user).number == len(recommend(by=seeker.user).rows) == 2


def test_who_is_hidden_is_not_counted(seeker, match):
    match()
    hidden = match()
    with override_skillswap(CONTACT_POLICIES=["tests.exchange.api_client.Hiding"]):
        Hiding.hidden = [hidden]
        try:
            assert count_matches(by=seeker.user).number == 1
        finally:
            Hiding.hidden = []


def test_only_those_that_are_asked_for_count(seeker, match):
    person, _other = match(), match()
    assert count_matches(by=seeker.user, narrow=lambda profiles: profiles.filter(user=person.pk)).number == 1


@pytest.mark.parametrize(("most", "number", "is_more"), [(2, 2, True), (3, 3, True), (4, 4, False), (5, 4, False)])
def test_nobody_counts_further_than_asked(most, number, is_more, seeker, match):
    for _ in range(4):
        match()
    assert count_matches(by=seeker.user, most=most) == MatchCount(number=number, is_more=is_more)


@pytest.mark.parametrize(("looks", "number", "is_more"), [(3, 0, True), (4, 1, True), (7, 1, True), (8, 1, False)])
def test_where_few_pass_a_filter_nobody_looks_through_the_whole_site(
    looks, number, is_more, seeker, match, monkeypatch
):
    """What lies behind the bound is not counted, and the answer says so."""
    people = [match() for _ in range(8)]
    monkeypatch.setattr(base, "MOST_LOOKED_AT", looks)
    looked_at = []

    def only_the_fourth(profiles):
        looked_at.append(profiles)
        return profiles.filter(user=people[3].pk)

    assert count_matches(by=seeker.user, narrow=only_the_fourth, most=1) == MatchCount(number=number, is_more=is_more)
    assert len(looked_at) <= 2
