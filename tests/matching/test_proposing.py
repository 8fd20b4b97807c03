"""Proposing to a match in one click: which skills, and when it is refused."""

import pytest

from skillswap_kit.core.errors import InvalidInput, NotFound
from skillswap_kit.exchange.exceptions import AlreadyProposed
from skillswap_kit.exchange.models import Listing, Swap
from skillswap_kit.exchange.services import pause_listing, update_profile
from skillswap_kit.matching.models import SkillSimilarity
from skillswap_kit.matching.services import match_terms, propose_match
from skillswap_kit.testing.factories import make_listing, make_skill
from skillswap_kit.testing.settings import override_skillswap
from tests.exchange.api_client import Hiding

from .seekers import WANT

pytestmark = pytest.mark.django_db


def legs_of(swap):
    return [(leg.giver.user, leg.receiver.user, leg.skill, leg.listing, leg.points) for leg in swap.legs.all()]


def offer_of(user, skill):
    return Listing.objects.get(owner=user, kind="offer", skill=skill)


def test_each_teaches_what_the_other_gets_the_most_from(seeker, match):
    person = match(level="expert")
    make_listing(person, skill=seeker.spanish, level="expert")
    ukulele = make_skill("Ukulele")
    make_listing(seeker.user, skill=ukulele)
    make_listing(person, skill=ukulele, kind=WANT, priority=1)

    swap = propose_match(by=seeker.user, member=person, message="Shall we?", days=3)
    assert (swap.kind, swap.status, swap.proposed_by) == (Swap.Kind.BARTER, Swap.Status.PROPOSED, seeker.user)
    assert swap.proposals.get().message == "Shall we?"
    assert legs_of(swap) == [
        (seeker.user, person, seeker.python, offer_of(seeker.user, seeker.python), 0),
        (person, seeker.user, seeker.guitar, offer_of(person, seeker.guitar), 0),
    ]


def test_the_value_decides_and_not_the_level(seeker, match):
    """A beginner at what is wanted most is worth more than somebody advanced at what is wanted little."""
    person = match(level="intermediate")
    make_listing(person, skill=seeker.spanish, level="expert")
    assert legs_of(propose_match(by=seeker.user, member=person))[1][2] == seeker.guitar


def test_a_skill_that_helps_is_what_is_taught(seeker, match):
    ukulele = make_skill("Ukulele")
    SkillSimilarity.objects.create(wanted=seeker.guitar, taught=ukulele, weight=50)
    person = match(skill=ukulele)
    taught = legs_of(propose_match(by=seeker.user, member=person))[1]
    assert taught[2:4] == (ukulele, offer_of(person, ukulele))


def test_who_does_not_fit_any_more_is_not_asked(seeker, match):
    person = match()
    pause_listing(by=person, listing=offer_of(person, seeker.guitar))
    with pytest.raises(InvalidInput) as refusal:
        propose_match(by=seeker.user, member=person)
    assert list(refusal.value.fields) == ["member"]
    assert not Swap.objects.exists()


def test_what_was_shown_is_proposed_or_nothing(seeker, match):
    person = match(level="expert")
    make_listing(person, skill=seeker.spanish, level="expert")
    shown = {"learn": seeker.guitar.pk, "teach": seeker.python.pk}
    pause_listing(by=person, listing=offer_of(person, seeker.guitar))
    with pytest.raises(InvalidInput, match="has changed") as refusal:
        propose_match(by=seeker.user, member=person, **shown)
    assert list(refusal.value.fields) == ["learn"]
    assert "Spanish" in refusal.value.fields["learn"][0]
    assert not Swap.objects.exists()

    shown["learn"] = seeker.spanish.pk
    with pytest.raises(InvalidInput) as refusal:
        propose_match(by=seeker.user, member=person, **{**shown, "teach": seeker.guitar.pk})
    assert list(refusal.value.fields) == ["teach"]
    assert [leg[2] for leg in legs_of(propose_match(by=seeker.user, member=person, **shown))] == [
        seeker.python,
        seeker.spanish,
    ]


def test_what_would_be_proposed_is_told(seeker, match):
    person = match()
    terms = match_terms(by=seeker.user, member=person)
    assert (terms.learn, terms.teach) == (seeker.guitar, seeker.python)
    assert terms.gives == offer_of(seeker.user, seeker.python)
    pause_listing(by=person, listing=offer_of(person, seeker.guitar))
    assert match_terms(by=seeker.user, member=person) is None


def test_who_wants_nothing_that_one_teaches_is_not_asked(seeker, match):
    person = match()
    person.skillswap_listings.filter(kind=WANT).delete()
    with pytest.raises(InvalidInput):
        propose_match(by=seeker.user, member=person)


def test_nobody_asks_themselves(seeker):
    make_listing(seeker.user, skill=seeker.guitar)
    make_listing(seeker.user, skill=seeker.python, kind=WANT)
    with pytest.raises(InvalidInput) as refusal:
        propose_match(by=seeker.user, member=seeker.user)
    assert list(refusal.value.fields) == ["member"]


def test_whom_one_cannot_find_one_cannot_ask(seeker, match):
    recluse, hidden = match(), match()
    update_profile(by=recluse, visibility="connections")
    with override_skillswap(CONTACT_POLICIES=["tests.exchange.api_client.Hiding"]):
        Hiding.hidden = [hidden]
        try:
            for person in (recluse, hidden):
                with pytest.raises(NotFound):
                    propose_match(by=seeker.user, member=person)
        finally:
            Hiding.hidden = []


def test_the_same_is_asked_once(seeker, match):
    person = match()
    propose_match(by=seeker.user, member=person)
    with pytest.raises(AlreadyProposed):
        propose_match(by=seeker.user, member=person)
