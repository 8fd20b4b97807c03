"""What every matcher must do. Inherit, name yours, and run the class with pytest or together with a ``TestCase``.

With pytest-django mark the class with ``@pytest.mark.django_db``.
"""
# ruff: noqa: S101 (pytest explains plain assertions)

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any

from django.db.models import Exists, QuerySet
from django.test import TestCase

from skillswap_kit.core.policies import BaseContactPolicy, contributed_contact_policies
from skillswap_kit.core.transactions import kit_database
from skillswap_kit.core.types import User
from skillswap_kit.exchange.models import Listing, Profile, Skill, Swap
from skillswap_kit.exchange.models.listings import Level
from skillswap_kit.exchange.services import pause_listing, resume_listing
from skillswap_kit.exchange.services.listings import ListingFields
from skillswap_kit.matching.backends.base import BaseMatcher, CirclesNotSupported
from skillswap_kit.matching.backends.reference import ReferenceMatcher
from skillswap_kit.matching.circles import place_of
from skillswap_kit.matching.matches import Candidate, Member
from skillswap_kit.matching.services import dismiss_member

from .factories import make_listing, make_member, make_skill
from .settings import override_skillswap
from .swaps import make_swap

PAIRS = 5
NAMES = ("Arabic", "Baking", "Chess", "Drawing", "Embroidery")
"""So few skills that most people fit each other."""
ALL = 1000


class HidesTheHidden(BaseContactPolicy):
    """Hides from everybody, except themselves, whoever is called so."""

    name = "Hidden from all"

    def hidden_from(self, user: User) -> QuerySet[Any, Any]:
        return Profile.objects.filter(display_name=self.name).exclude(user=user.pk).values("user")


class HidesTwoFromEachOther(BaseContactPolicy):
    """Hides from each other whoever have these names."""

    names = ("Hidden from the other", "Hidden from the first")

    def hidden_from(self, user: User) -> QuerySet[Any, Any]:
        named = Profile.objects.filter(display_name__in=self.names)
        return named.filter(Exists(named.filter(user=user.pk))).exclude(user=user.pk).values("user")


class _Members(ABC):
    """Who is there to be found."""

    seed = 7
    """Another number is another population."""

    @abstractmethod
    def make_matcher(self) -> BaseMatcher:
        """A fresh one, built as the setting would build it: an alias, then the options by keyword."""

    @abstractmethod
    def make_user(self) -> User:
        """Somebody new with an active account."""

    def _seekers(self) -> Iterator[tuple[BaseMatcher, Member]]:
        """The matcher, with each of a crowd of members who know and want a few skills."""
        dice = random.Random(self.seed)  # noqa: S311 (a population, no secret)
        matcher = self.make_matcher()
        with committed():
            skills = [make_skill(name) for name in NAMES]
            people = [user for _ in range(PAIRS) for user in self._twins(dice, skills)]
        for person in people:
            yield matcher, matcher.member(person)

    def _twins(self, dice: random.Random, skills: Sequence[Skill]) -> list[User]:
        """Two people who say the same, so that they fit equally well."""
        twins = [self.make_user(), self.make_user()]
        for kind in Listing.Kind.values:
            for skill in dice.sample(skills, dice.randint(1, 3)):
                fields: ListingFields = {"level": dice.choice(Level.values)}
                if kind == Listing.Kind.WANT:
                    fields = {"priority": dice.randint(1, 5)}
                for twin in twins:
                    make_listing(twin, skill=skill, kind=kind, **fields)
        return twins

    def _pair(self) -> tuple[User, User, Skill]:
        """Two members who fit, and the skill that the first wants of the second."""
        with committed():
            one, other = make_skill("Xylophone"), make_skill("Gardening")
            seeker, partner = self.make_user(), self.make_user()
        self._advertise(seeker, offers=one, wants=other)
        self._advertise(partner, offers=other, wants=one)
        return seeker, partner, other

    def _advertise(self, user: User, *, offers: Skill, wants: Skill) -> None:
        with committed():
            make_listing(user, skill=offers, kind=Listing.Kind.OFFER)
            make_listing(user, skill=wants, kind=Listing.Kind.WANT)

    def _three(self) -> tuple[User, User, User]:
        """Members of whom each teaches what the next one wants; no two of them fit."""
        with committed():
            one, other, third = (make_skill(name) for name in ("Juggling", "Knitting", "Latin"))
            people = self.make_user(), self.make_user(), self.make_user()
        for user, offered, wanted in zip(people, (one, other, third), (third, one, other), strict=True):
            self._advertise(user, offers=offered, wants=wanted)
        return people

    def _finds(self, matcher: BaseMatcher, seeker: User, other: User) -> bool:
        return Profile.objects.get(user=other.pk).pk in numbers(matcher.match(seeker, limit=ALL))


