"""Every matcher of the kit keeps the contract that hosts inherit, and planted faults break it."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from importlib.util import find_spec
from types import ModuleType
from unittest.mock import patch

import pytest

from skillswap_kit.exchange.models import Profile
from skillswap_kit.matching.backends.reference import ReferenceMatcher
from skillswap_kit.matching.candidates import CircleSelection, Selection
from skillswap_kit.matching.matchers import get_matcher
from skillswap_kit.matching.matches import Candidate
from skillswap_kit.testing.matchers import MatcherContract
from skillswap_kit.testing.settings import override_skillswap
from tests.docs import typed

ALIASES = ["sql", "reference", "fuzzy"]
NEEDING_EXTRAS = {"cosine": "sklearn", "index": "numpy"}


@pytest.mark.django_db
class Contract(MatcherContract):
    """Users come from a fixture."""

    @pytest.fixture(autouse=True)
    def _users(self, make_user):
        self.user_fixture = make_user

    def make_user(self):
        return self.user_fixture()


class TestMatchersOfTheKit(Contract):
    @pytest.fixture(
        autouse=True, params=[*ALIASES, *(alias for alias, extra in NEEDING_EXTRAS.items() if find_spec(extra))]
    )
    def _chosen(self, request, tmp_path):
        self.alias = request.param
        with override_skillswap(MATCHING_SNAPSHOT_DIR=str(tmp_path)):
            yield

    def make_matcher(self):
        return get_matcher("default" if self.alias == "index" else self.alias)


class TestMatcherOfTheDocumentation(Contract):
    def make_matcher(self):
        return typed_module("matchers").QuietFirstMatcher("typed")


class TestMatcherOfTheDocumentationWithCircles(Contract):
    def make_matcher(self):
        with patch.dict(sys.modules, {"mysite": ModuleType("mysite"), "mysite.matchers": typed_module("matchers")}):
            return typed_module("circles").CircleMatcher("typed")


def typed_module(name):
    """One of docs/how-to/write-a-matcher.md, as it stands there."""
    page = (typed.DOCS / "how-to" / "write-a-matcher.md").read_text(encoding="utf-8")
    [block] = re.findall(rf"```python\n(# mysite/{name}\.py\n.*?)```", page, re.DOTALL)
    module = ModuleType(f"mysite.{name}")
    exec(compile(block, "write-a-matcher.md", "exec"), vars(module))
    return module


class Faulty(ReferenceMatcher):
    """Does what the reference does; each subclass gets one thing wrong."""

    def rank(self, seeker, *, limit, after=None):
        return super().rank(seeker, limit=limit, after=after)


class FindsOneself(Faulty):
    def candidates(self, seeker, others):
        return super().candidates(seeker, [*others, seeker])


class OneSided(Faulty):
    def candidates(self, seeker, others):
        yield from super().candidates(seeker, others)
        yield from (Candidate(number=other.number, score=0.0, gets=0, gives=1) for other in others if other.wants)


class WorstFirst(Faulty):
    def rank(self, seeker, *, limit, after=None):
        return super().rank(seeker, limit=limit, after=after)[::-1]


class NoLimit(Faulty):
    def rank(self, seeker, *, limit, after=None):
        return super().rank(seeker, limit=limit + 1, after=after)


class ForgetsThePlace(Faulty):
    def rank(self, seeker, *, limit, after=None):
        return super().rank(seeker, limit=limit) if after is None or after.score < 0.1 else []


class LeavesOutEquals(Faulty):
    def rank(self, seeker, *, limit, after=None):
        found = super().rank(seeker, limit=1000, after=after)
        return [one for one in found if after is None or one.score < after.score][:limit]


class Stale(Faulty):
    def rank(self, seeker, *, limit, after=None):
        self.__dict__.setdefault("kept", {})
        if seeker.number not in self.kept:
            self.kept[seeker.number] = super().rank(seeker, limit=1000)
        return [one for one in self.kept[seeker.number] if after is None or after.is_before(one)][:limit]


class ShowsEverybody(Faulty):
    def match(self, user, *, limit=10, selection=None, after=None):
        return list(self.rank(self.member(user), limit=limit, after=after))


class ShowsWhomOneDismissed(Faulty):
    def match(self, user, *, limit=10, selection=None, after=None):
        class Undismissed(Selection):
            def of(self, numbers):
                shown = Profile.objects.visible_to(self.viewer).exclude(user=self.viewer.pk)
                return set(shown.filter(pk__in=numbers).values_list("pk", flat=True))

        return super().match(user, limit=limit, selection=Undismissed(user), after=after)


class RoundsScores(Faulty):
    def candidates(self, seeker, others):
        for one in super().candidates(seeker, others):
            yield Candidate(number=one.number, score=round(one.score, 1), gets=one.gets, gives=one.gives)


class ClaimsCircles(Faulty):
    capabilities = frozenset({"exact", "similarity"})


class TurnsCirclesRound(Faulty):
    def rank_circles(self, seeker, *, limit, without=()):
        found = super().rank_circles(seeker, limit=limit, without=without)
        return [replace(circle, legs=circle.legs[1:] + circle.legs[:1]) for circle in found]


class WorstCircleFirst(Faulty):
    def rank_circles(self, seeker, *, limit, without=()):
        return super().rank_circles(seeker, limit=1000, without=without)[::-1][:limit]


class HigherNumbersFirst(Faulty):
    def rank_circles(self, seeker, *, limit, without=()):
        found = super().rank_circles(seeker, limit=1000, without=without)
        return sorted(found, key=lambda circle: (-circle.score, -circle.teacher, -circle.pupil))[:limit]


class ForgetsWhomToLeaveOut(Faulty):
    def rank_circles(self, seeker, *, limit, without=()):
        return super().rank_circles(seeker, limit=limit)


class MissesTheBestCircle(Faulty):
    def rank_circles(self, seeker, *, limit, without=()):
        found = super().rank_circles(seeker, limit=limit + 1, without=without)
        return found[1:] if len(found) > 1 else found


class StaleCircles(Faulty):
    def rank_circles(self, seeker, *, limit, without=()):
        self.__dict__.setdefault("kept", super().rank_circles(seeker, limit=1000, without=without))
        return self.kept[:limit]


class IntroducesEverybody(Faulty):
    def circles(self, user, *, limit=5, selection=None, seeker=None):
        class Careless(CircleSelection):
            def pairs(self, pairs):
                return set(pairs)

        return super().circles(user, limit=limit, selection=Careless(user), seeker=seeker)


class ShowsAllCircles(Faulty):
    def circles(self, user, *, limit=5, selection=None, seeker=None):
        return self.rank_circles(seeker or self.member(user), limit=limit)


FAULTS = {
    FindsOneself: "test_the_seeker_is_never_found",
    OneSided: "test_each_gets_something_and_gives_something",
    WorstFirst: "test_the_best_come_first_and_of_equals_the_lower_number",
    NoLimit: "test_a_limit_is_the_beginning_of_the_whole",
    ForgetsThePlace: "test_pieces_make_the_same_list",
    LeavesOutEquals: "test_pieces_make_the_same_list",
    Stale: "test_an_edit_counts_at_the_next_question",
    ShowsEverybody: "test_people_whom_a_contact_policy_hides_do_not_appear",
    ShowsWhomOneDismissed: "test_whom_one_dismissed_does_not_appear_but_still_finds_one",
    RoundsScores: "test_an_exact_matcher_answers_what_the_reference_answers",
    ClaimsCircles: "test_who_finds_no_circles_says_so",
    TurnsCirclesRound: "test_three_of_whom_no_two_fit_make_a_circle",
    WorstCircleFirst: "test_the_best_circles_come_first_each_once_and_as_many_as_are_asked_for",
    HigherNumbersFirst: "test_the_best_circles_come_first_each_once_and_as_many_as_are_asked_for",
    ForgetsWhomToLeaveOut: "test_circles_without_somebody_are_the_others",
    MissesTheBestCircle: "test_an_exact_matcher_finds_the_circles_of_the_reference",
    StaleCircles: "test_an_edit_counts_in_the_next_circle",
    IntroducesEverybody: "test_people_who_may_not_meet_share_no_circle",
    ShowsAllCircles: "test_people_whom_somebody_dismissed_share_no_circle_of_theirs",
}


@pytest.mark.django_db
@pytest.mark.parametrize("faulty", FAULTS)
def test_a_planted_fault_breaks_the_contract(faulty, make_user):
    class Tested(MatcherContract):
        def make_matcher(self):
            return faulty("faulty")

        def make_user(self):
            return make_user()

    with pytest.raises(AssertionError):
        getattr(Tested(), FAULTS[faulty])()
