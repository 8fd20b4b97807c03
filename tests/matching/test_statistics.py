"""What staff learn of the whole community: counted on communities that are counted by hand."""

from __future__ import annotations

from itertools import count
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction

from skillswap_kit.core.errors import NotAllowed
from skillswap_kit.core.events import deliver
from skillswap_kit.core.models import Event
from skillswap_kit.exchange.models import Listing, Profile, Swap
from skillswap_kit.exchange.services import pause_listing, update_profile
from skillswap_kit.matching.models import RankedProposal, SkillSimilarity
from skillswap_kit.matching.services import asking, dismiss_member, matching_statistics, ranking, recommend
from skillswap_kit.matching.services.asking import ask_members
from skillswap_kit.matching.services.ranking import rank_proposal
from skillswap_kit.matching.services.statistics import AcceptedAtRank, acceptance_by_rank, gini
from skillswap_kit.testing.factories import make_listing, make_member, make_skill
from skillswap_kit.testing.settings import override_skillswap
from skillswap_kit.testing.swaps import make_swap

from .seekers import WANT, always_fresh

pytestmark = pytest.mark.django_db

LONG = 3600.0
"""Seconds in which everybody is asked."""


@pytest.fixture(autouse=True)
def fresh():
    with always_fresh():
        yield


@pytest.fixture
def chief(make_user):
    user = make_user("chief")
    user.user_permissions.add(Permission.objects.get(codename="view_statistics"))
    return user


@pytest.fixture
def member(make_user):
    """Makes somebody of this name who teaches and wants these skills."""

    def make(name, *, teaches=(), wants=()):
        user = make_user(name)
        make_member(user, display_name=name)
        for skill in teaches:
            make_listing(user, skill=skill)
        for skill in wants:
            make_listing(user, skill=skill, kind=WANT)
        return user

    return make


@pytest.fixture
def village(member):
    """Ana and Cleo swap with Ben alone, nobody wants what Dora teaches, and Eve wants nothing."""
    art, bread, chess = (make_skill(name) for name in ("Art", "Bread", "Chess"))
    return SimpleNamespace(
        ana=member("Ana", teaches=[art], wants=[bread]),
        ben=member("Ben", teaches=[bread], wants=[art]),
        cleo=member("Cleo", teaches=[art], wants=[bread]),
        dora=member("Dora", teaches=[chess], wants=[art]),
        eve=member("Eve", teaches=[art]),
    )


def names(profiles):
    return [profile.display_name for profile in profiles]


def test_only_who_has_the_permission_reads_statistics(make_user):
    with pytest.raises(NotAllowed):
        matching_statistics(by=make_user())


def test_members_without_a_partner_are_counted(village, chief):
    partners = matching_statistics(by=chief, seconds=LONG).partners
    assert (partners.asked, partners.alone, partners.share, partners.is_complete) == (4, 1, 0.25, True)
    assert (partners.members, partners.members_alone) == (4, 1)
    assert names(partners.examples) == ["Dora"]


def test_who_has_left_is_not_asked(village, chief):
    village.dora.is_active = False
    village.dora.save()
    partners = matching_statistics(by=chief, seconds=LONG).partners
    assert (partners.asked, partners.alone, partners.examples) == (3, 0, [])


def test_members_whom_one_may_not_find_are_counted_and_not_named(village, chief):
    update_profile(by=village.dora, visibility=Profile.Visibility.CONNECTIONS)
    partners = matching_statistics(by=chief, seconds=LONG).partners
    assert (partners.alone, partners.examples) == (1, [])


def test_exposure_is_counted_over_all_who_were_asked_or_shown(village, chief):
    """Ben is shown twice, Ana and Cleo once, Dora never: (-3·0 - 1·1 + 1·1 + 3·2) / (4 · 4)."""
    exposure = matching_statistics(by=chief, seconds=LONG).exposure
    assert (exposure.members, exposure.shown, exposure.most, exposure.gini) == (4, 3, 2, 0.375)


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [([], None), ([0, 0], None), ([3], 0), ([2, 2, 2], 0), ([4, 0, 0, 0], 0.75), ([1, 3], 0.25)],
)
def test_gini_is_the_textbooks(amounts, expected):
    assert gini(amounts) == expected