class _RankContract(_Members):
    """What ``rank`` answers, of a crowd that was drawn by lot."""

    def test_it_is_a_matcher_and_knows_its_alias(self) -> None:
        matcher = self.make_matcher()
        assert isinstance(matcher, BaseMatcher)
        assert matcher.alias
        assert matcher.capabilities <= {"exact", "similarity", "circles"}

    def test_the_seeker_is_never_found(self) -> None:
        for matcher, seeker in self._seekers():
            assert seeker.number not in numbers(matcher.rank(seeker, limit=ALL))

    def test_each_gets_something_and_gives_something(self) -> None:
        found = [one for matcher, seeker in self._seekers() for one in matcher.rank(seeker, limit=ALL)]
        assert found
        assert all(one.gets > 0 and one.gives > 0 for one in found)
        assert all(isinstance(one.gets, int) and isinstance(one.gives, int) for one in found)

    def test_the_best_come_first_and_of_equals_the_lower_number(self) -> None:
        for matcher, seeker in self._seekers():
            found = matcher.rank(seeker, limit=ALL)
            assert list(found) == sorted(found, key=lambda one: (-one.score, one.number))
            assert len(set(numbers(found))) == len(found)

    def test_a_limit_is_the_beginning_of_the_whole(self) -> None:
        for matcher, seeker in self._seekers():
            found = list(matcher.rank(seeker, limit=ALL))
            for limit in (1, 2, len(found) + 1):
                assert list(matcher.rank(seeker, limit=limit)) == found[:limit]

    def test_pieces_make_the_same_list(self) -> None:
        for matcher, seeker in self._seekers():
            found = list(matcher.rank(seeker, limit=ALL))
            for size in (1, 3):
                assert list(_pieces(matcher, seeker, size)) == found

    def test_an_exact_matcher_answers_what_the_reference_answers(self) -> None:
        for matcher, seeker in self._seekers():
            if "exact" in matcher.capabilities:
                expected = ReferenceMatcher("reference").rank(seeker, limit=ALL)
                assert list(matcher.rank(seeker, limit=ALL)) == expected


