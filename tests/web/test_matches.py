"""The pages of matches: who fits, narrowing, proposing in one click, and “not for me”."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from skillswap_kit.core.keys import written_key
from skillswap_kit.exchange.models import Profile, Swap
from skillswap_kit.exchange.services import pause_listing
from skillswap_kit.exchange.services.proposals import LegTerms, suggest_swap
from skillswap_kit.matching.models import Dismissal
from skillswap_kit.matching.services import dismiss_member
from skillswap_kit.testing.factories import make_listing
from skillswap_kit.testing.settings import override_skillswap
from skillswap_kit.testing.swaps import make_swap
from tests.exchange.api_client import Hiding
from tests.matching.conftest import match, seeker

from .reader import Reader, plain

__all__ = ["match", "seeker"]

pytestmark = pytest.mark.django_db

MATCHES, GONE = "/matches/", "/matches/dismissed/"


def page_of(user, command):
    return f"/matches/{written_key(user.pk)}/{command}/"


def shown(reader, path=MATCHES, **query):
    """Whom the cards are about, in their order."""
    return [card.person.name for card in reader.open(path, **query).context["matches"]]


def press(reader, path, *, status=302, **data):
    answer = reader.client.post(path, data)
    assert answer.status_code == status, answer.content.decode()
    return answer


@pytest.fixture
def sami(seeker):
    return Reader(seeker.user)


@pytest.fixture
def mona(match):
    return match(profile={"display_name": "Mona", "headline": "Strings", "place_name": "Cairo"}, level="expert")


def press_seen(reader, seen, *, button="propose", **sent):
    """Presses a button of a page that was opened a while ago."""
    (action,) = re.findall(rf'action="(/matches/[^"]*/{button}/)"', seen.content.decode())
    return press(reader, action, **hidden_of(seen, f'action="{action}"'), **sent)


def hidden_of(seen, form="<main"):
    """What the form that begins here sends by itself."""
    html = seen.content.decode().partition(form)[2].partition("</form>")[0]
    return dict(re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', html))


# The cards


def test_a_card_says_who_fits_and_why(sami, mona):
    text = sami.text(MATCHES)
    assert "Mona Cairo no contact yet Strings You learn Guitar You teach Python" in text
    assert "You can learn \u2068Guitar\u2069 from them (expert)." in text
    assert "They want to learn \u2068Python\u2069, which you offer." in text
    assert "One click proposes: you learn Guitar , you teach Python ." in text
    assert "1 match " in text


def test_the_best_stand_first_and_the_rest_of_the_reasons_unfolds(sami, seeker, match):
    best = match(profile={"display_name": "Best"}, level="expert")
    make_listing(best, skill=seeker.spanish)
    match(profile={"display_name": "Second"})
    assert shown(sami) == ["Best", "Second"]
    card = sami.open(MATCHES).context["matches"][0]
    assert [reason.kind for reason in card.first_reasons] == ["gets", "gives"]
    assert [reason.data["taught"]["name"] for reason in card.more_reasons] == ["Spanish"]
    assert "1 more reason" in sami.text(MATCHES)


def test_strangers_sign_in_first():
    for path in (MATCHES, GONE):
        assert "next=" in Reader().open(path, status=302).url


def test_without_listings_the_page_says_what_to_add(make_user, match, seeker):
    match()
    newcomer = make_user("newcomer")
    html = Reader(newcomer).open(MATCHES).content.decode()
    assert "?kind=offer" in html
    assert "?kind=want" in html
    assert 'role="search"' not in html
    make_listing(newcomer, skill=seeker.python)
    text = Reader(newcomer).text(MATCHES)
    assert "Add what I want to learn" in text
    assert "Add what I can teach" not in text


def test_where_nobody_fits_the_page_leads_on(sami):
    html = sami.open(MATCHES).content.decode()
    assert "Nobody fits both ways at the moment." in plain(sami.open(MATCHES))
    assert 'href="/circles/"' in html.partition("ssk-empty")[2]
    assert 'href="/learn/"' in html.partition("ssk-empty")[2]
    assert "Clear the filters" in sami.text(MATCHES, level="expert")


def test_who_is_hidden_is_on_no_card(sami, mona, monkeypatch):
    monkeypatch.setattr(Hiding, "hidden", [mona])
    with override_skillswap(CONTACT_POLICIES=["tests.exchange.api_client.Hiding"]):
        assert shown(sami) == []
        for command in ("propose", "dismiss", "undo-dismissal"):
            sami.open(page_of(mona, command), status=404)
            press(sami, page_of(mona, command), status=404)
    assert not Dismissal.objects.exists()


def test_the_page_takes_the_same_queries_however_many_fit(sami, seeker, match):
    counts = []
    for many in (1, 8):
        for _ in range(many):
            match()
            make_swap([match(), seeker.user])
        counts.append(sami.queries(MATCHES))
    assert counts[0] == counts[1]
    assert counts[0] <= 24


# What waits between two


def test_who_was_asked_gets_a_link_to_the_swap_and_no_button(sami, seeker, mona):
    swap = make_swap([seeker.user, mona])
    html = sami.open(MATCHES).content.decode()
    assert f'href="/swaps/{swap.pk}/"' in html
    assert page_of(mona, "propose") not in html
    assert "you asked them" in sami.text(MATCHES)
    assert "See your proposal" in sami.text(MATCHES)


def test_who_asked_waits_for_an_answer(sami, seeker, mona):
    make_swap([seeker.user, mona])
    swap = make_swap([mona, seeker.user])
    text = sami.text(MATCHES)
    assert "they asked you" in text
    assert "Answer their proposal" in text
    assert f'href="/swaps/{swap.pk}/"' in sami.open(MATCHES).content.decode()


def test_what_the_site_suggested_to_both_is_answered_and_not_proposed_again(sami, seeker, mona):
    legs = [
        LegTerms(giver=mona, receiver=seeker.user, skill=seeker.guitar),
        LegTerms(giver=seeker.user, receiver=mona, skill=seeker.python),
    ]
    swap = suggest_swap(legs=legs)
    for reader in (sami, Reader(mona)):
        html = reader.open(MATCHES).content.decode()
        assert f'href="/swaps/{swap.pk}/"' in html
        assert "Answer their proposal" in reader.text(MATCHES)
        assert "Propose this swap" not in reader.text(MATCHES)


# Narrowing


def test_the_filters_of_the_api_narrow_the_cards(sami, seeker, match):
    near = match(profile={"display_name": "Near", "languages": ["de"]}, level="expert", mode="remote")
    match(profile={"display_name": "Far"}, level="beginner", mode="in_person", skill=seeker.spanish)
    for query in (
        {"level": "expert"},
        {"remote": "true"},
        {"language": "de"},
        {"skill": seeker.guitar.pk},
        {"category": seeker.guitar.category_id},
    ):
        assert shown(sami, **query) == ["Near"], query
        assert "1 match " in sami.text(MATCHES, **query)
    assert "2 matches" in sami.text(MATCHES)
    assert near.pk is not None


def test_only_what_one_wants_can_be_asked_for(sami, seeker, mona):
    html = sami.open(MATCHES).content.decode()
    options = re.findall(r"<option[^>]*>([^<]*)", html.partition('id="id_skill"')[2].partition("</select>")[0])
    assert options == ["Anything I want", "Guitar", "Spanish"]


def test_wrong_filters_are_said_beside_their_fields(sami, mona):
    answer = sami.open(MATCHES, level="guru", distance_km="10", rating_min="9")
    assert list(answer.context["filters"].errors) == ["level", "rating_min"]
    assert answer.context["matches"] == []
    assert "One of the filters cannot be read" in plain(answer)
    text = sami.text(MATCHES, distance_km="10")
    assert "Say in your profile where you are." in text


def test_a_filter_of_the_host_stands_below_those_of_the_kit(sami, match):
    Profile.objects.filter(user=match(profile={"display_name": "Here"}).pk).update(avatar="avatars/x.png")
    match(profile={"display_name": "There"})
    with override_skillswap(
        MATCHING_FILTERS=["skillswap_kit.matching.filters.MatchFilterSet", "tests.matching.test_filters.OnlyPictured"],
    ):
        form = sami.open(MATCHES, pictured="true").context["filters"]
        assert [field.label for field in form.visible_fields()][-2:] == ["Last here", "true: with a picture."]
        assert shown(sami, pictured="true") == ["Here"]
    with override_skillswap(MATCHING_FILTERS=["tests.matching.test_filters.OnlyPictured"]):
        assert shown(sami, pictured="true") == ["Here"]


def test_many_are_counted_no_further_than_a_hundred(sami, mona, match, monkeypatch):
    match()
    monkeypatch.setattr("skillswap_kit.matching.web.matches.pages.MOST_COUNTED", 1)
    assert "At least 1 match " in sami.text(MATCHES)


def test_what_changes_while_one_chooses_is_marked(sami, mona):
    html = sami.open(MATCHES).content.decode()
    (ids,) = re.findall(r'data-ssk-live="([^"]*)"', html)
    for part in ids.split():
        assert len(re.findall(f'id="{part}"', html)) == 1
    assert re.search(r'<p[^>]*id="matches-count"[^>]*role="status"', html)


# Pages


def test_more_goes_on_where_the_page_ends(sami, seeker, match):
    for number in range(3):
        match(profile={"display_name": f"M{number}"})
    with override_skillswap(
        PAGE_SIZE=2,
    ):
        first = sami.open(MATCHES, level="beginner")
        following = sami.open(MATCHES + first.context["more_url"])
        assert "level=beginner" in first.context["more_url"]
        names = [card.person.name for page in (first, following) for card in page.context["matches"]]
        assert sorted(names) == ["M0", "M1", "M2"]
        assert following.context["more_url"] == ""
        assert following.context["start_url"] == "?level=beginner"
        for card in following.context["matches"]:
            dismiss_member(by=seeker.user, member=card.profile.user)
        assert "There are no more matches here." in plain(sami.open(MATCHES + first.context["more_url"]))
    assert first.context["start_url"] == ""


def test_a_place_that_is_none_is_refused(sami, mona):
    assert "Take it from next" in sami.text(MATCHES, status=400, after="nonsense")


# Proposing


def test_one_click_proposes_the_best_each_way(sami, seeker, mona):
    answer = press_seen(sami, sami.open(MATCHES))
    (swap,) = Swap.objects.all()
    assert answer.url == f"/swaps/{swap.pk}/"
    assert {(leg.giver.user, leg.skill) for leg in swap.legs.all()} == {
        (mona, seeker.guitar),
        (seeker.user, seeker.python),
    }
    assert "Your proposal is sent." in sami.text(answer.url)


def test_opened_by_itself_it_asks_and_takes_a_message(sami, mona):
    text = sami.text(page_of(mona, "propose"))
    assert "You learn Guitar You teach Python" in text
    assert not Swap.objects.exists()
    press(sami, page_of(mona, "propose"), message="Shall we?", **hidden_of(sami.open(page_of(mona, "propose"))))
    assert Swap.objects.with_message().get().message == "Shall we?"


def test_what_no_longer_fits_is_said(sami, seeker, mona):
    pause_listing(by=mona, listing=mona.skillswap_listings.get(skill=seeker.guitar))
    answer = press(sami, page_of(mona, "propose"), status=400, message="Still?")
    assert "Propose this swap" not in plain(answer)
    assert "Nothing that you two offer and want fits at the moment." in plain(answer)
    assert f'href="/members/{written_key(mona.pk)}/propose/"' in answer.content.decode()
    assert not Swap.objects.exists()


@pytest.mark.parametrize("where", [MATCHES, "/home/", "/members/{}/"])
def test_what_was_refused_lately_is_not_proposed_in_one_click(where, sami, seeker, mona):
    where = where.format(written_key(mona.pk))
    make_swap([seeker.user, mona], skills=[seeker.python, seeker.guitar], status=Swap.Status.DECLINED)
    answer = sami.open(where)
    assert "did not agree on this lately" in plain(answer)
    assert f'action="{page_of(mona, "propose")}"' not in answer.content.decode()
    if where == "/home/":
        assert "Mona" not in answer.context["step"].text
    Swap.objects.update(closed_at=timezone.now() - timedelta(days=90))
    assert f'action="{page_of(mona, "propose")}"' in sami.open(where).content.decode()


@pytest.mark.parametrize("where", [MATCHES, "/home/"])
def test_one_click_proposes_what_the_card_says_or_nothing(where, sami, seeker, mona):
    seen = sami.open(where)
    make_listing(mona, skill=seeker.spanish, level="expert")
    pause_listing(by=mona, listing=mona.skillswap_listings.get(skill=seeker.guitar))
    answer = press_seen(sami, seen, status=400)
    assert "What you were shown has changed: it would be \u2068Spanish\u2069 now." in plain(answer)
    assert "You learn Spanish You teach Python" in plain(answer)
    assert not Swap.objects.exists()
    press(sami, page_of(mona, "propose"), **hidden_of(answer))
    assert {leg.skill for leg in Swap.objects.get().legs.all()} == {seeker.spanish, seeker.python}


@pytest.mark.parametrize("sent", [{}, {"learn": "x", "teach": ""}, {"learn": "0", "teach": "0"}])
def test_whoever_sends_no_terms_is_shown_them(sent, sami, mona):
    answer = press(sami, page_of(mona, "propose"), status=400, **sent)
    assert "You learn Guitar You teach Python" in plain(answer)
    assert not Swap.objects.exists()


@override_skillswap(MATCHING_REASONS=["skillswap_kit.matching.reasons.distance_reasons"])
def test_where_reasons_do_not_tell_the_terms_they_are_shown_first(sami, mona):
    html = sami.open(MATCHES).content.decode()
    assert f'href="{page_of(mona, "propose")}"' in html
    assert f'action="{page_of(mona, "propose")}"' not in html
    assert "You learn Guitar You teach Python" in sami.text(page_of(mona, "propose"))


def test_nobody_proposes_to_themselves(sami, seeker):
    for command in ("propose", "dismiss", "undo-dismissal"):
        sami.open(page_of(seeker.user, command), status=404)


# Not for me


def test_dismissing_is_undone_in_one_click_without_a_script(sami, seeker, mona):
    html = sami.open(MATCHES, level="expert").content.decode()
    assert f'action="{page_of(mona, "dismiss")}"' in html
    answer = press(sami, page_of(mona, "dismiss"), next="/matches/?level=expert")
    assert Dismissal.objects.get().about == mona
    following = sami.open(answer.url)
    assert following.context["matches"] == []
    assert "Mona is not suggested any more. Undo" in plain(following)
    assert f'action="{page_of(mona, "undo-dismissal")}"' in following.content.decode()
    assert following.context["here"] == "/matches/?level=expert"
    back = press(sami, page_of(mona, "undo-dismissal"), next=following.context["here"])
    assert back.url == "/matches/?level=expert"
    assert shown(sami, back.url) == ["Mona"]
    assert "is not suggested any more" not in sami.text(answer.url)


def test_the_next_one_takes_the_place_in_the_address(sami, match):
    first, second = match(profile={"display_name": "First"}), match(profile={"display_name": "Second"})
    there = press(sami, page_of(first, "dismiss")).url
    assert press(sami, page_of(second, "dismiss"), next=there).url == (f"/matches/?dismissed={written_key(second.pk)}")


def test_an_address_names_nobody_whom_one_did_not_dismiss(sami, seeker, mona, make_user):
    for key in (written_key(mona.pk), "nonsense", ""):
        assert sami.open(MATCHES, dismissed=key).context["dismissed"] is None
    other = make_user("other")
    dismiss_member(by=other, member=mona)
    assert sami.open(MATCHES, dismissed=written_key(mona.pk)).context["dismissed"] is None


def test_whom_one_dismissed_stands_on_a_list(sami, seeker, mona, match, monkeypatch):
    other = match(profile={"display_name": "Other"})
    assert "Nobody." in sami.text(GONE)
    for member in (mona, other):
        dismiss_member(by=seeker.user, member=member)
    assert [dismissal.about for dismissal in sami.rows(GONE)] == [other, mona]
    monkeypatch.setattr(Hiding, "hidden", [mona])
    with override_skillswap(CONTACT_POLICIES=["tests.exchange.api_client.Hiding"]):
        assert [dismissal.about for dismissal in sami.rows(GONE)] == [other]
    with override_skillswap(PAGE_SIZE=1):
        assert hidden_of(sami.open(GONE, page=2), f'action="{page_of(mona, "undo-dismissal")}"')["next"] == GONE
    press(sami, page_of(other, "undo-dismissal"), next=GONE)
    assert [dismissal.about for dismissal in sami.rows(GONE)] == [mona]
