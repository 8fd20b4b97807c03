"""Every matcher of the kit keeps the contract that hosts inherit, and planted faults break it."""

from __future__ import annotations

import re
from importlib.util import find_spec

import pytest

from skillswap_kit.exchange.models import Profile
from skillswap_kit.matching.backends.reference import ReferenceMatcher
from skillswap_kit.matching.candidates import Selection
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
        return typed_matcher()("typed")


def typed_matcher():
    """The one of docs/how-to/write-a-matcher.md, as it stands there."""
    page = (typed.DOCS / "how-to" / "write-a-matcher.md").read_text(encoding="utf-8")
    [block] = re.findall(r"```python\n(# mysite/matchers\.py\n.*?)```", page, re.DOTALL)
    names = {"__name__": "mysite.matchers"}
    exec(compile(block, "write-a-matcher.md", "exec"), names)
    return names["QuietFirstMatcher"]


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
            def members(self):
                return Profile.objects.visible_to(self.viewer).exclude(user=self.viewer.pk)

        return super().match(user, limit=limit, selection=Undismissed(user), after=after)


class RoundsScores(Faulty):
    def candidates(self, seeker, others):
        for one in super().candidates(seeker, others):
            yield Candidate(number=one.number, score=round(one.score, 1), gets=one.gets, gives=one.gives)


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