class _CircleContract(_Members):
    """What matchers with ``circles`` among their capabilities answer; of others, that they say so."""

    def test_who_finds_no_circles_says_so(self) -> None:
        matcher, (user, *_others) = self.make_matcher(), self._three()
        try:
            matcher.rank_circles(matcher.member(user), limit=1)
        except CirclesNotSupported:
            assert "circles" not in matcher.capabilities
        else:
            assert "circles" in matcher.capabilities

    def test_three_of_whom_no_two_fit_make_a_circle(self) -> None:
        matcher, people = self.make_matcher(), self._three()
        if "circles" not in matcher.capabilities:
            return
        for user, pupil, teacher in (people[place:] + people[:place] for place in range(3)):
            assert matcher.match(user) == []
            ways = [[(leg.giver, leg.receiver) for leg in circle.legs] for circle in matcher.circles(user)]
            around = ((teacher, user), (pupil, teacher), (user, pupil))
            assert ways == [[(number_of(giver), number_of(receiver)) for giver, receiver in around]]

    def test_the_best_circles_come_first_each_once_and_as_many_as_are_asked_for(self) -> None:
        for matcher, seeker in self._circle_seekers():
            found = list(matcher.rank_circles(seeker, limit=ALL))
            pairs = [(circle.teacher, circle.pupil) for circle in found]
            assert len(set(pairs)) == len(pairs)
            assert all(len({seeker.number, *pair}) == 3 for pair in pairs)
            assert found == sorted(found, key=place_of)
            for limit in (1, 2, len(found) + 1):
                assert list(matcher.rank_circles(seeker, limit=limit)) == found[:limit]

    def test_circles_without_somebody_are_the_others(self) -> None:
        for matcher, seeker in self._circle_seekers():
            found = list(matcher.rank_circles(seeker, limit=ALL))
            for number in {number for circle in found[:2] for number in (circle.teacher, circle.pupil)}:
                left = [circle for circle in found if number not in (circle.teacher, circle.pupil)]
                assert list(matcher.rank_circles(seeker, limit=3, without={number})) == left[:3]

    def test_an_exact_matcher_finds_the_circles_of_the_reference(self) -> None:
        for matcher, seeker in self._circle_seekers():
            if "exact" in matcher.capabilities:
                expected = ReferenceMatcher("reference").rank_circles(seeker, limit=ALL)
                for limit in (1, 5, ALL):
                    assert list(matcher.rank_circles(seeker, limit=limit)) == expected[:limit]

    def test_an_edit_counts_in_the_next_circle(self) -> None:
        matcher, (user, other, _third) = self.make_matcher(), self._three()
        if "circles" not in matcher.capabilities:
            return
        offer = Listing.objects.get(owner=other.pk, kind=Listing.Kind.OFFER)
        for move, is_found in ((pause_listing, False), (resume_listing, True)) * 2:
            with committed():
                move(by=other, listing=offer)
            assert bool(matcher.circles(user)) == is_found

    def test_people_who_may_not_meet_share_no_circle(self) -> None:
        """Neither with whom a policy hides, nor with two who are hidden from each other."""
        matcher, people = self.make_matcher(), self._three()
        if "circles" not in matcher.capabilities:
            return
        for policy, names in (
            (HidesTheHidden, (HidesTheHidden.name,)),
            (HidesTwoFromEachOther, HidesTwoFromEachOther.names),
        ):
            with committed():
                for other, name in zip(people[1:], names, strict=False):
                    make_member(other, display_name=name)
            path = f"{__name__}.{policy.__qualname__}"
            with override_skillswap(CONTACT_POLICIES=[*contributed_contact_policies(), path]):
                assert [matcher.circles(user) for user in people] == [[], [], []]
            assert matcher.circles(people[0])

    def test_people_whom_somebody_dismissed_share_no_circle_of_theirs(self) -> None:
        matcher, (user, other, _third) = self.make_matcher(), self._three()
        if "circles" not in matcher.capabilities:
            return
        with committed():
            dismiss_member(by=user, member=other)
        assert matcher.circles(user) == []
        assert matcher.circles(other)

    def _circle_seekers(self) -> Iterator[tuple[BaseMatcher, Member]]:
        found = (one for one in self._seekers() if "circles" in one[0].capabilities)
        yield from islice(found, 0, None, PAIRS // 2)


class MatcherContract(_RankContract, _CircleContract):
    """Subclass it as ``class TestMyMatcher(MatcherContract)``: what ``rank`` answers, and what ``match`` shows.

    What the tests write is committed, as far as receivers of events can tell, before the matcher is asked.
    """

    def test_who_offers_or_wants_nothing_gets_nothing(self) -> None:
        matcher, pair = self.make_matcher(), self._pair()
        with committed():
            stranger, one_sided = self.make_user(), self.make_user()
            make_listing(one_sided, skill=pair[2])
        for user in (stranger, one_sided):
            assert matcher.match(user) == []
        assert not matcher.member(stranger).offers
        assert not matcher.member(stranger).wants

    def test_listings_that_others_do_not_see_do_not_count(self) -> None:
        matcher = self.make_matcher()
        seeker, other, _ = self._pair()
        assert self._finds(matcher, seeker, other)
        with committed():
            pause_listing(by=other, listing=Listing.objects.get(owner=other.pk, kind=Listing.Kind.OFFER))
        assert not self._finds(matcher, seeker, other)

    def test_an_edit_counts_at_the_next_question(self) -> None:
        matcher = self.make_matcher()
        seeker, other, skill = self._pair()
        offer = Listing.objects.get(owner=other.pk, skill=skill)
        for move, is_found in ((pause_listing, False), (resume_listing, True)) * 2:
            with committed():
                move(by=other, listing=offer)
            assert self._finds(matcher, seeker, other) == is_found
        with committed():
            pause_listing(by=seeker, listing=Listing.objects.get(owner=seeker.pk, skill=skill))
        assert matcher.match(seeker) == []

    def test_somebody_new_is_found(self) -> None:
        matcher = self.make_matcher()
        seeker, other, wanted = self._pair()
        offered = Listing.objects.get(owner=seeker.pk, kind=Listing.Kind.OFFER).skill
        assert self._finds(matcher, seeker, other)
        newcomer = self.make_user()
        self._advertise(newcomer, offers=wanted, wants=offered)
        assert self._finds(matcher, seeker, newcomer)
        assert self._finds(matcher, newcomer, seeker)

    def test_people_whom_a_contact_policy_hides_do_not_appear(self) -> None:
        matcher = self.make_matcher()
        seeker, other, _ = self._pair()
        with committed():
            make_member(other, display_name=HidesTheHidden.name)
        policy = f"{__name__}.{HidesTheHidden.__qualname__}"
        with override_skillswap(CONTACT_POLICIES=[*contributed_contact_policies(), policy]):
            assert not self._finds(matcher, seeker, other)
        assert self._finds(matcher, seeker, other)

    def test_members_who_show_themselves_to_connections_only_do_not_appear(self) -> None:
        matcher = self.make_matcher()
        seeker, other, _ = self._pair()
        with committed():
            make_member(other, visibility=Profile.Visibility.CONNECTIONS)
        assert not self._finds(matcher, seeker, other)

    def test_whom_one_is_connected_with_does_not_appear(self) -> None:
        matcher = self.make_matcher()
        seeker, other, _ = self._pair()
        with committed():
            make_swap([seeker, other], status=Swap.Status.ACCEPTED)
        assert not self._finds(matcher, seeker, other)
        assert not self._finds(matcher, other, seeker)

    def test_whom_one_dismissed_does_not_appear_but_still_finds_one(self) -> None:
        matcher = self.make_matcher()
        seeker, other, _ = self._pair()
        with committed():
            dismiss_member(by=seeker, member=other)
        assert not self._finds(matcher, seeker, other)
        assert self._finds(matcher, other, seeker)


def _pieces(matcher: BaseMatcher, seeker: Member, size: int) -> Iterator[Candidate]:
    after = None
    while found := matcher.rank(seeker, limit=size, after=after):
        assert len(found) <= size
        yield from found
        after = found[-1].rank


def numbers(candidates: Sequence[Candidate]) -> list[int]:
    return [candidate.number for candidate in candidates]


def number_of(user: User) -> int:
    return Profile.objects.get(user=user.pk).pk


def committed() -> AbstractContextManager[Any]:
    """Runs what waits for the commit, which a test's own transaction never does: events are delivered."""
    return TestCase.captureOnCommitCallbacks(using=kit_database(), execute=True)
