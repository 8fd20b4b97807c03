"""Whom a member is shown: those whom they may find, without those whom they have no reason to see."""

import pytest

from skillswap_kit.exchange.models import Connection, Listing, Profile
from skillswap_kit.exchange.services import (
    deactivate_member,
    pause_listing,
    reactivate_member,
    remove_connection,
    resume_listing,
    update_profile,
)
from skillswap_kit.matching import candidates
from skillswap_kit.matching.backends import base
from skillswap_kit.matching.backends.reference import ReferenceMatcher
from skillswap_kit.matching.backends.sql import SqlMatcher
from skillswap_kit.matching.candidates import Selection
from skillswap_kit.matching.replacements import ReplacementSelection
from skillswap_kit.matching.services import dismiss_member, recommend
from skillswap_kit.testing.settings import override_skillswap
from skillswap_kit.testing.swaps import make_swap
from tests.exchange.api_client import Api, Hiding, key

pytestmark = pytest.mark.django_db


def shown(seeker):
    return [row.profile.user for row in recommend(by=seeker.user).rows]


def test_the_best_come_first_and_oneself_never(seeker, match):
    beginner, expert = match(), match(level="expert")
    assert shown(seeker) == [expert, beginner]
    assert seeker.profile.pk not in Selection(seeker.user).of([seeker.profile.pk])


def test_who_gives_nothing_or_wants_nothing_is_no_match(seeker, match):
    one_sided = match()
    Listing.objects.get(owner=one_sided.pk, kind="want").delete()
    assert shown(seeker) == []


def test_people_whom_a_policy_hides_are_never_shown(seeker, match):
    hidden, other = match(), match()
    with override_skillswap(CONTACT_POLICIES=["tests.exchange.api_client.Hiding"]):
        Hiding.hidden = [hidden]
        try:
            assert shown(seeker) == [other]
        finally:
            Hiding.hidden = []
    assert set(shown(seeker)) == {hidden, other}


def test_deactivated_accounts_are_not_shown(seeker, match, staff):
    closed = match()
    deactivate_member(by=staff, member=closed)
    assert shown(seeker) == []
    closed.refresh_from_db()
    reactivate_member(by=staff, member=closed)
    assert shown(seeker) == [closed]


@pytest.mark.parametrize(("visibility", "is_shown"), [("public", True), ("members", True), ("connections", False)])
def test_members_decide_who_finds_them(visibility, is_shown, seeker, match):
    found = match()
    update_profile(by=found, visibility=Profile.Visibility(visibility))
    assert shown(seeker) == [found] * is_shown


def test_whoever_pauses_what_fits_is_no_match_until_they_resume_it(seeker, match):
    paused = match()
    listings = Listing.objects.filter(owner=paused.pk)
    for listing in listings:
        pause_listing(by=paused, listing=listing)
    assert shown(seeker) == []
    for listing in listings:
        resume_listing(by=paused, listing=listing)
    assert shown(seeker) == [paused]


def test_people_who_are_connected_are_shown_again_when_they_have_parted(seeker, match):
    known = match()
    make_swap([seeker.user, known], status="accepted")
    assert shown(seeker) == []
    remove_connection(connection=Connection.objects.get(), by=known)
    assert shown(seeker) == [known]


def test_the_dismissed_are_not_shown_to_who_dismissed_them_and_to_them_alone(seeker, match):
    dismissed = match()
    dismiss_member(by=seeker.user, member=dismissed)
    assert shown(seeker) == []
    assert [row.profile.user for row in recommend(by=dismissed).rows] == [seeker.user]


def test_many_hidden_people_do_not_end_the_list(seeker, match):
    """The first look finds too few, the next ones go on behind it."""
    best = [match(level="expert") for _ in range(8)]
    last = match()
    for person in best:
        dismiss_member(by=seeker.user, member=person)
    assert [row.profile.user for row in recommend(by=seeker.user, limit=1).rows] == [last]


def everybody(profiles):
    return profiles


@pytest.mark.parametrize(
    "selection",
    [Selection, lambda user: Selection(user, everybody), lambda user: ReplacementSelection([user], without=[])],
    ids=["all", "narrowed", "replacements"],
)
def test_more_members_than_a_statement_holds_are_asked_about_in_parts(selection, seeker, match, monkeypatch):
    for _ in range(5):
        match()
    numbers = [*Profile.objects.values_list("pk", flat=True)]
    expected = selection(seeker.user).of(numbers)
    assert len(expected) == 5
    monkeypatch.setattr(candidates, "NUMBERS_AT_ONCE", 2)
    asked = []
    of_some = selection(seeker.user)._among
    whole = selection(seeker.user)
    monkeypatch.setattr(whole, "_among", lambda some: asked.append(len(some)) or of_some(some))
    assert whole.of(numbers) == expected
    assert asked == [2, 2, 2]


