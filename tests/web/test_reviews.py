"""The pages of reviews: hidden until both wrote, editable until then."""

from datetime import timedelta

import pytest
from django.utils import timezone

from skillswap_kit.exchange.models import Review, Swap
from skillswap_kit.exchange.services import update_profile
from skillswap_kit.testing.settings import override_skillswap
from skillswap_kit.testing.swaps import make_review, make_swap
from tests.exchange.api_client import Hiding, key

from .meetings import query_count, signed_in, text

pytestmark = pytest.mark.django_db

REVIEWS = "/reviews/"
WRITTEN = "/reviews/?show=written"


@pytest.fixture
def completed(trio):
    return make_swap([trio.amina, trio.bruno], status="completed")


def write(swap):
    return f"/swaps/{swap.pk}/review/"


def edit(review):
    return f"/reviews/{review.pk}/"


def delete(review):
    return f"/reviews/{review.pk}/delete/"


class TestTwoWrite:
    def test_hidden_until_both_wrote(self, amina, bruno, completed):
        assert "Waiting for your review" in text(amina.get(REVIEWS))
        sent = {"rating": "4", "communication": "5", "quality": "", "comment": "Patient teacher"}
        answer = amina.post(write(completed), sent, follow=True)
        assert answer.redirect_chain == [(WRITTEN, 302)]
        review = Review.objects.get()
        assert (review.rating, review.communication, review.quality, review.delivery) == (4, 5, None, None)
        assert "Patient teacher" in text(answer)
        assert "Only you can read this." in text(answer)
        assert "Waiting for your review" not in text(answer)
        for path in (REVIEWS, WRITTEN):
            assert "Patient teacher" not in text(bruno.get(path))

        bruno.post(write(completed), {"rating": "2"})
        assert "Patient teacher" in text(bruno.get(REVIEWS))
        assert "Published on" in text(amina.get(WRITTEN))

    def test_changed_until_it_is_published(self, amina, trio, completed):
        review = make_review(completed, by=trio.amina, rating=3, comment="Fine")
        form = amina.get(edit(review)).context["form"]
        assert (form["rating"].value(), form["comment"].value()) == (3, "Fine")
        assert amina.post(edit(review), {"rating": "5", "comment": "Great"}).url == WRITTEN
        review.refresh_from_db()
        assert (review.rating, review.comment) == (5, "Great")

        make_review(completed, by=trio.bruno)
        for path in (edit(review), delete(review)):
            for answer in (amina.get(path), amina.post(path, {"rating": "1"})):
                assert answer.status_code == 409
                assert "can no longer be changed" in text(answer)
        assert path.removesuffix("delete/") not in amina.get(WRITTEN).content.decode()

    def test_deleting_asks_first(self, amina, trio, completed):
        review = make_review(completed, by=trio.amina)
        assert "Delete your review of" in text(amina.get(delete(review)))
        assert Review.objects.exists()
        assert amina.post(delete(review)).status_code == 302
        assert not Review.objects.exists()
        assert "Waiting for your review" in text(amina.get(REVIEWS))

    def test_stars_are_needed_and_the_words_stay(self, amina, completed):
        for rating in ("", "0", "6", "five"):
            refused = amina.post(write(completed), {"rating": rating, "comment": "Kept words"})
            assert refused.status_code == 400
            assert "rating" in refused.context["form"].errors
            assert "Kept words" in refused.content.decode()

    def test_in_a_circle_one_says_whom_it_is_about(self, amina, trio):
        circle = make_swap(trio.people, kind="circle", status="completed")
        assert text(amina.get(REVIEWS)).count("Write a review") == 2
        assert "about" in amina.post(write(circle), {"rating": "5"}).context["form"].errors
        preset = amina.get(write(circle), {"about": key(trio.chiyo)}).context["form"]
        assert preset["about"].value() == str(key(trio.chiyo))
        amina.post(write(circle), {"rating": "5", "about": key(trio.chiyo)})
        assert Review.objects.get().about == trio.chiyo
        # The other one is left, and needs no question.
        amina.post(write(circle), {"rating": "4"})
        assert Review.objects.filter(about=trio.bruno).exists()
        assert "Waiting for your review" not in text(amina.get(REVIEWS))


