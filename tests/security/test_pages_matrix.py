"""Nobody can do by a page what their role may not: every page, by every role."""

from __future__ import annotations

import pytest
from django.test import override_settings

from .pages import all_page_cases, by_page, links_to, page_pairs, pages, visit, visit_as_case
from .world import KIT_SETTINGS, OUTSIDE, ROLES, changes, dump, undone

pytestmark = pytest.mark.django_db

PAIRS = page_pairs()
PUBLIC = [(page, case) for page, case in PAIRS if case.public]
ONLOOKING = ("anonymous", "owner", "counterparty", "stranger", "blocked", "superuser")
CLOSED = {**KIT_SETTINGS, "PUBLIC_BROWSING": False}


def name(pair):
    return str(pair[1])


def succeeds(world, pristine, page, case, role):
    """Somebody allowed gets through: what a form is sent for happens, and a page shows what they may find."""
    with undone():
        asked = visit_as_case(world, page, case, role)
        assert asked.status in case.expected(role), (role, asked.status, asked.html[-3000:])
        assert not asked.is_sent_to_sign_in
        if page.writes:
            assert role in case.idle or changes(pristine, dump()), f"{role} has done nothing"
            goes_on(world, asked)
    for thing, finders in case.lists.items():
        assert links_to(asked, world[thing]) is (role in finders), (role, thing)
    for text, readers in case.texts.items():
        assert (text in asked.html) is (role in readers), (role, text)


def goes_on(world, asked):
    """The page that follows is there; what is at the start of a site, its host decides."""
    if asked.location != "/":
        following = world.browser(asked.role).get(asked.location)
        assert following.status_code == 200, (asked.page, asked.role, asked.location)


@pytest.fixture(scope="module")
def told_of_nothing(world):
    """What somebody is told of things that nobody has, by page and keys: for all cases of a page the same."""
    known = {}

    def told(page, case, role):
        me = world.people.get(role)
        for keys, body in case.absent(world, me):
            of_what = page, role, case.query, body is not None and case.absent_body, *keys.values()
            if of_what not in known:
                known[of_what] = visit(world, page, role, keys, body, query=case.query(world, me)).told()
            yield known[of_what]

    return told


def is_kept_out(world, told_of_nothing, page, case, role):
    asked = visit_as_case(world, page, case, role)
    assert asked.status in case.expected(role), (role, asked.status, asked.html[-3000:])
    assert asked.is_sent_to_sign_in is case.sends_to_sign_in(role), role
    if role not in case.refused:
        for told in told_of_nothing(page, case, role):
            assert told == asked.told(), f"{role} can tell that it exists"


def check(world, pristine, told_of_nothing, page, case, roles):
    for role in [role for role in roles if role in case.allowed]:
        succeeds(world, pristine, page, case, role)
    with undone():
        for role in [role for role in roles if role not in case.allowed]:
            is_kept_out(world, told_of_nothing, page, case, role)
        assert changes(pristine, dump()) == {}


def telling_roles(page, case):
    """All at the first case of a page; at the others some of those who get different answers."""
    if case is by_page()[page][0]:
        return ROLES
    some = [role for group in (case.allowed, case.refused) for role in [role for role in ROLES if role in group][:2]]
    return dict.fromkeys([*some, *ONLOOKING])


@pytest.mark.parametrize("pair", PAIRS, ids=name)
def test_each_role_gets_what_it_may(pair, world, pristine, told_of_nothing):
    check(world, pristine, told_of_nothing, *pair, telling_roles(*pair))


@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.parametrize("pair", PAIRS, ids=name)
def test_every_role_gets_what_it_may_about_everything(pair, world, pristine, told_of_nothing):
    check(world, pristine, told_of_nothing, *pair, ROLES)


@pytest.mark.parametrize("pair", PUBLIC, ids=name)
def test_strangers_see_nothing_where_browsing_is_not_public(pair, world, pristine):
    page, case = pair
    with override_settings(SKILLSWAP_KIT=CLOSED):
        for role in OUTSIDE:
            asked = visit_as_case(world, page, case, role)
            assert asked.is_sent_to_sign_in, role
            for keys, body in case.absent(world, None):
                assert visit(world, page, role, keys, body).told() == asked.told(), role
        for role in [role for role in ROLES if role in case.allowed and role not in OUTSIDE][:1]:
            succeeds(world, pristine, page, case, role)


def test_every_page_has_a_case_in_which_somebody_succeeds():
    assert [str(page) for page, cases in by_page().items() if not any(case.allowed for case in cases)] == []


def test_every_case_is_of_a_page():
    assert {case.operation for case in all_page_cases()} - set(map(str, pages())) == set()


def test_every_page_has_a_name_and_one_route():
    named = [str(page) for page in pages()]
    assert len(named) == len(set(named))
    assert all(page.name and page.route.endswith("/") for page in pages())


def test_strangers_can_read_some_pages_and_write_nothing():
    public = {page for page, _case in PUBLIC}
    assert {page.method for page in public} == {"GET"}
    assert 4 <= len(public) < len(pages()) / 2


def test_other_addresses_of_the_site_keep_strangers_out_too(world):
    """An address that no page has is not found, whoever asks."""
    page = pages()[0]
    for role in ROLES:
        asked = world.browser(role).get("/there/is/no/such/page/")
        assert asked.status_code == 404, (page, role)
