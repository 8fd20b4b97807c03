"""The API of reviews: written once, unseen, about the other side; published together."""

from datetime import timedelta

import pytest
from django.utils import timezone

from skillswap_kit.exchange.models import Listing, Profile, Review, Swap
from skillswap_kit.exchange.services import (
    LegTerms,
    accept_swap,
    confirm_legs,
    deactivate_member,
    propose_swap,
    update_profile,
)
from skillswap_kit.exchange.services.reviews import publish_due_reviews
from skillswap_kit.testing.factories import make_listing, make_member
from skillswap_kit.testing.swaps import make_review, make_swap

from .api_client import ROWS, Api, Hiding, key

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina(trio):
    return Api(trio.amina)


@pytest.fixture
def bruno(trio):
    return Api(trio.bruno)


@pytest.fixture
def completed(trio):
    return make_swap([trio.amina, trio.bruno], status="completed")


class TestAuthors:
    """They are named to whoever could find them, and to nobody else."""

    @pytest.fixture
    def author_seen_by(self, trio, completed):
        make_review(completed, by=trio.amina)
        make_review(completed, by=trio.bruno)

        def seen(viewer=None):
            [row] = Api(viewer).get(f"users/{key(trio.bruno)}/reviews/").json()["results"]
            assert row["about"]["id"] == key(trio.bruno)
            assert Api(viewer).get(f"reviews/{row['id']}/").json()["author"] == row["author"]
            return row["author"]

        return seen

    def test_those_whom_only_connections_find(self, trio, author_seen_by):
        update_profile(by=trio.amina, display_name="Amina", visibility="connections")
        nobody = {"id": None, "name": "A member", "avatar": None, "rating": None, "rating_count": 0}
        assert author_seen_by() == author_seen_by(trio.chiyo) == nobody
        assert author_seen_by(trio.bruno)["name"] == author_seen_by(trio.amina)["name"] == "Amina"

    def test_closed_accounts(self, trio, author_seen_by, staff):
        assert author_seen_by(trio.chiyo)["id"] == key(trio.amina)
        deactivate_member(by=staff, member=trio.amina)
        assert author_seen_by() == author_seen_by(trio.bruno)
        assert author_seen_by()["name"] == "A member"

    def test_in_one_query_for_the_page(self, trio, bruno, author_seen_by):
        path = f"users/{key(trio.bruno)}/reviews/"
        before = len(bruno.queries(path))
        make_review(make_swap([trio.chiyo, trio.bruno], status="completed"), by=trio.chiyo)
        Review.objects.update(published_at=timezone.now())
        assert len(bruno.get(path).json()["results"]) == 2
        assert len(bruno.queries(path)) == before


class TestWriting:
    def test_by_either_address(self, amina, bruno, completed, trio):
        words = {"rating": 5, "communication": 4, "quality": 3, "comment": "Patient\nand clear"}
        answer = amina.post("reviews/", {"swap": completed.pk, **words})
        assert answer.status_code == 201
        shown = answer.json()
        assert {name: shown[name] for name in words} == words
        assert (shown["author"]["id"], shown["about"]["id"]) == (key(trio.amina), key(trio.bruno))
        assert (shown["swap"], shown["delivery"], shown["published_at"]) == (completed.pk, None, None)
        answer = bruno.post(f"swaps/{completed.pk}/reviews/", {"rating": 4})
        assert (answer.status_code, answer.json()["published_at"] is not None) == (201, True)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"rating": None}, "rating"),
            ({"rating": 0}, "rating"),
            ({"rating": 6}, "rating"),
            ({"rating": 4.5}, "rating"),
            ({"rating": "five"}, "rating"),
            ({"quality": 0}, "quality"),
            ({"comment": "x" * 2001}, "comment"),
            ({"swap": 999_999}, "swap"),
            ({"swap": None}, "swap"),
            ({"about": "x"}, "about"),
        ],
    )
    def test_wrong_input_names_its_field(self, amina, completed, change, field):
        answer = amina.post("reviews/", {"swap": completed.pk, "rating": 5, **change})
        assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])
        assert not Review.objects.exists()

    def test_once(self, amina, completed):
        body = {"swap": completed.pk, "rating": 5}
        assert amina.post("reviews/", body, **{"Idempotency-Key": "r"}).status_code == 201
        assert amina.post("reviews/", body, **{"Idempotency-Key": "r"}).status_code == 201
        again = amina.post("reviews/", {**body, "rating": 1})
        assert (again.status_code, again.json()["code"]) == (409, "already_reviewed")
        assert Review.objects.get().rating == 5

    def test_in_a_circle_one_says_about_whom(self, amina, trio):
        circle = make_swap(trio.people, kind="circle", status="completed")
        body = {"swap": circle.pk, "rating": 5}
        assert list(amina.post("reviews/", body).json()["fields"]) == ["about"]
        for other in (trio.bruno, trio.chiyo):
            assert amina.post("reviews/", {**body, "about": key(other)}).status_code == 201

    def test_too_late(self, amina, completed):
        Swap.objects.update(completed_at=timezone.now() - timedelta(days=15))
        answer = amina.post("reviews/", {"swap": completed.pk, "rating": 5})
        assert (answer.status_code, answer.json()["code"]) == (409, "review_period_over")