def test_nobody_is_asked_longer_than_one_waits(village, chief, monkeypatch):
    """The clock goes on by a second at each look: at the start, and before each number that is drawn."""
    monkeypatch.setattr(asking.time, "monotonic", count().__next__)
    asked = ask_members(seconds=3)
    assert (asked.drawn, asked.is_complete) == (2, False)
    assert asked.estimate(1) == round(asked.keys / 2)


def test_without_time_nothing_is_known(village, chief):
    found = matching_statistics(by=chief, seconds=0)
    assert (found.partners.asked, found.partners.share, found.partners.members) == (0, None, None)
    assert (found.partners.is_complete, found.exposure.gini) == (False, None)


def test_an_empty_site_has_been_asked_completely(chief):
    found = matching_statistics(by=chief, seconds=0)
    assert (found.partners.members, found.partners.is_complete, found.untaught_count) == (0, True, 0)


def test_members_are_asked_in_many_steps(village, monkeypatch):
    monkeypatch.setattr(asking, "READ_AT_ONCE", 1)
    asked = ask_members(seconds=LONG)
    assert (len(asked.numbers), asked.is_complete) == (4, True)


def test_of_very_many_some_are_drawn(village, monkeypatch):
    monkeypatch.setattr(asking, "MOST_DRAWN", 2)
    asked = ask_members(seconds=LONG)
    assert (asked.drawn, asked.is_complete) == (2, False)


def test_wanted_skills_that_nobody_teaches_are_counted(member, make_user, chief):
    dance, esperanto, fado = (make_skill(name) for name in ("Dance", "Esperanto", "Fado"))
    ballet, tango = make_skill("Ballet"), make_skill("Tango")
    for name in ("Gil", "Hana"):
        member(name, wants=[dance, fado])
    member("Ivo", wants=[esperanto], teaches=[fado, ballet])
    paused = make_listing(make_user(), skill=dance)
    pause_listing(by=paused.owner, listing=paused)
    gone = make_listing(make_user(), skill=esperanto).owner
    gone.is_active = False
    gone.save()
    for taught, weight in ((ballet, 30), (tango, 60), (esperanto, 0)):
        SkillSimilarity.objects.create(wanted=dance, taught=taught, weight=weight)

    found = matching_statistics(by=chief, seconds=0)
    assert [(row.skill, row.wanted, row.helping) for row in found.untaught] == [
        (dance, 2, [ballet]),
        (esperanto, 1, []),
    ]
    assert found.untaught_count == 2
    with override_skillswap(MATCHING_MAX_SIMILAR=1):
        assert matching_statistics(by=chief, seconds=0).untaught[0].helping == []


def ranked(people, rank, status="proposed"):
    return RankedProposal.objects.create(swap=make_swap(people, status=status), rank=rank)


def test_acceptance_is_counted_by_place(make_user):
    by = make_user()
    for rank, status in (
        (1, "accepted"),
        (1, "completed"),
        (1, "declined"),
        (2, "proposed"),
        (3, "accepted"),
        (4, "expired"),
        (10, "cancelled"),
        (11, "declined"),
        (50, "proposed"),
        (None, "accepted"),
        (None, "proposed"),
    ):
        ranked([by, make_user()], rank, status)
    found = acceptance_by_rank()
    assert found == [
        AcceptedAtRank(first=1, last=1, proposed=3, answered=3, accepted=2),
        AcceptedAtRank(first=2, last=3, proposed=2, answered=1, accepted=1),
        AcceptedAtRank(first=4, last=10, proposed=2, answered=0, accepted=0),
        AcceptedAtRank(first=11, last=50, proposed=2, answered=1, accepted=0),
        AcceptedAtRank(first=None, last=None, proposed=2, answered=1, accepted=1),
    ]
    assert [row.share for row in found] == [2 / 3, 1, None, 0, 1]


def ranks():
    return list(RankedProposal.objects.order_by("pk").values_list("rank", flat=True))


