"""What staff do in the admin: through services, by POST, with a token, and only with the permission."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from skillswap_kit.core.models import Event
from skillswap_kit.core.translation.languages import language_columns
from skillswap_kit.exchange.models import Category, Listing, Profile, Skill
from skillswap_kit.exchange.services import propose_skill, resolve_skill, set_aliases
from skillswap_kit.matching.models import SkillSimilarity
from skillswap_kit.testing.factories import make_category, make_listing, make_member, make_skill

from .world import dump

pytestmark = pytest.mark.django_db

LISTS = {
    model: reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    for model in (Event, Listing, Profile, Skill, SkillSimilarity)
}


def act(client, action, *rows, **fields):
    """Choose rows on their list, run an action, and answer the messages."""
    chosen = {"action": action, "_selected_action": [row.pk for row in rows], **fields}
    answer = client.post(LISTS[type(rows[0])], chosen, follow=True)
    assert answer.status_code == 200
    return [str(message) for message in answer.context["messages"]]


def change_page(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def names(**fields):
    """The name fields of a vocabulary form, with and without the translation extra."""
    return {column: fields.get(column[-2:], "") for column in language_columns("name")} or {"name": fields["en"]}


@pytest.fixture
def member(make_user):
    return make_member(make_user("sam"), display_name="Sam", languages=["en"])


@pytest.fixture
def wish(make_user):
    return propose_skill(by=make_user(), name="Juggling", category=make_category())


def test_moderators_close_accounts_and_open_them_again(member, moderator, signed_in):
    client = signed_in(moderator)
    question = client.post(LISTS[Profile], {"action": "deactivate", "_selected_action": [member.pk]})
    assert b'name="reason"' in question.content
    member.user.refresh_from_db()
    assert member.user.is_active

    assert act(client, "deactivate", member, confirmed="1", reason="Spam") == ["Accounts closed: 1."]
    member.user.refresh_from_db()
    assert not member.user.is_active
    event = Event.objects.get(name="exchange.member_deactivated")
    assert (event.by, list(event.payload)) == (moderator, ["user_id"])

    assert act(client, "reactivate", member) == ["Accounts opened again: 1."]
    member.user.refresh_from_db()
    assert member.user.is_active
    history = client.get(reverse("admin:skillswap_exchange_profile_history", args=[member.pk])).content.decode()
    assert "Account closed. Spam" in history
    assert "Account opened again." in history


def test_nobody_closes_their_own_account_nor_a_superusers(member, moderator, staff, signed_in):
    own, chief = make_member(moderator), make_member(staff)
    messages = act(signed_in(moderator), "deactivate", own, chief, member, confirmed="1")
    assert len(messages) == 3
    assert messages[-1] == "Accounts closed: 1."
    staff.refresh_from_db()
    assert staff.is_active


def test_moderators_edit_a_member_through_the_service(member, moderator, signed_in):
    client = signed_in(moderator)
    fields = {"display_name": "Sami", "time_zone": "Africa/Cairo", "visibility": "members", "languages": "ar en"}
    assert client.post(change_page(member), fields).status_code == 302
    member.refresh_from_db()
    assert (member.display_name, member.search_name) == ("Sami", "sami")
    assert {language.code for language in member.languages.all()} == {"ar", "en"}
    assert Event.objects.filter(name="exchange.profile_updated", by=moderator).count() == 1


@pytest.mark.parametrize(
    "wrong", [{"time_zone": "Mars/Olympus"}, {"languages": "klingonisch!"}, {"visibility": "nobody"}], ids=str
)
def test_what_cannot_be_is_said_beside_the_field(wrong, member, moderator, signed_in):
    fields = {"display_name": "X", "time_zone": "UTC", "visibility": "public", "languages": "en", **wrong}
    answer = signed_in(moderator).post(change_page(member), fields)
    assert answer.status_code == 200
    assert set(answer.context["adminform"].errors) == set(wrong)
    member.refresh_from_db()
    assert member.display_name == "Sam"


def test_where_a_member_is_stays_between_them_and_the_kit(member, staff, signed_in):
    page = signed_in(staff).get(change_page(member)).content
    assert b"latitude" not in page
    assert b"longitude" not in page


def test_moderators_approve_and_reject(wish, moderator, make_user, signed_in):
    client = signed_in(moderator)
    assert act(client, "approve", wish) == ["Approved: 1."]
    wish.refresh_from_db()
    assert wish.status == Skill.Status.APPROVED
    refusal, done = "This is not possible in the present state.", "Rejected: 1."
    other = propose_skill(by=make_user(), name="Fire eating", category=wish.category)
    messages = act(client, "reject", wish, other)
    assert any(refusal in message for message in messages)
    assert messages[-1] == done


def test_moderators_merge_on_a_page_that_asks_into_what(wish, moderator, signed_in):
    into, client = make_skill("Circus"), signed_in(moderator)
    question = client.post(LISTS[Skill], {"action": "merge", "_selected_action": [wish.pk]})
    assert b'name="into"' in question.content
    assert b"Juggling" in question.content
    assert act(client, "merge", wish, confirmed="1", into=into.pk) == ["Merged: 1."]
    wish.refresh_from_db()
    assert wish.merged_into == into
    assert resolve_skill("juggling") == into


def test_merging_into_nothing_asks_again(wish, moderator, signed_in):
    answer = signed_in(moderator).post(
        LISTS[Skill], {"action": "merge", "_selected_action": [wish.pk], "confirmed": "1", "into": wish.pk}
    )
    assert answer.context["form"].errors
    wish.refresh_from_db()
    assert wish.status == Skill.Status.PROPOSED


def test_listings_are_taken_away_with_the_permission_to_delete_them(make_user, moderator, signed_in):
    listing = make_listing(make_user())
    act(signed_in(moderator), "remove", listing)
    listing.refresh_from_db()
    assert listing.status == Listing.Status.ACTIVE

    moderator.user_permissions.add(Permission.objects.get(codename="delete_listing"))
    assert act(signed_in(moderator), "remove", listing) == ["Taken away: 1."]
    listing.refresh_from_db()
    assert (listing.status, listing.open_key) == (Listing.Status.REMOVED, None)


def test_given_up_events_are_delivered_again(staff, signed_in):
    dead, delivered = (
        Event.objects.create(name="exchange.swap_proposed", state=state, attempts=8)
        for state in (Event.State.DEAD, Event.State.DELIVERED)
    )
    assert act(signed_in(staff), "deliver_again", dead, delivered) == ["1 event will be delivered again."]
    dead.refresh_from_db()
    delivered.refresh_from_db()
    assert (dead.state, dead.attempts) == (Event.State.PENDING, 0)
    assert delivered.state == Event.State.DELIVERED


ACTIONS = [
    (Profile, "deactivate"),
    (Profile, "reactivate"),
    (Skill, "approve"),
    (Skill, "reject"),
    (Skill, "merge"),
    (Listing, "remove"),
    (Event, "deliver_again"),
]


@pytest.fixture
def rows(member, wish, make_user):
    dead = Event.objects.create(name="exchange.swap_proposed", state=Event.State.DEAD)
    return {Profile: member, Skill: wish, Listing: make_listing(make_user()), Event: dead}


@pytest.mark.parametrize(("model", "action"), ACTIONS, ids=lambda value: getattr(value, "__name__", value))
def test_who_may_only_look_is_offered_no_action(model, action, rows, onlooker, signed_in):
    client = signed_in(onlooker)
    before = dump()
    page = client.get(LISTS[model])
    assert f'value="{action}"'.encode() not in page.content
    act(client, action, rows[model], confirmed="1")
    assert dump() == before


@pytest.mark.parametrize(("model", "action"), ACTIONS, ids=lambda value: getattr(value, "__name__", value))
def test_without_a_token_nothing_is_done(model, action, rows, staff, signed_in):
    client = signed_in(staff, enforce_csrf_checks=True)
    before = dump()
    answer = client.post(LISTS[model], {"action": action, "_selected_action": [rows[model].pk], "confirmed": "1"})
    assert answer.status_code == 403
    assert dump() == before


def test_d28_whoever_moderates_cannot_make_administrators(member, moderator, signed_in):
    fields = {"display_name": "Sam", "time_zone": "UTC", "visibility": "public", "is_staff": "on", "is_superuser": "on"}
    signed_in(moderator).post(change_page(member), {**fields, "user": moderator.pk})
    member.user.refresh_from_db()
    assert not member.user.is_staff
    assert not member.user.is_superuser
    member.refresh_from_db()
    assert member.user_id != moderator.pk


def test_a_new_skill_is_found_by_all_its_names(staff, signed_in):
    shelf = make_category()
    fields = {**names(en="Drawing", ar="الرسم"), "category": shelf.pk, "aliases": "Sketching\n  رسم بالقلم \n\n"}
    add = reverse("admin:skillswap_exchange_skill_add")
    assert signed_in(staff).post(add, fields).status_code == 302
    skill = Skill.objects.get(slug="drawing")
    assert skill.status == Skill.Status.APPROVED
    for name in ("drawing", "sketching", "رسم بالقلم"):
        assert resolve_skill(name) == skill


def test_an_edited_skill_is_found_by_its_new_names_only(staff, signed_in):
    skill = make_skill("Oud", aliases=["Arabic lute"])
    fields = {**names(en="Oud playing"), "category": skill.category_id, "aliases": "عود"}
    assert signed_in(staff).post(change_page(skill), fields).status_code == 302
    assert resolve_skill("oud playing") == resolve_skill("عود") == skill
    assert resolve_skill("oud") is None
    assert resolve_skill("arabic lute") is None


def test_a_name_that_stands_for_another_skill_is_refused(staff, signed_in):
    make_skill("Chess", aliases=["شطرنج"])
    fields = {**names(en="CHESS"), "category": make_category().pk, "aliases": ""}
    answer = signed_in(staff).post(reverse("admin:skillswap_exchange_skill_add"), fields)
    assert answer.status_code == 200
    assert "already" in str(answer.context["adminform"].errors)
    assert Skill.objects.count() == 1


def test_too_long_another_name_is_refused(staff, signed_in):
    skill = make_skill("Chess")
    fields = {**names(en="Chess"), "category": skill.category_id, "aliases": "x" * 81}
    answer = signed_in(staff).post(change_page(skill), fields)
    assert list(answer.context["adminform"].errors) == ["aliases"]


def test_a_category_cannot_be_inside_itself(staff, signed_in):
    outer = make_category(slug="outer")
    inner = Category.objects.create(name="Inner", slug="inner", parent=outer)
    fields = {**names(en="Outer"), "slug": "outer", "position": 0, "parent": inner.pk, "is_active": "on"}
    answer = signed_in(staff).post(change_page(outer), fields)
    assert list(answer.context["adminform"].errors) == ["parent"]
    fields["parent"] = ""
    assert signed_in(staff).post(change_page(outer), fields).status_code == 302


@pytest.mark.skipif(not language_columns("name"), reason="needs the extra i18n")
def test_whoever_edits_in_arabic_does_not_write_english_into_the_arabic_name(staff, signed_in):
    client = signed_in(staff, headers={"accept-language": "ar"})
    fields = {**names(en="Drawing", ar=""), "category": make_category().pk, "aliases": ""}
    assert client.post(reverse("admin:skillswap_exchange_skill_add"), fields).status_code == 302
    row = Skill.objects.values("name_en", "name_ar").get()
    assert (row["name_en"], row["name_ar"] or "") == ("Drawing", "")


@pytest.mark.parametrize("key", ["abc", "\0", "1'", "9" * 23, "", "-1"])
def test_rows_that_cannot_be_are_not_found(key, member, moderator, signed_in):
    form = {"action": "deactivate", "index": "0", "_selected_action": key}
    assert signed_in(moderator).post("/admin/skillswap_exchange/profile/", form).status_code in (200, 302, 404)


# Similar skills


@pytest.fixture
def curator(make_user):
    """Staff who may say which skills help with which."""
    user = make_user("curator", is_staff=True)
    codenames = ["view_skillsimilarity", "change_skillsimilarity", "view_skill"]
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


@pytest.fixture
def learnt():
    return SkillSimilarity.objects.create(
        wanted=make_skill("TypeScript"), taught=make_skill("JavaScript"), weight=20, source="learnt"
    )


def similar():
    rows = SkillSimilarity.objects.order_by("pk")
    return [(str(row.wanted), str(row.taught), row.weight, row.source) for row in rows]


def add_page(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")


def similarity_events():
    return [event.payload["skill_id"] for event in Event.objects.filter(name="matching.similarity_changed")]


def test_staff_say_which_skill_helps(curator, signed_in):
    wanted, taught = make_skill("TypeScript"), make_skill("JavaScript")
    fields = {"wanted": wanted.pk, "taught": taught.pk, "weight": 40, "source": "learnt"}
    answer = signed_in(curator).post(add_page(SkillSimilarity), fields)
    assert answer.status_code == 302
    assert similar() == [("TypeScript", "JavaScript", 40, "curated")]
    assert similarity_events() == [wanted.pk]


def test_staff_change_the_weight_of_what_was_learnt_and_not_its_skills(curator, signed_in, learnt):
    for weight in (0, 60):
        fields = {"wanted": learnt.taught_id, "taught": make_skill().pk, "weight": weight}
        answer = signed_in(curator).post(change_page(learnt), fields)
        assert answer.status_code == 302
        assert similar() == [("TypeScript", "JavaScript", weight, "curated")]
    assert similarity_events() == [learnt.wanted_id] * 2


def test_pairs_that_cannot_be_are_told_on_the_form(curator, make_user, signed_in, learnt):
    client, skill = signed_in(curator), make_skill()
    proposed = propose_skill(by=make_user(), name="Chess", category=make_category())
    for fields, named in (
        ({"wanted": skill.pk, "taught": skill.pk, "weight": 40}, "taught"),
        ({"wanted": skill.pk, "taught": proposed.pk, "weight": 40}, "taught"),
        ({"wanted": skill.pk, "taught": learnt.taught_id, "weight": 61}, "weight"),
        ({"wanted": learnt.wanted_id, "taught": learnt.taught_id, "weight": 40}, "__all__"),
    ):
        answer = client.post(add_page(SkillSimilarity), fields)
        assert answer.status_code == 200
        assert list(answer.context["adminform"].form.errors) == [named]
    assert similar() == [("TypeScript", "JavaScript", 20, "learnt")]


def test_similar_skills_are_found_by_any_of_their_names(curator, signed_in, learnt):
    set_aliases(skill=learnt.taught, names=["جافاسكربت"])
    client = signed_in(curator)
    for words, count in (("typescript", 1), ("جَافاسكربت", 1), ("Knitting", 0)):
        assert client.get(LISTS[SkillSimilarity], {"q": words}).context["cl"].result_count == count


def test_rows_of_similar_skills_are_removed_by_the_service(curator, signed_in, learnt):
    client = signed_in(curator)
    wanted = learnt.wanted_id
    client.post(reverse("admin:skillswap_matching_skillsimilarity_delete", args=[learnt.pk]), {"post": "yes"})
    assert similar() == []
    rows = [SkillSimilarity.objects.create(wanted_id=wanted, taught=make_skill(), weight=9) for _ in range(2)]
    act(client, "delete_selected", *rows, post="yes")
    assert similar() == []
    assert similarity_events() == [wanted] * 3


def test_who_may_only_look_changes_nothing_about_similar_skills(onlooker, signed_in, learnt):
    client = signed_in(onlooker)
    assert client.get(change_page(learnt)).status_code == 200
    assert client.get(add_page(SkillSimilarity)).status_code == 403
    assert client.post(change_page(learnt), {"weight": 0}).status_code == 403
    assert similar() == [("TypeScript", "JavaScript", 20, "learnt")]