class TestBeforePublication:
    @pytest.fixture
    def path(self, completed, trio):
        return f"reviews/{make_review(completed, by=trio.amina, comment='SECRET', quality=2).pk}/"

    def test_only_its_author_reads_it(self, path, amina, trio, completed):
        assert amina.get(path).json()["comment"] == "SECRET"
        for viewer in (Api(trio.bruno), Api(trio.chiyo), Api()):
            assert viewer.get(path).status_code == 404
        bruno = Api(trio.bruno)
        for where in (
            "reviews/",
            "reviews/?box=given",
            f"swaps/{completed.pk}/reviews/",
            f"users/{trio.bruno.pk}/reviews/",
            f"swaps/{completed.pk}/",
            f"swaps/{completed.pk}/timeline/",
            f"users/{trio.bruno.pk}/",
        ):
            answer = bruno.get(where)
            assert answer.status_code == 200
            assert "SECRET" not in answer.content.decode()
        assert bruno.get("reviews/").json()["count"] == 0
        assert [row["id"] for row in amina.get("reviews/", box="given").json()["results"]] == [Review.objects.get().pk]
        assert amina.get(f"swaps/{completed.pk}/reviews/").json()["count"] == 1

    def test_only_its_author_touches_it(self, path, trio):
        for viewer in (Api(trio.bruno), Api(trio.chiyo)):
            for method in ("put", "patch", "delete"):
                assert viewer.send(method, path, {"rating": 1}).status_code == 404
        assert Api().send("delete", path).status_code in (401, 403)

    def test_patch_changes_what_it_names_and_put_all(self, path, amina):
        patched = amina.send("patch", path, {"rating": 3}).json()
        assert (patched["rating"], patched["comment"], patched["quality"]) == (3, "SECRET", 2)
        assert patched["edited_at"] is not None
        put = amina.send("put", path, {"rating": 4}).json()
        assert (put["rating"], put["comment"], put["quality"]) == (4, "", None)
        assert amina.send("put", path, {}).status_code == 400
        assert list(amina.send("patch", path, {"rating": 9}).json()["fields"]) == ["rating"]

    def test_taking_it_back(self, path, amina, completed):
        assert amina.send("delete", path).status_code == 204
        assert amina.post("reviews/", {"swap": completed.pk, "rating": 2}).status_code == 201


