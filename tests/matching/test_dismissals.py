"""“Not for me”: said, taken back, and told to nobody."""

import pytest

from skillswap_kit.core.errors import InvalidInput, NotFound
from skillswap_kit.core.models import Event
from skillswap_kit.exchange.models import Profile
from skillswap_kit.exchange.services import change_swap, update_profile
from skillswap_kit.exchange.services.proposals import LegTerms, suggest_swap
from skillswap_kit.matching.models import Dismissal
from skillswap_kit.matching.services import dismiss_member, recommend, undo_dismissal
from skillswap_kit.matching.signals import dismissal_undone, member_dismissed
from skillswap_kit.testing.settings import override_skillswap
from skillswap_kit.testing.swaps import make_swap
from tests.exchange.api_client import Hiding

pytestmark = pytest.mark.django_db


def recorded():
    names = Event.objects.filter(name__startswith="matching.").order_by("pk")
    return [(event.name, event.by_id, event.payload) for event in names]


def test_dismissing_and_undoing_are_recorded_once(seeker, match):
    person = match()
    about = {"about_id": str(person.pk) if not isinstance(person.pk, int) else person.pk}
    first = dismiss_member(by=seeker.user, member=person)
    assert dismiss_member(by=seeker.user, member=person) == first
    for _ in range(2):
        undo_dismissal(by=seeker.user, member=person)
    assert not Dismissal.objects.exists()
    assert recorded() == [
        (member_dismissed.name, seeker.user.pk, about),
        (dismissal_undone.name, seeker.user.pk, about),
    ]


def test_somebody_can_be_dismissed_again(seeker, match):
    person = match()
    for _ in range(2):
        dismiss_member(by=seeker.user, member=person)
        undo_dismissal(by=seeker.user, member=person)
    assert len(recorded()) == 4
    assert [row.profile.user for row in recommend(by=seeker.user).rows] == [person]


def test_nobody_undoes_what_others_said(seeker, match):
    person, other = match(), match()
    dismiss_member(by=seeker.user, member=person)
    undo_dismissal(by=other, member=person)
    assert Dismissal.objects.get().by == seeker.user


def test_nobody_dismisses_themselves(seeker):
    with pytest.raises(InvalidInput) as caught:
        dismiss_member(by=seeker.user, member=seeker.user)
    assert list(caught.value.fields) == ["member"]


def test_who_cannot_be_found_cannot_be_dismissed(seeker, match, make_user):
    recluse, hidden, newcomer = match(), match(), make_user()
    update_profile(by=recluse, visibility=Profile.Visibility.CONNECTIONS)
    with override_skillswap(CONTACT_POLICIES=["tests.exchange.api_client.Hiding"]):
        Hiding.hidden = [hidden]
        try:
            for person in (recluse, hidden, newcomer):
                with pytest.raises(NotFound):
                    dismiss_member(by=seeker.user, member=person)
        finally:
            Hiding.hidden = []
    assert not Dismissal.objects.exists()
    assert recorded() == []


def test_dismissals_go_with_either_account(seeker, match):
    for leaving in (match(), match()):
        dismiss_member(by=seeker.user, member=leaving)
    leaving.delete()
    assert Dismissal.objects.count() == 1
    seeker.user.delete()
    assert not Dismissal.objects.exists()


# What a card says of the contact


def contact(viewer, person):
    found = {row.profile.user: row.contact for row in recommend(by=viewer).rows}
    return found[person]


def test_contact_is_asked_on_one_side_and_was_asked_on_the_other(seeker, match):
    person, other = match(), match()
    assert contact(seeker.user, person) == "none"
    make_swap([seeker.user, person])
    assert contact(seeker.user, person) == "asked"
    assert contact(person, seeker.user) == "was_asked"
    assert contact(seeker.user, other) == "none"


def test_a_changed_proposal_turns_it_round(seeker, match):
    person = match()
    swap = make_swap([seeker.user, person])
    legs = [LegTerms(giver=person, receiver=seeker.user, skill=seeker.guitar)]
    change_swap(swap=swap, by=person, version=swap.version, legs=legs)
    assert contact(seeker.user, person) == "was_asked"
    assert contact(person, seeker.user) == "asked"


def test_whoever_is_asked_has_to_answer_first(seeker, match):
    person = match()
    make_swap([seeker.user, person])
    make_swap([person, seeker.user])
    assert contact(seeker.user, person) == contact(person, seeker.user) == "was_asked"


@pytest.mark.parametrize("status", ["declined", "cancelled", "expired"])
def test_what_is_over_is_no_contact(status, seeker, match):
    person = match()
    make_swap([seeker.user, person], status=status)
    assert contact(seeker.user, person) == contact(person, seeker.user) == "none"


def test_what_the_site_suggests_to_two_waits_for_both(seeker, match):
    person = match()
    legs = [
        LegTerms(giver=person, receiver=seeker.user, skill=seeker.guitar),
        LegTerms(giver=seeker.user, receiver=person, skill=seeker.python),
    ]
    suggest_swap(legs=legs)
    assert contact(seeker.user, person) == contact(person, seeker.user) == "was_asked"


def test_in_a_circle_whoever_has_to_answer_was_asked(seeker, match):
    proposer, third = match(), match()
    make_swap([proposer, seeker.user, third], kind="circle")
    assert contact(seeker.user, proposer) == contact(seeker.user, third) == "was_asked"
    assert contact(proposer, seeker.user) == "asked"
