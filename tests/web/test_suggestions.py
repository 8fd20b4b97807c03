"""What the pages say of swaps that the site suggested, and of circles that go on."""

import pytest

from skillswap_kit.exchange.services import cancel_swap, change_swap, suggest_swap
from skillswap_kit.testing.swaps import make_swap
from tests.exchange.conftest import circle_legs, dara, declined, mended, mended_legs, named

from .meetings import query_count, signed_in, text

__all__ = ["circle_legs", "dara", "declined", "mended", "mended_legs", "named"]

pytestmark = pytest.mark.django_db


def page(swap):
    return f"/swaps/{swap.pk}/"


def source(client, swap):
    return client.get(page(swap)).content.decode()


def test_the_site_suggested_it(trio, circle_legs, amina):
    swap = suggest_swap(legs=circle_legs, message="This would fit.")
    said = text(amina.get(page(swap)))
    assert "The site suggested this." in said
    assert "This would fit." in said
    assert "Suggested by the site" in said
    assert "Waiting for your answer" in said
    own = make_swap([trio.amina, trio.bruno])
    assert "The site suggested" not in text(amina.get(page(own)))


def test_after_a_change_the_earlier_proposal_is_the_sites(trio, circle_legs, amina):
    swap = suggest_swap(legs=circle_legs)
    change_swap(swap=swap, by=trio.bruno, version=1, legs=circle_legs[::-1])
    assert "<strong>The site</strong>" in source(amina, swap)


def test_who_was_in_it_reads_which_circle_it_goes_on_from(named, dara, declined, mended, amina):
    assert "It goes on from the circle that Chiyo declined." in text(amina.get(page(mended)))
    assert f'href="{page(declined)}"' in source(amina, mended)
    assert f'href="{page(mended)}"' in source(amina, declined)


def test_who_is_new_reads_nothing_of_the_one_before(named, dara, declined, mended):
    newcomer = source(signed_in(dara), mended)
    assert "The site suggested this." in newcomer
    assert "Chiyo" not in newcomer
    assert page(declined) not in newcomer


def test_who_declined_reads_nothing_of_the_next_one(trio, declined, mended):
    assert page(mended) not in source(signed_in(trio.chiyo), declined)


def test_a_kept_yes_can_be_taken_back(trio, mended, amina):
    said = text(amina.get(page(mended)))
    assert "Waiting for an answer from" in said
    assert "Withdraw the proposal" in said
    amina.post(page(mended) + "cancel/", {"reason": ""})
    mended.refresh_from_db()
    assert mended.status == "cancelled"


def test_a_circle_is_drawn_and_nothing_else_is(trio, circle_legs, amina):
    circle = suggest_swap(legs=circle_legs)
    picture = amina.get(page(circle)).context["shown"].picture
    assert [place.person.key for place in picture.people] == [person.pk for person in trio.people]
    assert [arrow.skill for arrow in picture.arrows] == ["Guitar", "Python", "Spanish"]
    assert 'class="ssk-ring"' in source(amina, circle)
    assert 'class="ssk-ring"' not in source(amina, make_swap([trio.amina, trio.bruno]))


def test_the_drawing_follows_who_gives_to_whom(trio, circle_legs, bruno):
    circle = suggest_swap(legs=[circle_legs[2], circle_legs[0], circle_legs[1]])
    picture = bruno.get(page(circle)).context["shown"].picture
    assert [arrow.skill for arrow in picture.arrows] == ["Python", "Spanish", "Guitar"]
    assert [arrow.tone for arrow in picture.arrows] == ["teach", "other", "learn"]


def test_the_page_costs_no_more_for_more_circles(trio, circle_legs, amina):
    circle = suggest_swap(legs=circle_legs)
    before = query_count(amina, page(circle))
    cancel_swap(swap=make_swap([trio.amina, trio.bruno, trio.chiyo], kind="circle"), by=trio.amina)
    assert query_count(amina, page(circle)) == before