class TestAfterPublication:
    @pytest.fixture
    def published(self, completed, trio):
        """What Amina wrote about Bruno; both have written."""
        review = make_review(completed, by=trio.amina, comment="Thanks")
        make_review(completed, by=trio.bruno, rating=2)
        return review

    def test_everybody_reads_it_and_nobody_changes_it(self, published, amina, trio):
        path = f"reviews/{published.pk}/"
        for viewer in (amina, Api(trio.bruno), Api(trio.chiyo), Api()):
            assert viewer.get(path).json()["comment"] == "Thanks"
        for method in ("put", "patch", "delete"):
            answer = amina.send(method, path, {"rating": 1})
            assert (answer.status_code, answer.json()["code"]) == (409, "review_published")
            assert Api(trio.bruno).send(method, path, {"rating": 1}).status_code == 403

    def test_lists(self, published, bruno, trio):
        (received,) = bruno.get("reviews/").json()["results"]
        (given,) = bruno.get("reviews/", box="given").json()["results"]
        assert (received["id"], given["rating"]) == (published.pk, 2)
        (public,) = Api().get(f"users/{trio.bruno.pk}/reviews/").json()["results"]
        assert public["id"] == published.pk
        assert list(bruno.get("reviews/", box="x").json()["fields"]) == ["box"]

    def test_by_the_clock(self, completed, trio):
        make_review(completed, by=trio.amina)
        Review.objects.update(publish_at=timezone.now())
        publish_due_reviews()
        assert Api().get(f"users/{trio.bruno.pk}/reviews/").json()["count"] == 1

    def test_of_whom_one_may_not_find_there_is_nothing(self, published, trio, make_user):
        update_profile(by=trio.bruno, visibility="members")
        assert Api().get(f"users/{trio.bruno.pk}/reviews/").status_code == 404
        assert Api().get(f"reviews/{published.pk}/").status_code == 404
        assert Api(trio.chiyo).get(f"users/{trio.bruno.pk}/reviews/").json()["count"] == 1
        assert Api().get("users/x/reviews/").status_code == 404

    def test_who_left_and_who_is_hidden(self, published, trio, settings, monkeypatch):
        path = f"users/{trio.bruno.pk}/reviews/"
        settings.SKILLSWAP_KIT = {"CONTACT_POLICIES": [f"{Hiding.__module__}.Hiding"]}
        monkeypatch.setattr(Hiding, "hidden", [trio.amina])
        assert Api(trio.chiyo).get(path).json()["count"] == 0
        monkeypatch.setattr(Hiding, "hidden", [])
        trio.amina.delete()
        assert Api().get(path).json()["results"][0]["author"]["name"] == "Former member"

    def test_strangers_only_where_the_site_is_open(self, published, trio, settings):
        settings.SKILLSWAP_KIT = {"PUBLIC_BROWSING": False}
        assert Api().get(f"users/{trio.bruno.pk}/reviews/").status_code in (401, 403)


class TestOfOneOffer:
    def test_only_by_those_who_learned_it(self, trio):
        offer = make_listing(trio.bruno, skill=trio.python)
        legs = [
            LegTerms(giver=trio.bruno, receiver=trio.amina, skill=trio.python, listing=offer),
            LegTerms(giver=trio.amina, receiver=trio.bruno, skill=trio.guitar),
        ]
        swap = propose_swap(by=trio.amina, legs=legs)
        accept_swap(swap=swap, by=trio.bruno)
        for person in (trio.amina, trio.bruno):
            confirm_legs(swap=swap, by=person)
        other = make_swap([trio.bruno, trio.amina], status="completed")
        for about in (swap, other):
            make_review(about, by=trio.amina, comment=str(about.pk))
        path = f"reviews/skills/{offer.pk}/"
        assert Api().get(path).json()["count"] == 0
        for about in (swap, other):
            make_review(about, by=trio.bruno)
        (row,) = Api().get(path).json()["results"]
        assert row["comment"] == str(swap.pk)

    def test_only_of_offers_that_are_there(self, trio):
        want = make_listing(trio.bruno, kind=Listing.Kind.WANT)
        for listing in (want.pk, 999_999, "x"):
            assert Api().get(f"reviews/skills/{listing}/").status_code == 404


@pytest.mark.parametrize("rows", ROWS)
def test_the_same_number_of_queries_for_any_number_of_rows(trio, make_user, rows, bruno):
    offer = make_listing(trio.bruno, skill=trio.python)
    for _ in range(rows):
        learner = make_user()
        make_member(learner)
        terms = LegTerms(giver=trio.bruno, receiver=learner, skill=trio.python, listing=offer)
        swap = propose_swap(by=learner, legs=[terms])
        accept_swap(swap=swap, by=trio.bruno)
        confirm_legs(swap=swap, by=learner)
        make_review(swap, by=learner)
        make_review(swap, by=trio.bruno)
    assert len(bruno.queries("reviews/", page_size=rows // 2)) == 3
    assert len(bruno.queries("reviews/", box="given", page_size=rows // 2)) == 3
    for path in (f"reviews/skills/{offer.pk}/", f"users/{trio.bruno.pk}/reviews/"):
        assert len(Api().queries(path, page_size=rows // 2)) == 4
    assert Profile.objects.get(user=trio.bruno).rating_count == rows
