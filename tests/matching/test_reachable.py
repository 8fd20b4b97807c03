"""Who may share a circle: each finds the other, and whoever asks is hidden from neither."""

from itertools import combinations

import pytest
from django.db.models import Q

from skillswap_kit.core.policies import BaseContactPolicy
from skillswap_kit.exchange.models import Profile
from skillswap_kit.exchange.services import update_profile
from skillswap_kit.matching.candidates import CircleSelection, reachable_pairs
from skillswap_kit.testing.factories import make_member
from skillswap_kit.testing.matchers import HidesTheHidden, HidesTwoFromEachOther
from skillswap_kit.testing.settings import override_skillswap
from skillswap_kit.testing.swaps import make_swap

pytestmark = pytest.mark.django_db

NAMED = ("Noor", "Sami", "Maya", "Salma", "Yusuf", HidesTheHidden.name, *HidesTwoFromEachOther.names)


class HidesNobody(BaseContactPolicy):
    def hidden_from(self, user):
        return Profile.objects.none().values("user")


@pytest.fixture
def town(make_user):
    """Noor shows herself to those she is connected with, of whom Sami is one; Yusuf's account is closed."""
    users = {name: make_user() for name in NAMED}
    for name, user in users.items():
        make_member(user, display_name=name)
    make_swap([users["Noor"], users["Sami"]], status="accepted")
    update_profile(by=users["Noor"], visibility="connections")
    update_profile(by=users["Maya"], visibility="public")
    users["Yusuf"].is_active = False
    users["Yusuf"].save()
    return {name: Profile.objects.get(user=user.pk) for name, user in users.items()}


def each_finds_the_other(one, other):
    return all(
        Profile.objects.visible_to(viewer.user).filter(pk=found.pk).exists()
        for viewer, found in ((one, other), (other, one))
    )


POLICIES = [[], [HidesNobody], [HidesTheHidden], [HidesTwoFromEachOther], [HidesTheHidden, HidesTwoFromEachOther]]


@pytest.mark.parametrize(
    "policies", POLICIES, ids=lambda policies: "-".join(one.__name__ for one in policies) or "none"
)
def test_pairs_are_those_of_whom_each_finds_the_other(town, policies):
    pairs = [(one.pk, other.pk) for one, other in combinations(town.values(), 2)]
    with override_skillswap(CONTACT_POLICIES=[f"{one.__module__}.{one.__qualname__}" for one in policies]):
        expected = {
            (one.pk, other.pk) for one, other in combinations(town.values(), 2) if each_finds_the_other(one, other)
        }
        assert reachable_pairs(pairs) == expected
    assert (town["Noor"].pk, town["Sami"].pk) in expected
    assert (town["Noor"].pk, town["Maya"].pk) not in expected
    assert not {pair for pair in expected if town["Yusuf"].pk in pair}


def test_from_whom_the_asker_is_hidden_is_in_no_pair(town):
    pair = town["Salma"].pk, town["Maya"].pk
    policy = f"{HidesTheHidden.__module__}.{HidesTheHidden.__qualname__}"
    with override_skillswap(CONTACT_POLICIES=[policy]):
        assert CircleSelection(town["Sami"].user).pairs([pair]) == {pair}
        assert CircleSelection(town[HidesTheHidden.name].user).pairs([pair]) == set()


@pytest.mark.parametrize(("policies", "queries"), [([], 1), ([HidesNobody], 2)])
def test_pairs_cost_few_questions(town, policies, queries, django_assert_num_queries):
    open_to_all = Profile.objects.exclude(Q(pk=town["Noor"].pk) | Q(pk=town["Yusuf"].pk))
    pairs = list(combinations(open_to_all.values_list("pk", flat=True), 2))
    paths = [f"{one.__module__}.{one.__qualname__}" for one in policies]
    with override_skillswap(CONTACT_POLICIES=paths), django_assert_num_queries(queries):
        assert reachable_pairs(pairs) == set(pairs)


def test_no_pairs_and_nobody(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert reachable_pairs([]) == set()
    assert reachable_pairs([(98, 99)]) == set()