def test_pages_follow_one_another_without_gaps(seeker, match):
    people = [match() for _ in range(5)]
    seen, after = [], None
    for _ in range(3):
        page = recommend(by=seeker.user, limit=2, after=after)
        seen += [row.profile.user for row in page.rows]
        after = page.next
    assert seen == people
    assert after is None


def test_a_full_last_page_is_known_to_be_the_last(seeker, match):
    for _ in range(2):
        match()
    assert recommend(by=seeker.user, limit=2).next is None


EXACT = [SqlMatcher, ReferenceMatcher]


def pages_of(matcher, seeker, narrow, *, limit):
    """All pages, as the numbers on each; the places between them."""
    pages, places, after = [], [], None
    while not pages or after:
        page = matcher.page(seeker.user, limit=limit, selection=Selection(seeker.user, narrow), after=after)
        pages.append([candidate.number for candidate in page.candidates])
        places.append(page.next and page.next.number)
        after = page.next
    return pages, places


@pytest.fixture
def ten(match, monkeypatch):
    """The numbers of ten who fit equally well; of those who pass a filter a page looks at four."""
    monkeypatch.setattr(base, "MOST_LOOKED_AT", 4)
    return [match().skillswap_profile.pk for _ in range(10)]


@pytest.mark.parametrize("matcher", EXACT)
@pytest.mark.parametrize(
    ("passing", "limit", "expected"),
    [
        ([], 2, [[], [], []]),
        ([9], 2, [[], [], [9]]),
        ([3, 4], 2, [[3], [4], []]),
        ([0, 1, 2, 9], 2, [[0, 1], [2], [9]]),
        (range(10), 1, [[number] for number in range(10)]),
        (range(10), 20, [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]),
    ],
)
def test_where_few_pass_a_filter_a_page_ends_early_and_the_next_goes_on(matcher, passing, limit, expected, seeker, ten):
    asked = [ten[place] for place in passing]
    pages, _ = pages_of(matcher("exact"), seeker, lambda profiles: profiles.filter(pk__in=asked), limit=limit)
    assert pages == [[ten[place] for place in page] for page in expected]


@pytest.mark.parametrize("matcher", EXACT)
def test_a_page_asks_about_no_more_candidates_than_it_may_and_ranks_one_more(matcher, seeker, ten, monkeypatch):
    exact, asked, ranked = matcher("exact"), [], []
    rank = exact.rank
    monkeypatch.setattr(
        exact, "rank", lambda *args, limit, **place: ranked.append(limit) or rank(*args, limit=limit, **place)
    )

    class Counting(Selection):
        def of(self, numbers):
            asked.extend(numbers)
            return super().of(numbers)

    selection = Counting(seeker.user, lambda profiles: profiles.none())
    assert exact.page(seeker.user, limit=2, selection=selection).next is not None
    assert asked == ten[:4]
    assert sum(ranked) == 5


@pytest.mark.parametrize("matcher", EXACT)
def test_without_a_filter_a_page_looks_as_far_as_it_must(matcher, seeker, ten):
    for number in ten[:9]:
        dismiss_member(by=seeker.user, member=Profile.objects.get(pk=number).user)
    assert pages_of(matcher("exact"), seeker, None, limit=1) == ([[ten[9]]], [None])


def test_a_place_to_go_on_is_that_of_somebody_whom_one_may_see(seeker, ten):
    """A cursor can be read, and the score in it tells how many proposals wait."""
    for number in (ten[3], *ten[4:8]):
        update_profile(by=Profile.objects.get(pk=number).user, visibility="connections")
    places = pages_of(SqlMatcher("exact"), seeker, lambda profiles: profiles.none(), limit=2)[1]
    # Of the second four nobody may be seen: the last of them it must be.
    assert places == [ten[2], ten[6], None]


def test_an_empty_page_leads_on_in_the_api_and_on_the_page(seeker, ten, client):
    last = Profile.objects.get(pk=ten[9])
    Profile.objects.filter(pk=last.pk).update(rating=5)
    api, found, urls = Api(seeker.user), [], ["recommendations/?rating_min=5"]
    while urls[-1]:
        answer = api.get(urls[-1].rpartition("/api/")[2]).json()
        found.append([row["member"]["id"] for row in answer["results"]])
        urls.append(answer["next"])
    assert found == [[], [], [key(last.user)]]

    client.force_login(seeker.user)
    seen, url = [], "/matches/?rating_min=5"
    while url:
        page = client.get(url)
        assert ("More matches" in page.content.decode()) is bool(page.context["more_url"])
        seen.append([card.person.key for card in page.context["matches"]])
        url = page.context["more_url"] and f"/matches/{page.context['more_url']}"
    assert seen == [[], [], [last.user_id]]


def test_whoever_offers_and_wants_nothing_gets_an_empty_list_at_once(
    seeker, match, make_user, django_assert_max_num_queries
):
    match()
    newcomer = make_user()
    with django_assert_max_num_queries(2):
        assert recommend(by=newcomer).rows == []


def test_a_newcomer_is_not_written_down_by_looking(seeker, make_user):
    recommend(by=make_user())
    assert Profile.objects.count() == 1