def test_the_place_of_whoever_is_asked_is_kept_with_the_event(seeker, match, django_capture_on_commit_callbacks):
    match(level="expert")
    second = match()
    with django_capture_on_commit_callbacks(execute=True):
        swap = make_swap([seeker.user, second])
    [kept] = RankedProposal.objects.all()
    assert (kept.swap, kept.rank) == (swap, 2)
    event = Event.objects.get(name="exchange.swap_proposed")
    Event.objects.update(state=Event.State.PENDING, due_at=event.occurred_at)
    assert deliver(event.pk)
    assert ranks() == [2]


@pytest.mark.parametrize("backend", ["sql.SqlMatcher", "reference.ReferenceMatcher"])
def test_the_proposal_itself_does_not_push_anybody_down(backend, seeker, match):
    """Of two who fit alike the first stood first; asked afterwards, the matcher has them behind the other."""
    first, second = match(), match()
    with override_skillswap(MATCHING_BACKENDS={"default": {"BACKEND": f"skillswap_kit.matching.backends.{backend}"}}):
        swap = make_swap([seeker.user, first])
        assert [row.profile.user for row in recommend(by=seeker.user).rows] == [second, first]
        assert rank_proposal(swap=swap).rank == 1


def test_a_matcher_of_another_order_is_taken_at_its_word(seeker, match):
    match(level="expert")
    second = match()
    fuzzy = {"default": {"BACKEND": "skillswap_kit.matching.backends.fuzzy.FuzzyMatcher"}}
    with override_skillswap(MATCHING_BACKENDS=fuzzy):
        assert rank_proposal(swap=make_swap([seeker.user, second])).rank == 2


def test_whoever_is_not_suggested_has_no_place(seeker, match, make_user):
    fits_not, dismissed, nobody = match(skill=make_skill()), match(), make_user()
    Listing.objects.filter(owner=fits_not, kind="offer").delete()
    dismiss_member(by=seeker.user, member=dismissed)
    for person in (fits_not, dismissed, nobody):
        assert rank_proposal(swap=make_swap([seeker.user, person])).rank is None
    assert ranks() == [None] * 3


def test_places_beyond_the_last_are_not_told_apart(seeker, match, monkeypatch):
    monkeypatch.setattr(ranking, "MOST_RANKED", 1)
    match(level="expert")
    assert rank_proposal(swap=make_swap([seeker.user, match()])).rank is None


def test_circles_and_what_is_answered_already_are_not_ranked(seeker, match, make_user):
    person, other = match(), match()
    assert rank_proposal(swap=make_swap([seeker.user, person, other], kind=Swap.Kind.CIRCLE)) is None
    for status in ("accepted", "declined"):
        assert rank_proposal(swap=make_swap([seeker.user, match()], status=status)) is None
    changed = make_swap([seeker.user, match()])
    changed.version = 3
    assert rank_proposal(swap=changed) is None
    unsigned = make_swap([seeker.user, person])
    unsigned.proposed_by = None
    assert rank_proposal(swap=unsigned) is None
    assert ranks() == []


def test_a_matcher_that_fails_holds_up_no_event(seeker, match, monkeypatch, django_capture_on_commit_callbacks, caplog):
    def fail(*arguments, **options):
        raise RuntimeError("no index today")

    monkeypatch.setattr(ranking, "get_matcher", fail)
    with django_capture_on_commit_callbacks(execute=True):
        make_swap([seeker.user, match()])
    assert Event.objects.get(name="exchange.swap_proposed").state == Event.State.DELIVERED
    assert ranks() == []
    assert "proposal not ranked" in caplog.text


def test_places_go_with_their_swaps(seeker, match):
    swap = make_swap([seeker.user, match()])
    rank_proposal(swap=swap)
    swap.delete()
    assert ranks() == []


@pytest.mark.parametrize("rank", [0, 51])
def test_the_database_knows_what_a_place_is(rank, make_user):
    swap = make_swap([make_user(), make_user()])
    with pytest.raises(IntegrityError), transaction.atomic():
        RankedProposal.objects.create(swap=swap, rank=rank)
