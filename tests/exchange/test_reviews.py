"""Reviews and connections: who may judge whom, when it is read, and what the average says."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import override_settings
from django.utils import timezone

from skillswap_kit.core.errors import InvalidInput, NotAllowed
from skillswap_kit.core.models import Event
from skillswap_kit.exchange.exceptions import (
    AlreadyReviewed,
    InvalidTransition,
    ReviewPeriodOver,
    ReviewPublished,
)
from skillswap_kit.exchange.models import Connection, Profile, Review, Swap
from skillswap_kit.exchange.services import (
    accept_swap,
    confirm_legs,
    delete_review,
    edit_review,
    propose_swap,
    remove_connection,
    write_review,
)
from skillswap_kit.exchange.services.reviews import publish_due_reviews

pytestmark = pytest.mark.django_db


def complete(swap, *people):
    for person in people[1:]:
        accept_swap(swap=swap, by=person)
    for person in people:
        confirm_legs(swap=swap, by=person)
    return swap


@pytest.fixture
def completed(proposed, trio):
    return complete(proposed, trio.amina, trio.bruno)


@pytest.fixture
def circle(trio, circle_legs):
    swap = propose_swap(by=trio.amina, legs=circle_legs)
    return complete(swap, trio.amina, trio.bruno, trio.chiyo)


def rating_of(user):
    profile = Profile.objects.get(user=user)
    return profile.rating, profile.rating_count


def end_period():
    Review.objects.update(publish_at=timezone.now())


class TestWriting:
    def test_it_is_unseen_until_both_wrote(self, completed, trio):
        review = write_review(swap=completed, by=trio.amina, rating=4, comment="Patient", quality=5)
        assert (review.about, review.published_at) == (trio.bruno, None)
        for reader in (trio.bruno, trio.chiyo, AnonymousUser()):
            assert not Review.objects.visible_to(reader).exists()
        assert Review.objects.visible_to(trio.amina).get() == review
        assert rating_of(trio.bruno) == (None, 0)
        write_review(swap=completed, by=trio.bruno, rating=2)
        assert Review.objects.published().count() == 2
        for reader in (*trio.people, AnonymousUser()):
            assert Review.objects.visible_to(reader).count() == 2
        names = [event.name for event in Event.objects.filter(name__startswith="exchange.review").order_by("pk")]
        written, published = "exchange.review_written", "exchange.review_published"
        assert names == [written, written, published, published]

    def test_it_is_published_when_the_period_ends(self, completed, trio):
        write_review(swap=completed, by=trio.amina, rating=4)
        assert publish_due_reviews() == 0
        end_period()
        assert (publish_due_reviews(), publish_due_reviews()) == (1, 0)
        assert Review.objects.get().published_at is not None

    def test_nobody_answers_a_review_that_they_could_read(self, completed, trio):
        write_review(swap=completed, by=trio.amina, rating=1)
        Swap.objects.update(completed_at=timezone.now() - timedelta(days=14))
        with pytest.raises(ReviewPeriodOver):
            write_review(swap=completed, by=trio.bruno, rating=1)

    def test_only_after_completion(self, proposed, trio):
        with pytest.raises(InvalidTransition):
            write_review(swap=proposed, by=trio.amina, rating=5)
        accept_swap(swap=proposed, by=trio.bruno)
        with pytest.raises(InvalidTransition):
            write_review(swap=proposed, by=trio.amina, rating=5)

    def test_only_by_participants_about_their_partners_once(self, completed, trio):
        with pytest.raises(NotAllowed):
            write_review(swap=completed, by=trio.chiyo, rating=5)
        for about in (trio.amina, trio.chiyo):
            with pytest.raises(NotAllowed):
                write_review(swap=completed, by=trio.amina, about=about, rating=5)
        write_review(swap=completed, by=trio.amina, rating=5)
        with pytest.raises(AlreadyReviewed):
            write_review(swap=completed, by=trio.amina, rating=1)

    def test_in_a_circle_both_neighbours_can_be_judged(self, circle, trio):
        with pytest.raises(InvalidInput):
            write_review(swap=circle, by=trio.amina, rating=5)
        for about in (trio.bruno, trio.chiyo):
            write_review(swap=circle, by=trio.amina, about=about, rating=5)
        write_review(swap=circle, by=trio.bruno, about=trio.amina, rating=3)
        assert set(Review.objects.published().values_list("about", flat=True)) == {trio.amina.pk, trio.bruno.pk}

    @pytest.mark.parametrize(
        ("field", "value"),
        [("rating", 0), ("rating", 6), ("quality", 0), ("delivery", 6), ("comment", "x" * 2001)],
    )
    def test_stars_and_length_are_bounded(self, completed, trio, field, value):
        with pytest.raises(InvalidInput) as refusal:
            write_review(swap=completed, by=trio.amina, **{"rating": 3, field: value})
        assert set(refusal.value.fields) == {field}
        assert not Review.objects.exists()


class TestEditing:
    def test_until_publication_by_the_author(self, completed, trio):
        review = write_review(swap=completed, by=trio.amina, rating=2)
        for change in (edit_review, delete_review):
            with pytest.raises(NotAllowed):
                change(review=review, by=trio.bruno)
        edited = edit_review(review=review, by=trio.amina, rating=5, comment="On reflection")
        assert (edited.rating, Review.objects.get().comment) == (5, "On reflection")
        assert edited.edited_at is not None
        with pytest.raises(InvalidInput):
            edit_review(review=review, by=trio.amina, rating=9)
        delete_review(review=review, by=trio.amina)
        write_review(swap=completed, by=trio.amina, rating=1)

    def test_not_after_the_period_whenever_the_clock_comes(self, completed, trio):
        review = write_review(swap=completed, by=trio.amina, rating=2)
        end_period()
        for change in (edit_review, delete_review):
            with pytest.raises(ReviewPublished):
                change(review=review, by=trio.amina)

    def test_not_afterwards(self, completed, trio):
        review = write_review(swap=completed, by=trio.amina, rating=2)
        write_review(swap=completed, by=trio.bruno, rating=2)
        for change in (edit_review, delete_review):
            with pytest.raises(ReviewPublished):
                change(review=review, by=trio.amina)


class TestAverage:
    def test_it_is_shrunken_towards_the_prior(self, completed, trio):
        write_review(swap=completed, by=trio.amina, rating=5)
        end_period()
        publish_due_reviews()
        assert rating_of(trio.bruno) == (pytest.approx((5 * 3.5 + 5) / 6), 1)

    def test_without_a_prior_it_is_the_plain_average(self, completed, trio):
        with override_settings(SKILLSWAP_KIT={"EXCHANGE_RATING_PRIOR_WEIGHT": 0}):
            write_review(swap=completed, by=trio.amina, rating=4)
            end_period()
            publish_due_reviews()
        assert rating_of(trio.bruno) == (4, 1)

    def test_it_says_what_all_published_reviews_say(self, trio, circle, proposed):
        complete(proposed, trio.amina, trio.bruno)
        write_review(swap=proposed, by=trio.amina, rating=1)
        write_review(swap=circle, by=trio.amina, about=trio.bruno, rating=5)
        write_review(swap=circle, by=trio.chiyo, about=trio.bruno, rating=5)
        assert rating_of(trio.bruno) == (None, 0)
        end_period()
        publish_due_reviews()
        assert rating_of(trio.bruno) == (pytest.approx((5 * 3.5 + 11) / 8), 3)

    def test_a_review_outlives_its_author(self, completed, trio):
        write_review(swap=completed, by=trio.amina, rating=5)
        trio.amina.delete()
        end_period()
        publish_due_reviews()
        assert Review.objects.get().author is None
        assert rating_of(trio.bruno)[1] == 1

    def test_a_review_about_somebody_who_left_is_published_without_an_average(self, completed, trio):
        write_review(swap=completed, by=trio.amina, rating=5)
        trio.bruno.delete()
        end_period()
        assert publish_due_reviews() == 1
        assert not Review.objects.visible_to(trio.chiyo).exists()


class TestConnections:
    def test_removal_and_a_new_swap(self, completed, trio, gift_legs):
        connection = Connection.objects.get()
        for viewer, seen in ((trio.amina, 1), (trio.bruno, 1), (trio.chiyo, 0), (AnonymousUser(), 0)):
            assert Connection.objects.visible_to(viewer).count() == seen
        with pytest.raises(NotAllowed):
            remove_connection(connection=connection, by=trio.chiyo)
        remove_connection(connection=connection, by=trio.bruno)
        assert not Connection.objects.visible_to(trio.amina).exists()
        with pytest.raises(InvalidTransition):
            remove_connection(connection=connection, by=trio.amina)
        again = propose_swap(by=trio.amina, legs=gift_legs)
        accept_swap(swap=again, by=trio.bruno)
        assert Connection.objects.visible_to(trio.amina).get().swap == again
        assert Connection.objects.count() == 1

    def test_connected_people_find_each_other_however_hidden(self, completed, trio):
        Profile.objects.filter(user=trio.bruno).update(visibility=Profile.Visibility.CONNECTIONS)
        found = {
            viewer.pk: Profile.objects.visible_to(viewer).filter(user=trio.bruno).exists()
            for viewer in (trio.amina, trio.chiyo, trio.bruno)
        }
        assert found == {trio.amina.pk: True, trio.chiyo.pk: False, trio.bruno.pk: True}
        assert not Profile.objects.visible_to(AnonymousUser()).filter(user=trio.bruno).exists()
