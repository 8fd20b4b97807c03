"""The index answers what the reference answers, on members of all kinds."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from skillswap_kit.exchange.models import Listing, Profile, Skill
from skillswap_kit.matching.backends.reference import ReferenceMatcher
from skillswap_kit.matching.index.building import read_index
from skillswap_kit.matching.index.circles import Part, search_circles
from skillswap_kit.matching.index.kernel import Scratch, search
from skillswap_kit.matching.index.overlay import Overlay, read_changed
from skillswap_kit.matching.index.rebuilding import rebuild
from skillswap_kit.matching.index.similarity import Similarity
from skillswap_kit.matching.matchers import get_matcher
from skillswap_kit.matching.rows import read_members, read_similar
from skillswap_kit.matching.scoring import get_scoring
from tests.core.children import start_child

from .indexes import IndexOnly, assert_answers_as_the_reference, snapshots_in
from .populations import Person, edit, edits, populate, populations, undone

PEOPLE = [
    Person(offers={0: "expert", 1: "beginner"}, wants={2: 5, 3: 1}),
    Person(offers={2: "beginner"}, wants={0: 2}, asked=2, done=12),
    Person(offers={4: "expert", 2: "expert"}, wants={1: 2}),
    Person(offers={3: "expert", 2: "advanced"}, wants={5: 2}),
    Person(),
]
SIMILAR = {(2, 4): 30, (5, 0): 60}


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(populations)
def test_what_is_read_at_once_is_what_is_read_one_by_one(population):
    people, similar = population
    with undone():
        populate(people, similar=similar)
        scoring = get_scoring()
        index, similarity, scratch = read_index(scoring, lambda text: None), Similarity(read_similar()), Scratch()
        members = read_members(scoring)
        assert [index.member(position) for position in range(len(index))] == members
        for seeker in members:
            query = similarity.query(seeker)
            found = search(index, query, limit=100, score=scoring.score, scratch=scratch)
            assert found == ReferenceMatcher("reference").rank(seeker, limit=100)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(population=populations, changes=edits)
def test_circles_of_members_who_change_are_those_of_the_reference(population, changes):
    people, similar = population
    with undone():
        world, scoring = populate(people, similar=similar), get_scoring()
        base = read_index(scoring, lambda text: None)
        overlay = Overlay.empty(base)
        for change in [None, *changes]:
            if change is not None:
                edit(world, *change)
            overlay = overlay.replacing(base, *read_changed(scoring, [user.pk for user in world.users]))
            # Whose profile is gone is in the old index, and nobody may see them.
            gone = set(base.numbers.tolist()) - set(Profile.objects.values_list("pk", flat=True))
            parts = [Part(base, overlay.masked).without(gone), Part(overlay.index).without(gone)]
            similarity = Similarity(read_similar())
            for seeker in read_members(scoring):
                found = search_circles(parts, seeker, similarity, scoring, limit=3)
                assert found == ReferenceMatcher("reference").rank_circles(seeker, limit=3)


@pytest.mark.django_db
def test_who_does_not_take_part_is_not_read():
    population = populate([*PEOPLE, *PEOPLE])
    Listing.objects.filter(owner=population.users[0]).update(status=Listing.Status.PAUSED)
    Skill.objects.filter(pk=population.skills[3].pk).update(status=Skill.Status.PROPOSED)
    Profile.objects.filter(pk=population.profiles[6].pk).delete()
    index = read_index(get_scoring(), lambda text: None)
    assert [index.member(position) for position in range(len(index))] == read_members(get_scoring())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("activity_factor", [0.0, 0.5])
def test_the_configured_matcher_answers_what_the_reference_does(tmp_path, activity_factor):
    scoring = {
        "BACKEND": "skillswap_kit.matching.scoring.Scoring",
        "OPTIONS": {"activity_factor": activity_factor},
    }
    backends = {"default": {"BACKEND": "tests.matching.indexes.IndexOnly"}}
    with snapshots_in(tmp_path, MATCHING_SCORING={"default": scoring}, MATCHING_BACKENDS=backends):
        population = populate(PEOPLE, similar=SIMILAR)
        rebuild()
        matcher = get_matcher()
        assert_answers_as_the_reference(matcher, population.users)
        for user in population.users:
            assert matcher.match(user) == ReferenceMatcher("reference").match(user)
            assert matcher.circles(user) == ReferenceMatcher("reference").circles(user)


@pytest.mark.django_db(transaction=True)
def test_pages_of_matches_join_to_the_whole(tmp_path):
    with snapshots_in(tmp_path):
        population = populate([PEOPLE[0], *[PEOPLE[1]] * 7, *[PEOPLE[2]] * 7], similar=SIMILAR)
        rebuild()
        matcher, user = IndexOnly("index"), population.users[0]
        whole, pages, after = matcher.match(user, limit=100), [], None
        assert len(whole) == 14
        while page := matcher.match(user, limit=4, after=after):
            pages += page
            after = page[-1].rank
        assert pages == whole


WITHOUT_NUMPY = """
import sys
sys.modules["numpy"] = None
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
settings.SKILLSWAP_KIT = {
    "MATCHING_BACKENDS": {"default": {"BACKEND": "skillswap_kit.matching.backends.index.IndexMatcher"}}
}
from skillswap_kit.matching.matchers import get_matcher
try:
    get_matcher()
except ImproperlyConfigured as error:
    print(error)
"""


@pytest.mark.django_db
def test_without_numpy_the_error_says_what_to_install():
    said, errors = start_child(WITHOUT_NUMPY).communicate(timeout=60)
    assert 'pip install "skillswap-kit[matching]"' in said, errors
