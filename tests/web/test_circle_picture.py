"""The picture of a circle: who stands where, what the arrows carry, and what it says in words."""

from dataclasses import dataclass
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from skillswap_kit.exchange.people import ShownPerson
from skillswap_kit.exchange.web.circle_picture import WIDTH, circle_picture

LONG = "Wolfeschlegelsteinhausenbergerdorff " * 2


@dataclass(frozen=True)
class Leg:
    giver: ShownPerson
    receiver: ShownPerson
    skill: str


def person(number, name="", **more):
    return ShownPerson(key=number, name=name or f"Person {number}", **more)


def ring(count, *, viewer=None, name=""):
    people = [person(number, name, is_viewer=number == viewer) for number in range(count)]
    return [Leg(giver, people[number - count + 1], f"skill {number}") for number, giver in enumerate(people)]


def drawn(legs):
    return render_to_string("skillswap_exchange/elements/circle.html", {"picture": circle_picture(legs)})


def boxes(picture):
    named = [*(place.avatar for place in picture.people), *(place.name for place in picture.people)]
    return [*named, *(arrow.box for arrow in picture.arrows)]


def overlap(one, other):
    width, height = (one.width + other.width) / 2, (one.height + other.height) / 2
    middles = abs(one.top.y + one.height / 2 - other.top.y - other.height / 2)
    return abs(one.top.x - other.top.x) < width and middles < height


@pytest.mark.parametrize("legs", [ring(4), ring(4)[::-1], [*ring(4)[2:], *ring(4)[:2]]])
def test_each_arrow_leads_to_who_gives_next(legs):
    picture = circle_picture(legs)
    skills = [int(arrow.skill.split()[1]) for arrow in picture.arrows]
    keys = [place.person.key for place in picture.people]
    assert keys == skills
    assert [(key - keys[0]) % 4 for key in keys] == [0, 1, 2, 3]


def test_it_begins_with_the_viewer_and_marks_what_they_teach_and_learn():
    picture = circle_picture(ring(3, viewer=1))
    assert [place.person.key for place in picture.people] == [1, 2, 0]
    assert [(arrow.skill, arrow.tone) for arrow in picture.arrows] == [
        ("skill 1", "teach"),
        ("skill 2", "other"),
        ("skill 0", "learn"),
    ]


def test_two_whom_the_viewer_must_not_see_stay_two():
    hidden = ShownPerson(key=None, name="A member")
    one, other = person(1), person(2)
    legs = [Leg(one, hidden, "a"), Leg(hidden, other, "b"), Leg(other, hidden, "c"), Leg(hidden, one, "d")]
    picture = circle_picture(legs)
    assert [arrow.skill for arrow in picture.arrows] == ["a", "b", "c", "d"]
    assert [place.person.key for place in picture.people] == [1, None, 2, None]


@pytest.mark.parametrize("count", range(3, 13))
def test_nothing_leaves_the_picture_and_no_name_stands_on_another(count):
    picture = circle_picture(ring(count))
    height = float(picture.view_box.split()[3])
    for box in boxes(picture):
        assert box.width / 2 <= box.top.x <= WIDTH - box.width / 2
        assert box.top.y >= 0
        assert box.top.y + box.height <= height
    names = [place.name for place in picture.people]
    assert not any(overlap(one, other) for one in names for other in names if one is not other)
    avatars = [place.avatar for place in picture.people]
    skills = [arrow.box for arrow in picture.arrows]
    assert not any(overlap(one, other) for one in skills for other in [*avatars, *skills] if one is not other)


def test_it_begins_where_reading_begins():
    left = circle_picture(ring(3)).people[0].avatar
    with translation.override("ar"):
        right = circle_picture(ring(3)).people[0].avatar
    assert left.top.x < WIDTH / 2 < right.top.x
    assert left.top.x + right.top.x == pytest.approx(WIDTH)


def test_it_says_in_words_what_it_shows():
    picture = circle_picture(ring(3, viewer=0))
    assert len(picture.text.splitlines()) == 3
    for number in range(3):
        for said in (f"Person {number}", f"skill {number}"):
            assert said in picture.text


def test_it_is_one_image_with_a_name_and_needs_no_ids_or_styles():
    drawing = ElementTree.fromstring(drawn(ring(8, name=LONG)).strip())
    assert drawing.get("role") == "img"
    assert drawing[0].tag == "title"
    assert drawing[1].tag == "desc"
    assert LONG.strip() in drawing[1].text
    assert not any({"id", "style"} & element.attrib.keys() for element in drawing.iter())


def test_numbers_are_written_for_browsers_not_for_readers():
    with translation.override("ar"):
        in_arabic = drawn(ring(3))
    with translation.override("de"):
        in_german = drawn(ring(3))
    for text in (in_arabic, in_german):
        assert 'width="48.0"' in text
        assert "٤" not in text


def test_text_of_people_is_never_markup():
    text = drawn(ring(3, name="<script>alert(1)</script>"))
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