class TestWhatIsNotPossible:
    def test_before_completion_after_the_period_and_twice(self, amina, trio, completed):
        running = make_swap([trio.amina, trio.bruno], status="accepted")
        late = make_swap([trio.amina, trio.chiyo], status="completed")
        Swap.objects.filter(pk=late.pk).update(completed_at=timezone.now() - timedelta(days=15))
        make_review(completed, by=trio.amina)
        said = {
            running: "can be reviewed once it is completed",
            late: "The time to review this swap is over.",
            completed: "nobody left for you to review",
        }
        for swap, words in said.items():
            answer = amina.get(write(swap))
            assert (answer.status_code, "ssk-stars" in answer.content.decode()) == (409, False)
            assert words in text(answer)
            assert amina.post(write(swap), {"rating": "5"}).status_code in (400, 409)
        assert Review.objects.count() == 1
        assert "Waiting for your review" not in text(amina.get(REVIEWS))

    def test_whose_period_ended_a_moment_ago_is_not_edited(self, amina, trio, completed):
        review = make_review(completed, by=trio.amina)
        Review.objects.filter(pk=review.pk).update(publish_at=timezone.now())
        assert amina.get(edit(review)).status_code == 409
        assert edit(review) not in amina.get(WRITTEN).content.decode()


class TestWhoMay:
    def test_strangers_are_sent_to_sign_in(self, client, trio, completed):
        review = make_review(completed, by=trio.amina)
        for path in (REVIEWS, write(completed), edit(review), delete(review)):
            assert client.get(path).status_code == 302
            assert client.post(path).status_code in (302, 405)
        assert Review.objects.exists()

    def test_reviews_of_others_are_not_there(self, bruno, trio, completed):
        review = make_review(completed, by=trio.amina, comment="Secret until then")
        for _ in ("unpublished", "published"):
            for path in (edit(review), delete(review)):
                assert bruno.get(path).status_code == 404
                assert bruno.post(path, {"rating": "5"}).status_code == 404
            Review.objects.filter(pk=review.pk).update(published_at=timezone.now())
        assert signed_in(trio.chiyo).get(write(completed)).status_code == 404
        assert signed_in(trio.chiyo).post(write(completed), {"rating": "1"}).status_code == 404

    def test_an_author_is_named_only_to_who_could_find_them(self, amina, trio, completed):
        make_review(completed, by=trio.amina)
        make_review(completed, by=trio.bruno, comment="Thank you")
        update_profile(by=trio.bruno, display_name="Bruno B")
        assert "Bruno B" in text(amina.get(REVIEWS))
        Hiding.hidden = [trio.bruno]
        with override_skillswap(CONTACT_POLICIES=["tests.exchange.api_client.Hiding"]):
            for path in (REVIEWS, WRITTEN):
                assert "Bruno B" not in amina.get(path).content.decode()
        Hiding.hidden = []

    def test_nothing_yet_says_what_comes(self, amina):
        for path in (REVIEWS, WRITTEN):
            assert "ssk-empty" in amina.get(path).content.decode()


@pytest.mark.parametrize("path", [REVIEWS, WRITTEN])
def test_the_lists_cost_the_same_whatever_their_length(amina, make_user, trio, path):
    counts = []
    for number in (2, 18):
        for _ in range(number):
            other = make_user()
            make_swap([trio.amina, other], status="completed")
            swap = make_swap([other, trio.amina], status="completed")
            make_review(swap, by=trio.amina)
            make_review(swap, by=other)
        counts.append(query_count(amina, path))
    assert counts[0] == counts[1]
